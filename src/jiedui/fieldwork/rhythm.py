"""When a pair is to meet next, from the rhythms of its playbook and what was done."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import Playbook
from jiedui.campaigns.playbook.calendar import Rhythm
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.engines.seasons import Window
from jiedui.fieldwork.models import Activity
from jiedui.pairing.models import Pair

AHEAD = timedelta(days=400)  # a yearly window is always inside
DONE = Mapping[str, Sequence[date]]  # days by kind of activity
DoneByPair = dict[int, dict[str, list[date]]]


@dataclass(frozen=True)
class Due:
    """The last day in time, and the playbook's word for the occasion."""

    day: date
    name: str

    def is_late(self, today: date) -> bool:
        return self.day < today


def next_due(
    playbook: Playbook, pairing: str, *, since: date, done: DONE, today: date
) -> Due | None:
    """The nearest day by which a pair of this kind is to meet; None when nothing is asked.

    A rhythm in months counts from the last such visit, or from the pair's beginning, so it can be
    late; a window that has passed is over and the next one counts.
    """
    return _first(_asked(playbook, pairing, today=today), since=since, done=done)


@dataclass(frozen=True)
class _Asked:
    """What a rhythm asks of the pairs of a kind on a day; `windows` are those still open."""

    rhythm: Rhythm
    windows: list[Window]

    def due(self, since: date, done: DONE) -> date | None:
        one = self.rhythm
        days = [day for kind in (one.activity, *one.also) for day in done.get(kind, ())]
        last = max(days, default=since)
        if one.every_months:
            return months_after(last, one.every_months)
        for window in self.windows:
            # Most windows begin after the last visit: nothing has to be counted.
            if last < window.starts or _times(days, window) < one.times:
                return window.ends
        return None


def _times(days: Iterable[date], window: Window) -> int:
    return sum(window.starts <= day <= window.ends for day in days)


def _asked(playbook: Playbook, pairing: str, *, today: date) -> list[_Asked]:
    return [
        _Asked(one, [] if one.every_months else windows_ahead(playbook, one, today=today))
        for one in playbook.rhythms
        if one.pairing == pairing and _runs(playbook, one, today)
    ]


def _first(asked: Iterable[_Asked], *, since: date, done: DONE) -> Due | None:
    dues = [(day, str(one.rhythm.name)) for one in asked if (day := one.due(since, done))]
    return Due(*min(dues, key=itemgetter(0))) if dues else None


def _runs(playbook: Playbook, rhythm: Rhythm, today: date) -> bool:
    if not rhythm.phases:
        return True
    phases = (phase for phase in playbook.phases if phase.key in rhythm.phases)
    return any(phase.starts <= today <= phase.ends for phase in phases)


def windows_ahead(playbook: Playbook, rhythm: Rhythm, *, today: date) -> list[Window]:
    """The windows of a rhythm that have not passed yet, the first one first."""
    return windows_between(playbook, rhythm.window or "", since=today, until=today + AHEAD)


def is_running(campaign: Campaign, *, today: date) -> bool:
    return campaign.starts <= today <= (campaign.ends or today)


def running(campaign: Campaign, *, today: date) -> list[Rhythm]:
    """The rhythms of a campaign that ask for visits on this day: none once it is over."""
    if not is_running(campaign, today=today):
        return []
    playbook = campaign.playbook
    return [one for one in playbook.rhythms if _runs(playbook, one, today)]


@lru_cache(maxsize=4096)  # the pairs of a page were visited on the same few days
def months_after(day: date, months: int) -> date:
    """The same day so many months on, or a shorter month's last: 31 August + 6 → 28 February."""
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def latest_before(today: date, *, months: int) -> date:
    """The latest day of a visit that is overdue today: `months_after` it lies before today."""
    yesterday = today - timedelta(days=1)
    total = yesterday.year * 12 + yesterday.month - 1 - months
    year, month = total // 12, total % 12 + 1
    length = monthrange(year, month)[1]
    is_month_end = yesterday.day == monthrange(yesterday.year, yesterday.month)[1]
    return date(year, month, length if is_month_end else min(yesterday.day, length))


def dues(
    pairs: Iterable[Pair], *, today: date, done: DoneByPair | None = None
) -> dict[int, Due | None]:
    """What falls due next for each of these pairs; one query for all, unless `done` is known.

    Visits of a helper before (`previous`) do not count: the new one is to come in person.
    """
    rows = list(pairs)
    done = _done(rows) if done is None else done
    asked: dict[tuple[int, str], list[_Asked]] = {}  # the same for all pairs of a kind
    found: dict[int, Due | None] = {}
    for pair in rows:
        key = (pair.campaign_id, pair.kind)
        if key not in asked:
            is_on = is_running(pair.campaign, today=today)
            asked[key] = _asked(pair.campaign.playbook, pair.kind, today=today) if is_on else []
        is_over = pair.overlap_until is not None and pair.overlap_until < today
        own = [] if is_over else asked[key]
        found[pair.pk] = _first(own, since=pair.since, done=done.get(pair.pk, {}))
    return found


def _done(pairs: Iterable[Pair]) -> DoneByPair:
    found: DoneByPair = {}
    visits = Activity.objects.standing().filter(pair__in=[pair.pk for pair in pairs]).order_by()
    for pk, kind, day in visits.values_list("pair", "kind", "day"):
        found.setdefault(pk, {}).setdefault(kind, []).append(day)
    return found
