"""Forty ways to break a playbook file, and more: a line, what is wrong, what was expected."""

import re

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.campaigns.playbook import available, check, check_file, source
from jiedui.cli import main

PANJIN = source("panjin")


def swap(old, new, count=1):
    assert old in PANJIN, old
    return PANJIN.replace(old, new, count).encode()


def after(header, more):
    return swap(header, f"{header}\n{more}")


def value_of(key, new):
    """The first line that gives this key, with another value."""
    broken, count = re.subn(rf"(?m)^{key} = .*$", lambda _m: f"{key} = {new}", PANJIN, count=1)
    assert count
    return broken.encode()


BROKEN = {
    # Not a text at all.
    "nothing": b"",
    "spaces": b"  \n\n ",
    "nul": b"\0" * 900,
    "a nul inside": swap("[campaign]", "[c\0]"),
    "utf-16": PANJIN.encode("utf-16"),
    "gbk": PANJIN.encode("gbk", "replace"),
    "half a letter": PANJIN.encode()[:200] + b"\xe7\x9b\n",
    "ten megabytes": b"a = 1\n" * 1_700_000,
    "a workbook": b"PK\x03\x04" + b"\xff" * 99,
    "a picture": b"\x89PNG\r\n\x1a\n\0\0",
    "json": b'{"campaign": {"key": "x"}}',
    "yaml": b"campaign:\n  key: x\n",
    "html": b"<html></html>",
    # Not TOML.
    "no equals sign": swap("[campaign]\nkey =", "[campaign]\nkey"),
    "open quotes": swap('"panjin"', '"panjin'),
    "open bracket": swap("[campaign]", "[campaign"),
    "open long text": PANJIN.encode() + b'\nx = """\n',
    "chinese quotes": swap('"panjin"', "“panjin”"),
    "full-width equals": swap("key =", "key ＝"),
    "a tab in a key": swap("key =", "k\tey ="),
    "a bare word": swap('"panjin"', "panjin"),
    "old line ends": PANJIN.replace("\n", "\r").encode(),
    "twice the same key": after("[campaign]", 'key = "again"'),
    "twice the same table": PANJIN.encode() + b'\n[campaign]\nkey = "x"\n',
    "a table that is a list": PANJIN.encode() + b"\n[[campaign]]\n",
    "deep": b"a = " + b"[" * 900 + b"]" * 900,
    "a wrong escape": swap('"panjin"', '"pan\\qjin"'),
    # TOML, but no playbook.
    "a day that is none": value_of("starts", "2026-02-30"),
    "a day as text": value_of("starts", '"2026"'),
    "the year 1": value_of("starts", "0001-01-01"),
    "the year 9999": value_of("ends", "9999-12-31"),
    "a moment": value_of("starts", "2026-01-01T00:00:00Z"),
    "the end first": value_of("ends", "1991-01-01"),
    "a number as name": value_of("name", "1"),
    "one language": value_of("name", '{ zh = "名" }'),
    "infinite": after("[campaign]", "document_word = inf"),
    "not a number": value_of("place", "nan"),
    "an unknown key": after("[campaign]", "colour = 3"),
    "an unknown table": after("[campaign]", "[x.y]"),
    "a wrong reference": swap('pairing = "kin"', 'pairing = "kith"'),
    "digits of another alphabet": value_of("place", '"²²²²"'),
    "dots in a key": value_of("key", '"../x"'),
    "no campaign": swap("[campaign]", "[campaing]"),
}


def test_there_are_forty_of_them():
    assert len(BROKEN) >= 40


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_answered_with_line_and_what_was_expected(tmp_path, how):
    file = tmp_path / "broken.toml"
    file.write_bytes(BROKEN[how])
    mistakes = check_file(file)
    assert mistakes
    for mistake in mistakes:
        assert 1 <= mistake.line <= max(BROKEN[how].count(b"\n"), BROKEN[how].count(b"\r")) + 1
        assert mistake.problem
        assert mistake.expected
        assert "Traceback" not in mistake.problem


@pytest.mark.parametrize("how", ["mark", "windows"])
def test_what_windows_editors_do_to_a_file_does_no_harm(tmp_path, how):
    file = tmp_path / "kept.toml"
    text = PANJIN if how == "mark" else PANJIN.replace("\n", "\r\n")
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert check_file(file) == []


@pytest.mark.parametrize("how", ["utf-16", "ten megabytes", "a bare word", "nul"])
def test_the_command_names_the_line_and_ends_with_one(tmp_path, how):
    file = tmp_path / "broken.toml"
    file.write_bytes(BROKEN[how])
    said = CliRunner().invoke(main, ["playbook", "check", str(file)])
    assert said.exit_code == 1
    assert isinstance(said.exception, SystemExit)
    assert re.match(rf"{re.escape(str(file))}:\d+: ", said.output)


VALUES = (
    "[]",
    "[[]]",
    "{}",
    "{ zh = 1 }",
    '""',
    '" "',
    '"x"',
    "true",
    "0",
    "-1",
    "10000000000000",
    "1e400",
    "-inf",
    "nan",
    "2026-01-01",
    "9999-12-31",
    "00:00:00",
    '"\\u0000"',
    '"{{ 1 }}"',
    '"{% x %}"',
    '"{{ figure(1) }}"',
    '["visit", "visit"]',
    "[1, 'a', []]",
    "{ kind = { from = 1 } }",
    '"1/0"',
)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_wrong_value_of_any_key_is_too_much(data):
    lines = source(data.draw(st.sampled_from(available()))).split("\n")
    keys = [at for at, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.sampled_from(keys))
        key = lines[at].partition(" = ")[0]
        lines[at] = f"{key} = {data.draw(st.sampled_from(VALUES))}"
    broken = "\n".join(lines)
    for mistake in check(broken):
        assert 1 <= mistake.line <= len(lines)
        assert mistake.problem
        assert mistake.expected
