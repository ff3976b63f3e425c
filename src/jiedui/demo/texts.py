"""The words demonstrations are made of, from texts.toml."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

TEXTS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "texts.toml").read_text(encoding="utf-8")
)
_SLOT = re.compile(r"\{(\w+)\}")
SLOTS: Mapping[str, Sequence[str]] = TEXTS["slots"]


def named(name: str) -> list[str] | None:
    """The list of this name, such as `streets.events`; None where there is none."""
    found: Any = TEXTS
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, list) else None


def listed() -> list[str]:
    """Names of all lists."""
    return list(_listed(TEXTS, ""))


def _listed(table: Mapping[str, Any], before: str) -> list[str]:
    names = []
    for key, value in table.items():
        names += _listed(value, f"{before}{key}.") if isinstance(value, dict) else [before + key]
    return names


def slots_of(text: str) -> list[str]:
    """Names of the slots in a text."""
    return _SLOT.findall(text)


def composed(rng: Random, text: str, *, known: Mapping[str, str] | None = None) -> str:
    """A text with each `{slot}` filled: by what is known of the record, else by a word drawn."""
    filled = known or {}

    def word(slot: re.Match[str]) -> str:
        return filled[slot[1]] if slot[1] in filled else rng.choice(SLOTS[slot[1]])

    while "{" in text:
        text = _SLOT.sub(word, text)
    return text
