"""Household numbers merged or written once, as text or number, the head anywhere in the family."""

import json
import random
from collections import defaultdict
from pathlib import Path

import lists
import pytest
from django.urls import reverse
from registers import bring_in, done, send, work

from jiedui.core.refusals import Refused
from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.imports.columns.schemas import HOUSEHOLDS, PEOPLE
from jiedui.imports.reading.workbook import read
from jiedui.imports.tables.parsing import parse
from jiedui.places.models import Place

CASES = Path(__file__).parent / "cases"
HEAD = ["序号", "行政村", "户编号", "姓名", "与户主关系", "家庭人口"]
RELATIONS = ("配偶", "之子", "之女", "之母", "孙子")


def _families(rng, count):
    """Families of one to six people, the head on any row: (relation, name) each."""
    found = []
    for home in range(count):
        size = rng.choice((1, 1, 2, 3, 4, 6))
        relations = ["户主", *(rng.choice(RELATIONS) for _n in range(size - 1))]
        if rng.random() < 0.5:
            rng.shuffle(relations)
        found.append([(relation, f"秦{home:02d}之{n}") for n, relation in enumerate(relations)])
    return found


def _names(families):
    """Names the list can hold, and to which family each belongs."""
    signs = "安平和顺康宁福禄寿喜"
    names = {}
    for home, family in enumerate(families):
        for n, (_relation, old) in enumerate(family):
            names[old] = (f"秦{signs[home // 10]}{signs[home % 10]}{signs[n]}", home)
    return names


def _list(families, rng, *, number, where, size, gaps, order):
    """Rows and merged ranges of one way to write the list."""
    rows, merged, running = [HEAD], [], 0
    names = _names(families)
    for home, family in enumerate(families):
        if gaps and home:
            rows.append(["", "", "", "", "", ""])
        top = len(rows)
        heads = next(n for n, (relation, _name) in enumerate(family) if relation == "户主")
        at = {"first": 0, "head": heads, "last": len(family) - 1}.get(
            where, rng.randrange(len(family))
        )
        kind = rng.choice(("text", "int", "blanks")) if number == "mixed" else number
        code = 451223200001 + home
        written = {"text": str(code), "int": code, "blanks": f" 4512 2320 {home + 1:04d}"}[kind]
        for n, (relation, name) in enumerate(family):
            running += 1
            says = (where in ("all", "merged") and (where == "all" or n == 0)) or (
                n == at and where not in ("all", "merged")
            )
            no = {"people": running, "family": home + 1, "restart": n + 1}[order]
            stated = len(family) if size and relation == "户主" else ""
            rows.append([no, "柳树村", written if says else "", names[name][0], relation, stated])
        if where == "merged" and len(family) > 1:
            merged.append(f"C{top + 1}:C{len(rows)}")
    return rows, merged


def _check(families, rows, merged, answer=""):
    """Nobody is in another family; returns how many nobody could tell of."""
    parsed = parse(
        read(lists.xlsx(rows, merged=merged)),
        HOUSEHOLDS,
        layout={"families": answer} if answer else None,
    )
    home = dict(_names(families).values())
    wrong = {(m.sheet, m.row) for m in parsed.errors}
    named, unknown = defaultdict(set), 0
    for row in parsed.rows:
        family = parsed.families[row.sheet, row.number]
        if not family or (row.sheet, row.number) in wrong:
            unknown += 1
            continue
        named[family].add(home[row.values["name"]])
    assert all(len(homes) == 1 for homes in named.values()), named
    return unknown, parsed


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("number", ["text", "int", "mixed", "blanks"])
def test_a_number_merged_down_the_family_is_each_rows(seed, number):
    rng = random.Random(seed)
    families = _families(rng, 25)
    rows, merged = _list(
        families, rng, number=number, where="merged", size=False, gaps=False, order="people"
    )
    unknown, parsed = _check(families, rows, merged)
    assert unknown == 0
    assert parsed.layout == []


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("where", ["first", "head", "last", "anywhere"])
@pytest.mark.parametrize("number", ["text", "int", "mixed"])
@pytest.mark.parametrize(
    "told", [{"size": True}, {"gaps": True}, {"order": "family"}, {"order": "restart"}], ids=str
)
def test_what_the_file_itself_tells_needs_no_question(seed, where, number, told):
    rng = random.Random(seed)
    families = _families(rng, 20)
    way = {"size": False, "gaps": False, "order": "people"} | told
    rows, merged = _list(families, rng, number=number, where=where, **way)
    unknown, parsed = _check(families, rows, merged)
    assert unknown == 0
    assert parsed.layout == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("where", ["first", "head", "last", "anywhere"])
