"""Pairs left open by helpers who are no longer in service, closed when somebody takes the place."""

from collections.abc import Iterable

from django.utils import timezone

from jiedui.campaigns.models import Campaign
from jiedui.core import audit, bulk, inside
from jiedui.core.users import User
from jiedui.pairing.models import Pair

AT_ONCE = 900  # keys in one query


def close(campaign: Campaign, *, kind: str, households: Iterable[int], by: User | None) -> int:
    """End what leavers still hold with these households, on the day they left. Returns how many."""
    pairs = [pair for part in _parts(list(households)) for pair in _held(campaign, kind, part)]
    today = timezone.localdate()
    left = {pair.pk: pair.member for pair in pairs if pair.member}
    ends = inside.not_before(
        Pair, {pair.pk: max(pair.since, min(left[pair.pk].ended or today, today)) for pair in pairs}
    )
    reasons = {key: member.end_reason for key, member in left.items()}
    rows = [[ends[pair.pk], reasons[pair.pk], pair.pk] for pair in pairs]
    bulk.update(Pair, ["ended", "end_reason"], rows)
    entries = [
        audit.Entry(
            "pair.ended", "pairing.pair", str(pair.pk), {}, {},
            facts={"reason": reasons[pair.pk], "day": ends[pair.pk]},
        )
        for pair in pairs
    ]  # fmt: skip
    return audit.record_many(entries, by=by)


def _held(campaign: Campaign, kind: str, households: list[int]) -> list[Pair]:
    staying = Pair.objects.open().filter(campaign=campaign, kind=kind, overlap_until=None)
    rows = staying.filter(household__in=households, member__ended__isnull=False)
    return list(rows.select_related("member"))


def _parts(keys: list[int]) -> Iterable[list[int]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
