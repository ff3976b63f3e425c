"""Twice the text takes about twice the time: no pattern of ours can be made to freeze the site."""

import ast
import gc
import re
import time
from collections import defaultdict
from functools import cache
from itertools import product
from pathlib import Path

import pytest

import jiedui

SOURCE = Path(jiedui.__file__).parent
SHORT, LONG = 5_000, 10_000
NOTICED = 0.002  # seconds; below it clocks tell nothing
FILLERS = (*" 1王([（,a\n", *("1 ", "( ", "a,", "王 ", "_ ", "[#", "/0"))
STARTS = ("", "1", "王", "合计", "注", "1,")
# Read from files of programs, in a process of its own with a limit of time; nobody types them.
ASIDE = {"imports/reading/zip_guard.py", "imports/reading/failed_formulas.py"}


WAYS = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer")
TEXTS = {path: path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py"))}


@cache
def patterns():
    """Every pattern written in the source with its place, and the ways it is asked."""
    found = {}
    for path, text in TEXTS.items():
        place = path.relative_to(SOURCE).as_posix()
        if place in ASIDE or "/migrations/" in place:
            continue
        for node in ast.walk(tree := ast.parse(text)):
            if written := _written(node):
                ways = {node.func.attr} & set(WAYS) or _ways(_name(tree, node))
                found[f"{place}:{node.lineno}"] = (written, ways)
    return found


def _written(node):
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    if not is_call or getattr(node.func.value, "id", "") != "re" or not node.args:
        return ""
    try:
        written = ast.literal_eval(node.args[0])
    except ValueError:
        return ""  # put together from others
    return written if isinstance(written, str) else ""


def _name(tree, node):
    return next((one.targets[0].id for one in ast.walk(tree)
                 if isinstance(one, ast.Assign) and one.value is node), "")  # fmt: skip


def _ways(name):
    """How a pattern of this name is asked anywhere; in every way where that is not seen."""
    return _asked().get(name) or {"search", "fullmatch"}


@cache
def _asked():
    """By name: the ways it is asked in, in the whole source."""
    found = defaultdict(set)
    for text in TEXTS.values():
        for name, way in re.findall(rf"\b(\w+)\.({'|'.join(WAYS)})\b", text):
            found[name].add(way)
    return found


def work(pattern, ways, text, turns=3):
    """Seconds for the dearest of the ways a pattern is asked, the least of some turns."""
    return max(min(_timed(pattern, way, text) for _turn in range(turns)) for way in ways)


def _timed(pattern, way, text):
    ask = getattr(pattern, way)
    gc.disable()  # it would look at the many matches of a long text again and again
    began = time.process_time()
    if way == "sub":
        ask("", text)
    elif way == "finditer":
        list(ask(text))
    else:
        ask(text)
    took = time.process_time() - began
    gc.enable()
    return took


@pytest.mark.parametrize(("place", "asked"), patterns().items())
def test_a_pattern_is_linear(place, asked):
    pattern, ways = re.compile(asked[0]), asked[1]
    for start, filler in product(STARTS, FILLERS):
        long = start + (filler * LONG)[:LONG] + "\x00"
        if work(pattern, ways, long, turns=1) < NOTICED:
            continue
        short = start + (filler * SHORT)[:SHORT] + "\x00"
        # The least of three: a machine that does other work beside makes one of them too large.
        ratio = min(work(pattern, ways, long) / work(pattern, ways, short) for _turn in range(3))
        assert ratio < 3, f"{place}: {start!r} and {filler!r}: {ratio:.1f} times the work"


def test_the_patterns_are_found():
    found = patterns()
    assert len(found) > 40
    assert any("余多" in written for written, _ways in found.values())
