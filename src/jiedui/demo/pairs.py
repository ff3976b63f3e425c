"""Who helped whom, from when to when: first pairs, relays, overlaps, and the few left alone.

A county's households lie in order of place, its helpers in order of unit; so the households of one
helper, and those of one branch, lie side by side, as people arrange it (R12, contiguous).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiedui.demo.homes import Home, Link
from jiedui.demo.members import Roll
from jiedui.demo.scene import Org, Scene, Serving
from jiedui.demo.units import Network
from jiedui.orgs.models import Member
from jiedui.pairing.models import Avoidance, Pair
from jiedui.places.models import Place

COLUMNS = (
    "id campaign kind role member organisation household since ended end_reason overlap_until "
    "previous"
)
FIRST_DAYS = 75  # all were paired within so many days of the beginning
UNCOVERED, OVERLAPPING, AVOIDING = 7, 26, 14  # at the published scale
TWO_TOGETHER = 0.12


@dataclass
class Matchmaker:
    """Builds the links of every home, then writes them."""

    scene: Scene
    roll: Roll
    kind: str

    def pair(self, homes: Sequence[Home], network: Network) -> None:
        """First pairs by county, then what happened to them since."""
        loads = self._most_by_rank()
        for county, helpers in self._by_county(homes, network).items():
            here = [home for home in homes if home.place.path.startswith(county)]
            standing = [home for home in here if not home.ended]
            leaders = [one for one in helpers if one.is_leader]
            others = [one for one in helpers if not one.is_leader]
            hard = [home for home in standing if home.is_hardest]
            if len(hard) < len(leaders):  # few hard ones: the other leaders take whoever is left
                others, leaders = [*others, *leaders[len(hard) :]], leaders[: len(hard)]
            if not leaders:
                others, hard = helpers, []
            self._deal(hard, leaders, loads)
            self._deal([home for home in standing if home not in set(hard)], others, loads)
            gone = [home for home in here if home.ended]
            self._deal(gone, self.scene.rng.sample(others, k=min(len(gone), len(others))), loads)
        self._relay(homes)
        self._overlap_now(homes)
        self._leave_uncovered(homes)

    def pair_nearby(self, homes: Sequence[Home]) -> None:
        """Each home with one member of a branch in its own town, where there is one; written."""
        for home in homes:
            town = home.place.path[:9]
            near = [
                one
                for one in self.roll.serving
                if one.org.place and one.org.place.path.startswith(town)
            ]
            self._open(home, self.scene.rng.choice(near or self.roll.serving))
        self.write(homes)

    def write(self, homes: Iterable[Home]) -> None:
        campaign = self.scene.campaign.pk
        rows = [
            (
                link.id,
                campaign,
                self.kind,
                link.role,
                link.helper.id,
                link.helper.org.id,
                home.id,
                link.since,
                link.ended,
                link.reason,
                link.overlap_until,
                link.previous,
            )
            for home in homes
            for link in home.links
        ]
        self.scene.writer.write(Pair, rows, columns=COLUMNS)

    def avoid(self, homes: Sequence[Home]) -> None:
        """A few near relatives and creditors, declared and decided (回避)."""
        rng, seen = self.scene.rng, set()
        rows = []
        for home in rng.sample(homes, k=self.scene.share(AVOIDING, least=2)):
            helper = rng.choice(self.roll.serving)
            if helper in [link.helper for link in home.links] or (helper.id, home.id) in seen:
                continue
            seen.add((helper.id, home.id))
            reason = rng.choice(("户主是本人的表亲", "与该户有借款往来", "配偶的叔父家"))
            state = rng.choice(("accepted", "accepted", "declared"))
            day = self.scene.day_between(self.scene.campaign.starts, self.scene.today)
            rows.append((helper.id, home.id, reason, state, day))
        self.scene.writer.write(
            Avoidance, rows, columns="member household reason state declared_on"
        )

    def _most_by_rank(self) -> dict[str, int]:
        """The most households by rank of the register, from the loads of the playbook."""
        playbook = self.scene.playbook
        pairing = playbook.pairing(self.kind)
        return {
            grade: pairing.load[rank.key].most
            for rank in playbook.ranks
            if rank.key in pairing.load
            for grade in rank.grades
        }

    def _by_county(self, homes: Sequence[Home], network: Network) -> dict[str, list[Serving]]:
        """County helpers stay in theirs; branches of the city go where helpers are scarcest."""
        lacking = {
            county: sum(h.place.path.startswith(county) and not h.ended for h in homes) / 1.6
            for county in network.counties
        }
        found: dict[str, list[Serving]] = {county: [] for county in network.counties}

        def send(org: Org, county: str) -> None:
            serving = [one for one in self.roll.by_org[org.id] if not one.ended]
            found[county].extend(serving)
            lacking[county] -= len(serving)

        for county in network.counties:
            for unit in network.units[county]:
                for branch in network.branches[unit.id]:
                    send(branch, county)
        for unit in network.units[""]:
            for branch in network.branches[unit.id]:
                send(branch, max(lacking, key=lambda county: lacking[county]))
        return found

    def _deal(
        self, homes: Sequence[Home], helpers: Sequence[Serving], loads: dict[str, int]
    ) -> None:
        """Give each helper a run of neighbouring homes; nobody more than the load allows."""
        if not homes or not helpers:
            return
        counts = self._loads(len(homes), helpers, loads)
        queue = iter(homes)
        for helper, count in zip(helpers, counts, strict=True):
            for home in (next(queue) for _ in range(count)):
                self._open(home, helper)

    def _loads(self, wanted: int, helpers: Sequence[Serving], loads: dict[str, int]) -> list[int]:
        rng = self.scene.rng
        if wanted <= len(helpers):
            chosen = set(rng.sample(range(len(helpers)), wanted))
            return [int(i in chosen) for i in range(len(helpers))]
        counts = [1] * len(helpers)
        room = [i for i, one in enumerate(helpers) for _ in range(loads.get(one.rank, 1) - 1)]
        extra = wanted - len(helpers)
        # Past the limit only by hand: whoever is over it stands in the list of warnings.
        beyond = rng.choices(range(len(helpers)), k=max(0, extra - len(room)))
        for index in [*rng.sample(room, k=min(extra, len(room))), *beyond]:
            counts[index] += 1
        return counts

    def _open(self, home: Home, helper: Serving) -> None:
        start = self.scene.campaign.starts
        first = self.scene.day_between(start, start + timedelta(days=FIRST_DAYS))
        since = max(first, helper.since + timedelta(days=10), home.since + timedelta(days=10))
        link = Link(self._id(), helper, min(since, home.ended or self.scene.today))
        if home.ended:
            link.ended, link.reason = home.ended, "household_left"
        home.links.append(link)

    def _id(self) -> int:
        return self.scene.writer.first_id(Pair, rows=1)

    # ---- relays

    def _relay(self, homes: Sequence[Home]) -> None:
        """Whoever left handed their households to one or two of the same branch."""
        by_org: dict[int, list[Home]] = {}
        for home in homes:
            if not home.ended:
                by_org.setdefault(home.links[0].helper.org.id, []).append(home)
        rng = self.scene.rng
        for leaver in sorted(self.roll.left, key=lambda one: (one.ended, one.id)):
            likely = by_org.get(leaver.org.id, [])
            for home in rng.sample(likely, k=min(len(likely), rng.choice((1, 2, 2, 3)))):
                self._precede(home, leaver)

    def _precede(self, home: Home, leaver: Serving) -> None:
        """Put the leaver before the present helper of this home, if the days allow it."""
        link = next(one for one in reversed(home.links) if one.role == "first")
        assert leaver.ended is not None
        reason = self.roll.reasons[leaver.id]
        days = 0 if self.scene.playbook.ends_at_once(reason) else self._overlap_days
        on = leaver.ended - timedelta(days=days)
        if on - link.since < timedelta(days=120) or leaver.since > link.since:
            return
        if link.helper.since > on:
            return
        before = Link(self._id(), leaver, link.since, previous=link.previous)
        before.ended, before.reason = leaver.ended, reason
        before.overlap_until = leaver.ended if days else None
        link.since, link.previous = on, before.id
        home.links.insert(home.links.index(link), before)
        if self.scene.rng.random() < TWO_TOGETHER and len(home.links) < 4:
            self._join(home, on, previous=before.id)

    def _join(self, home: Home, on: date, *, previous: int) -> None:
        """A second successor takes over together with the first."""
        running = {link.helper.id for link in home.links}
        helper = self._colleague(home.links[-1].helper, on, without=running)
        if helper and not any(link.role == "second" for link in home.links):
            home.links.append(Link(self._id(), helper, on, role="second", previous=previous))

    def _colleague(self, helper: Serving, day: date, *, without: set[int]) -> Serving | None:
        likely = [
            one
            for one in self.roll.by_org[helper.org.id]
            if one.id not in without and not one.ended and one.since < day
        ]
        return self.scene.rng.choice(likely) if likely else None

    @property
    def _overlap_days(self) -> int:
        return self.scene.playbook.pairing(self.kind).handover.overlap_days

    # ---- what is going on now

    def _single(self, homes: Sequence[Home]) -> list[Home]:
        return [home for home in homes if not home.ended and len(home.links) == 1]

    def _overlap_now(self, homes: Sequence[Home]) -> None:
        """Handovers under way: the old helper stays answerable for some days more."""
        rng, today = self.scene.rng, self.scene.today
        wanted = self.scene.share(OVERLAPPING, least=2)
        single = self._single(homes)
        for home in rng.sample(single, k=min(len(single), 3 * wanted)):
            old = home.links[0]
            on = today - timedelta(days=rng.randint(1, max(1, self._overlap_days - 2)))
            helper = self._colleague(old.helper, on, without={old.helper.id})
            if wanted and helper and on - old.since > timedelta(days=100):
                old.overlap_until = on + timedelta(days=self._overlap_days)
                old.reason = "transferred"
                home.links.append(Link(self._id(), helper, on, previous=old.id))
                wanted -= 1

    def _leave_uncovered(self, homes: Sequence[Home]) -> None:
        """A handful whose helper retired these days without a successor: the dashboard's gap."""
        rng, today = self.scene.rng, self.scene.today
        busy = Counter(link.helper.id for home in homes for link in home.links if not link.ended)
        likely = [
            home
            for home in self._single(homes)
            if not home.is_hardest
            and busy[home.links[0].helper.id] == 1
            and (today - home.links[0].since).days > 200
        ]
        wanted = min(len(likely), self.scene.share(UNCOVERED, least=2))
        for number, home in enumerate(rng.sample(likely, k=wanted)):
            link = home.links[0]
            link.ended = link.helper.ended = today - timedelta(days=3 + 2 * number % 15)
            link.reason = "retired" if number % 3 else "transferred"
            leaving = Member.objects.filter(pk=link.helper.id)
            leaving.update(ended=link.ended, end_reason=link.reason)


def watch_villages(
    scene: Scene, network: Network, villages: Sequence[Place], homes: Sequence[Home], *, kind: str
) -> None:
    """Each village has a unit or branch answering for it: the unit that most of its helpers are of,
    else any of its county."""
    rng, rows = scene.rng, []
    at_work: dict[int, Counter[Org]] = defaultdict(Counter)
    for home in homes:
        if not home.ended:
            at_work[home.place.pk][home.links[-1].helper.unit] += 1
    for village in villages:
        units = network.units.get(village.path[:6], []) + network.units[""][:1]
        known = at_work[village.pk].most_common(1)
        unit = known[0][0] if known else rng.choice(units)
        helper = rng.choice([unit, *network.branches.get(unit.id, [])])
        since = scene.day_between(scene.campaign.starts, scene.campaign.starts + timedelta(days=60))
        rows.append((scene.campaign.pk, kind, helper.id, village.pk, since))
    columns = "campaign kind organisation place since"
    scene.writer.write(Pair, rows, columns=columns)
