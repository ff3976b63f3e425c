"""Each kind of mistake is named with its line and what was expected."""

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.campaigns.playbook import InvalidPlaybook, available, check, load, source

SMALL = """\
[campaign]
key = "small"
name = { zh = "小活动", en = "Small" }
full_name = { zh = "小活动", en = "Small campaign" }
office = { zh = "办公室", en = "Office" }
place = "410184"
starts = 2017-06-09
ends = 2017-10-09

[[phases]]
key = "one"
name = { zh = "一", en = "One" }
starts = 2017-06-09
ends = 2017-10-09

[[organisation_kinds]]
key = "unit"
name = { zh = "单位", en = "Unit" }

[[pairings]]
key = "help"
name = { zh = "结对", en = "Pair" }
helper = "member"
helped = "household"

[[activities]]
key = "visit"
name = { zh = "走访", en = "Visit" }
visits = "household"
pairing = "help"

[[figures]]
key = "visits"
name = { zh = "走访", en = "Visits" }
unit = { zh = "次", en = "times" }
counts = "activities"
over = "activities"
where = { kind = "visit" }

[[bulletins]]
key = "news"
name = { zh = "通报", en = "Bulletin" }
title = { zh = "通报", en = "Bulletin" }

[bulletins.text]
zh = \"\"\"
走访{{ figure("visits") }}次。
\"\"\"
en = "{{ figure(\\"visits\\") }} visits"
"""


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_small_playbook_is_enough():
    assert check(SMALL) == []
    assert load(SMALL, name="small").campaign.name.zh == "小活动"


