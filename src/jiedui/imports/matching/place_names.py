"""What a place is called in lists, and how its names are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiedui.engines import words

_OFFICE = re.compile(r"(村民委员会|居民委员会|村委会|居委会|委员会|办事处)$")
_SUFFIX = re.compile(r"(社区|村|居|镇|乡|街道|街)$")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Known:
    """A place as lists need it; `line` are its own and its ancestors' names, lowest first."""

    pk: int
    path: str
    code: str
    name: str
    level: str
    town: str = ""
    county: str = ""

    @property
    def full(self) -> str:
        return f"{self.town}{self.name}"


@dataclass(frozen=True)
class Missing:
    """Why a place was not found, and what to do; `field` is the column that is wrong."""

    field: str
    message: str
    mend: str
    offers: tuple[str, ...] = ()  # what may be written instead


def bare(name: str) -> str:
    return _OFFICE.sub("", _BLANK.sub("", words.comparable(name)))


def stem(name: str) -> str:
    whole = bare(name)
    return _SUFFIX.sub("", whole) if len(whole) > 2 else whole


def within(places: Sequence[Known], township: str, county: str) -> list[Known]:
    kept = list(places)
    if township:
        kept = [p for p in kept if stem(p.town) == stem(township) or p.path[:9] == township[:9]]
    if county:
        narrowed = [p for p in kept if _stem_county(p.county) == _stem_county(county)]
        kept = narrowed or kept  # counties were renamed often; a town and a village decide
    return kept


def _stem_county(name: str) -> str:
    return re.sub(r"(区|县|市|旗)$", "", bare(name))


def in_full(text: str, by_name: Mapping[str, Sequence[Known]]) -> list[Known]:
    """大洼区田家街道大堡子村: a village at the end, its town somewhere before it."""
    whole = bare(text)
    for start in range(1, len(whole) - 1):
        for place in by_name.get(whole[start:], ()):
            if stem(place.town) in whole[:start]:
                return [place]
    return []
