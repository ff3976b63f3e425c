"""`playbook check` warns of sections and keys nothing reads, told apart from mistakes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.urls import reverse

from jiedui.campaigns.playbook import available, check, source, syntax, unread, warn
from jiedui.campaigns.playbook.positions import find_positions
from jiedui.campaigns.playbook.unread import Accesses
from jiedui.cli import main

SMALL = (Path(__file__).parents[1] / "playbooks/small.toml").read_text(encoding="utf-8")
QUALITY = '\n[[quality]]\nrule = "gift_repeated"\n'


def _paths(text, known=None):
    document, _mistakes = syntax.parse(text)
    return [one.path for one in unread.warnings(document, find_positions(text), known=known)]


def test_a_section_nothing_reads_is_told_with_its_line():
    (warning,) = warn(SMALL + QUALITY)
    assert warning.path.startswith("quality")
    assert (SMALL + QUALITY).splitlines()[warning.line - 1] == "[[quality]]"
    assert check(SMALL + QUALITY) == []


def test_a_playbook_whose_every_key_is_read_has_no_warning():
    assert warn(SMALL) == []


def test_a_key_of_a_read_section_is_told_once_with_its_other_lines():
    text = SMALL.replace('key = "letters"', 'nameless = true\nkey = "letters"') + (
        '\n[[outputs]]\nkey = "more"\nname = { zh = "一", en = "x" }\n'
        'unit = { zh = "个", en = "x" }\nnameless = true\n'
    )
    (warning,) = warn(text)
    assert warning.path == "outputs[letters].nameless"
    assert str(text.splitlines().index("nameless = true", warning.line) + 1) in warning.problem


def test_what_begins_to_be_read_is_no_longer_told():
    """Nobody keeps a list: the attribute that code asks for is all there is."""
    own = [path.read_text(encoding="utf-8") for path in unread.PACKAGE.rglob("*.py")
           if unread.OURS not in path.parents]  # fmt: skip
    before = _paths(SMALL + QUALITY, Accesses.of(own))
    after = _paths(SMALL + QUALITY, Accesses.of([*own, "for one in book.quality: one.rule"]))
    assert [one for one in before if one not in after] == ["quality[1]"]
    # Speaking of it in a comment, or of a module of the name, is not reading it.
    spoken = ['"""See book.quality."""', "from jiedui.quality import x", "x = 1  # book.quality"]
    assert _paths(SMALL + QUALITY, Accesses.of([*own, *spoken])) == before


@pytest.mark.parametrize("key", available())
def test_what_is_shipped_and_read_is_not_told(key):
    told = {one.path.split("[")[0].split(".")[0] for one in warn(source(key))}
    assert not told & {"campaign", "phases", "pairings", "figures", "bulletins", "windows",
                       "farm_seasons", "dashboards", "goods", "red_lines", "plan"}  # fmt: skip
    assert check(source(key)) == []


@pytest.mark.parametrize(
    "text", ["", "[[[", "quality = 1", 'figures = "x"\nrubric = []', "a.b = 1"]
)
def test_broken_files_are_the_business_of_the_check(text):
    warn(text)  # never a traceback


def test_the_command_warns_and_says_ok(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(SMALL + QUALITY, encoding="utf-8")
    done = CliRunner().invoke(main, ["playbook", "check", str(file)])
    assert done.exit_code == 0
    line = (SMALL + QUALITY).splitlines().index("[[quality]]") + 1
    assert f"{file}:{line}: warning: quality" in done.output.replace("\n", " ")
    assert "OK" in done.output
    done = CliRunner().invoke(main, ["playbook", "check", "--json", str(file)])
    assert [one["warning"] for one in json.loads(done.output)] == [True]


def test_the_page_warns_as_well(client, office):
    client.force_login(office)
    page = client.post(reverse("campaigns:check"), {"text": SMALL + QUALITY})
    assert [one.path for one in page.context["warnings"]] == ["quality[1]"]
    assert "quality[1]" in page.content.decode()
