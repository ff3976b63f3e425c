"""Lines are found exactly, whatever a TOML document looks like."""

import tomllib
from datetime import date

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.campaigns.playbook.positions import find_positions

AWKWARD = '''\
# comment with = and [brackets] and "quotes"
top = "a # not a comment" # a comment
"quoted key" = 1
'single' . inner = 2
[ "a.b" . c ]   # header with dots in quotes
x = """
line [one]
{{ two }} \\"""
three"""""
y = \'\'\'
raw \\ \'\' quotes\'\'\'
[[list]]
n = [ 1, # one
  [2, 3],
  { k = "]", "v" = '}' },
]
[[list.sub]]
d = 1979-05-27 07:32:00
[[list.sub]]
d = 2018-03-01
[[list]]
e.f.g = true
[list.table]
h = ""
'''


def paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


def test_an_awkward_document_has_all_its_lines():
    found = find_positions(AWKWARD)
    assert set(found.lines) == set(paths(tomllib.loads(AWKWARD)))
    expected = {
        ("top",): 2, ("quoted key",): 3, ("single", "inner"): 4, ("a.b", "c", "x"): 6,
        ("a.b", "c", "y"): 10, ("list", 0): 12, ("list", 0, "n", 1): 14,
        ("list", 0, "n", 2, "v"): 15, ("list", 0, "sub", 1, "d"): 20,
        ("list", 1, "e", "f", "g"): 22, ("list", 1, "table", "h"): 24,
    }  # fmt: skip
    assert {path: found.lines[path] for path in expected} == expected


def test_the_text_of_a_long_string_begins_after_the_quotes():
    found = find_positions(AWKWARD)
    assert found.text_line(("a.b", "c", "x")) == 7
    assert found.text_line(("top",)) == 2


def test_windows_line_ends_do_not_shift_lines():
    found = find_positions("a = 1\r\n\r\n[t]\r\nb = '''\r\nx'''\r\n")
    assert found.lines[("t", "b")] == 4
    assert found.text_line(("t", "b")) == 5


SCALARS = (
    st.text(max_size=12)
    | st.integers(-99, 99)
    | st.booleans()
    | st.dates(min_value=date(1900, 1, 1))
)
KEYS = st.text(min_size=1, max_size=6)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_every_value_of_any_document_has_a_line(document):
    text = tomlkit.dumps(document)
    found = find_positions(text)
    assert set(found.lines) == set(paths(tomllib.loads(text)))
    for path, line in found.lines.items():
        if path and isinstance(path[-1], str) and path[-1].isalnum() and path[-1].isascii():
            assert path[-1] in text.split("\n")[line - 1]
