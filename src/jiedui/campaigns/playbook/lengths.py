"""How long texts and keys of a playbook may be: what the records have room for that carry them.

Looked at when a playbook comes in. One that is in use is read whatever its lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field
from typing import Any, Final

from jiedui.campaigns.playbook.declare import Text

USUAL: Final[Mapping[str, int]] = {"key": 40, "name": 80, "full_name": 80, "source": 80, "unit": 10}
OTHERS: Final = 1_000


def longest(field: Field[Any]) -> int:
    """Characters that a text or key in this field may have; Chinese, where it has two languages."""
    return field.metadata.get("longest") or USUAL.get(field.name, OTHERS)


def too_long(field: Field[Any], value: Any) -> Iterator[tuple[tuple[Any, ...], int, int]]:
    """The texts of a value that are too long: path below the field, length, most characters."""
    most = longest(field)
    texts = enumerate(value) if isinstance(value, tuple) else [(None, value)]
    for index, text in texts:
        below = () if index is None else (index,)
        if isinstance(text, Text):
            languages = (("zh", text.zh, most), ("en", text.en, most * 3 // 2))
            yield from (((*below, name), len(t), m) for name, t, m in languages if len(t) > m)
        elif isinstance(text, str) and len(text) > most:
            yield below, len(text), most
