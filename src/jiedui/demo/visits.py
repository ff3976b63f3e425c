"""Visits as they were recorded: who went, with whom, what was done, a few words about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.calendar import Task
from jiedui.campaigns.playbook.playbook import by_key
from jiedui.campaigns.playbook.windows import spans
from jiedui.core.refusals import Refused
from jiedui.demo.answers import Answers
from jiedui.demo.context import Context
from jiedui.demo.declaration import Visits
from jiedui.demo.notes import note
from jiedui.demo.records import HouseholdRow, MemberRow, PairRow
from jiedui.demo.registers import Registers
from jiedui.demo.texts import TEXTS
from jiedui.demo.visit_days import VisitDay, VisitDays
from jiedui.demo.writing import PLANNING
from jiedui.fieldwork.models import Activity, Attendance, Output

COLUMNS = (
    "id campaign kind day minutes organisation place household pair note topics more private "
    "recorded_at recorded_by"
)
CAUSES: Mapping[str, str] = TEXTS["causes"]
LENGTHS = (30, 40, 45, 60, 90)  # minutes
REMOTE_NOTED = 0.3
REMOTE_DAYS = 700  # contact without a visit is only remembered for so long


@dataclass(slots=True, eq=False)
class VisitRow:
    """One visit; `party` are those who went, the helper of the pair first."""

    id: str
    moment: datetime
    kind: str
    day: date
    household: HouseholdRow
    pair: PairRow
    party: list[MemberRow]
    occasion: str


def write_visits(context: Context, registers: Registers) -> list[VisitRow]:
    """As many person-times as declared; contact without a visit comes on top."""
    declared = context.declared.visits
    if declared is None:
        return []
    maker = _Maker(context, registers, declared)
    with context.writer.step(PLANNING):
        visits = maker.made(context.scaled(declared.person_times, least=0))
    writer = _Writer(context, declared)
    writer.write(visits)
    for kind, share in declared.remote.items():
        writer.write(list(maker.remote(kind, float(share))))
    return visits


class _Maker:
    """Decides who went where on which day."""

    def __init__(self, context: Context, registers: Registers, declared: Visits) -> None:
        self.context, self.registers, self.declared = context, registers, declared
        self.households = registers.households
        kinds = by_key(context.playbook.activities)
        self.instead = [(kinds[key].key, float(n)) for key, n in declared.instead.items()]

    def made(self, person_times: int) -> list[VisitRow]:
        """Exactly so many person-times, as far as there are colleagues to go along."""
        by_task = [day for task in self._tasks() for day in self._for_task(task)]
        handovers = list(self._handovers())
        fixed = len(by_task) + sum(len(visit.party) for visit in handovers)
        wanted = round((person_times - fixed) / float(self.declared.people_each))
        days = VisitDays(self.context, self.households, declared=self.declared).fitted(wanted)
        single = [visit for day in by_task if (visit := self._visit(day))]
        others = [visit for day in days if (visit := self._visit(day))]
        visits = [*single, *others, *handovers]
        self._fill_up(others, person_times - sum(len(visit.party) for visit in visits))
        return visits

    def _visit(self, planned: VisitDay) -> VisitRow | None:
        """The visit of a day, by whoever answered for the household then; None in a gap."""
        day, kind, pairs = planned.day, planned.kind, planned.household.pairs
        # Nearly all have one pair only, and it runs.
        if len(pairs) > 1 or not pairs[0].covers(day):
            pairs = planned.household.pairs_on(day)
            if not pairs:
                return None
        pair = pairs[0] if len(pairs) == 1 else self.context.rng.choice(pairs)
        if planned.occasion == "regular":
            for other, share in self.instead:
                if self.context.rng.random() < share:
                    kind = other
        return self._row(kind, day, planned.household, pair, [pair.helper], planned.occasion)

    def _row(
        self,
        kind: str,
        day: date,
        household: HouseholdRow,
        pair: PairRow,
        party: list[MemberRow],
        occasion: str,
    ) -> VisitRow:
        if household.visited is None or day > household.visited:
            household.visited = day
        moment = self.context.moment(day)
        key = self.context.record_id(moment)
        return VisitRow(key, moment, kind, day, household, pair, party, occasion)

    def _tasks(self) -> list[Task]:
        return [one for one in self.context.playbook.tasks if one.key in self.declared.tasks]

    def _for_task(self, task: Task) -> Iterator[VisitDay]:
        """Of each pair, or of each head of a unit: in the first days of the window or phase."""
        context, starts, today = self.context, self.context.starts, self.context.today
        stretches = spans(context.playbook, task, since=starts, until=today)
        share = float(self.declared.tasks[task.key])
        is_of_pairs = task.per == self.declared.pairing
        occasion = "task" if is_of_pairs else "festival"
        for household in self.households if is_of_pairs else self._of_heads():
            for span in stretches:
                first, last = (5, 180) if is_of_pairs else (0, 4)
                length = (span.ends - span.starts).days
                days = context.rng.randint(min(first, length), min(last, length))
                day = span.starts + timedelta(days=days)
                is_there = household.ended is None or day <= household.ended
                if starts < day <= today and is_there and context.rng.random() < share:
                    yield VisitDay(task.activity or "", day, household, occasion)

    def _of_heads(self) -> list[HouseholdRow]:
        """One household of each head of a unit."""
        found = {
            one.pairs[-1].helper.id: one for one in self.households if one.pairs[-1].helper.is_head
        }
        return list(found.values())

    def _handovers(self) -> Iterator[VisitRow]:
        """Old and new helper call together, on one of the first days of the overlap."""
        if not self.declared.handover:
            return
        for household in self.households:
            by_id = {pair.id: pair for pair in household.pairs}
            for pair in household.pairs:
                old = by_id.get(pair.previous or 0)
                if old is None or pair.role != "first" or old.overlap_until is None:
                    continue
                day = pair.since + timedelta(days=self.context.rng.randint(0, 3))
                party = [pair.helper, old.helper]
                day = min(day, self.context.today)
                yield self._row(self.declared.handover, day, household, pair, party, "handover")

    def _fill_up(self, visits: Sequence[VisitRow], missing: int) -> None:
        """Second and third helpers join until the wanted person-times are reached."""
        while missing > 0:
            before = missing
            for visit in self.context.rng.sample(visits, k=len(visits)):
                if missing <= 0:
                    break
                helper = self._joining(visit)
                if helper:
                    visit.party.append(helper)
                    missing -= 1
            if missing == before and self.context.scale < 1:
                return  # a small cast: everybody who can go along does
            if missing == before:
                problem = _("%(number)s person-times are missing, and nobody is left to go along.")
                raise Refused(problem % {"number": missing})

    def _joining(self, visit: VisitRow) -> MemberRow | None:
        """The second helper of the household if there is one, else a colleague of the branch."""
        there, day = visit.party, visit.day
        if len(visit.household.pairs) > 1:
            for pair in visit.household.pairs_on(day):
                if pair.helper not in there:
                    return pair.helper
        colleagues = self.registers.members.by_organisation[visit.pair.organisation.id]
        random, count = self.context.rng.random, len(colleagues)
        for _turn in range(3):
            one = colleagues[int(random() * count)]
            if one not in there and one.serves_on(day):
                return one
        return None

    def remote(self, kind: str, share: float) -> Iterator[VisitRow]:
        """Calls by telephone between visits: contact, but no visit."""
        context = self.context
        for household in self.households:
            pair = household.pairs[-1]
            if context.rng.random() > share or pair.ended:
                continue
            first = max(pair.since, context.today - timedelta(days=REMOTE_DAYS))
            day = context.day_between(first, context.today)
            moment = context.moment(day)
            key = context.record_id(moment)
            yield VisitRow(key, moment, kind, day, household, pair, [pair.helper], "remote")


class _Writer:
    """Turns visits into rows."""

    def __init__(self, context: Context, declared: Visits) -> None:
        self.context, self.declared = context, declared
        kinds = context.playbook.activities
        self.kinds = by_key(kinds)
        self.answers = {one.key: Answers(context.rng, one.fields, declared.texts) for one in kinds}
        goods = {one.key for one in context.playbook.topics if "goods" in one.meets}
        self.gifts = {one.key: [t for t in one.topics if t in goods] for one in kinds}
        self.units = {one.key: one.unit.zh for one in context.playbook.outputs}
        self.noted = float(declared.noted)

    def write(self, visits: list[VisitRow]) -> None:
        visits.sort(key=lambda visit: visit.id)
        writer = self.context.writer
        writer.write(Activity, [self._row(visit) for visit in visits], columns=COLUMNS)
        attendances = [(visit.id, one.id) for visit in visits for one in visit.party]
        writer.write(Attendance, attendances, columns="activity member")
        outputs = [row for visit in visits for row in self._outputs(visit)]
        writer.write(Output, outputs, columns="activity kind quantity unit")

    def _row(self, visit: VisitRow) -> tuple[object, ...]:
        household = visit.household
        known = {"cause": CAUSES.get(household.cause, CAUSES["other"])}
        more, private = self.answers[visit.kind].drawn(visit.day, known)
        is_remote = visit.occasion == "remote"
        return (
            visit.id, self.context.campaign.pk, visit.kind, visit.day,
            10 if is_remote else LENGTHS[int(self.context.rng.random() * len(LENGTHS))],
            visit.pair.organisation.id, household.place.pk, household.id, visit.pair.id,
            self._note(visit), self._topics(visit), more, private, visit.moment,
            visit.party[0].name,
        )  # fmt: skip

    def _note(self, visit: VisitRow) -> str:
        share = REMOTE_NOTED if visit.occasion == "remote" else self.noted
        if visit.occasion in ("handover", "task") or self.context.rng.random() >= share:
            return ""
        return note(self.context.rng, occasion=visit.occasion, day=visit.day)

    def _topics(self, visit: VisitRow) -> list[str]:
        """Talking stands first in every list; at festivals something is brought along."""
        known = self.kinds[visit.kind].topics
        if not known:
            return []
        chosen = {known[0]}
        if visit.occasion == "festival":
            chosen.update(self.gifts[visit.kind])
        if visit.occasion != "remote":
            chosen.add(known[int(self.context.rng.random() * len(known))])
        return [one for one in known if one in chosen]

    def _outputs(self, visit: VisitRow) -> Iterator[tuple[object, ...]]:
        """One of what such a visit may bring, as much as declared."""
        likely = [key for key in self.kinds[visit.kind].outputs if key in self.declared.outputs]
        if not likely:
            return
        key = self.context.rng.choice(likely)
        if number := self.context.each(self.declared.outputs[key]):
            yield visit.id, key, number, self.units[key]
