"""TOML itself: name every line that is not TOML, and go on after it where that is safe."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.mistakes import Mistake

MOST = 50  # mistakes; afterwards the file is something else


def parse(text: str) -> tuple[dict[str, Any] | None, list[Mistake]]:
    """The document and the lines that are not TOML; without those lines where they stand alone."""
    mistakes: list[Mistake] = []
    lines = text.split("\n")
    while len(mistakes) < MOST:
        try:
            # Decimal, so that 3.50 yuan is 3.50 yuan.
            return tomllib.loads("\n".join(lines), parse_float=Decimal), mistakes
        except RecursionError:
            problem, expected = _("The lists are nested too deeply."), _("Plain lists.")
            return None, [*mistakes, Mistake(1, "playbook", problem, expected)]
        except (ValueError, ArithmeticError) as error:
            line = _line(str(error), lines)
            mistakes.append(_mistake(str(error), line))
            # A line that is right by itself is only where an earlier one was found out.
            if not _wrong_alone(lines[line - 1]):
                return None, mistakes
            lines[line - 1] = ""
    return None, mistakes


def without(text: str, mistakes: list[Mistake]) -> str:
    """The text as it was read: lines that are not TOML are left empty."""
    lines = text.split("\n")
    for mistake in mistakes:
        lines[mistake.line - 1] = ""
    return "\n".join(lines)


def _line(error: str, lines: list[str]) -> int:
    found = re.search(r"at line (\d+)", error)
    return min(int(found[1]), len(lines)) if found else len(lines)


def _wrong_alone(line: str) -> bool:
    if line.lstrip().startswith("["):  # without its heading, what follows would be misread
        return False
    try:
        tomllib.loads(line, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        return not re.search(r"\"\"\"|'''|[\[{]\s*(#.*)?$", line)
    return False


def _mistake(error: str, line: int) -> Mistake:
    reason = re.sub(r" \(at .*\)$", "", error)
    for start, problem, expected in _sentences():
        if reason.startswith(start):
            return Mistake(line, "TOML", problem, expected)
    problem = _("This is not TOML: %(reason)s.") % {"reason": reason}
    return Mistake(line, "TOML", problem, _("key = value, [table] or [[list]]."))


def _sentences() -> list[tuple[str, str, str]]:
    twice = _("The key or table stands here a second time.")
    closed = _("A list or table is not closed.")
    return [
        ("Cannot overwrite", twice, _("Each key once in its table.")),
        ("Cannot declare", twice, _("[[name]] for a further entry of a list.")),
        ("Cannot mutate", twice, _("Each key once in its table.")),
        ("Duplicate inline", twice, _("Each key once in its table.")),
        ("Invalid statement", _("The line begins with something that is no key."),
         _("A key of small letters, then = and a value.")),
        ("Expected '='", _("“=” is missing after the key."), _("key = value")),
        ("Invalid value", _("The value cannot be read."),
         _("Text in quotes, a number, a day, true or false, a list in [ ].")),
        ("Unterminated string", _("A text is not closed."), _("The closing quotes.")),
        ("Illegal character", _("A text holds a line break or control character."),
         _("The closing quotes; three quotes for a text of several lines.")),
        ("Unclosed array", closed, _("“]”, and commas between the entries.")),
        ("Unclosed inline", closed, _("“}” on the same line, and commas between the entries.")),
        ("Expected newline", _("Something follows after the value."), _("One key in each line.")),
        ("Invalid date", _("There is no such day."), _("A day such as 2018-03-01.")),
    ]  # fmt: skip
