"""Answers to the fields a playbook asks of an activity: checked by type, kept as plain JSON."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.work import Field
from jiedui.core.refusals import Refused

LONGEST = {"text": 300, "long_text": 5000}
EMPTY: tuple[Any, ...] = (None, "", [], ())


NOTHING: Mapping[str, Any] = MappingProxyType({})


def read(
    fields: tuple[Field, ...], values: Mapping[str, Any], *, before: Mapping[str, Any] = NOTHING
) -> dict[str, Any]:
    """Clean answers by key, without the empty ones.

    An answer that stands there `before` stays, also where the playbook offers it no more.

    Raises `Refused` for a missing required answer, an unknown key, or one of the wrong type.
    """
    known = {field.key: field for field in fields}
    if unknown := sorted(set(values) - set(known)):
        raise Refused(
            _("“%(keys)s” is not asked of this kind of activity.") % {"keys": ", ".join(unknown)}
        )
    given = {key: value for key, value in values.items() if value not in EMPTY}
    missing = [str(f.name) for f in fields if f.required and f.key not in given]
    if missing:
        raise Refused(_("Still missing: %(names)s.") % {"names": "、".join(missing)})
    return {
        key: value if _is_as_before(value, before.get(key)) else _clean(known[key], value)
        for key, value in given.items()
    }


def _is_as_before(value: Any, before: Any) -> bool:
    # A question may have become one of another type: 5 is no Decimal("5") in JSON.
    return value == before and type(value) is type(before)


def part(fields: tuple[Field, ...], values: Mapping[str, Any], *, private: bool) -> dict[str, Any]:
    """The answers that are kept encrypted, or those that are not."""
    keys = {field.key for field in fields if field.private == private}
    return {key: value for key, value in values.items() if key in keys}


def sealed(values: Mapping[str, Any]) -> str:
    """Answers as the encrypted column takes them."""
    return json.dumps(values, ensure_ascii=False) if values else ""


def _clean(field: Field, value: Any) -> Any:
    try:
        return READERS[field.type](field, value)
    except (TypeError, ValueError, KeyError, InvalidOperation) as error:
        raise Refused(
            _("“%(value)s” does not fit “%(name)s”.") % {"value": value, "name": field.name}
        ) from error


def _text(field: Field, value: Any) -> str:
    text = str(value).strip()
    if len(text) > LONGEST[field.type]:
        raise Refused(
            _("“%(name)s” is longer than %(most)s characters.")
            % {"name": field.name, "most": LONGEST[field.type]}
        )
    return text


def _whole(_field: Field, value: Any) -> int:
    if isinstance(value, bool) or Decimal(str(value)) % 1:
        raise ValueError(value)
    return int(Decimal(str(value)))


def _number(_field: Field, value: Any) -> str:
    """Kept as text, so that 0.1 stays 0.1."""
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return str(number)


def _yes_no(_field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False, "1": True, "0": False}[str(value).lower()]


def _day(_field: Field, value: Any) -> str:
    return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()


def _choice(field: Field, value: Any) -> str:
    if value not in {option.key for option in field.options}:
        raise ValueError(value)
    return str(value)


def _choices(field: Field, value: Any) -> list[str]:
    return [_choice(field, one) for one in value]


READERS = {
    "text": _text,
    "long_text": _text,
    "whole": _whole,
    "number": _number,
    "yes_no": _yes_no,
    "day": _day,
    "choice": _choice,
    "choices": _choices,
}


def display(field: Field, value: Any) -> str:
    """An answer as text for the reader."""
    names = {option.key: str(option.name) for option in field.options}
    if field.type == "yes_no":
        return _("yes") if value else _("no")
    if field.type == "choices":
        return "、".join(names.get(one, one) for one in value)
    if field.type == "choice":
        return names.get(value, str(value))
    return f"{value} {field.unit}" if field.unit else str(value)
