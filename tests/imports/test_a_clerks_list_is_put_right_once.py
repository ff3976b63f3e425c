"""264 households as town clerks write them, from the file to the register, against the truth."""

import json
from pathlib import Path

import pytest
import registers
from django.urls import reverse

from jiedui.core import codes
from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.imports.models import Upload, WordMemory
from jiedui.imports.tables.questions import Questions
from jiedui.places.models import Place

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parent / "cases"
LIST = CASES / "households-as-clerks-write.xlsx"
TRUTH = json.loads((CASES / "households-as-clerks-write.truth.json").read_text(encoding="utf-8"))

# What the office says on the page, once each.
WORDS = {
    "kind": {
        "农村低保A类": "低保户",
        "农村低保B类": "低保户",
        "C类": "低保户",
        "边缘户": "低保边缘家庭",
        "低收入": "低保边缘家庭",
    },
    "dangerous_house": {"C级": "是", "D级": "是"},
    # The village was lost with the first row of its merged cells.
    "village": {"\n凤城": "久文村", "\n长洲": "那爱村"},
    "since": {"#2015.1": "2015-01", "#2017.1": "2017-01"},
}
# The title says 贫困户花名册: that is what a row without a word is.
KINDS = {"": "poor", "低保": "allowance", "特困": "extreme", "五保": "extreme"}
KINDS |= {word: codes.HOUSEHOLD_KIND.find(said).key for word, said in WORDS["kind"].items()}


@pytest.fixture
def feng_county(city):
    county = Place.objects.create(
        parent=city, path="211127", code="211127000000", name="凤山县", level="county"
    )
    towns = dict.fromkeys(row["t"] for row in TRUTH)
    for number, name in enumerate(towns):
        path = f"{county.path}{100 + number}"
        code = path.ljust(12, "0")
        towns[name] = Place.objects.create(
            parent=county, path=path, code=code, name=name, level="town", kind="town"
        )
    villages = dict.fromkeys((row["t"], row["v"]) for row in TRUTH)
    for number, (town, name) in enumerate(villages):
        path = f"{towns[town].path}{200 + number}"
        Place.objects.create(
            parent=towns[town], path=path, code=path, name=name, level="village", kind="village"
        )
    return county


@pytest.fixture
def looked_at(office, feng_county) -> Upload:
    return registers.send("households", LIST.read_bytes(), by=office)


def _asked(upload):
    return {(q.field, q.shown, q.sheet): q for q in Questions.read(str(upload.questions)).items}


def test_every_word_that_is_not_known_is_asked_once_with_the_nearest_first(looked_at):
    asked = _asked(looked_at)
    assert asked["kind", "农村低保A类", ""].offers[0] == "低保户"
    assert asked["kind", "边缘户", ""].offers[0] == "低保边缘家庭"
    assert asked["dangerous_house", "C级", ""].offers == ("是", "否")
    assert asked["since", "2016.1", ""].offers == ("2016-01", "2016-10")
    assert asked["village", "", "凤城"].times == 22  # the row of signatures is no entry
    told = sum(row["dib"] == "农村低保A类" for row in TRUTH)
    assert asked["kind", "农村低保A类", ""].times in (told, told - 1)
    assert ("kind", "五保", "") not in asked


def _put_right(upload, office):
    registers.done(
        actions.settle(upload, words=WORDS, empty=["since", "identity", "size"], by=office), upload
    )
    upload.refresh_from_db()
    return upload


def test_after_a_few_answers_all_rows_but_the_lost_ones_come_in_right(looked_at, office):
    upload = _put_right(looked_at, office)
    bad = upload.rows.filter(outcome="bad")
    assert not bad.exists()
    registers.done(actions.apply(upload, by=office), upload)
    by_place = {(p.household.place.name, p.name): p for p in Person.objects.select_related(
        "household__place"
    )}  # fmt: skip
    assert Household.objects.count() == 264
    for row in TRUTH:
        _agrees(by_place[row["v"], row["n"]], row)


def _agrees(person, row):
    home = person.household
    assert home.head == row["n"]
    assert home.kind == KINDS[row["dib"]]
    assert home.cause == codes.CAUSE.find(row["cause"].split("、")[0]).key
    assert person.gender == codes.GENDER.find(row["sex"]).key
    assert person.ethnic == codes.ETHNIC.find(row["eth"]).key
    if row["tw"] not in ("damaged", "x?", "no id"):
        assert (person.identity, person.born.isoformat()) == (row["id"], row["bd"])
    if row["since_cell"] != "2016.1":
        assert home.since.isoformat()[:7] == row["since"][:7]


def test_words_are_remembered_for_the_next_list_and_can_be_taken_back(looked_at, office, client):
    _put_right(looked_at, office)
    assert WordMemory.objects.filter(kind="households").count() == 7  # no date, no village
    actions.drop(looked_at, by=office)
    looked_at.refresh_from_db()
    kept = (looked_at.answers, looked_at.questions, looked_at.additions)
    assert not any(map(str, kept)), "of a dropped list nothing stays"
    again = registers.send("households", LIST.read_bytes(), by=office)
    question = _asked(again)["kind", "农村低保A类", ""]
    assert (question.replacement, question.is_remembered) == ("低保户", True)
    client.force_login(office)
    page = client.get(reverse("imports:mistakes", args=[again.pk])).content.decode()
    assert question.name in page
    client.post(reverse("imports:settle", args=[again.pk]), {question.name: ""})
    registers.work()
    again.refresh_from_db()
    question = _asked(again)["kind", "农村低保A类", ""]
    assert (question.replacement, question.is_error) == (None, True)


def test_cells_that_are_left_empty_are_said(looked_at, office):
    upload = _put_right(looked_at, office)
    left = upload.flaws.filter(message__contains="left empty, as you said")
    assert {flaw.field for flaw in left} == {"since", "identity", "size"}
    assert all(not flaw.is_error and str(flaw.value) for flaw in left)


def test_a_required_column_is_never_left_empty(looked_at, office):
    from jiedui.core.refusals import Refused

    with pytest.raises(Refused):
        actions.settle(looked_at, empty=["village"], by=office)
    with pytest.raises(Refused):
        actions.settle(looked_at, words={"name": {"x": ""}}, by=office)


def test_an_answer_its_column_cannot_read_is_refused_with_the_reason(looked_at, office):
    from jiedui.core.refusals import Refused

    with pytest.raises(Refused, match="not a date"):
        actions.settle(looked_at, words={"since": {"#2016.1": "soon"}}, by=office)
    looked_at.refresh_from_db()
    assert not looked_at.answers
