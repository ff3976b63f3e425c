"""A list is written in portions; whatever stops it, nothing of it is left half-done."""

import pytest
from registers import bring_in, everything, home, send, sheet

from jiedui.core import audit
from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.households import actions as households
from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.imports.models import Upload, WritingTurn
from jiedui.imports.staging import checking
from jiedui.imports.writing import records
from jiedui.imports.writing.turns import Turn

pytestmark = pytest.mark.django_db
FAMILIES = 2 * records.PORTION + 40
# No two sound alike.
GIVEN = "安邦成德恩丰刚恒军凯良明宁朋强仁思涛旺鑫勇"
SECOND = "白灿冬方国海江雷民南鹏琴容松亭伟欣延泽志祖"


class _Killed(BaseException):
    """The end of a process: nothing catches it."""


def _families(count=FAMILIES, size=2):
    rows = []
    for n in range(count):
        name = "王李张刘陈"[n % 5] + GIVEN[n // 21] + SECOND[n % 21]
        rows.append(home(number=f"H{n}", name=name, born=f"19{40 + n % 50}-03-{1 + n % 28:02d}"))
        if size > 1:
            child = name[0] + SECOND[n % 21] + GIVEN[n // 21]
            born = f"20{n % 20:02d}-{1 + n // 20 % 12}-{1 + n // 240}"
            rows.append(home(number=f"H{n}", name=child, relation="子", born=born))
    return sheet(*rows)


def _at(portion, act):
    """A watcher of the job that does something before this portion is written."""
    seen = []

    def tell(_percent, message):
        if message == "Writing the register":
            seen.append(message)
            if len(seen) == portion:
                act()

    return tell


def _raise(error):
    raise error


def _state(upload, state):
    Upload.objects.filter(pk=upload.pk).update(state=state)
    upload.refresh_from_db()


def _without_versions():
    rows = everything()
    for one in (row for found in rows.values() for row in found):
        one.pop("version", None)
    return rows


def test_portions_keep_families_together(office, willow_village):
    upload = send("households", _families(), by=office)
    ready = records.portions(_looked(upload).comparison)
    assert len(ready) > 2
    for rows in ready:
        numbers = [row.row.values["household_code"] for row in rows]
        assert all(numbers.count(one) == 2 for one in numbers)


def _looked(upload):
    return checking.analyse(upload)


def test_killed_in_the_middle_it_is_whole_after_the_next_start(office, willow_village):
    before = everything()
    upload = send("households", _families(), by=office)
    _state(upload, "applying")
    with pytest.raises(_Killed):
        actions._apply(upload, _at(3, lambda: _raise(_Killed())), by=office)
    half = Household.objects.count()
    assert 0 < half < FAMILIES
    assert everything() != before
    actions.run_apply(str(upload.pk), lambda *_done, **_said: None)
    upload.refresh_from_db()
    assert upload.state == Upload.State.APPLIED
    assert (Household.objects.count(), Person.objects.count()) == (FAMILIES, 2 * FAMILIES)
    assert audit.verify().broken is None


def test_given_up_after_three_tries_it_is_taken_back(office, willow_village):
    before = everything()
    upload = send("households", _families(), by=office)
    _state(upload, "applying")
    with pytest.raises(_Killed):
        actions._apply(upload, _at(3, lambda: _raise(_Killed())), by=office)
    upload.job = Job.objects.create(runner="imports.apply", subject=str(upload.pk), state="failed")
    upload.save()
    actions.recover(upload)
    assert (upload.state, upload.job.runner) == ("applying", "imports.take_back")
    actions.run_take_back(str(upload.pk), lambda *_done, **_said: None)
    upload.refresh_from_db()
    assert upload.state == Upload.State.CHECKED
    assert everything() == before


def test_what_somebody_changes_meanwhile_is_not_overwritten(office, willow_village):
    bring_in("households", _families(size=1), by=office)
    Household.objects.filter(number=f"H{FAMILIES - 1}").update(size=7)
    Household.objects.exclude(number=f"H{FAMILIES - 1}").update(size=8)
    upload = send("households", _families(size=1), by=office)
    before = _without_versions()
    last = Household.objects.get(number=f"H{FAMILIES - 1}")

    def amend():
        households.amend(last, {"difficulty": 50}, version=last.version, by=None)

    _state(upload, "applying")
    with pytest.raises(Refused, match="changed since the preview"):
        actions._apply(upload, _at(2, amend), by=office)
    for one in before["Household"]:
        one["difficulty"] = 50 if one["id"] == last.pk else one["difficulty"]
    assert _without_versions() == before


def test_a_number_taken_meanwhile_takes_the_whole_list_back(office, willow_village, today):
    upload = send("households", _families(size=1), by=office)
    values = {
        "number": f"H{FAMILIES - 1}", "head": "早到", "place": willow_village, "since": today,
        "kind": "allowance",
    }  # fmt: skip
    _state(upload, "applying")
    with pytest.raises(Refused):
        actions._apply(upload, _at(2, lambda: households.register(values, by=None)), by=office)
    assert [h.head for h in Household.objects.all()] == ["早到"]
    upload.refresh_from_db()
    assert upload.state == Upload.State.CHECKED
    assert upload.counts["doubtful"] == 1  # the preview has been made anew
    assert audit.verify().broken is None


def test_one_list_at_a_time(office, willow_village):
    upload = send("households", _families(5), by=office)
    other = Turn(upload=0)
    assert other.take()
    with pytest.raises(Refused, match="Another list"):
        actions._apply(upload, checking.silent, by=office)
    assert not Household.objects.exists()
    other.give_back()
    actions._apply(upload, checking.silent, by=office)
    assert Household.objects.count() == 5
    assert WritingTurn.objects.get().token == ""