# what is replaced, by what, the part whose line is named, what the problem says, what is expected
WRONG = [
    ('helper = "member"', 'helpr = "member"', "helpr", "Unknown key “helpr”", "Perhaps “helper”"),
    ('helped = "household"', 'helped = "houshold"', "houshold", "houshold", "Perhaps “household”"),
    ('helper = "member"\n', "", "[[pairings]]", "“helper” is missing", "member"),
    ("starts = 2017-06-09\nends", 'starts = "9 June"\nends', '"9 June"',
     "“9 June” does not fit", "2018-03-01"),
    ('place = "410184"', "place = 410184", "place =", "410184 does not fit", "text in quotes"),
    ('place = "410184"', 'place = "Xinzheng"', "place =", "area code", "Two to twelve digits"),
    ('pairing = "help"', 'pairing = "hepl"', "hepl", "not a key of [[pairings]]", "Perhaps “help”"),
    ('key = "one"', 'key = "Phase One"', "Phase One", "“Phase One”", "Small letters"),
    ('{ zh = "一", en = "One" }', '{ zh = "一" }', '{ zh = "一" }', "lacks “en”", "both languages"),
    ('{ zh = "一", en = "One" }', '"一"', 'name = "一"', "“一” does not fit", "both languages"),
    ('where = { kind = "visit" }', 'where = { kin = "visit" }', "kin = ", "no column “kin”",
     "Perhaps “kind”"),
    ('where = { kind = "visit" }', 'where = { kind = "vist" }', '"vist"', "[[activities]]",
     "Perhaps “visit”"),
    ('where = { kind = "visit" }', "where = { is_visit = 1 }", "is_visit = 1", "1 does not fit",
     "true or false"),
    ('where = { kind = "visit" }', 'where = { kind = { from = "a" } }', "from", "does not fit",
     "Only days and numbers"),
    ('where = { kind = "visit" }', 'where = { day = { window = "x" } }', "window", "[[windows]]",
     "Nothing yet"),
    ('where = { kind = "visit" }', 'where = { day = { since = 2017-06-09 } }', "since", "“since”",
     "from"),
    ('where = { kind = "visit" }', 'distinct = "hous"', '"hous"', "no column “hous”", "household"),
    ('over = "activities"', 'over = "visits"', 'over = "visits"', "Unknown word “visits”",
     "activities"),
    ('over = "activities"', 'over = "activities"\nmeasure = "sum"', 'measure = "sum"',
     "which column", "“column”"),
    ('figure("visits") }}次', 'figure("visit") }}次', 'figure("visit")', "no figure “visit”",
     "Perhaps “visits”"),
    ('figure("visits") }}次', 'figure("visits")|aprox }}次', "aprox", "Unknown filter “aprox”",
     "Perhaps “approx”"),
    ('figure("visits") }}次', 'figure("visits", phase="two") }}次', "two", "[[phases]]", "one"),
    ('figure("visits") }}次', 'figure("visits", month=3) }}次', "month", "knows no “month”",
     "since"),
    ('figure("visits") }}次', "visits }}次", "{{ visits }}", "Unknown name “visits”", "figure"),
    ('figure("visits") }}次', 'figure("visits" }}次', 'figure("visits" }}', "not complete",
     "approx"),
    ('figure("visits") }}次', "as_of.year }}次", "as_of.year", "Getattr", "variable"),
    ('{{ figure("visits") }}次', "16000 户", "16000 户", "typed by hand", "A figure"),
    ('visits = "household"', "visits = true", "visits = true", "true does not fit", "household"),
    ('key = "visit"', 'key = "visit"\nicon = 3', "icon", "3 does not fit", "text in quotes"),
    ("[[activities]]", "[activities]", "[activities]", "does not fit", "[[activities]]"),
    ("[[figures]]", '[[phases]]\nkey = "one"\nname = { zh = "一", en = "One" }\n'
     "starts = 2017-06-09\nends = 2017-06-10\n\n[[figures]]", '[[phases]]\nkey = "one"\nname = '
     '{ zh = "一", en = "One" }\nstarts = 2017-06-09\nends = 2017-06-10', "twice", "line 10"),
    ('helped = "household"', 'helped = "place"', 'helped = "place"', "with which places",
     "place_level"),
    ('helped = "household"', 'helped = "household"\ngap_red_days = 0', "gap_red_days",
     "before the warning", "gap_warn_days"),
    ('helped = "household"', 'helped = "household"\ngap_red_days = -1', "gap_red_days",
     "-1 does not fit", "from 0 on"),
    ('helped = "household"', 'helped = "household"\nload = { chief = { most = 5 } }', "chief",
     "[[ranks]]", "Nothing yet"),
    ('helped = "household"', 'helped = "household"\nfit = { ilness = ["health"] }', "ilness",
     "Unknown word “ilness”", "Perhaps “illness”"),
    ('helped = "household"', 'helped = "household"\nfit = { illness = ["helth"] }', "helth",
     "Unknown word “helth”", "Perhaps “health”"),
    ("[[activities]]", '[red_lines.points]\non = true\n\n[[activities]]', "on = true",
     "without a reason", "ten characters"),
    ("[[activities]]", '[[windows]]\nkey = "w"\nname = { zh = "窗", en = "W" }\nrule = "festivl"\n'
     "\n[[activities]]", "festivl", "Unknown word “festivl”", "Perhaps “festival”"),
    ("[[activities]]", '[[windows]]\nkey = "w"\nname = { zh = "窗", en = "W" }\nrule = "festival"\n'
     'festival = "chrismas"\n\n[[activities]]', "chrismas", "chrismas", "spring_festival"),
    ("[[activities]]", '[[windows]]\nkey = "w"\nname = { zh = "窗", en = "W" }\nrule = "farm"\n'
     'season = "skiing"\nregion = "huanghuai"\n\n[[activities]]', "skiing", "No such season",
     "farm_seasons"),
    ("[[activities]]", '[[windows]]\nkey = "w"\nname = { zh = "窗", en = "W" }\nrule = "monthly"\n'
     "\n[[activities]]", 'rule = "monthly"', "a day or a weekday", "friday"),
    ("[[activities]]", '[[windows]]\nkey = "w"\nname = { zh = "窗", en = "W" }\nrule = "yearly"\n'
     'starts = "13-01"\nends = "12-31"\n\n[[activities]]', "13-01", "“13-01”", "04-30"),
    ("[[activities]]", '[[goods]]\nkey = "oil"\nname = { zh = "油", en = "Oil" }\n'
     'unit = { zh = "桶", en = "barrels" }\nvalue_yuan = 75\n\n[[activities]]', "value_yuan",
     "without its source", "source"),
    ("[[activities]]", '[[quality]]\nrule = "gift_repeted"\n\n[[activities]]', "gift_repeted",
     "gift_repeted", "Perhaps “gift_repeated”"),
    ("[[phases]]\nkey = \"one\"\nname = { zh = \"一\", en = \"One\" }\nstarts = 2017-06-09",
     "[[phases]]\nkey = \"one\"\nname = { zh = \"一\", en = \"One\" }\nstarts = 2016-06-09",
     "[[phases]]", "outside the campaign", "starts"),
    ("[[activities]]", '[[change_reasons]]\nkey = "moved"\nname = { zh = "迁", en = "Moved" }\n'
     'side = "helped"\nends_helper = "at_once"\n\n[[activities]]', "ends_helper",
     "another side", "helper"),
    ('helper = "member"', "helper = member", "helper = member", "cannot be read", "quotes"),
    ('helper = "member"', 'helper "member"', 'helper "member"', "“=” is missing", "key = value"),
    ('helper = "member"', 'helper = "member', 'helper = "member\n', "line break", "closing quotes"),
    ('helper = "member"', 'helper = "member"\nhelper = "team"', 'helper = "team"', "second time",
     "Each key once"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "problem", "expected"), WRONG)
