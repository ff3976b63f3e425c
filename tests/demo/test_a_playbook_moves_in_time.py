"""Whatever the day, the campaign is running, and its festivals lie where festivals lie."""

from datetime import date, timedelta

import pytest

from jiedui.campaigns import playbook as playbooks
from jiedui.demo import dates

DAYS = [
    date(2026, 1, 3),
    date(2026, 2, 17),
    date(2026, 3, 28),
    date(2026, 6, 19),
    date(2026, 11, 22),
]
DAYS += [date(2027, 12, 31), date(2028, 2, 29)]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", ["panjin", "xiejiaji"])
def test_the_campaign_runs_on_any_day(name, day):
    moved = dates.moved(playbooks.source(name), today=day)
    assert playbooks.check(moved) == []
    about = playbooks.load(moved, name=name).campaign
    assert about.starts < day <= about.ends - timedelta(days=30)
    assert about.starts.month == playbooks.built_in(name).campaign.starts.month


@pytest.mark.parametrize("day", DAYS)
def test_the_counted_festival_is_over(day):
    book = playbooks.load(dates.moved(playbooks.source("panjin"), today=day), name="panjin")
    figure = book.figure("gifts.two_festivals")
    first, last = figure.where[0].low, figure.where[0].high
    assert isinstance(first, date) and isinstance(last, date)
    assert (first.month, first.day, last.month) == (12, 25, 2)
    assert book.campaign.starts < first < last < day


def test_years_in_a_bulletin_move_too():
    moved = dates.moved(playbooks.source("panjin"), today=date(2026, 11, 22))
    assert "year=2026" in moved
    assert "year=2016" not in moved


def test_comments_stay():
    source = playbooks.source("panjin")
    moved = dates.moved(source, today=date(2026, 11, 22))
    assert source.count("\n#") == moved.count("\n#") > 5


def test_visits_avoid_most_weekends():
    saturday = date(2026, 11, 21)
    assert dates.usually_working(saturday, draw=0.1) == date(2026, 11, 20)
    assert dates.usually_working(saturday, draw=0.9) == saturday
