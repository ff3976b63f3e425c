"""Projects of the kinds the playbook names, so many in each state, with the course they took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook import by_key
from jiedui.campaigns.playbook.projects import ProjectKind, ProjectState
from jiedui.core.refusals import Refused
from jiedui.demo.answers import Answers
from jiedui.demo.context import Context
from jiedui.demo.declaration import Projects
from jiedui.demo.places import spoken_name
from jiedui.demo.records import OrganisationRow
from jiedui.demo.registers import Registers
from jiedui.demo.texts import composed
from jiedui.places.models import Place
from jiedui.projects.models import Project, ProjectStep

PROJECT = (
    "id campaign kind name place organisation state_key stage since due started_on done_on"
    " times_moved funds budget_fen answers_before answers_after recorded_at recorded_by"
)
STEP = "project day state_key due text recorded_at recorded_by"
FEWEST = 3  # of each state, at a small scale
ROUND = 100_000  # fen: amounts of a source are whole thousands of yuan
BETWEEN = (15, 60)  # days from one state to the next
LATE, EARLY = (1, 25), (5, 90)  # days by which a due day has passed, or is still to come


@dataclass(frozen=True)
class Step:
    """How a project stood from this day on."""

    day: date
    state: ProjectState
    due: date
    text: str = ""


def write_projects(context: Context, registers: Registers) -> None:
    """As many projects of each kind in each state as declared."""
    for declared in context.declared.projects:
        kind = by_key(context.playbook.projects)[declared.kind]
        maker = _Maker(context, registers, declared, kind)
        projects, steps = [], []
        for state in kind.states:
            count = declared.states.get(state.key, 0)
            for _n in range(context.scaled(count, least=min(FEWEST, count))):
                project, course = maker.made(state)
                projects.append(project)
                steps += course
        context.writer.write(Project, projects, columns=PROJECT)
        context.writer.write(ProjectStep, steps, columns=STEP)


class _Maker:
    """Makes projects of one kind, each in another place while there are any."""

    def __init__(
        self, context: Context, registers: Registers, declared: Projects, kind: ProjectKind
    ) -> None:
        self.context, self.declared, self.kind = context, declared, kind
        self.units = registers.organisations.of("unit")
        self.places = _places(registers, kind)
        if not self.places or not self.units:
            problem = _("Projects of “%(kind)s” have no place, or nobody to answer for them.")
            raise Refused(problem % {"kind": kind.key})
        context.rng.shuffle(self.places)
        self.before = Answers(context.rng, kind.questions, declared.before)
        self.after = Answers(context.rng, kind.questions, declared.after)
        self.number = 0

    def made(self, state: ProjectState) -> tuple[tuple[object, ...], list[tuple[object, ...]]]:
        """A project in this state, and its steps."""
        rng, by = self.context.rng, str(self.context.campaign.organisation)
        place = self.places[self.number % len(self.places)]
        self.number += 1
        steps = self._course(state)
        moment = self.context.moment(steps[0].day)
        key = self.context.record_id(moment)
        name = composed(rng, rng.choice(self.declared.names), known={"place": spoken_name(place)})
        funds = self._funds()
        after = self.after.drawn(steps[-1].day, {})[0] if state.stage == "done" else {}
        project = (
            key, self.context.campaign.pk, self.kind.key, name, place.pk, self._owner(place).id,
            state.key, state.stage, steps[0].day, steps[-1].due, _first(steps, "under_way"),
            _first(steps, "done") if state.stage == "done" else None,
            len({step.due for step in steps}) - 1, funds, sum(funds.values()) if funds else None,
            self.before.drawn(steps[0].day, {})[0], after, moment, by,
        )  # fmt: skip
        return project, [self._step(key, step, by) for step in steps]

    def _step(self, key: str, step: Step, by: str) -> tuple[object, ...]:
        moment = self.context.moment(step.day)
        return key, step.day, step.state.key, step.due, step.text, moment, by

    def _course(self, state: ProjectState) -> list[Step]:
        """Through the states before this one, none of them stopped, to this one lately."""
        rng, today = self.context.rng, self.context.today
        before = self.kind.states[: self.kind.states.index(state)]
        passed = [one for one in before if one.stage != "stopped"]
        if state.stage == "stopped":
            passed = [one for one in passed if one.stage != "done"]
        days = [today - timedelta(days=rng.randint(3, 60))]
        for _state in passed:
            days.insert(0, days[0] - timedelta(days=rng.randint(*BETWEEN)))
        days = [max(day, self.context.starts) for day in days]
        due = self._due(state, days)
        steps = [Step(day, one, due) for day, one in zip(days, [*passed, state], strict=True)]
        reason = rng.choice(self.declared.reasons) if self.declared.reasons else ""
        if state.stage == "stopped":
            return [*steps[:-1], Step(days[-1], state, due, reason)]
        if reason and rng.random() < self.declared.moved:
            return _moved(steps, reason, by=timedelta(days=rng.randint(*BETWEEN)))
        return steps

    def _due(self, state: ProjectState, days: Sequence[date]) -> date:
        """Around the day on which it was done; else mostly still to come."""
        rng = self.context.rng
        is_late = rng.random() < self.declared.late
        end = days[-1] if state.stage == "done" else self.context.today
        due = end + timedelta(days=-rng.randint(*LATE) if is_late else rng.randint(*EARLY))
        return max(due, days[0])

    def _funds(self) -> dict[str, int]:
        """Something of each source."""
        each = self.declared.yuan
        if not each.largest:
            return {}
        parts = self.context.portions(
            self.context.each(each) * 100 // ROUND, len(self.kind.sources)
        )
        return {one.key: n * ROUND for one, n in zip(self.kind.sources, parts, strict=True)}

    def _owner(self, place: Place) -> OrganisationRow:
        """A unit of the area it lies in, or else any."""
        near = [one for one in self.units if one.place and place.path.startswith(one.place.path)]
        nearest = max((len(one.place.path) for one in near if one.place), default=0)
        best = [one for one in near if one.place and len(one.place.path) == nearest]
        return self.context.rng.choice(best or self.units)


def _moved(steps: Sequence[Step], reason: str, *, by: timedelta) -> list[Step]:
    """The last due day is one that came later, with the reason; it was earlier until then."""
    *earlier, last = steps
    first = max(steps[0].day, last.due - by)
    if not earlier or first == last.due:
        return [*steps]
    told = Step(earlier[-1].day, earlier[-1].state, last.due, reason)
    return [*(Step(one.day, one.state, first) for one in earlier), told, last]


def _first(steps: Sequence[Step], stage: str) -> date | None:
    return next((step.day for step in steps if step.state.stage == stage), None)


def _places(registers: Registers, kind: ProjectKind) -> list[Any]:
    """Where such a project may lie; in villages and communities, where it may anywhere."""
    level = kind.place_level or ("" if kind.place_kinds else "village")
    return [
        one
        for one in [*registers.places, *registers.own_places]
        if (not level or one.level == level)
        and (not kind.place_kinds or one.kind in kind.place_kinds)
    ]
