"""On which days activities are held, and how reliable each organisation is."""

from datetime import date, timedelta

from jiedui.campaigns.playbook.playbook import by_key
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.demo.context import Context
from jiedui.demo.dates import usually_working
from jiedui.demo.declaration import Activities
from jiedui.demo.registers import Registers

Days = tuple[date, date]


def reliability(context: Context, registers: Registers) -> dict[int, float]:
    """How far each organisation keeps to its tasks, from 0.35 to 0.99: a few are slow."""
    return {
        one.id: min(0.99, 0.35 + 0.75 * context.rng.betavariate(5, 1.4))
        for one in registers.organisations.all
    }


def days_of(context: Context, declared: Activities, count: int) -> list[date]:
    """So many days, in order: inside the windows or the phase declared, else over the campaign."""
    stretches = _stretches(context, declared)
    numbers = [0] * len(stretches)
    for turn in range(count):
        numbers[turn % len(stretches)] += 1
    found = [
        day
        for (first, last), number in zip(stretches, numbers, strict=True)
        for day in spread_days(context, first, last, number)
    ]
    return sorted(found)


def spread_days(context: Context, first: date, last: date, count: int) -> list[date]:
    """So many days between two, mostly working days and never after the last or today."""
    last = min(last, context.today)
    first = min(first, last)
    days = [context.day_between(first, last) for _turn in range(count)]
    moved = (usually_working(day, draw=context.rng.random()) for day in days)
    return sorted(max(first, min(day, last)) for day in moved)


def _stretches(context: Context, declared: Activities) -> list[Days]:
    first = context.starts + timedelta(days=declared.first_day)
    if declared.window:
        found = windows_between(context.playbook, declared.window, since=first, until=context.today)
        inside = [(max(one.starts, first), one.ends) for one in found]
        if inside:
            return inside
    if declared.phase:
        phase = by_key(context.playbook.phases)[declared.phase]
        return [(min(phase.starts, context.today), phase.ends)]
    return [(min(first, context.today), context.today)]


def windows_of(context: Context, kind: str, first_day: int) -> list[Days]:
    """The windows of the rhythm of this kind, or its months back from today."""
    first = context.starts + timedelta(days=first_day)
    rhythm = next(one for one in context.playbook.rhythms if one.activity == kind)
    if rhythm.window:
        found = windows_between(context.playbook, rhythm.window, since=first, until=context.today)
        return [(one.starts, one.starts) for one in found if one.starts >= first]
    length = timedelta(days=30 * (rhythm.every_months or 1))
    found_days, last = list[Days](), context.today
    while last - length >= first:
        found_days.append((last - length + timedelta(days=1), last))
        last -= length
    return found_days
