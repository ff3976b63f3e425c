"""Requests of the kinds the playbook names, so many in each state, with who claimed them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook import by_key
from jiedui.campaigns.playbook.needs import NeedKind
from jiedui.core.refusals import Refused
from jiedui.demo.context import Context
from jiedui.demo.declaration import Requests
from jiedui.demo.registers import Registers
from jiedui.engines.seasons import due_on
from jiedui.needs.models import Claim, NeedRequest, State

REQUEST = (
    "id campaign kind place household organisation public_text detail urgency is_public due"
    " asked_on checked_on declined_on decline_reason claimed_on done_on done_text confirmed_on"
    " rating rating_text times_returned recorded_at recorded_by"
)
CLAIM = "request member team organisation is_dispatched since ended ending reason"
FEWEST = 2  # of each state, at a small scale
RATINGS = (5, 5, 5, 5, 4, 4, 4, 3, 3, 2)
DISPATCHED, RETURNED = 0.2, 0.06  # shares of those claimed, and of those settled
# The present step began at most so many calendar days ago for each working day it may take.
STRETCH = 2.0
STEPS = (State.ASKED, State.OPEN, State.CLAIMED, State.DONE, State.CONFIRMED)


def write_requests(context: Context, registers: Registers) -> None:
    """As many requests of each kind in each state as declared."""
    for declared in context.declared.requests:
        kind = by_key(context.playbook.needs)[declared.kind]
        maker = _Maker(context, registers, declared, kind)
        made = [
            maker.made(State(key))
            for key, count in declared.states.items()
            for _n in range(context.scaled(count, least=min(FEWEST, count)))
        ]
        made.sort(key=lambda one: str(one[0][0]))
        context.writer.write(NeedRequest, [row for row, _claims in made], columns=REQUEST)
        claims = [claim for _row, claims in made for claim in claims]
        context.writer.write(Claim, claims, columns=CLAIM)


@dataclass(frozen=True)
class Course:
    """The days of a request so far; None for what has not come yet."""

    asked: date
    checked: date | None = None
    claimed: date | None = None
    done: date | None = None
    confirmed: date | None = None
    declined: date | None = None


class _Maker:
    """Makes requests of one kind, each of another of those who may ask, while there are any."""

    def __init__(
        self, context: Context, registers: Registers, declared: Requests, kind: NeedKind
    ) -> None:
        self.context, self.declared, self.kind = context, declared, kind
        self.askers = self._askers(registers)
        self.claimers = self._claimers(registers)
        if not self.askers or not self.claimers:
            problem = _("Nobody of this demonstration could ask for, or claim, “%(kind)s”.")
            raise Refused(problem % {"kind": kind.key})
        context.rng.shuffle(self.askers)
        self.number = 0

    def _askers(self, registers: Registers) -> list[tuple[Any, Any, Any]]:
        """Place, household, organisation of each who may ask."""
        first = self.context.today - timedelta(days=self.declared.last_days)
        homes = [one for one in registers.households if one.since <= first and one.ended is None]
        found: list[tuple[Any, Any, Any]] = []
        if "household" in self.kind.asked_for:
            found += [(one.place.pk, one.id, None) for one in homes]
        if "place" in self.kind.asked_for:
            found += [(one.pk, None, None) for one in registers.places if one.level == "village"]
        if "organisation" in self.kind.asked_for:
            found += [(one.place.pk, None, one.id) for one in registers.branches if one.place]
        return found

    def _claimers(self, registers: Registers) -> list[Callable[[], tuple[Any, Any, Any]]]:
        """For each sort of claimer one that draws: member, team, organisation."""
        rng, today = self.context.rng, self.context.today
        members = [
            one
            for group in registers.members.by_organisation.values()
            for one in group
            if one.serves_on(today)
        ]
        known: dict[str, tuple[Sequence[Any], Callable[[Any], tuple[Any, Any, Any]]]] = {
            "member": (members, lambda one: (one.id, None, one.organisation.id)),
            "team": (registers.teams, lambda one: (None, one.id, one.organisation.id)),
            "organisation": (registers.organisations.of("unit"), lambda one: (None, None, one.id)),
        }
        return [
            lambda rows=rows, of=of: of(rng.choice(rows))  # type: ignore[misc]
            for name, (rows, of) in known.items()
            if name in self.kind.claimed_by and rows
        ]

    def made(self, state: State) -> tuple[tuple[object, ...], list[tuple[object, ...]]]:
        """A request in this state, and who claimed it."""
        context, rng, declared = self.context, self.context.rng, self.declared
        place, household, organisation = self.askers[self.number % len(self.askers)]
        self.number += 1
        course = self._course(state)
        moment = context.moment(course.asked)
        key = context.record_id(moment)
        is_done = course.done is not None
        is_settled = state == State.CONFIRMED
        row = (
            key, context.campaign.pk, self.kind.key, place, household, organisation,
            rng.choice(declared.texts), rng.choice(declared.details or ("",)),
            rng.choice((1, 1, 1, 2, 2, 3)), self.kind.public and course.checked is not None,
            self._due(state, course), course.asked, course.checked, course.declined,
            rng.choice(declared.reasons) if course.declined else "", course.claimed, course.done,
            rng.choice(declared.results) if is_done else "", course.confirmed,
            rng.choice(RATINGS) if is_settled and self.kind.rating else None, "",
            int(is_settled and rng.random() < RETURNED), moment, str(context.campaign.organisation),
        )  # fmt: skip
        return row, [self._claim(key, course)] if course.claimed else []

    def _claim(self, key: str, course: Course) -> tuple[object, ...]:
        rng = self.context.rng
        member, team, organisation = rng.choice(self.claimers)()
        is_dispatched = not self.kind.public or rng.random() < DISPATCHED
        ending = Claim.Ending.SETTLED.value if course.confirmed else ""
        return (
            key, member, team, organisation, is_dispatched, course.claimed, course.confirmed,
            ending, "",
        )  # fmt: skip

    def _course(self, state: State) -> Course:
        """Back from today: the present step began some days ago, each before took its time."""
        kind = self.kind
        clocks = (kind.check_days, kind.claim_days, kind.doing_days, kind.confirm_days)
        if state == State.DECLINED:
            declined = self._ago(self.declared.last_days)
            return Course(self._before(declined, kind.check_days), declined=declined)
        passed = STEPS.index(state)
        waits = clocks[passed] * STRETCH if passed < len(clocks) else self.declared.last_days
        days = [self._ago(round(waits))]
        for clock in reversed(clocks[:passed]):
            days.insert(0, self._before(days[0], clock))
        names = ("asked", "checked", "claimed", "done", "confirmed")
        return Course(**dict(zip(names, days, strict=False)))

    def _ago(self, most: int) -> date:
        return self._within(self.context.today - timedelta(days=self.context.rng.randint(0, most)))

    def _before(self, day: date, clock: int) -> date:
        return self._within(day - timedelta(days=self.context.rng.randint(0, clock)))

    def _within(self, day: date) -> date:
        return max(day, self.context.starts)

    def _due(self, state: State, course: Course) -> date | None:
        kind = self.kind
        waiting: dict[State, tuple[date | None, int]] = {
            State.ASKED: (course.asked, kind.check_days),
            State.OPEN: (course.checked, kind.claim_days),
            State.CLAIMED: (course.claimed, kind.doing_days),
            State.DONE: (course.done, kind.confirm_days),
        }
        since, days = waiting.get(state, (None, 0))
        return due_on(since, days=days, working=True) if since else None
