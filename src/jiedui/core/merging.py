"""Two who wrote one text at the same time: put together field by field, nobody's words lost.

What a field held when its form was opened goes along with the form. So a field that only one of the
two changed is theirs, and only one that both changed is left to be decided.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NAME = "shown"  # of the hidden field that says what the form showed


@dataclass(frozen=True)
class Merged:
    """`values` are what the form shows next; `both` are the fields that both changed."""

    values: dict[str, str]
    both: list[str]


def shown(values: Mapping[str, Any]) -> str:
    """What a form shows, for its hidden field."""
    plain = {name: _plain(value) for name, value in values.items()}
    return base64.b64encode(json.dumps(plain, ensure_ascii=False).encode()).decode()


def merge(opened: str, mine: Mapping[str, Any], now: Mapping[str, Any]) -> Merged:
    """`opened` is what `shown` gave when the form was opened; without it all may have changed."""
    before = _read(opened)
    values, both = {}, []
    for name, theirs in ((name, _plain(now[name])) for name in now):
        typed = _plain(mine.get(name, theirs))
        is_mine, is_theirs = typed != before.get(name), theirs != before.get(name)
        values[name] = typed if is_mine else theirs
        if is_mine and is_theirs and typed != theirs:
            both.append(name)
    return Merged(values, both)


def _plain(value: Any) -> str:
    return str(value or "").replace("\r\n", "\n").strip()


def _read(opened: str) -> dict[str, str]:
    try:
        found = json.loads(base64.b64decode(opened, validate=True))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
