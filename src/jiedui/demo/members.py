"""Members of branches: ranks, posts and who has left since the campaign began."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jiedui.demo.context import Context
from jiedui.demo.names import spelled, telephone
from jiedui.demo.organisations import Seats
from jiedui.demo.records import MemberRow
from jiedui.orgs.models import Member

COLUMNS = (
    "id number name organisation rank post is_leader gender political joined skills phone place "
    "pinyin initials since ended end_reason"
)
REASONS = {"retired": 6, "transferred": 5, "died": 1}
MORE_THAN_SEATS = 10  # members of the smallest cast, beside one in each branch


@dataclass
class Members:
    """Who serves, by branch; and who has left, to be followed by somebody of the same branch."""

    serving: list[MemberRow] = field(default_factory=list)
    left: list[MemberRow] = field(default_factory=list)
    by_organisation: dict[int, list[MemberRow]] = field(default_factory=lambda: defaultdict(list))


def write_members(context: Context, seats: Sequence[Seats]) -> Members:
    """Spread as many as declared over the branches, each with at least one, and write them."""
    register = _Register(context)
    declared = context.declared.registers
    serving = max(context.scaled(declared.members), len(seats) + MORE_THAN_SEATS)
    weights = [seat.weight for seat in seats]
    counts = [1] * len(seats)
    for index in context.rng.choices(range(len(seats)), weights, k=serving - len(seats)):
        counts[index] += 1
    for seat, count in zip(seats, counts, strict=True):
        for number in range(count):
            register.add(seat, number=number)
    if declared.members_left:
        left = context.scaled(declared.members_left, least=12)
        for seat in context.rng.choices(seats, weights, k=left):
            register.add(seat, is_left=True)
    context.writer.write(Member, register.rows, columns=COLUMNS)
    return register.members


class _Register:
    def __init__(self, context: Context) -> None:
        self.context, self.members = context, Members()
        self.rows: list[tuple[object, ...]] = []
        self.shares = {
            key: (list(one.others), list(one.others.values()), one.head)
            for key, one in context.declared.rank_shares.items()
        }
        self.leading = {
            grade for rank in context.playbook.ranks if rank.leader for grade in rank.grades
        }

    def add(self, seat: Seats, *, number: int = 1, is_left: bool = False) -> None:
        """The member `number` of a branch; its first is the secretary, or heads the unit."""
        context, rng = self.context, self.context.rng
        ranks, weights, head = self.shares[seat.ranks]
        is_head = number == 0 and seat.is_first
        rank = head if is_head else rng.choices(ranks, weights)[0]
        gender = "male" if rng.random() < 0.62 else "female"
        born = context.today.year - rng.randint(26, 59)
        ended, reason = self._end(is_left)
        member = MemberRow(
            id=context.writer.first_id(Member, rows=1),
            name=context.names.full(gender=gender, born=born),
            organisation=seat.branch,
            unit=seat.unit,
            rank=rank,
            is_leader=rank in self.leading,
            is_head=is_head,
            since=self._since(ended),
            ended=ended,
            end_reason=reason,
        )
        (self.members.left if ended else self.members.serving).append(member)
        self.members.by_organisation[seat.branch.id].append(member)
        post = "单位主要负责人" if is_head else "党支部书记" if number == 0 else ""
        joined = date(
            min(born + rng.randint(20, 38), context.today.year - 6), rng.randint(1, 12), 1
        )
        self.rows.append(
            (
                member.id, f"{context.prefix}M{len(self.rows) + 1:05d}", member.name,
                seat.branch.id, rank, post, member.is_leader, gender, "member", joined, [],
                telephone(10**6 + member.id), seat.branch.place and seat.branch.place.pk,
                *spelled(member.name), member.since, ended, reason,
            )
        )  # fmt: skip

    def _end(self, is_left: bool) -> tuple[date | None, str]:
        if not is_left:
            return None, ""
        today, starts = self.context.today, self.context.starts
        # Not in the first days: they were somebody's helper before. Nor in the last: who followed
        # them is known by now.
        first = starts + min(timedelta(days=150), (today - starts) / 4)
        last = max(first, today - timedelta(days=45))
        reason = self.context.rng.choices(list(REASONS), list(REASONS.values()))[0]
        return self.context.day_between(first, last), reason

    def _since(self, ended: date | None) -> date:
        """Most were there when the campaign began; one in eight came later."""
        starts, rng = self.context.starts, self.context.rng
        if ended or rng.random() > 0.12:
            return starts - timedelta(days=rng.randint(30, 3000))
        return self.context.day_between(starts, self.context.today - timedelta(days=400))
