"""The playbooks that ship are right, complete, and explained in the guide."""

import re
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from jiedui.campaigns.playbook import MonthDay, available, built_in, check, source, windows
from jiedui.campaigns.playbook.checks import QUALITY_RULES
from jiedui.campaigns.playbook.playbook import Playbook
from jiedui.campaigns.playbook.publishing import Filter
from jiedui.campaigns.playbook.reading import hints
from jiedui.campaigns.playbook.tables import TABLES
from jiedui.campaigns.playbook.template import placeholders

GUIDE = (Path(__file__).parents[2] / "docs/organisers/playbooks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", ["panjin", "xiejiaji"])
def test_a_playbook_that_ships_has_no_mistake(key):
    assert check(source(key)) == []
    assert built_in(key).key == key
    assert key in available()


# Issue by issue, the published figures each bulletin must count from records.
PUBLISHED = {
    "panjin": {
        "households.listed", "places.subdistricts", "places.townships", "places.villages",
        "places.communities", "visits.person_times", "gifts.value", "gifts.two_festivals",
    },
    "xiejiaji": {
        "branches", "issues.found", "measures", "teams.dissuasion", "teams.volunteer",
        "teams.stations", "materials.boards", "materials.letters", "services.dissuasions",
        "services.services", "services.door", "events.count", "events.person_times",
        "events.traffic", "members",
    },
}  # fmt: skip


@pytest.mark.parametrize("key", PUBLISHED)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_bulletin_counts_every_published_figure(key, language):
    text = getattr(built_in(key).bulletin("progress").text, language)
    assert {one.key for one in placeholders(text)} >= PUBLISHED[key]


@pytest.mark.parametrize("key", PUBLISHED)
def test_no_number_of_a_bulletin_is_typed(key):
    for bulletin in built_in(key).bulletins:
        for text in (bulletin.text.zh, bulletin.text.en):
            assert not re.search(r"\d", re.sub(r"\{[{%].*?[}%]\}", "", text))


def test_every_figure_of_a_playbook_is_shown_somewhere():
    for key in available():
        book = built_in(key)
        shown = {f for d in book.dashboards for f in d.figures}
        shown |= {p.key for b in book.bulletins for p in placeholders(b.text.zh)}
        shown |= {line.figure for line in book.rubric.items} if book.rubric else set()
        shown |= {part for f in book.figures for part in f.parts}
        assert {f.key for f in book.figures} - shown <= {"visits.count", "funds.raised",
            "stairwells.heads", "issues.branches"}  # fmt: skip


def test_panjin_draws_seven_calls_to_three_visits_from_a_tenth():
    draw = built_in("panjin").draws[0]
    assert (draw.share, draw.by) == (Fraction(1, 10), {"phone": 7, "visit": 3})


def test_panjin_has_three_phases_of_different_names_without_a_gap():
    phases = built_in("panjin").phases
    assert len({phase.name.zh for phase in phases}) == 3
    days = [(a.ends, b.starts) for a, b in pairwise(phases)]
    assert all((after - before).days == 1 for before, after in days)


def test_panjin_loads_fall_from_five_to_one_by_rank():
    pairing = built_in("panjin").main_pairing
    assert [load.most for load in pairing.load.values()] == [5, 5, 4, 3, 2, 1]
    assert pairing.handover.successors == 2


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [(2027, date(2027, 1, 17), date(2027, 2, 6)), (2030, date(2030, 1, 14), date(2030, 2, 3))],
)
def test_the_spring_window_follows_the_lunar_calendar(year, first, last):
    spring = windows.windows_between(
        built_in("panjin"), "spring_festival", since=date(year, 1, 1), until=date(year, 6, 1)
    )
    assert [(w.starts, w.ends) for w in spring] == [(first, last)]


@pytest.mark.parametrize("key", ["panjin", "xiejiaji"])
def test_every_window_of_a_playbook_means_days(key):
    book = built_in(key)
    since, until = book.campaign.starts, book.campaign.ends
    for window in book.windows:
        assert windows.windows_between(book, window.key, since=since, until=until)


def test_a_playbook_may_bring_its_own_farm_season():
    found = windows.windows_between(
        built_in("panjin"), "spring_ploughing", since=date(2015, 1, 1), until=date(2015, 12, 31)
    )
    assert [(w.starts, w.ends) for w in found] == [(date(2015, 4, 1), date(2015, 6, 10))]


def test_no_red_line_is_crossed():
    for key in available():
        lines = built_in(key).red_lines
        assert not any(getattr(lines, field.name).on for field in fields(lines))


def sections(kind, seen):
    """Every dataclass a playbook is made of."""
    if is_dataclass(kind) and kind not in seen:
        seen.add(kind)
        for field in fields(kind):
            sections(hints(kind)[field.name], seen)
    for inner in get_args(kind):
        sections(inner, seen)
    return seen


def test_the_guide_explains_every_section_and_every_key():
    missing = {
        (kind.__name__, field.name)
        for kind in sections(Playbook, set()) - {Filter, MonthDay}  # written as values
        for field in fields(kind)
        if not re.search(rf"`[^`\n]*\b{field.name}\b[^`\n]*`", GUIDE)
    }
    assert not missing


def test_the_guide_lists_every_table_column_and_rule():
    words = {*TABLES, *(c for t in TABLES.values() for c in t.columns), *QUALITY_RULES}
    assert not {word for word in words if f"`{word}`" not in GUIDE}


def test_a_death_is_a_property_of_the_playbook_not_a_word_of_the_code():
    book = built_in("panjin")
    gone = [one.key for one in book.change_reasons if book.ends_at_once(one.key)]
    assert gone == ["died"]
    assert not book.ends_at_once("retired") and not book.ends_at_once("nothing of the kind")
