"""Every window of the shipped playbooks in 2027 and 2030, by hand from reference R13."""

from datetime import date, timedelta

import pytest
from lunar_python import Solar

from jiedui.campaigns import playbook
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.engines import seasons

# Windows that begin in the year, or the one of the winter that ends in it.
DAYS = """
panjin spring_festival 2027-01-17 2027-02-06
panjin spring_festival 2030-01-14 2030-02-03
panjin dragon_boat 2027-05-30 2027-06-09
panjin dragon_boat 2030-05-26 2030-06-05
panjin mid_autumn 2027-09-05 2027-09-15
panjin mid_autumn 2030-09-02 2030-09-12
panjin spring_ploughing 2027-04-01 2027-06-10
panjin spring_ploughing 2030-04-01 2030-06-10
panjin autumn_harvest 2027-09-11 2027-10-20
panjin autumn_harvest 2030-09-11 2030-10-20
panjin two_festivals 2026-12-23 2027-02-20
panjin two_festivals 2029-12-20 2030-02-17
panjin year_end 2027-11-15 2027-12-31
panjin year_end 2030-11-15 2030-12-31
xiejiaji party_day 2027-06-16 2027-07-06
xiejiaji party_day 2030-06-16 2030-07-06
xiejiaji letters 2027-04-01 2027-04-30
xiejiaji letters 2027-05-01 2027-05-31
xiejiaji letters 2030-04-01 2030-04-30
xiejiaji letters 2030-05-01 2030-05-31
xiejiaji star_review 2027-11-01 2027-12-10
xiejiaji star_review 2030-11-01 2030-12-10
"""
ROWS = [line.split() for line in DAYS.split("\n") if line]


@pytest.fixture(scope="module")
def books():
    return {key: playbook.load(playbook.source(key), name=key) for key in ("panjin", "xiejiaji")}


def found(book, key, year):
    """Windows of one key that end in this year; those over New Year count where they end."""
    since, until = date(year, 1, 1), date(year, 12, 31)
    spans = windows_between(book, key, since=since, until=until)
    return [(w.starts, w.ends) for w in spans if w.ends.year == year]


@pytest.mark.parametrize("year", [2027, 2030])
@pytest.mark.parametrize(("name", "key"), sorted({(row[0], row[1]) for row in ROWS}))
def test_every_window_is_what_the_reference_says(books, name, key, year):
    expected = [
        (date.fromisoformat(first), date.fromisoformat(last))
        for one, window, first, last in ROWS
        if (one, window) == (name, key) and last.startswith(str(year))
    ]
    assert expected
    assert found(books[name], key, year) == expected


@pytest.mark.parametrize("name", ["panjin", "xiejiaji"])
def test_no_window_of_the_playbook_was_forgotten_here(books, name):
    regular = {"theme_day", "friday", "quarter", "hundred_days"}  # tested below
    named = {row[1] for row in ROWS if row[0] == name}
    assert {window.key for window in books[name].windows} - regular == named


def test_theme_days_and_first_fridays_move_only_their_end_over_days_of_rest(books):
    theme = dict(found(books["xiejiaji"], "theme_day", 2027))
    assert len(theme) == 12
    assert theme[date(2027, 1, 10)] == date(2027, 1, 17)  # a Sunday
    assert theme[date(2027, 3, 10)] == date(2027, 3, 10)  # a Wednesday
    fridays = dict(found(books["xiejiaji"], "friday", 2027))
    assert fridays[date(2027, 1, 1)] == date(2027, 1, 8)  # New Year's Day
    assert fridays[date(2027, 2, 5)] == date(2027, 2, 5)
    assert [day.weekday() for day in dict(found(books["xiejiaji"], "friday", 2030))] == [4] * 12
    quarters = [first for first, _last in found(books["panjin"], "quarter", 2030)]
    assert quarters == [date(2030, month, 1) for month in (1, 4, 7, 10)]
    assert found(books["xiejiaji"], "hundred_days", 2018) == [(date(2018, 5, 1), date(2018, 8, 8))]


# The last day of the lunar year has the number 29 from 2025 to 2029, and 30 in 2024 and 2030.
EVES = {2024: 30, 2025: 29, 2026: 29, 2027: 29, 2028: 29, 2029: 29, 2030: 30}


@pytest.mark.parametrize(("year", "number"), EVES.items())
def test_the_eve_is_the_day_before_whether_it_is_the_29th_or_the_30th(year, number):
    rule = seasons.Festival(festival="spring_festival", before=1)
    (window,) = seasons.windows(rule, date(year, 1, 10), date(year, 3, 1))
    eve = window.starts
    lunar = Solar.fromYmd(eve.year, eve.month, eve.day).getLunar()
    assert (lunar.getMonth(), lunar.getDay()) == (12, number)
    assert window.ends - eve == timedelta(days=1)


# Years with a leap month: festivals follow the first month of the number, never the leap one.
# Days as published: leap 4th month 2020, 6th 2025, 5th 2028, 3rd 2031, 11th 2033, 6th 2036.
LEAP = [
    (2020, "dragon_boat", "2020-06-25"), (2020, "mid_autumn", "2020-10-01"),
    (2025, "mid_autumn", "2025-10-06"), (2028, "dragon_boat", "2028-05-28"),
    (2031, "spring_festival", "2031-01-23"), (2031, "mid_autumn", "2031-10-01"),
    (2033, "mid_autumn", "2033-09-08"), (2034, "spring_festival", "2034-02-19"),
    (2034, "laba", "2034-01-27"), (2036, "mid_autumn", "2036-10-04"),
]  # fmt: skip


@pytest.mark.parametrize(("year", "festival", "day"), LEAP)
def test_a_leap_month_moves_no_festival_to_a_wrong_month(year, festival, day):
    assert seasons.festival_day(festival, year=year) == date.fromisoformat(day)


def test_a_window_over_new_year_is_one_window_seen_from_either_side(books):
    two = (date(2029, 12, 20), date(2030, 2, 17))
    for day in (date(2029, 12, 20), date(2029, 12, 31), date(2030, 1, 1), date(2030, 2, 17)):
        spans = windows_between(books["panjin"], "two_festivals", since=day, until=day)
        assert [(w.starts, w.ends) for w in spans] == [two]


@pytest.mark.parametrize("edge", [date.min, date(1988, 6, 1), date(2092, 3, 1), date.max])
def test_days_beyond_the_calendar_have_no_windows_and_nothing_falls(books, edge):
    for name, book in books.items():
        for window in book.windows:
            assert windows_between(book, window.key, since=edge, until=edge) == [], name
    since_ever = windows_between(books["panjin"], "year_end", since=date.min, until=date.max)
    assert (since_ever[0].starts.year, since_ever[-1].starts.year) == (1989, 2091)


@pytest.mark.parametrize("year", ["0001", "1989", "2091", "9999"])
def test_a_playbook_beyond_the_calendar_is_told_so_in_a_sentence(year):
    text = playbook.source("panjin")
    line = next(line for line in text.split("\n") if line.startswith("ends = "))
    (mistake, *_more) = playbook.check(text.replace(line, f"ends = {year}-12-31", 1))
    assert mistake.line == text.split("\n").index(line) + 1
    assert "1990" in mistake.expected
    assert "2090" in mistake.expected
