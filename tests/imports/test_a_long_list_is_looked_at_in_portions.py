"""Rows that are households of their own are judged in portions; nobody notices where one ends."""

from dataclasses import replace
from itertools import islice

import lists
import pytest

from jiedui.core.models import Job
from jiedui.imports import actions
from jiedui.imports.matching import matches
from jiedui.imports.staging import checking
from jiedui.places.models import Place

PORTION = 2_000  # rows


@pytest.fixture
def villages(db):
    Place.objects.create(path="211104100200", code="211104100200", name="柳树村", level="village")


def received(rows):
    content = lists.xlsx([["户编号", "户主", "行政村", "身份证号", "电话"], *rows])
    upload = actions.receive("households", "list.xlsx", [content], by=None)
    actions._check(upload, checking.silent)
    return upload


def families(count):
    """So many households whose heads have nothing in common."""
    signs = "伟芳敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英"
    return [
        [
            f"H{n:05d}", "张王李赵刘陈"[n % 6] + signs[n % 22] + signs[n // 22 % 22], "柳树村",
            lists.identity(n, birth=f"{1935 + n % 60}{1 + n % 12:02d}{1 + n // 60 % 28:02d}",
                           area=f"2111{n // 1000 + 10}"), f"139{n:08d}",
        ]
        for n in range(count)
    ]  # fmt: skip


def test_a_row_is_compared_with_those_of_earlier_portions(villages):
    rows = families(PORTION + 20)
    rows[-1] = ["H99999", *rows[0][1:]]
    upload = received(rows)
    [double] = upload.rows.filter(is_doubtful=True, number=len(rows) + 1)
    assert [first.number for first in matches.twins(double).values()] == [2]


def test_portions_and_the_whole_list_say_the_same(villages):
    upload = received(families(PORTION + 20))
    assert checking.analyse(upload).seal == upload.seal
    assert upload.counts["rows"] == PORTION + 20


class Interrupted(list):
    """Rows during which the program is ended, or fails."""

    error = KeyboardInterrupt

    def __iter__(self):
        yield from islice(super().__iter__(), 1)
        raise self.error


class Failing(Interrupted):
    error = ZeroDivisionError


def test_a_look_that_fails_leaves_the_one_before_as_it_was(villages):
    rows = families(3)
    rows[2] = ["H99999", *rows[0][1:]]
    upload = received(rows)
    before = list(upload.rows.values_list("pk", flat=True))
    flaws = list(upload.flaws.values_list("pk", flat=True))
    looked = checking.analyse(upload)
    with pytest.raises(ZeroDivisionError):
        checking._store(upload, looked, Failing([looked.staged] * 2), state="checked")
    assert list(upload.rows.values_list("pk", flat=True)) == before
    assert list(upload.flaws.values_list("pk", flat=True)) == flaws


def test_an_interrupted_look_forgets_no_decision(villages):
    rows = families(3)
    rows[2] = ["H99999", *rows[0][1:]]
    upload = received(rows)
    actions.decide(upload, upload.rows.values_list("pk", flat=True), "new", by=None)
    looked = checking.analyse(upload)
    with pytest.raises(KeyboardInterrupt):
        checking.save(upload, replace(looked, staged=Interrupted(looked.staged)))
    actions._check(upload, checking.silent)
    assert upload.rows.get(is_doubtful=True).decision == "new"
    assert upload.rows.count() == 3


def looked_at_twice_and_given_up(again):
    """A list with a doubtful row that was decided; a second look by `again` never ends."""
    rows = families(3)
    rows[2] = ["H99999", *rows[0][1:]]
    upload = received(rows)
    actions.decide(upload, upload.rows.values_list("pk", flat=True), "new", by=None)
    upload.job = Job.objects.create(runner="imports.check", subject=str(upload.pk), state="failed")
    upload.state = "reading"
    upload.save()
    for _try in range(3):
        with pytest.raises(KeyboardInterrupt):
            again(upload)
    upload.refresh_from_db()
    actions.recover(upload)
    assert upload.job.runner == "imports.finish"
    actions.run_finish(str(upload.pk), None)
    upload.refresh_from_db()
    return upload


def test_of_a_look_that_never_ends_nothing_stays(villages):
    def again(upload):
        looked = checking.analyse(upload)
        checking.save(upload, replace(looked, staged=Interrupted(looked.staged)))

    upload = looked_at_twice_and_given_up(again)
    assert (upload.state, upload.seal) == ("checked", "")
    assert sorted(upload.rows.values_list("number", flat=True)) == [2, 3, 4]
    assert upload.rows.get(is_doubtful=True).decision == "new"


def test_a_look_that_ended_stays_where_forgetting_the_one_before_never_does(villages, monkeypatch):
    def forget(_rows):
        raise KeyboardInterrupt

    def again(upload):
        with monkeypatch.context() as broken:
            broken.setattr(checking, "_forget", forget)
            actions._check(upload, checking.silent)

    upload = looked_at_twice_and_given_up(again)
    assert upload.state == "checked"
    assert upload.seal == checking.analyse(upload).seal
    assert sorted(upload.rows.values_list("number", flat=True)) == [2, 3, 4]
