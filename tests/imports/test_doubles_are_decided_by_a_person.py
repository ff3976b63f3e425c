"""Rows that may be somebody of the registers under another spelling wait for a decision."""

import pytest
from registers import bring_in, done, facts, home, send, sheet

from jiedui.core.refusals import Refused
from jiedui.households.models import Household
from jiedui.imports import actions
from jiedui.imports.matching import matches

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhang(office, willow_village):
    bring_in("households", sheet(home(number="", name="张红军", born="")), by=office)
    return Household.objects.get()


@pytest.mark.parametrize("name", ["张宏军", "张红君", "章红军", "張紅軍"])
def test_names_that_sound_or_mean_the_same_are_doubtful(office, zhang, name):
    upload = send("households", sheet(home(number="", name=name, born="")), by=office)
    row = upload.rows.get()
    assert row.outcome == "doubtful"
    assert list(matches.within_reach("households", [row], by=office)[row.pk]) == [zhang.pk]
    with pytest.raises(Refused):
        done(actions.apply(upload, by=office), upload)


@pytest.mark.parametrize("name", ["张红", "李红军", "张建国", "王红军"])
def test_other_names_are_new(office, zhang, name):
    upload = send("households", sheet(home(number="", name=name, born="")), by=office)
    assert upload.rows.get().outcome == "new"


def test_the_same_name_in_another_village_is_new(office, zhang, other_village):
    row = home("榆树村", number="", name="张红军", born="")
    assert send("households", sheet(row), by=office).counts["new"] == 1


def test_another_birth_is_another_person(office, willow_village):
    bring_in("households", sheet(home(number="", name="张红军")), by=office)
    row = home(number="", name="张宏军", born="1961-07-08")
    assert send("households", sheet(row), by=office).counts["new"] == 1


def test_an_identity_number_is_surer_than_a_name(office, willow_village):
    import lists

    head = ["村", "户主姓名", "证件号码", "户属性"]
    number = lists.identity(1)
    content = lists.xlsx([head, ["柳树村", "张红军", number, "低保户"]])
    bring_in("households", content, by=office)
    again = lists.xlsx([head, ["柳树村", "张宏军", number, "低保户"]])
    upload = send("households", again, by=office)
    assert upload.counts["changed"] == 1


def test_decided_to_be_the_same_it_changes_the_one_that_exists(office, zhang):
    upload = send("households", sheet(home(number="", name="张宏军", born="", size=4)), by=office)
    actions.decide(upload, [upload.rows.get().pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    zhang.refresh_from_db()
    assert (zhang.head, zhang.size) == ("张宏军", 4)
    assert Household.objects.count() == 1


def test_decided_to_be_somebody_else_it_is_new(office, zhang):
    content = sheet(home(number="", name="张宏军", born=""))
    upload = send("households", content, by=office)
    actions.decide(upload, [upload.rows.get().pk], "new", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.count() == 2
    assert bring_in("households", content, by=office).counts["same"] == 1


def test_left_out_it_and_its_people_are_not_written(office, zhang):
    content = sheet(
        home(number="H9", name="张宏军", born=""),
        home(number="H9", name="张小满", relation="子", born="1999-01-01", kind=""),
    )
    upload = send("households", content, by=office)
    doubtful = upload.rows.get(is_doubtful=True)
    actions.decide(upload, [doubtful.pk], "skip", by=office)
    done(actions.apply(upload, by=office), upload)
    upload.refresh_from_db()
    assert upload.counts["skipped"] == 2
    assert Household.objects.count() == 1


def test_a_number_under_another_name_is_asked_about(office, willow_village):
    bring_in("households", sheet(home(name="李安平")), by=office)
    upload = send("households", sheet(home(name="周秋月")), by=office)
    assert upload.rows.get().outcome == "doubtful"


def test_the_command_line_leaves_doubtful_rows_out(zhang):
    told = facts("households", sheet(home(number="", name="张宏军", born="")), apply=True)
    assert (told["duplicates"], told["new"]) == (1, 0)
    assert Household.objects.count() == 1


def test_rows_like_one_of_the_registers_are_compared_with_each_other(office, zhang):
    rows = [home(number="", name=name, born="") for name in ("张宏军", "张红君")]
    upload = send("households", sheet(*rows), by=office)
    first, second = upload.rows.filter(is_doubtful=True)
    assert list(matches.within_reach("households", [first], by=office)[first.pk]) == [zhang.pk]
    known, twin = matches.within_reach("households", [second], by=office)[second.pk]
    assert (known, twin < 0) == (zhang.pk, True)
    actions.decide(upload, [first.pk], "new", by=office)
    actions.decide(upload, [second.pk], "same", by=office, target=twin)
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.count() == 2
