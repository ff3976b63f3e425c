"""Answers to the questions a playbook asks: checked by type, kept as plain JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from jiedui.campaigns.playbook.declare import Text
from jiedui.campaigns.playbook.forms import SCALE5, Field, Question
from jiedui.core.refusals import Refused

Asked = Field | Question
LONGEST = {"text": 300, "long_text": 5000}
MOST = 10**12  # the largest number that a snapshot holds
EMPTY: tuple[Any, ...] = (None, "", [], ())
NOTHING: Mapping[str, Any] = MappingProxyType({})


def read(
    questions: Sequence[Asked],
    values: Mapping[str, Any],
    *,
    before: Mapping[str, Any] = NOTHING,
    of: str = "",
) -> dict[str, Any]:
    """Clean answers by key, without the empty ones.

    An answer that stands there `before` stays, also where the playbook offers it no more.

    Raises `Refused` for a missing required answer, an unknown key, one of the wrong type, or an
    answer to a question that is not asked beside the other answers. `of` says what it is that
    does not ask an unknown key; usually a kind of activity.
    """
    known = {question.key for question in questions}
    if unknown := sorted(set(values) - known):
        asked_of = of or _("this kind of activity")
        raise Refused(
            _("“%(keys)s” is not asked of %(of)s.") % {"keys": ", ".join(unknown), "of": asked_of}
        )
    given = {key: value for key, value in values.items() if value not in EMPTY}
    found: dict[str, Any] = {}
    missing: list[str] = []
    for question in questions:
        if question.key in given:
            value, old = given[question.key], before.get(question.key)
            _check_shown(question, found, questions)
            found[question.key] = value if _is_as_before(value, old) else _clean(question, value)
        elif question.required and is_shown(question, found):
            missing.append(str(question.name))
    if missing:
        raise Refused(_("Still missing: %(names)s.") % {"names": "、".join(missing)})
    return found


def _is_as_before(value: Any, before: Any) -> bool:
    # A question may have become one of another type: 5 is no Decimal("5") in JSON.
    return value == before and type(value) is type(before)


def is_shown(question: Asked, values: Mapping[str, Any]) -> bool:
    """Whether a question is asked beside these answers to earlier ones."""
    if isinstance(question, Field):
        return True
    return all(
        words.intersection(wanted)
        for key, wanted in question.shown_when.items()
        for words in [set(as_words(values.get(key)))]
    )


def as_words(value: Any) -> Iterator[str]:
    """An answer as the words `shown_when` speaks of."""
    if isinstance(value, bool):
        yield "yes" if value else "no"
    elif isinstance(value, list | tuple):
        yield from value
    elif value is not None:
        yield str(value)


def _check_shown(question: Asked, values: Mapping[str, Any], questions: Sequence[Asked]) -> None:
    if not is_shown(question, values):
        raise Refused(
            _("“%(name)s” is asked only where %(condition)s; leave it empty.")
            % {"name": question.name, "condition": condition(question, questions)}
        )


def condition(question: Asked, questions: Sequence[Asked]) -> str:
    """When a question is asked, in words; "" for one that always is."""
    if isinstance(question, Field):
        return ""
    known = {one.key: one for one in questions}
    parts = [
        pgettext("condition", "“%(name)s” is %(answers)s")
        % {
            "name": known[key].name,
            "answers": _(" or ").join(answer_name(known[key], one) for one in wanted),
        }
        for key, wanted in question.shown_when.items()
    ]
    return _(" and ").join(parts)


def part(questions: Sequence[Asked], values: Mapping[str, Any], *, private: bool) -> dict[str, Any]:
    """The answers that are kept encrypted, or those that are not."""
    keys = {question.key for question in questions if question.private == private}
    return {key: value for key, value in values.items() if key in keys}


def sealed(values: Mapping[str, Any]) -> str:
    """Answers as the encrypted column takes them."""
    return json.dumps(values, ensure_ascii=False) if values else ""


def _clean(question: Asked, value: Any) -> Any:
    try:
        return READERS[question.type](question, value)
    except (TypeError, ValueError, KeyError, InvalidOperation) as error:
        raise Refused(
            _("“%(value)s” does not fit “%(name)s”.") % {"value": value, "name": question.name}
        ) from error


def _text(question: Asked, value: Any) -> str:
    text = str(value).strip()
    if len(text) > LONGEST[question.type]:
        raise Refused(
            _("“%(name)s” is longer than %(most)s characters.")
            % {"name": question.name, "most": LONGEST[question.type]}
        )
    return text


def _whole(question: Asked, value: Any) -> int:
    if isinstance(value, bool) or Decimal(str(value)) % 1:
        raise ValueError(value)
    return int(_within(question, Decimal(str(value))))


def _number(question: Asked, value: Any) -> str:
    """Kept as text, so that 0.1 stays 0.1."""
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return str(_within(question, number))


def _within(question: Asked, number: Decimal) -> Decimal:
    if isinstance(question, Question):
        low, high = limits(question)
        if (
            abs(number) >= MOST
            or (low is not None and number < low)
            or (high is not None and number > high)
        ):
            raise ValueError(number)
    return number


def limits(question: Question) -> tuple[int | None, int | None]:
    """The smallest and largest number that may be answered; None where there is no limit."""
    return (0, question.points) if question.type == "points" else (question.low, question.high)


def _yes_no(_question: Asked, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False, "1": True, "0": False}[str(value).lower()]


def _day(_question: Asked, value: Any) -> str:
    return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()


def _choice(question: Asked, value: Any) -> str:
    if value not in {option.key for option in question.options}:
        raise ValueError(value)
    return str(value)


def _choices(question: Asked, value: Any) -> list[str]:
    return [_choice(question, one) for one in value]


def _scale5(_question: Asked, value: Any) -> str:
    if str(value) not in SCALE5:
        raise ValueError(value)
    return str(value)


READERS = {
    "text": _text,
    "long_text": _text,
    "whole": _whole,
    "number": _number,
    "yes_no": _yes_no,
    "day": _day,
    "choice": _choice,
    "choices": _choices,
    "scale5": _scale5,
    "points": _whole,
}


def scale5_names() -> dict[str, str]:
    """The five steps in words, the best first."""
    return {
        "5": pgettext("five steps", "very good"),
        "4": pgettext("five steps", "good"),
        "3": pgettext("five steps", "fair"),
        "2": pgettext("five steps", "poor"),
        "1": pgettext("five steps", "very poor"),
    }


def answer_text(kind: str, word: str) -> Text:
    """A fixed answer of a yes-or-no or five-step question in both languages."""
    texts = []
    for language in ("zh-hans", "en"):
        with override(language):
            steps = {"yes": _("yes"), "no": _("no")} if kind == "yes_no" else scale5_names()
            texts.append(steps[word])
    return Text(*texts)


def answer_name(question: Asked, word: str) -> str:
    """One of the fixed answers of a question, as people read it."""
    if question.type == "yes_no":
        return _("yes") if word == "yes" else _("no")
    if question.type == "scale5":
        return scale5_names().get(word, word)
    names = {option.key: str(option.name) for option in question.options}
    return names.get(word, word)


def display(question: Asked, value: Any) -> str:
    """An answer as text for the reader."""
    if question.type in ("yes_no", "choice", "choices", "scale5"):
        return "、".join(answer_name(question, word) for word in as_words(value))
    if isinstance(question, Question) and question.points:
        return _("%(given)s of %(full)s points") % {"given": value, "full": question.points}
    return f"{value} {question.unit}" if question.unit else str(value)