def test_a_mistake_is_named_with_its_line(old, new, where, problem, expected):
    assert old in SMALL
    text = SMALL.replace(old, new, 1)
    mistakes = check(text)
    assert [m.line for m in mistakes] == [line_of(text, where)], mistakes
    assert problem in mistakes[0].problem
    assert expected in mistakes[0].expected


def test_every_mistake_is_named_at_once():
    text = SMALL.replace('helper = "member"', 'helper = "dog"').replace('"visit" }', '"walk" }')
    text = text.replace("ends = 2017-10-09\n\n[[ph", "ends = 2016-10-09\n\n[[ph")
    assert len(check(text)) == 3


def test_every_line_that_is_not_toml_is_named():
    text = SMALL.replace('helper = "member"', "helper = member").replace(
        'counts = "activities"', 'counts "activities"'
    )
    mistakes = check(text)
    assert [m.line for m in mistakes] == [
        line_of(text, "helper = member"), line_of(text, 'counts "')
    ]  # fmt: skip


def test_figures_may_not_run_in_circles():
    ring = "".join(
        f'\n[[figures]]\nkey = "{key}"\nname = {{ zh = "数", en = "N" }}\n'
        f'unit = {{ zh = "个", en = "N" }}\ncounts = "items"\nmeasure = "total"\n'
        f'parts = ["{other}", "visits"]\n'
        for key, other in (("a", "b"), ("b", "a"))
    )
    assert ["itself" in mistake.problem for mistake in check(SMALL + ring)] == [True, True]


def test_a_rubric_must_add_up():
    rubric = """
[rubric]
per = "unit"
total = 100

[[rubric.items]]
key = "all"
name = { zh = "全部", en = "All" }
points = 90
"""
    assert "add up" in check(SMALL + rubric)[0].problem


def test_a_wrong_playbook_cannot_be_loaded():
    with pytest.raises(InvalidPlaybook, match=r"small.toml:20: pairings\[help\]"):
        load(SMALL.replace('helper = "member"\n', ""), name="small.toml")


def test_mistakes_are_told_in_the_reader_s_language():
    text = SMALL.replace('helper = "member"', 'helper = "dog"')
    with translation.override("zh-hans"):
        chinese = check(text)
    assert chinese[0].problem != check(text)[0].problem


@pytest.mark.parametrize(
    "hostile",
    ["", "\x00", "=", "[" * 5000, "a = " + "[" * 5000, "a = " + "9" * 5000, "x" * 1_000_001,
     "[campaign", '"""', "a = 1e999999999", "campaign = 1", "[[campaign]]", "phases = 'x'"],
)  # fmt: skip
def test_a_hostile_file_is_answered_with_a_sentence(hostile):
    mistakes = check(hostile)
    assert mistakes
    assert all(m.problem and m.line >= 1 for m in mistakes)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_mangled_playbook_is_too_much(data):
    text = source(data.draw(st.sampled_from(available())))
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(["drop", "double", "cut", "swap", "junk"]))
        other = data.draw(st.integers(0, len(lines) - 1))
        if how == "drop":
            lines[at] = ""
        elif how == "double":
            lines[at] = f"{lines[at]}\n{lines[at]}"
        elif how == "cut":
            lines[at] = lines[at][: len(lines[at]) // 2]
        elif how == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines[at] = data.draw(st.text(max_size=30))
    broken = "\n".join(lines)
    for mistake in check(broken):
        assert 1 <= mistake.line <= broken.count("\n") + 1
        assert mistake.problem
        assert mistake.expected