def test_what_nobody_can_tell_is_asked_once_for_the_list(seed, where):
    rng = random.Random(seed)
    families = _families(rng, 20)
    way = {"number": "mixed", "size": False, "gaps": False, "order": "people"}
    rows, merged = _list(families, rng, where=where, **way)
    unknown, parsed = _check(families, rows, merged)
    people = sum(map(len, families))
    assert unknown == people - len(families)
    assert [(q.key, q.rows) for q in parsed.layout] == [("families", unknown)]
    answer = {"first": "above", "last": "below"}.get(where)
    if answer:
        assert _check(families, rows, merged, answer)[0] == 0


def test_a_merge_over_part_of_a_family_leaves_the_rest_to_the_sender():
    rows = [
        HEAD,
        [1, "柳树村", 7, "秦安平", "户主", ""], [2, "柳树村", "", "秦小禾", "之子", ""],
        [3, "柳树村", "", "秦小麦", "之女", ""], [4, "柳树村", 8, "李安平", "户主", ""],
    ]  # fmt: skip
    parsed = parse(read(lists.xlsx(rows, merged=["C2:C3"])), HOUSEHOLDS)
    assert [parsed.families["表1", n] for n in (2, 3, 4, 5)] == [
        "number 7",
        "number 7",
        "",
        "number 8",
    ]
    assert [m.row for m in parsed.errors] == [4]


def test_numbers_that_begin_anew_in_each_village_join_nobody():
    rows = [
        HEAD,
        [1, "柳树村", 1, "秦安平", "户主", ""], [2, "柳树村", 1, "秦小禾", "之子", ""],
        [3, "杨槐村", 1, "李安平", "户主", ""], [4, "杨槐村", 1, "李小禾", "之子", ""],
    ]  # fmt: skip
    parsed = parse(read(lists.xlsx(rows)), HOUSEHOLDS)
    assert [m.row for m in parsed.errors] == [3, 5]
    assert all("several heads" in m.message for m in parsed.errors)


def test_a_person_of_another_village_than_the_head_is_a_mistake():
    rows = [
        HEAD,
        [1, "柳树村", 1, "秦安平", "户主", ""], [2, "杨槐村", 1, "秦小禾", "之子", ""],
    ]  # fmt: skip
    parsed = parse(read(lists.xlsx(rows)), HOUSEHOLDS)
    assert [(m.row, m.field) for m in parsed.errors] == [(3, "village")]


def test_a_row_without_a_relation_is_no_head_among_people():
    rows = [
        HEAD,
        [1, "柳树村", 1, "秦安平", "户主", ""], [2, "柳树村", 1, "秦小禾", "", ""],
        [3, "柳树村", 1, "秦小麦", "之子", ""],
    ]  # fmt: skip
    parsed = parse(read(lists.xlsx(rows)), HOUSEHOLDS)
    assert [(m.row, m.field) for m in parsed.errors] == [(3, "relation")]


def test_a_size_that_is_not_the_rows_is_a_doubt():
    rows = [HEAD, [1, "柳树村", 1, "秦安平", "户主", 3], [2, "柳树村", 1, "秦小禾", "之子", ""]]
    (doubt,) = parse(read(lists.xlsx(rows)), HOUSEHOLDS).warnings
    assert (doubt.row, doubt.field) == (2, "size")
    assert "3 people, but 2 rows" in doubt.message


