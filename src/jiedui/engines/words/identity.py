"""Citizen identity numbers (GB 11643-1999) and disability cards (GB/T 33661-2017 class codes)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import Literal

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = re.compile(
    "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91"  # GB/T 2260; 83 Taiwan residents
)

# Sentences a caller may translate; `identity_problem` returns one of them.
WRONG_LENGTH = "An identity number has 18 characters, a disability card 20 or 22."
WRONG_CHARACTERS = "An identity number consists of digits; only the last may be X."
WRONG_AREA = "The first two digits are no province."
WRONG_BIRTH = "The date of birth in this number does not exist."
FUTURE_BIRTH = "The date of birth in this number is still to come."
WRONG_CHECK = "The last character does not fit the others: a digit is wrong or two are swapped."
WRONG_CLASS = "The class in this disability card is not 1 to 7."
WRONG_LEVEL = "The level in this disability card is not 1 to 4."
IDENTITY_PROBLEMS = (
    WRONG_LENGTH,
    WRONG_CHARACTERS,
    WRONG_AREA,
    WRONG_BIRTH,
    FUTURE_BIRTH,
    WRONG_CHECK,
    WRONG_CLASS,
    WRONG_LEVEL,
)


@dataclass(frozen=True)
class Identity:
    """What an identity number or a disability card says by itself."""

    number: str  # the 18 characters
    area: str
    birth: date
    sex: Literal["male", "female"]
    disability_class: int | None = None  # 1–7, of a card
    disability_level: int | None = None  # 1–4, 1 the gravest
    reissue: str = ""


def check_character(first_17: str) -> str:
    """The 18th character: weights of GB 11643, sum modulo 11."""
    total = sum(map(mul, map(int, first_17), _WEIGHTS))
    return _CHECKS[total % 11]


def identity_problem(number: str, *, today: date | None = None) -> str:
    """What is wrong with an identity number or disability card, as a sentence; "" when it is sound.

    `today` also refuses a birth still to come. The sentence is one of IDENTITY_PROBLEMS.
    """
    number = _bare(number)
    if len(number) not in (18, 20, 22):
        return WRONG_LENGTH
    if not re.fullmatch(r"[0-9]{17}[0-9X]([0-9]{2}|[0-9]{4})?", number):
        return WRONG_CHARACTERS
    if not _PROVINCES.match(number):
        return WRONG_AREA
    birth = _birth(number)
    if birth is None:
        return WRONG_BIRTH
    if today and birth > today:
        return FUTURE_BIRTH
    if check_character(number[:17]) != number[17]:
        return WRONG_CHECK
    return _card_problem(number[18:])


def read_identity(number: str) -> Identity:
    """Birth, sex and disability from a sound number.

    Raises ValueError with the sentence of IDENTITY_PROBLEMS.
    """
    if problem := identity_problem(number):
        raise ValueError(problem)
    number = _bare(number)
    card = number[18:]
    birth = _birth(number)
    assert birth is not None
    return Identity(
        number=number[:18],
        area=number[:6],
        birth=birth,
        sex="male" if int(number[16]) % 2 else "female",
        disability_class=int(card[0]) if card else None,
        disability_level=int(card[1]) if card else None,
        reissue=card[2:],
    )


def mask_identity(number: str) -> str:
    """The first six and the last four: 211121****0021 (R3); shorter numbers are all stars."""
    number = _bare(number)
    return f"{number[:6]}****{number[-4:]}" if len(number) >= 15 else "*" * len(number)


def _bare(number: str) -> str:
    return re.sub(r"[\s-]", "", number).upper()


def _birth(number: str) -> date | None:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return birth if birth.year >= 1880 else None


def _card_problem(card: str) -> str:
    if not card:
        return ""
    if card[0] not in "1234567":
        return WRONG_CLASS
    return "" if card[1] in "1234" else WRONG_LEVEL
