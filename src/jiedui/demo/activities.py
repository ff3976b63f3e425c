"""Activities beside visits to households: events with totals, tasks of organisations, rounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.models import Task
from jiedui.campaigns.playbook.playbook import by_key
from jiedui.campaigns.playbook.work import Activity as Kind
from jiedui.core.refusals import Refused
from jiedui.demo.activity_days import days_of, reliability, windows_of
from jiedui.demo.answers import Answers
from jiedui.demo.context import Context
from jiedui.demo.declaration import Activities, Amount, Local
from jiedui.demo.places import path_of
from jiedui.demo.records import PairRow
from jiedui.demo.registers import Host, Registers
from jiedui.demo.texts import composed
from jiedui.fieldwork.models import Activity, Attendance, Output
from jiedui.places.models import Place

COLUMNS = (
    "id campaign kind day minutes organisation team place household pair task members_counted "
    "cadres_counted public_counted note more private recorded_at recorded_by"
)


@dataclass(slots=True, kw_only=True)
class ActivityRow:
    """One activity: people by name (`named`) or by number (`members`), never both."""

    day: date
    host: Host
    place: Place
    pair: PairRow | None = None
    household: int | None = None
    task: int | None = None
    members: int = 0
    public: int = 0
    named: list[int] = field(default_factory=list)
    outputs: dict[str, int] = field(default_factory=dict)


def write_activities(context: Context, registers: Registers) -> None:
    """All that is declared, in order of days."""
    reliable = reliability(context, registers)
    made = []
    for declared in context.declared.activities:
        maker = _Maker(context, registers, declared, reliable)
        made += [(row, maker) for row in maker.made()]
    made.sort(key=lambda pair: pair[0].day)
    activities, people, outputs = [], [], []
    units = {output.key: output.unit.zh for output in context.playbook.outputs}
    for row, maker in made:
        activity = maker.columns(row)
        activities.append(activity)
        people += [(activity[0], member) for member in row.named]
        outputs += [(activity[0], key, n, units[key]) for key, n in row.outputs.items() if n]
    context.writer.write(Activity, activities, columns=COLUMNS)
    context.writer.write(Attendance, people, columns="activity member")
    context.writer.write(Output, outputs, columns="activity kind quantity unit")


class _Maker:
    """Makes the activities of one declaration."""

    def __init__(
        self,
        context: Context,
        registers: Registers,
        declared: Activities,
        reliable: Mapping[int, float],
    ) -> None:
        self.context, self.registers, self.declared = context, registers, declared
        self.reliable = reliable
        self.kind: Kind = by_key(context.playbook.activities)[declared.kind]
        self.answers = Answers(context.rng, self.kind.fields, declared.texts)

    def made(self) -> list[ActivityRow]:
        rhythms = (r for r in self.context.playbook.rhythms if r.activity == self.kind.key)
        rhythm = next(rhythms, None)
        if self.declared.count:
            return self._so_many()
        if rhythm and rhythm.pairing in self.registers.pairs:
            rows = list(self._rounds(self.registers.pairs[rhythm.pairing]))
        else:
            rows = list(self._of_tasks()) or list(self._one_each())
        self._share_totals(rows, self.declared.members.total)
        return rows

    # ---- which, where and when

    def _so_many(self) -> list[ActivityRow]:
        """So many, in single places as many as are declared for them."""
        declared, context = self.declared, self.context
        count = context.scaled(declared.count, least=min(declared.count, 4))
        members = declared.members.total
        people = context.scaled(members, least=10 * count) if members else 0
        people = min(people, members or 0)
        rows: list[ActivityRow] = []
        for local in declared.places:
            here = min(max(1, count - 2), context.scaled(local.count, least=2))
            group = self._free(here, local)
            there = min(people, context.scaled(local.members, least=3 * here))
            self._share_members(group, there if members else None)
            rows, count, people = [*rows, *group], count - here, people - there
        group = self._free(count, None)
        self._share_members(group, people if members else None)
        rows += group
        self._share_outputs(rows)
        return rows

    def _free(self, count: int, local: Local | None) -> list[ActivityRow]:
        """By hosts drawn from those declared; each once, while there are enough of them."""
        hosts = self._hosts(local)
        rng = self.context.rng
        chosen = rng.sample(hosts, k=count) if count <= len(hosts) else rng.choices(hosts, k=count)
        days = days_of(self.context, self.declared, count)
        place = self._place(local) if local else None
        return [
            self._row(host, day, place=place if not host.place else None)
            for host, day in zip(chosen, days, strict=True)
        ]

    def _hosts(self, local: Local | None) -> list[Host]:
        hosts = self.registers.hosts(self.declared.by or ("unit",))
        around = [path_of(one.place) for one in self.declared.places]
        if local is None:
            others = [h for h in hosts if not h.place or not _is_inside(h.place, around)]
            return others or hosts
        here = [h for h in hosts if h.place and _is_inside(h.place, [path_of(local.place)])]
        return here or [Host(self.registers.organisations.root)]

    def _place(self, local: Local) -> Place:
        path = path_of(local.place)
        for one in self.registers.places:
            if one.path == path:
                return one
        problem = _("No place of the campaign has the code %(code)s.") % {"code": local.place}
        raise Refused(problem)

    def _row(self, host: Host, day: date, *, place: Place | None = None) -> ActivityRow:
        is_visit = self.context.rng.random() < self.declared.at_households
        if is_visit and (row := self._at_household(day)):
            return row
        return ActivityRow(day=day, host=host, place=place or host.place or self.context.top)

    def _at_household(self, day: date) -> ActivityRow | None:
        """By the member who is this household's helper on that day, if there is one."""
        household = self.context.rng.choice(list(self.registers.households))
        pair = household.pairs[0]
        if not pair.covers(day):
            return None
        return ActivityRow(
            day=day, host=Host(pair.organisation), place=household.place, pair=pair,
            household=household.id, named=[pair.helper.id],
        )  # fmt: skip

    def _rounds(self, pairs: Sequence[PairRow]) -> Iterator[ActivityRow]:
        """One of each pair in each window of the rhythm, by those who kept to it."""
        rng, declared = self.context.rng, self.declared
        for first, last in windows_of(self.context, self.kind.key, declared.first_day):
            is_recent = last >= self.context.today and declared.recent is not None
            share = float(declared.recent or 0) if is_recent else float(declared.share)
            for pair in pairs:
                day = self.context.day_between(first, last)
                if rng.random() < share and pair.covers(day):
                    place = pair.place or pair.organisation.place or self.context.top
                    named = [pair.member.id] if pair.member else []
                    host = Host(pair.organisation, pair.team)
                    yield ActivityRow(day=day, host=host, place=place, pair=pair, named=named)

    def _of_tasks(self) -> Iterator[ActivityRow]:
        """One in each window of the prescribed task, by whoever kept to it."""
        tasks = Task.objects.filter(
            campaign=self.context.campaign, activity_kind=self.kind.key, is_prescribed=True
        )
        rng, today = self.context.rng, self.context.today
        for task in tasks:
            first, last = max(task.starts, self.context.starts), min(task.due, today)
            late = 1.0 if task.due < today else 0.6  # some have days left
            hosts = self.registers.hosts(self.declared.by or (task.per,))
            for host in hosts if first <= last else ():
                kept = self.reliable.get(host.organisation.id, 1.0) * float(self.declared.share)
                if rng.random() < kept * late:
                    day = self.context.day_between(first, last)
                    place = host.place or self.context.top
                    yield ActivityRow(day=day, host=host, place=place, task=task.pk)

    def _one_each(self) -> Iterator[ActivityRow]:
        """One of each host, by the share of them that held one."""
        hosts = self.registers.hosts(self.declared.by)
        days = days_of(self.context, self.declared, len(hosts))
        self.context.rng.shuffle(days)
        for host, day in zip(hosts, days, strict=True):
            if self.context.rng.random() < self.declared.share:
                yield self._row(host, day)

    # ---- how many people, and what came of it

    def _share_totals(self, rows: Sequence[ActivityRow], members: int | None) -> None:
        least = min(members or 0, len(rows))
        self._share_members(rows, self.context.scaled(members, least=least) if members else None)
        self._share_outputs(rows)

    def _share_members(self, rows: Sequence[ActivityRow], total: int | None) -> None:
        """In portions of the total, or for each; few are written down by name."""
        counted = [row for row in rows if not row.named]
        numbers = self._numbers(counted, self.declared.members, total, least=3)
        for row, number in zip(counted, numbers, strict=True):
            row.members = number
            if number <= self.declared.by_name:
                self._name(row)

    def _name(self, row: ActivityRow) -> None:
        members = self.registers.members
        likely = [one for one in members.by_organisation[row.host.organisation.id] if not one.ended]
        if len(likely) < row.members:
            likely = members.serving
        if len(likely) >= row.members:
            row.named = [one.id for one in self.context.rng.sample(likely, k=row.members)]
            row.members = 0

    def _share_outputs(self, rows: Sequence[ActivityRow]) -> None:
        scaled = self.context.scaled
        public = self.declared.public
        total = None if public.total is None else scaled(public.total, least=1)
        for row, number in zip(rows, self._numbers(rows, public, total), strict=True):
            row.public = number
            if self.declared.counted_public:
                row.outputs[self.declared.counted_public] = number
        for key, amount in self.declared.outputs.items():
            whole = amount.total
            total = None if whole is None else scaled(whole, least=min(whole, 2))
            for row, number in zip(rows, self._numbers(rows, amount, total), strict=True):
                row.outputs[key] = number

    def _numbers(
        self, rows: Sequence[ActivityRow], amount: Amount, total: int | None, *, least: int = 0
    ) -> list[int]:
        if total is not None:
            least = least or int(total >= len(rows))
            return self.context.portions(total, len(rows), least=least)
        return [self.context.each(amount) for _row in rows]

    # ---- the row

    def columns(self, row: ActivityRow) -> tuple[Any, ...]:
        rng, organisation = self.context.rng, row.host.organisation
        moment = self.context.moment(row.day)
        brand, story = organisation.brand or ("", "")
        known = {"brand": brand, "brand_story": story, "place": row.place.name}
        more, private = self.answers.drawn(row.day, known)
        minutes = self.declared.minutes
        cadres = round(row.members * self.declared.cadres)
        return (
            self.context.record_id(moment), self.context.campaign.pk, self.kind.key, row.day,
            minutes.total if minutes.total is not None else self.context.each(minutes),
            organisation.id, row.host.team and row.host.team.id, row.place.pk, row.household,
            row.pair and row.pair.id, row.task, row.members, cadres, row.public,
            self._note(rng.random()), more, private, moment, organisation.name,
        )  # fmt: skip

    def _note(self, draw: float) -> str:
        notes = self.declared.notes
        if not notes or draw >= self.declared.noted:
            return ""
        return composed(self.context.rng, self.context.rng.choice(notes))


def _is_inside(place: Place, paths: Sequence[str]) -> bool:
    return any(place.path.startswith(path) for path in paths)
