"""The running month up to the day of a snapshot, and the same days a year ago."""

from calendar import monthrange
from datetime import date

from jiedui.campaigns.playbook import Playbook
from jiedui.campaigns.playbook.publishing import Figure
from jiedui.figures.history import is_dated

Period = tuple[date, date]


def figure(playbook: Playbook) -> Figure | None:
    """What the playbook counts first over time: its dashboards put first what matters most."""
    keys = (key for one in playbook.dashboards if one.over_time for key in one.figures)
    return next((f for f in map(playbook.figure, keys) if is_dated(f)), None)


def periods(as_of: date) -> tuple[Period, Period]:
    """This month and last year's, both up to the same day: a month is compared with its like."""
    last = as_of.year - 1
    day = min(as_of.day, monthrange(last, as_of.month)[1])
    return (as_of.replace(day=1), as_of), (date(last, as_of.month, 1), date(last, as_of.month, day))
