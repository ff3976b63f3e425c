"""A form as XLSForm and back is the same form; what another program made is taken or named."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import composite

from jiedui.campaigns import playbook as playbooks
from jiedui.campaigns.playbook.declare import Text
from jiedui.campaigns.playbook.forms import Form, Option, Question
from jiedui.core.refusals import Refused
from jiedui.questionnaires.xlsform import conditions, reading, toml, writing
from jiedui.questionnaires.xlsform.tables import MOST_ROWS

PLAYBOOK = (Path(__file__).parent.parent / "playbooks" / "small.toml").read_text(encoding="utf-8")
FORMS = (Path(__file__).parent.parent / "playbooks" / "forms.toml").read_text(encoding="utf-8")
KINDS = """
[[team_kinds]]
key = "crew"
name = { zh = "队", en = "Crew" }
"""


def shipped():
    books = [playbooks.built_in(key) for key in playbooks.available()]
    return [form for book in [*books, playbooks.load(PLAYBOOK + FORMS, name="")]
            for form in book.forms]  # fmt: skip


def came_back(form, *, beside=PLAYBOOK + KINDS):
    """The form after a workbook was written and read, and what was remarked."""
    file = BytesIO()
    writing.write(form, file)
    found = reading.read(rows(file))
    made, mistakes = playbooks.check_forms(toml.text(found.raw), beside=beside)
    assert not mistakes
    return made[0], found.remarks


def rows(file):
    book = openpyxl.load_workbook(file)
    return {one.title: list(one.iter_rows(values_only=True)) for one in book}


@pytest.mark.parametrize("form", shipped(), ids=lambda form: form.key)
def test_every_form_that_ships_comes_back_equal(form):
    assert came_back(form, beside=playbooks.source("xiejiaji") + KINDS) == (form, [])


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12
)
TEXTS = st.builds(Text, zh=WORDS, en=WORDS)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)
NUMBERS = st.none() | st.integers(-(10**9), 10**9)


@composite
def conditions_of(draw, earlier):
    """Some earlier questions that have fixed answers, each with some of these."""
    fixed = [one for one in earlier if one.answers]
    chosen = (
        draw(st.lists(st.sampled_from(fixed), unique_by=lambda one: one.key, max_size=3))
        if fixed
        else []
    )
    return {
        one.key: tuple(draw(st.lists(st.sampled_from(one.answers), unique=True, min_size=1)))
        for one in chosen
    }


@composite
def questions(draw, key, earlier):
    kind = draw(st.sampled_from([*writing.columns.ODK_TYPES]))
    facts = {}
    if kind in ("choice", "choices"):
        keys = draw(st.lists(KEYS, unique=True, min_size=1, max_size=4))
        facts["options"] = tuple(Option(key=one, name=draw(TEXTS)) for one in keys)
    if kind == "points":
        facts["points"] = draw(st.integers(1, 1000))
    if kind in ("whole", "number"):
        low, high = draw(NUMBERS), draw(NUMBERS)
        if low is not None and high is not None:
            low, high = sorted((low, high))
        facts |= {"low": low, "high": high}
    return Question(
        key=key, name=draw(TEXTS), type=kind, required=draw(st.booleans()),
        private=draw(st.booleans()), hint=draw(st.none() | TEXTS),
        unit=draw(st.none() | TEXTS.filter(lambda one: len(one.zh) < 10)),
        group=draw(st.none() | st.sampled_from([Text("甲", "A"), Text("乙", "B")])),
        compare=draw(st.sampled_from(["none", "visits", "gifts", "helper"])),
        shown_when=draw(conditions_of(earlier)), **facts,
    )  # fmt: skip


@composite
def any_form(draw):
    asked = []
    for key in draw(st.lists(KEYS, unique=True, min_size=1, max_size=6)):
        asked.append(draw(questions(key, asked)))
    about = draw(st.sampled_from(["household", "member", "organisation", "team", "place"]))
    return Form(
        key=draw(KEYS), name=draw(TEXTS), about=about, questions=tuple(asked),
        purpose=draw(st.none() | TEXTS),
        place_level="village" if about == "place" else None,
        organisation_kinds=("branch",) if about == "organisation" else (),
        team_kinds=("crew",) if about == "team" else (),
        filled_by=draw(st.sampled_from(["field", "supervision"])),
    )  # fmt: skip


@settings(deadline=None)
@given(any_form())
def test_any_form_comes_back_equal(form):
    assert came_back(form) == (form, [])


def test_what_odk_cannot_do_is_named_question_by_question():
    form = playbooks.load(PLAYBOOK + FORMS, name="").form("needs")
    lines = writing.losses(form)
    assert "家里谁有病: 答案不再加密保存。" in lines
    assert not [line for line in lines if line.startswith("住房安全")]


def test_nothing_typed_becomes_a_formula():
    name = Text('=HYPERLINK("http://x")', "+1")
    form = Form(
        key="f", name=name, about="household",
        questions=(Question(key="a", name=name, type="text"),),
    )  # fmt: skip
    file = BytesIO()
    writing.write(form, file)
    cells = [cell for sheet in openpyxl.load_workbook(file) for row in sheet for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert came_back(form) == (form, [])


HEAD = ["type", "name", "label", "required", "relevant", "constraint", "appearance", "default"]


def taken(*survey, choices=(), settings=()):
    sheets = {"survey": [HEAD, *survey], "choices": [["list_name", "name", "label"], *choices]}
    if settings:
        sheets["settings"] = settings
    found = reading.read(sheets)
    return {one["key"]: one for one in found.raw["questions"]}, found


def test_a_form_of_another_program_is_taken_in():
    asked, found = taken(
        ["start", "start", None],
        ["note", "hello", "Welcome"],
        ["begin group", "g", "House", None, None],
        ["select_one yn", "Q1 Roof?", "Is it safe?", "yes"],
        ["select_multiple parts", "parts", "Which parts?", True, "${Q1 Roof?} = 'no'"],
        ["integer", "age", "Age", "true()", None, ". > 0 and . < 120"],
        ["end group"],
        ["decimal", "rent", "Rent", None, "selected(${parts}, '1') or selected(${parts}, 'wall')"],
        ["text", "story", "Story", None, None, None, "multiline"],
        ["geopoint", "where", "Where"],
        choices=[["yn", "yes", "Yes"], ["yn", "no", "No"], ["parts", 1.0, "Roof"],
                 ["parts", "wall", "Wall"]],
        settings=[["form_title", "form_id", "version"], ["House check", "house", 3]],
    )  # fmt: skip
    assert [one["type"] for one in asked.values()] == [
        "yes_no", "choices", "whole", "number", "long_text",
    ]  # fmt: skip
    assert asked["q1_roof"]["required"] and asked["parts"]["group"]["zh"] == "House"
    assert asked["age"]["low"], asked["age"]["high"] == (1, 119)
    assert "shown_when" not in asked["parts"]  # a name with a blank is none: the rule is named
    assert asked["rent"]["shown_when"] == {"parts": ("q_1", "wall")}
    said = "\n".join(f"{one.sheet} {one.row} {one.text}" for one in found.remarks)
    for word in ("survey 2", "geopoint", "survey 6 条件", "q_1", "version", "household"):
        assert word in said, word
    assert found.raw["purpose"] == {"zh": "Welcome", "en": "Welcome"}
    made, mistakes = playbooks.check_forms(toml.text(found.raw), beside=PLAYBOOK)
    assert (len(made), mistakes) == (1, [])


@pytest.mark.parametrize(
    "relevant",
    [
        "${later} = 'yes'", "${self} = 'yes'", "${nobody} = 'yes'", "${n} > 3",
        "not(${yn} = 'yes')",
        "${yn} != 'no'", "${yn} = 'maybe'", "${yn} = 'yes' or ${other} = 'yes'", "${yn} =", "((((",
        "${yn} = 'yes' and ${yn} = 'no'", "(" * 5000, "x" * 5000, "${yn} = ${other}", "1 = 1",
    ],
)  # fmt: skip
def test_a_condition_without_a_meaning_here_is_named_and_the_question_stays(relevant):
    asked, found = taken(
        ["integer", "n", "N"],
        ["select_one yn", "yn", "Yes?"],
        ["select_one yn", "other", "Other?"],
        ["select_one yn", "self", "Self?", None, relevant],
        ["select_one yn", "later", "Later?", None, "${self} = 'yes'"],
        choices=[["yn", "yes", "Yes"], ["yn", "no", "No"]],
    )
    assert "shown_when" not in asked["self"]
    assert asked["later"]["shown_when"] == {"self": ("yes",)}
    assert [one.row for one in found.remarks if "条件" in one.text] == [5]


@pytest.mark.parametrize(
    ("constraint", "kind", "limits"),
    [
        (".>=0", "integer", (0, None)), ("(. >= 1) and (. <= 5)", "integer", (1, 5)),
        ("0 < . and 10 > .", "integer", (1, 9)), (". > 0", "decimal", None),
        ("regex(., '^x')", "text", None), (". >= 9 and . <= 2", "integer", None),
        (". <= 1.5", "integer", None), (". <= ${n}", "integer", None),
    ],
)  # fmt: skip
def test_a_constraint_is_a_limit_or_is_named(constraint, kind, limits):
    asked, found = taken([kind, "n", "N", None, None, constraint])
    given = asked["n"].get("low"), asked["n"].get("high")
    assert given == (limits or (None, None))
    assert any(constraint in one.text for one in found.remarks) == (limits is None)


def test_conditions_of_groups_hold_for_all_inside():
    asked, found = taken(
        ["select_one yn", "a", "A"],
        ["select_one yn", "b", "B"],
        ["begin_group", "g", "Outer", None, "${a} = 'yes'"],
        ["begin_group", "h", "Inner", None, "${b} = 'no'"],
        ["text", "t", "T"],
        ["end_group"],
        ["text", "u", "U"],
        ["end_group"],
        ["end_group"],
        ["begin_repeat", "r", "Again"],
        ["text", "a", "Twice"],
        choices=[["yn", "yes", "Yes"], ["yn", "no", "No"]],
    )
    assert asked["t"]["shown_when"] == {"a": ("yes",), "b": ("no",)}
    assert asked["t"]["group"]["en"] == "Outer · Inner"
    assert asked["u"]["shown_when"] == {"a": ("yes",)}
    assert "a_2" in asked
    assert {10, 11} <= {one.row for one in found.remarks}


def test_files_that_are_no_questionnaire_are_refused():
    for sheets in (
        {}, {"Sheet1": [["a"]]}, {"survey": []}, {"survey": [["x"], ["y"]]},
        {"survey": [["type", "name"], *[["text", f"q{n}"] for n in range(MOST_ROWS + 1)]]},
        {"survey": [["type", "name"], ["image", "photo"]]},
        {"survey": [["type", "name"], ["select_one nowhere", "q"]]},
    ):  # fmt: skip
        with pytest.raises(Refused):
            reading.read(sheets)


CELLS = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=8)
ROWS = st.lists(st.lists(CELLS | st.sampled_from(
    ["text", "select_one a", "a", "begin group", "end_group", "note", "type", "name", "yes",
     "label::zh", "${a} = 'b'", "list_name", "form_id"]), max_size=6), max_size=8)  # fmt: skip


@settings(deadline=None)
@given(st.fixed_dictionaries({"survey": ROWS, "choices": ROWS, "settings": ROWS}))
def test_whatever_stands_in_the_cells_it_is_read_or_refused(sheets):
    sheets["survey"] = [["type", "name", "label", "relevant"], *sheets["survey"]]
    try:
        found = reading.read(sheets)
    except Refused:
        return
    playbooks.check_forms(toml.text(found.raw), beside=PLAYBOOK)


@settings(deadline=None)
@given(st.text(st.sampled_from("${}()='\" andorselctd,.123"), max_size=40))
def test_any_expression_is_understood_or_unsayable(expression):
    for read in (
        lambda: conditions.shown_when(expression, {"a"}),
        lambda: conditions.limits(expression, is_whole=True),
    ):
        try:
            read()
        except conditions.Unsayable:
            continue
