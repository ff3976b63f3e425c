"""Who comes or leaves by a list changes the size of the household, as on its page."""

from datetime import date, timedelta

import lists
import pytest
from registers import bring_in, done, send, work
from sizes import amended, people, size, undone

from jiedui.households import actions as households
from jiedui.households.models import Person
from jiedui.imports import actions

pytestmark = pytest.mark.django_db


def test_who_comes_is_counted_and_undone(office, family):
    data = people(family, ["秦一", "孙子", "2021-01-01", ""], ["秦二", "孙子", "2022-01-01", ""])
    upload = bring_in("people", data, by=office)
    assert size(family) == 4
    done(actions.undo(upload, by=office), upload)
    assert size(family) == 2
    assert Person.objects.filter(household=family).count() == 2


@pytest.mark.parametrize("stays", ["秦一", "秦二"])
def test_half_of_those_who_came_stay(office, family, stays):
    data = people(family, ["秦一", "孙子", "2021-01-01", ""], ["秦二", "孙子", "2022-01-01", ""])
    upload = bring_in("people", data, by=office)
    assert size(family) == 4
    amended(stays, ethnic="满族")
    undone(upload, office, kept=1)
    assert size(family) == Person.objects.filter(household=family).count() == 3


@pytest.mark.parametrize("first", ["秦子", "秦一"])
@pytest.mark.parametrize("stays", ["秦子", "秦一"])
def test_one_came_and_one_left_and_one_of_them_stays(office, family, first, stays):
    rows = {"秦子": ["秦子", "儿子", "", "2024-05-01"], "秦一": ["秦一", "孙子", "2021-01-01", ""]}
    order = [rows.pop(first), *rows.values()]
    upload = bring_in("people", people(family, *order), by=office)
    assert size(family) == 2
    amended(stays, ethnic="满族")
    undone(upload, office, kept=1)
    assert size(family) == Person.objects.filter(household=family, ended=None).count()


def test_half_of_those_who_left_stay_away(office, family):
    values = {"name": "秦三", "relation": "grandson", "since": date(2020, 1, 1)}
    households.add_person(family, values, by=None)
    type(family).objects.filter(pk=family.pk).update(size=4)  # one is not written down
    rows = (["秦子", "儿子", "", "2024-05-01"], ["秦三", "孙子", "", "2024-05-01"])
    upload = bring_in("people", people(family, *rows), by=office)
    assert size(family) == 2
    amended("秦子", ethnic="满族")
    undone(upload, office, kept=1)
    assert size(family) == 3


def test_half_of_a_long_list_stays(office, family):
    """Rows of one household that were written in different portions."""
    born = [date(1990, 1, 1) + timedelta(days=20 * n) for n in range(450)]
    rows = [[f"秦{chr(0x4E00 + n)}", "孙子", str(day), ""] for n, day in enumerate(born)]
    upload = send("people", people(family, *rows), by=office)
    doubtful = [row.pk for row in upload.rows.filter(is_doubtful=True)]
    actions.decide(upload, doubtful, "new", by=office)
    work()
    done(actions.apply(upload, by=office), upload)
    assert size(family) == 452
    for n in (3, 222, 440):
        amended(f"秦{chr(0x4E00 + n)}", ethnic="满族")
    undone(upload, office, kept=3)
    assert size(family) == Person.objects.filter(household=family).count() == 5


def test_a_size_that_somebody_wrote_since_stays(office, family):
    data = people(family, ["秦一", "孙子", "2021-01-01", ""], ["秦二", "孙子", "2022-01-01", ""])
    upload = bring_in("people", data, by=office)
    family.refresh_from_db()
    households.amend(family, {"size": 9}, version=family.version, by=office)
    done(actions.undo(upload, by=office), upload)
    assert size(family) == 9


def test_who_was_counted_before_is_not_counted_twice(office, family):
    type(family).objects.filter(pk=family.pk).update(size=3)
    bring_in("people", people(family, ["秦一", "孙子", "2021-01-01", ""]), by=office)
    assert size(family) == 3


def test_who_leaves_is_taken_off(office, family):
    bring_in("people", people(family, ["秦子", "儿子", "", "2024-05-01"]), by=office)
    assert size(family) == 1


def test_one_comes_and_one_leaves(office, family):
    rows = (["秦子", "儿子", "", "2024-05-01"], ["秦一", "孙子", "2021-01-01", ""])
    bring_in("people", people(family, *rows), by=office)
    assert size(family) == 2


def test_who_left_before_the_list_is_not_counted(office, family):
    rows = (["秦老", "父亲", "1930-01-01", "2021-01-01"],)
    bring_in("people", people(family, *rows), by=office)
    assert size(family) == 2


def test_a_list_of_households_that_says_no_size(office, family, willow_village):
    head = ["村", "户编号", "姓名", "与户主关系", "户属性"]
    rows = [
        [willow_village.name, family.number, family.head, "户主", "低保户"],
        [willow_village.name, family.number, "秦一", "孙子", "低保户"],
    ]
    bring_in("households", lists.xlsx([head, *rows]), by=office)
    assert size(family) == 3
    more = [[*row, "家庭人口" if not n else 7] for n, row in enumerate([head, *rows])]
    more.append([willow_village.name, family.number, "秦二", "孙子", "低保户", 7])
    bring_in("households", lists.xlsx(more), by=office)
    assert size(family) == 7


def test_the_preview_says_it(office, family, client):
    data = people(family, ["秦一", "孙子", "2021-01-01", ""], ["秦子", "儿子", "", "2024-05-01"])
    upload = send("people", data, by=office)
    client.force_login(office)
    assert upload.counts["new"] == upload.counts["changed"] == 1
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "2 → " not in page  # one comes, one leaves
    upload = send("people", people(family, ["秦一", "孙子", "2021-01-01", ""]), by=office)
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "人数</dt><dd>2 → 3" in page


@pytest.mark.parametrize("wrong", [0, 1])
def test_a_row_with_a_mistake_counts_for_nobody(office, family, today, wrong):
    rows = [["秦一", "孙子", "2021-01-01", ""], ["秦二", "孙子", "2022-01-01", ""]]
    rows[wrong][2] = (today + timedelta(days=3)).isoformat()
    bring_in("people", people(family, *rows), by=office)
    assert size(family) == Person.objects.filter(household=family).count() == 3