def test_people_of_registered_households_are_filled_down_only_as_the_file_says():
    head = ["户编号", "姓名", "与户主关系"]
    rows = [head, [451223200001, "秦小禾", "之子"], ["", "秦小麦", "之女"], ["", "秦小米", "之女"]]
    parsed = parse(read(lists.xlsx(rows, merged=["A2:A3"])), PEOPLE)
    assert [row.values["household_code"] for row in parsed.rows] == ["451223200001"] * 2 + [None]
    assert [m.row for m in parsed.errors] == [4]
    said = parse(read(lists.xlsx(rows, merged=["A2:A3"])), PEOPLE, layout={"families": "above"})
    assert [row.values["household_code"] for row in said.rows] == ["451223200001"] * 3


def test_a_village_written_once_for_a_group_is_asked_once():
    rows = [
        ["村", "户主"],
        ["柳树村", "秦安平"],
        ["", "李安平"],
        ["杨槐村", "王安平"],
        ["", "赵安平"],
    ]
    parsed = parse(read(lists.xlsx(rows)), HOUSEHOLDS)
    assert [(q.key, q.rows) for q in parsed.layout] == [("village", 2)]
    assert [m.row for m in parsed.errors] == [3, 5]
    said = parse(read(lists.xlsx(rows)), HOUSEHOLDS, layout={"village": "above"})
    assert [row.values["village"] for row in said.rows] == ["柳树村", "柳树村", "杨槐村", "杨槐村"]


def test_a_village_merged_over_two_columns_and_several_rows_is_each_rows():
    parsed = parse(read(CASES / "village-merged-over-two-columns.xlsx"), HOUSEHOLDS)
    assert [row.values["village"] for row in parsed.rows] == ["良利村"] * 6
    assert (parsed.errors, parsed.layout) == ([], [])


# From the upload to the register


@pytest.fixture
def villages(city):
    county = Place.objects.get(path="211104")
    towns = {"砦牙乡": ("砦牙村", "平雅村", "板隆村"), "金牙瑶族乡": ("上牙村", "东王村", "下牙村")}
    for n, (name, names) in enumerate(towns.items(), 201):
        town = Place.objects.create(
            parent=county, path=f"211104{n}", code=f"211104{n}000", name=name, level="town"
        )
        for k, village in enumerate(names, 201):
            path = f"{town.path}{k}"
            Place.objects.create(parent=town, path=path, code=path, name=village, level="village")


@pytest.mark.django_db
def test_446_of_446_people_come_into_their_family(office, villages):
    content = (CASES / "people-merged-numbers.xlsx").read_bytes()
    bring_in("households", content, by=office)
    truth = json.loads((CASES / "people-merged-numbers.truth.json").read_text())
    people = {
        str(person.identity): person.household.number
        for person in Person.objects.select_related("household")
    }
    assert people == {one["id"]: f"4512232{one['hn']:05d}" for one in truth}
    assert len(people) == 446
    assert Household.objects.count() == 144


@pytest.mark.django_db
def test_the_question_is_answered_on_its_page_before_the_list_is_taken_over(
    client, office, willow_village
):
    rows = [
        HEAD,
        [1, "柳树村", "H1", "秦安平", "户主", ""], [2, "柳树村", "", "秦小禾", "之子", ""],
        [3, "柳树村", "H2", "李安平", "户主", ""], [4, "柳树村", "", "李小禾", "之子", ""],
    ]  # fmt: skip
    upload = send("households", lists.xlsx(rows), by=office)
    client.force_login(office)
    start = client.get(reverse("imports:start", args=[upload.pk]))
    address = reverse("imports:layout", args=[upload.pk])
    assert start.url == address
    assert "秦小禾" in client.get(address).content.decode()
    with pytest.raises(Refused):
        actions.apply(upload, by=office)
    client.post(address, {"families": "above"})
    work()
    upload.refresh_from_db()
    done(actions.apply(upload, by=office), upload)
    found = dict(Person.objects.values_list("name", "household__number"))
    assert found == {"秦小禾": "H1", "李小禾": "H2"}
