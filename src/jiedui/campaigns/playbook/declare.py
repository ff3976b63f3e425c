"""How a playbook section is declared: plain dataclasses whose fields say what may stand there.

The reader (`reading.py`) knows nothing about campaigns; everything it checks comes from the type
of a field and from the marks set here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; `str()` gives the one the reader speaks."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day of every year, written `"04-30"`."""

    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"


def item(
    default: Any = dataclasses.MISSING,
    *,
    ref: str = "",
    keys: str = "",
    one_of: Collection[str] = (),
    values: Collection[str] = (),
    low: int | None = None,
    high: int | None = None,
    longest: int | None = None,
) -> Any:
    """Mark a field.

    `ref`: the value is the key of an entry of that section (`"a|b"`: of either).
    `keys`: the keys of a table are keys of that section. `one_of`: a closed list of words, for a
    value or for the keys of a table; `values`: one for the values of that table.
    `low`, `high`: limits of a number, both included. `longest`: characters of a text or key, where
    a field of its name may usually have others (`lengths.USUAL`); English has half as many more.
    """
    marks = {
        "ref": ref, "keys": keys, "one_of": tuple(one_of), "values": tuple(values),
        "low": low, "high": high, "longest": longest,
    }  # fmt: skip
    if isinstance(default, (list, dict)):
        return dataclasses.field(default_factory=default.copy, metadata=marks)
    return dataclasses.field(default=default, metadata=marks)
