"""Visits as they were recorded: who went, with whom, what was done, a few words about it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jiedui.campaigns.playbook.windows import windows_between
from jiedui.demo.calls import Call, Calls
from jiedui.demo.homes import Home, Link
from jiedui.demo.members import Roll
from jiedui.demo.notes import note
from jiedui.demo.scene import Scene, Serving
from jiedui.demo.texts import TEXTS
from jiedui.fieldwork.models import Activity, Attendance, Output

ACTIVITY = (
    "id campaign kind day minutes organisation place household pair note topics more private "
    "recorded_at recorded_by"
)
NOTED = 0.22  # share of visits with a few words
STEADY = 0.07  # share of ordinary calls that were steady help
PARTY = 1.46  # helpers on an average visit
HEADS_GO = 0.95  # of the heads of units, every Spring Festival
PLANNED = 0.7  # share of households with a plan of their own

STEADY_RESULTS: Sequence[str] = TEXTS["visits"]["results"]
CAUSES: Mapping[str, str] = TEXTS["visits"]["causes"]
STEPS: Sequence[str] = TEXTS["visits"]["steps"]


@dataclass(slots=True)
class Visit:
    """One visit; `party` are those who went, the helper of the pair first."""

    id: str
    kind: str
    day: date
    home: Home
    link: Link
    party: list[Serving]
    occasion: str


@dataclass
class Book:
    """Makes visits out of calls and writes them; `visits` stay for the gifts."""

    scene: Scene
    roll: Roll
    pairing: str
    visits: list[Visit] = field(default_factory=list)
    topics: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.topics = {one.key: one.topics for one in self.scene.playbook.activities}

    def record(self, homes: Sequence[Home], *, person_times: int) -> None:
        """Exactly so many person-times of home visits; telephone calls come on top."""
        extra = list(self._of_leaders(homes)) + list(self._plans(homes))
        handovers = list(self._handovers(homes))
        fixed = len(extra) + sum(len(visit.party) for visit in handovers)
        wanted = round((person_times - fixed) / PARTY)
        calls = Calls(self.scene, homes, pairing=self.pairing).fitted(wanted)
        made = [visit for call in [*extra, *calls] if (visit := self._visit(call))]
        self.visits = made + handovers
        self._fill_up(made, person_times - sum(len(visit.party) for visit in self.visits))
        self._write(self.visits)
        self._telephone(homes)

    # ---- who went where

    def _visit(self, call: Call) -> Visit | None:
        """The visit of a call, by whoever answered for the household that day; None in a gap."""
        links = call.home.helpers_on(call.day)
        if not links:
            return None
        link = links[0] if len(links) == 1 else self.scene.rng.choice(links)
        kind = call.kind
        is_steady = call.occasion == "regular" and self.scene.rng.random() < STEADY
        if is_steady and "steady_help" in self.topics:
            kind = "steady_help"
        return self._made(kind, call.day, call.home, link, [link.helper], call.occasion)

    def _made(
        self, kind: str, day: date, home: Home, link: Link, party: list[Serving], occasion: str
    ) -> Visit:
        if home.visited is None or day > home.visited:
            home.visited = day
        identity = self.scene.record_id(self.scene.moment(day))
        return Visit(identity, kind, day, home, link, party, occasion)

    def _of_leaders(self, homes: Sequence[Home]) -> Iterator[Call]:
        """Heads of units go first, to the hardest, in the first days before Spring Festival."""
        scene, playbook = self.scene, self.scene.playbook
        task = next((one for one in playbook.tasks if one.activity == "leader_visit"), None)
        if task is None or task.window is None:
            return
        since = scene.campaign.starts
        spans = windows_between(playbook, task.window, since=since, until=scene.today)
        of_heads = {
            home.links[-1].helper.id: home for home in homes if home.links[-1].helper.is_head
        }
        for home in of_heads.values():
            for span in spans:
                day = span.starts + timedelta(days=scene.rng.randint(0, 4))
                if since < day <= scene.today and scene.rng.random() < HEADS_GO:
                    yield Call("leader_visit", day, home, "festival")

    def _plans(self, homes: Sequence[Home]) -> Iterator[Call]:
        """One household, one plan: within half a year of the phase that asked for it."""
        task = next((t for t in self.scene.playbook.tasks if t.activity == "household_plan"), None)
        phase = next((p for p in self.scene.playbook.phases if task and p.key == task.phase), None)
        for home in homes if phase else ():
            assert phase is not None
            day = phase.starts + timedelta(days=self.scene.rng.randint(5, 180))
            if self.scene.rng.random() < PLANNED and (home.ended is None or day <= home.ended):
                yield Call("household_plan", day, home, "plan")

    def _handovers(self, homes: Sequence[Home]) -> Iterator[Visit]:
        """Old and new helper call together, on one of the first days of the overlap."""
        for home in homes:
            by_id = {link.id: link for link in home.links}
            for link in home.links:
                old = by_id.get(link.previous or 0)
                if old is None or link.role != "first" or old.overlap_until is None:
                    continue
                day = min(
                    link.since + timedelta(days=self.scene.rng.randint(0, 3)), self.scene.today
                )
                party = [link.helper, old.helper]
                yield self._made("handover_visit", day, home, link, party, "handover")

    def _fill_up(self, visits: Sequence[Visit], missing: int) -> None:
        """Second and third helpers join until the wanted person-times are reached."""
        rng = self.scene.rng
        likely = [one for one in visits if one.kind not in ("household_plan", "leader_visit")]
        while missing > 0:
            before = missing
            for visit in rng.sample(likely, k=len(likely)):
                if missing <= 0:
                    break
                helper = self._joining(visit)
                if helper:
                    visit.party.append(helper)
                    missing -= 1
            if missing == before and self.scene.scale < 1:
                return  # a small cast: everybody who can go along does
            if missing == before:
                raise RuntimeError("Too few colleagues to go along.")

    def _joining(self, visit: Visit) -> Serving | None:
        """The second helper of the household if there is one, else a colleague of the branch."""
        there = {one.id for one in visit.party}
        second = [
            link.helper for link in visit.home.helpers_on(visit.day) if link.helper.id not in there
        ]
        if second:
            return second[0]
        colleagues = self.roll.by_org[visit.link.helper.org.id]
        for _ in range(3):
            one = self.scene.rng.choice(colleagues)
            serves = one.since <= visit.day and (one.ended is None or visit.day <= one.ended)
            if one.id not in there and serves:
                return one
        return None

    # ---- rows

    def _write(self, visits: list[Visit]) -> None:
        visits.sort(key=lambda visit: visit.id)
        writer = self.scene.writer
        writer.write(Activity, [self._row(visit) for visit in visits], columns=ACTIVITY)
        attendances = [(visit.id, one.id) for visit in visits for one in visit.party]
        writer.write(Attendance, attendances, columns="activity member")
        outputs = [row for visit in visits for row in self._outputs(visit)]
        writer.write(Output, outputs, columns="activity kind quantity unit")

    def _row(self, visit: Visit) -> tuple[object, ...]:
        scene, rng = self.scene, self.scene.rng
        moment = scene.moment(visit.day)
        has_note = rng.random() < NOTED and visit.occasion in ("regular", "festival", "farm")
        words = note(rng, occasion=visit.occasion, day=visit.day) if has_note else ""
        more, private = self._answers(visit)
        return (
            visit.id,
            scene.campaign.pk,
            visit.kind,
            visit.day,
            rng.choice((30, 40, 45, 60, 90)),
            visit.link.helper.org.id,
            visit.home.place.pk,
            visit.home.id,
            visit.link.id,
            words,
            self._topics(visit),
            more,
            private,
            moment,
            visit.party[0].name,
        )

    def _topics(self, visit: Visit) -> list[str]:
        known = self.topics[visit.kind]
        if not known:
            return []
        likely = ["talk", "comfort"] if visit.occasion == "festival" else ["talk"]
        more = self.scene.rng.choice(known)
        return sorted({one for one in [*likely, more] if one in known}, key=known.index)

    def _answers(self, visit: Visit) -> tuple[dict[str, object], str]:
        """Fields the playbook asks for; those it calls private as JSON, to be encrypted."""
        rng = self.scene.rng
        if visit.kind == "steady_help":
            return {"result": rng.choice(STEADY_RESULTS)}, ""
        if visit.kind == "household_plan":
            cause = CAUSES.get(visit.home.cause, "收入低，底子薄")
            private = {"causes": cause, "steps": rng.choice(STEPS)}
            return {}, json.dumps(private, ensure_ascii=False)
        return (
            {"met": rng.choice(("head", "head", "family"))} if visit.kind == "visit" else {}
        ), ""

    def _outputs(self, visit: Visit) -> Iterator[tuple[object, ...]]:
        rng = self.scene.rng
        if visit.kind == "farm_help":
            yield visit.id, "land_worked", rng.randint(1, 8), "亩"
        if visit.kind == "steady_help" and rng.random() < 0.3:
            kind, unit = rng.choice((("job_placed", "人"), ("house_repaired", "处")))
            yield visit.id, kind, 1, unit

    def _telephone(self, homes: Sequence[Home]) -> None:
        """Calls by telephone between visits: contact, but no visit."""
        scene = self.scene
        rows: list[tuple[object, ...]] = []
        attendances = []
        for home in homes:
            link = home.links[-1]
            if scene.rng.random() > 0.5 or link.ended:
                continue
            day = scene.day_between(max(link.since, scene.today - timedelta(days=700)), scene.today)
            moment = scene.moment(day)
            identity = scene.record_id(moment)
            words = note(scene.rng, occasion="remote", day=day) if scene.rng.random() < 0.3 else ""
            rows.append(
                (
                    identity,
                    scene.campaign.pk,
                    "phone_call",
                    day,
                    10,
                    link.helper.org.id,
                    home.place.pk,
                    home.id,
                    link.id,
                    words,
                    ["talk"],
                    {},
                    "",
                    moment,
                    link.helper.name,
                )
            )
            attendances.append((identity, link.helper.id))
        scene.writer.write(Activity, rows, columns=ACTIVITY)
        scene.writer.write(Attendance, attendances, columns="activity member")
