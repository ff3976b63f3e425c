"""Who helped which household, from when to when: first pairs, hand-overs, and the few left alone.

The households of an area lie in order of place, its helpers in order of unit; so the households of
one helper, and those of one branch, lie side by side, as people arrange it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.demo.context import Context
from jiedui.demo.declaration import Pairs
from jiedui.demo.records import HouseholdRow, MemberRow, PairRow
from jiedui.demo.registers import LENGTH, Registers
from jiedui.orgs.models import Member
from jiedui.pairing.models import Avoidance, Pair

HOUSEHOLDS_EACH = 1.6  # of one helper, where there are enough of them
MOST_PAIRS = 4  # of one household over the years


@dataclass
class HouseholdPairs:
    """Builds the pairs of every household."""

    context: Context
    registers: Registers
    declared: Pairs
    pairing: Pairing
    loads: dict[str, int] = field(init=False)  # most households by rank of the member register

    def __post_init__(self) -> None:
        self.loads = {
            grade: self.pairing.load[rank.key].most
            for rank in self.context.playbook.ranks
            if rank.key in self.pairing.load
            for grade in rank.grades
        }

    def make(self) -> None:
        """First pairs by area, then what happened to them since."""
        households = self.registers.households
        everybody = self._eligible(self.registers.members.serving)
        for area, helpers in self._by_area(everybody).items():
            here = [one for one in households if one.place.path.startswith(area)]
            self._pair_area(here, helpers or everybody)
        self._hand_over(households)
        self._hand_over_now(households)
        self._leave_uncovered(households)

    def _pair_area(self, here: Sequence[HouseholdRow], helpers: Sequence[MemberRow]) -> None:
        """The hardest with leaders, all others with whoever is left."""
        standing = [one for one in here if not one.ended]
        leaders = [one for one in helpers if one.is_leader]
        others = [one for one in helpers if not one.is_leader]
        hard = [one for one in standing if one.is_hardest] if self.pairing.hardest else []
        if len(hard) < len(leaders):  # few hard ones: the other leaders take whoever is left
            others, leaders = [*others, *leaders[len(hard) :]], leaders[: len(hard)]
        if not leaders or not others:
            others, hard = list(helpers), []
        self._deal(hard, leaders)
        alone = {id(one) for one in hard}
        self._deal([one for one in standing if id(one) not in alone], others)
        gone = [one for one in here if one.ended]
        self._deal(gone, self.context.rng.sample(others, k=min(len(gone), len(others))))

    def _eligible(self, members: Sequence[MemberRow]) -> list[MemberRow]:
        """Those of the ranks the playbook names, if it names any."""
        if not self.pairing.ranks:
            return list(members)
        ranks = [one for one in self.context.playbook.ranks if one.key in self.pairing.ranks]
        grades = {grade for rank in ranks for grade in rank.grades}
        return [one for one in members if one.rank in grades]

    def _by_area(self, members: Sequence[MemberRow]) -> dict[str, list[MemberRow]]:
        """Helpers stay in their own area; branches of none go where helpers are scarcest."""
        cut = LENGTH[self.declared.within]
        standing = Counter(
            one.place.path[:cut] for one in self.registers.households if not one.ended
        )
        areas = sorted({one.place.path[:cut] for one in self.registers.households})
        lacking = {area: standing[area] / HOUSEHOLDS_EACH for area in areas}
        found: dict[str, list[MemberRow]] = {area: [] for area in areas}
        homeless: dict[int, list[MemberRow]] = {}
        for one in members:
            place = one.organisation.place
            area = place.path[:cut] if place else ""
            if area in found:
                found[area].append(one)
                lacking[area] -= 1
            elif place is None or len(place.path) < cut:
                homeless.setdefault(one.organisation.id, []).append(one)
        for branch in homeless.values():
            area = max(lacking, key=lambda one: lacking[one])
            found[area].extend(branch)
            lacking[area] -= len(branch)
        return found

    def _deal(self, households: Sequence[HouseholdRow], helpers: Sequence[MemberRow]) -> None:
        """Give each helper a run of neighbouring households; nobody more than the load allows."""
        if not households or not helpers:
            return
        queue = iter(households)
        for helper, count in zip(helpers, self._counts(len(households), helpers), strict=True):
            for household in (next(queue) for _ in range(count)):
                self._open(household, helper)

    def _counts(self, wanted: int, helpers: Sequence[MemberRow]) -> list[int]:
        rng, usual = self.context.rng, self.pairing.usual_load.most
        if wanted <= len(helpers):
            chosen = set(rng.sample(range(len(helpers)), wanted))
            return [int(i in chosen) for i in range(len(helpers))]
        counts = [1] * len(helpers)
        room = [
            i for i, one in enumerate(helpers) for _ in range(self.loads.get(one.rank, usual) - 1)
        ]
        extra = wanted - len(helpers)
        # Past the limit only by hand: whoever is over it stands in the list of warnings.
        beyond = rng.choices(range(len(helpers)), k=max(0, extra - len(room)))
        for index in [*rng.sample(room, k=min(extra, len(room))), *beyond]:
            counts[index] += 1
        return counts

    def _open(self, household: HouseholdRow, helper: MemberRow) -> None:
        start = self.context.starts
        first = self.context.day_between(start, start + timedelta(days=self.declared.first_days))
        early = timedelta(days=10)
        since = max(first, helper.since + early, household.since + early)
        since = min(since, household.ended or self.context.today)
        pair = self._pair(helper, since)
        if household.ended:
            pair.ended, pair.end_reason = household.ended, "household_left"
        household.pairs.append(pair)

    def _pair(
        self, helper: MemberRow, since: date, *, role: str = "first", previous: int | None = None
    ) -> PairRow:
        key = self.context.writer.first_id(Pair, rows=1)
        return PairRow(key, helper.organisation, since, member=helper, role=role, previous=previous)

    # ---- hand-overs

    def _hand_over(self, households: Sequence[HouseholdRow]) -> None:
        """Whoever left handed their households to one or two of the same branch."""
        by_branch: dict[int, list[HouseholdRow]] = {}
        for one in households:
            if not one.ended:
                by_branch.setdefault(one.pairs[0].organisation.id, []).append(one)
        rng = self.context.rng
        for leaver in sorted(self.registers.members.left, key=lambda one: (one.ended, one.id)):
            likely = by_branch.get(leaver.organisation.id, [])
            for one in rng.sample(likely, k=min(len(likely), rng.choice((1, 2, 2, 3)))):
                self._precede(one, leaver)

    def _precede(self, household: HouseholdRow, leaver: MemberRow) -> None:
        """Put the leaver before the present helper of this household, if the days allow it."""
        pair = next(one for one in reversed(household.pairs) if one.role == "first")
        assert leaver.ended is not None
        at_once = self.context.playbook.ends_at_once(leaver.end_reason)
        days = 0 if at_once else self._overlap_days
        on = leaver.ended - timedelta(days=days)
        if on - pair.since < timedelta(days=120) or leaver.since > pair.since:
            return
        if pair.helper.since > on:
            return
        before = self._pair(leaver, pair.since, previous=pair.previous)
        before.ended, before.end_reason = leaver.ended, leaver.end_reason
        before.overlap_until = leaver.ended if days else None
        pair.since, pair.previous = on, before.id
        household.pairs.insert(household.pairs.index(pair), before)
        is_joined = self.context.rng.random() < self.declared.two_successors
        if is_joined and len(household.pairs) < MOST_PAIRS:
            self._join(household, on, previous=before.id)

    def _join(self, household: HouseholdRow, on: date, *, previous: int) -> None:
        """A second successor takes over together with the first."""
        running = {pair.helper.id for pair in household.pairs}
        helper = self._colleague(household.pairs[-1].helper, on, without=running)
        if helper and not any(pair.role == "second" for pair in household.pairs):
            household.pairs.append(self._pair(helper, on, role="second", previous=previous))

    def _colleague(self, helper: MemberRow, day: date, *, without: set[int]) -> MemberRow | None:
        likely = [
            one
            for one in self.registers.members.by_organisation[helper.organisation.id]
            if one.id not in without and not one.ended and one.since < day
        ]
        return self.context.rng.choice(likely) if likely else None

    @property
    def _overlap_days(self) -> int:
        return self.pairing.handover.overlap_days

    # ---- what is going on now

    def _single(self, households: Sequence[HouseholdRow]) -> list[HouseholdRow]:
        return [one for one in households if not one.ended and len(one.pairs) == 1]

    def _hand_over_now(self, households: Sequence[HouseholdRow]) -> None:
        """Hand-overs under way: the old helper stays answerable for some days more."""
        if not self.declared.handing_over or not self._overlap_days:
            return
        rng, today = self.context.rng, self.context.today
        wanted = self.context.scaled(self.declared.handing_over, least=2)
        single = self._single(households)
        for household in rng.sample(single, k=min(len(single), 3 * wanted)):
            old = household.pairs[0]
            on = today - timedelta(days=rng.randint(1, max(1, self._overlap_days - 2)))
            helper = self._colleague(old.helper, on, without={old.helper.id})
            if wanted and helper and on - old.since > timedelta(days=100):
                old.overlap_until = on + timedelta(days=self._overlap_days)
                old.end_reason = "transferred"
                household.pairs.append(self._pair(helper, on, previous=old.id))
                wanted -= 1

    def _leave_uncovered(self, households: Sequence[HouseholdRow]) -> None:
        """A handful whose helper left these days without a successor: the gap that shows."""
        if not self.declared.without:
            return
        rng, today = self.context.rng, self.context.today
        busy = Counter(pair.helper.id for one in households for pair in one.pairs if not pair.ended)
        likely = [
            one
            for one in self._single(households)
            if not one.is_hardest
            and busy[one.pairs[0].helper.id] == 1
            and (today - one.pairs[0].since).days > 200
        ]
        wanted = min(len(likely), self.context.scaled(self.declared.without, least=2))
        for number, household in enumerate(rng.sample(likely, k=wanted)):
            pair = household.pairs[0]
            pair.ended = pair.helper.ended = today - timedelta(days=3 + 2 * number % 15)
            pair.end_reason = "retired" if number % 3 else "transferred"
            leaving = Member.objects.filter(pk=pair.helper.id)
            leaving.update(ended=pair.ended, end_reason=pair.end_reason)

    def avoid(self) -> None:
        """A few near relatives and creditors, declared and decided (回避)."""
        rng, rows = self.context.rng, []
        seen = set[tuple[int, int]]()
        wanted = self.declared.avoidances and self.context.scaled(self.declared.avoidances, least=2)
        for household in rng.sample(list(self.registers.households), k=wanted):
            helper = rng.choice(self.registers.members.serving)
            helping = [pair.helper for pair in household.pairs]
            if helper in helping or (helper.id, household.id) in seen:
                continue
            seen.add((helper.id, household.id))
            reason = rng.choice(("户主是本人的表亲", "与该户有借款往来", "配偶的叔父家"))
            state = rng.choice(("accepted", "accepted", "declared"))
            day = self.context.day_between(self.context.starts, self.context.today)
            rows.append((helper.id, household.id, reason, state, day))
        columns = "member household reason state declared_on"
        self.context.writer.write(Avoidance, rows, columns=columns)
