"""Columns with a code list: by name, alias or number; unknown words get a suggestion."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from jiedui.core.codelist import Code, CodeList
from jiedui.core.codes import DISABILITY_LEVEL
from jiedui.engines import words
from jiedui.imports.reading.cells import Cell
from jiedui.imports.values.parsers import Bad, Parser, Value, sentence, to_text

_NOISE = re.compile(r"[\s()（）/、,，.。]+")
_NUMBERED = re.compile(r"^\d{1,3}\s*+(?:[.、:：\-_)）]\s*+)?(?=[\u4e00-\u9fff])")
_SHOWN = 12
_NEAR = 60


def names(codes: CodeList) -> list[str]:
    """The names as the user's language prints them on forms."""
    if (get_language() or "").startswith("zh"):
        return [code.zh for code in codes]
    return [str(code.name) for code in codes]


@lru_cache(maxsize=128)
def _listed(codes: CodeList, language: str) -> dict[str, str]:
    return dict(zip(codes.by_key, names(codes), strict=True))


def in_words(codes: CodeList | None, value: Value) -> str:
    """A value for people: never the key of a code."""
    if codes is None or value is None:
        return to_text(value)
    if isinstance(value, tuple | list):
        return "、".join(in_words(codes, key) for key in value)
    known = _listed(codes, get_language() or "")
    first, _space, rest = str(value).partition(" ")  # a disability: kind and level
    level = _listed(DISABILITY_LEVEL, get_language() or "").get(rest, rest)
    return f"{known.get(first, first)} {level}".strip()


@lru_cache(maxsize=16)
def _labels(labels: type[models.TextChoices]) -> dict[str, str]:
    """What our pages call each value, in every language they speak."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {_bare(str(label)): str(value) for value, label in labels.choices}
    return found


@lru_cache(maxsize=64)
def _spellings(codes: CodeList) -> dict[str, Code]:
    with override("zh-hans"):  # what our own pages and exports call it
        shown = {_bare(str(code.name)): code for code in codes}
    return shown | {_bare(text): code for text, code in reversed(codes.by_text.items())}


def _bare(text: str) -> str:
    return _NOISE.sub("", words.comparable(text)).lower()


def find(codes: CodeList, text: str) -> Code | None:
    """The code a cell means, whatever its brackets, blanks or leading number."""
    if found := codes.find(text):
        return found
    spellings = _spellings(codes)
    return spellings.get(_bare(text)) or spellings.get(_bare(_NUMBERED.sub("", text)))


@dataclass(frozen=True)
class Choice(Parser):
    """One key of a code list; of several in one cell the first, with a warning."""

    codes: CodeList

    @property
    def as_text(self) -> bool:
        return False

    @property
    def hint(self) -> str:
        shown = "、".join(names(self.codes)[:_SHOWN])
        rest = " …" if len(self.codes) > _SHOWN else ""
        return _("One of: %(names)s") % {"names": shown + rest}

    def __call__(self, cell: Cell) -> Value | Bad:
        # 无 is a value of several lists, so the list is asked before the blanks are.
        if isinstance(cell, str) and (code := self.codes.find(cell)):
            return code.key
        return super().__call__(cell)

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        if code := find(self.codes, text):
            return code.key
        parts = [find(self.codes, part) for part in words.enumerated(text)]
        if len(parts) > 1 and parts[0]:
            return Bad(
                _("Only one value is kept here; the first is used."),
                _("Keep the most important one, or use the second column."),
                severity="warning",
                value=parts[0].key,
            )
        return unknown(self.codes, text, hint=self.hint)


@dataclass(frozen=True)
class Labelled(Choice):
    """A code list whose values our own lists show by other words, those of a model's choices."""

    labels: type[models.TextChoices]

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        if not find(self.codes, text):
            known = _labels(self.labels)
            if value := known.get(_bare(text)):
                return value
        return super().parse(text, cell)


@dataclass(frozen=True)
class Choices(Parser):
    """Several keys of a code list in one cell, as a tuple."""

    codes: CodeList

    @property
    def as_text(self) -> bool:
        return False

    @property
    def hint(self) -> str:
        one = Choice(self.codes).hint
        return _("%(one)s; several are separated by 、") % {"one": one}

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        if whole := find(self.codes, text):
            return (whole.key,)
        found = [(part, find(self.codes, part)) for part in words.enumerated(text)]
        for part, code in found:
            if code is None:
                return replace(unknown(self.codes, part, hint=self.hint), part=part)
        return tuple(dict.fromkeys(code.key for _part, code in found if code))


def unknown(codes: CodeList, text: str, *, hint: str) -> Bad:
    """A sentence naming the nearest known word, if one is near."""
    message = _("“%(text)s” is not known here.") % {"text": text[:40]}
    near = nearest(codes, text)
    offers = tuple(codes.by_key[key].zh for key in near)
    if not near:
        return Bad(message, sentence(hint))
    name = dict(zip(codes.by_key, names(codes), strict=True))[near[0]]
    mend = _("Did you mean “%(name)s”? %(hint)s") % {"name": name, "hint": sentence(hint)}
    return Bad(message, mend, offers=offers)


def nearest(codes: CodeList, text: str, *, most: int = 3) -> list[str]:
    """Keys a text may mean, the nearest first: words alike, or one inside the other."""
    query = _bare(text)
    spellings = [
        *_spellings(codes).items(),
        *((_bare(w), code) for code in codes for w in code.near),
    ]
    scores: dict[str, float] = {}
    for spelling, code in spellings:
        score = max(fuzz.ratio(query, spelling), _inside(query, spelling))
        if score >= _NEAR:
            scores[code.key] = max(scores.get(code.key, 0), score)
    in_order = [key for key in codes.by_key if key in scores]
    return sorted(in_order, key=lambda key: -scores[key])[:most]


def _inside(one: str, other: str) -> float:
    """How alike a text and one that stands in it are: 农村低保 in 农村低保A类."""
    short, long = sorted((one, other), key=len)
    if len(short) < 2 or short not in long:
        return 0
    return _NEAR + (100 - _NEAR) * len(short) / len(long)
