"""When a pair is to meet next, from the rhythms of its playbook and what was done."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import Playbook
from jiedui.campaigns.playbook.calendar import Rhythm
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.engines.seasons import Window
from jiedui.fieldwork.models import Activity
from jiedui.pairing.models import Pair

AHEAD = timedelta(days=400)  # a yearly window is always inside
DONE = Mapping[str, Sequence[date]]  # days by kind of activity


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
    rhythms = [
        one for one in playbook.rhythms if one.pairing == pairing and _runs(playbook, one, today)
    ]
    dues = (_due(playbook, one, since, _days(one, done), today) for one in rhythms)
    return min((due for due in dues if due), key=lambda due: due.day, default=None)


def _days(rhythm: Rhythm, done: DONE) -> Sequence[date]:
    return [day for kind in (rhythm.activity, *rhythm.also) for day in done.get(kind, ())]


def _runs(playbook: Playbook, rhythm: Rhythm, today: date) -> bool:
    if not rhythm.phases:
        return True
    phases = (phase for phase in playbook.phases if phase.key in rhythm.phases)
    return any(phase.starts <= today <= phase.ends for phase in phases)


def _due(
    playbook: Playbook, rhythm: Rhythm, since: date, days: Sequence[date], today: date
) -> Due | None:
    if rhythm.every_months:
        return Due(months_after(max(days, default=since), rhythm.every_months), str(rhythm.name))
    for window in windows_ahead(playbook, rhythm, today=today):
        times = sum(window.starts <= day <= window.ends for day in days)
        if times < rhythm.times:
            return Due(window.ends, str(rhythm.name))
    return None


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


def dues(pairs: Iterable[Pair], *, today: date) -> dict[int, Due | None]:
    """What falls due next for each of these pairs; one query for all of them.

    Visits of a helper before (`previous`) do not count: the new one is to come in person.
    """
    rows = list(pairs)
    done: dict[int, dict[str, list[date]]] = {pair.pk: {} for pair in rows}
    visits = Activity.objects.standing().filter(pair__in=list(done)).order_by()
    for pk, kind, day in visits.values_list("pair", "kind", "day"):
        done[pk].setdefault(kind, []).append(day)
    return {pair.pk: _due_of(pair, done[pair.pk], today) for pair in rows}


def _due_of(pair: Pair, done: DONE, today: date) -> Due | None:
    is_over = pair.overlap_until is not None and pair.overlap_until < today
    if is_over or not is_running(pair.campaign, today=today):
        return None
    playbook = pair.campaign.playbook
    return next_due(playbook, pair.kind, since=pair.since, done=done, today=today)
