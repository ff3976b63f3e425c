from datetime import date

import pytest

from jiedui.campaigns import playbook
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.fieldwork.rhythm import Due, months_after, next_due

SINCE = date(2024, 1, 10)
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def panjin():
    return playbook.built_in("panjin")


def due(book, **done):
    return next_due(book, "kin", since=SINCE, done=done, today=TODAY)


def test_months_are_counted_from_the_last_visit(panjin):
    assert due(panjin, visit=[date(2026, 10, 1), date(2026, 9, 1)]).day == date(2026, 12, 1)


def test_a_pair_never_visited_is_late_since_its_beginning(panjin):
    found = due(panjin)
    assert found.day == months_after(SINCE, 2)
    assert found.is_late(TODAY)


def test_a_telephone_call_is_no_visit(panjin):
    assert due(panjin, phone_call=[TODAY]) == due(panjin)


def test_whoever_came_to_help_has_been_there(panjin):
    helped = due(panjin, visit=[date(2026, 2, 6)], steady_help=[date(2026, 10, 19)])
    assert helped.day == date(2026, 12, 19)


def test_a_festival_comes_before_the_next_regular_visit(panjin):
    """Spring Festival 2027 is on 6 February; a visit weeks earlier is not the festival's."""
    early, festive = date(2027, 1, 5), date(2027, 2, 1)
    window = windows_between(panjin, "spring_festival", since=early, until=date(2027, 3, 1))[0]
    assert window.starts <= festive <= window.ends
    assert early < window.starts
    before = next_due(panjin, "kin", since=SINCE, done={"visit": [early]}, today=early)
    assert before.day == window.ends
    after = next_due(panjin, "kin", since=SINCE, done={"visit": [early, festive]}, today=festive)
    assert after.day == months_after(festive, 2)


def test_a_visit_by_the_leader_is_the_visit_of_the_festival(panjin):
    early, festive = date(2027, 1, 5), date(2027, 2, 1)
    for kind in ("leader_visit", "steady_help"):
        done = {"visit": [early], kind: [festive]}
        found = next_due(panjin, "kin", since=SINCE, done=done, today=festive)
        assert found.day == months_after(festive, 2)
    called = {"visit": [early], "phone_call": [festive]}
    assert next_due(panjin, "kin", since=SINCE, done=called, today=festive).day == date(2027, 2, 6)


def test_another_kind_of_pair_has_no_due_day(panjin):
    assert next_due(panjin, "nothing", since=SINCE, done={}, today=TODAY) is None


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 15), 24, date(2028, 1, 15)),
    ],
)
def test_months_end_where_a_shorter_month_ends(day, months, then):
    assert months_after(day, months) == then


def test_late_is_after_the_day_not_on_it():
    assert not Due(TODAY, "").is_late(TODAY)
    assert Due(date(2026, 11, 21), "").is_late(TODAY)
