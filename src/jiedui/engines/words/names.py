"""How Chinese names sound, and how alike two of them are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

from jiedui.engines.words import tables
from jiedui.engines.words.text import fold, fold_name

COMPOUND_SURNAMES = frozenset(tables.COMPOUND_SURNAMES.split())
SURNAME_READINGS = {
    name: tuple(reading.split("-"))
    for name, reading in (pair.split(":") for pair in tables.SURNAME_READINGS.split())
}

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
# What the ear, or a dialect, mixes up: n/l, flat and curled tongue, front and back nasals.
_BLUR = ((r"^zh", "z"), (r"^ch", "c"), (r"^sh", "s"), (r"^n", "l"), (r"(?<=[aei])ng$", "n"))

SHORT = 4  # characters of a person's name; a longer text holds phrases as a rule


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name; the surname is one character unless it is a known compound.

    A name with a middle dot (阿依古丽·买买提) or without Chinese characters has no surname.
    """
    bare = re.sub(r"\s+", "", fold(name))
    if not _CHINESE.match(bare) or "·" in bare or len(bare) < 2:
        return "", bare
    length = 2 if bare[:2] in COMPOUND_SURNAMES and len(bare) > 2 else 1
    return bare[:length], bare[length:]


@lru_cache(maxsize=65536)
def syllables(name: str, *, is_person: bool = True) -> tuple[str, ...]:
    """Toneless pinyin, a syllable a character, surnames read as surnames (曾 zeng, 单 shan).

    ü is written v. Characters that have no reading stay as they are. With `is_person` false the
    text is read as ordinary words (单家村 dan jia cun).
    """
    surname, given = split_name(name) if is_person else ("", re.sub(r"\s+", "", fold(name)))
    if surname in SURNAME_READINGS:
        return (*SURNAME_READINGS[surname], *_read(given))
    return _read(surname + given)


def pinyin(name: str, *, is_person: bool = True) -> str:
    """`zeng xiaoming` as one searchable word: zengxiaoming."""
    return "".join(syllables(name, is_person=is_person)).lower()


def initials(name: str, *, is_person: bool = True) -> str:
    """The first letters, as people type them to search: 曾晓明 zxm."""
    return "".join(one[0] for one in syllables(name, is_person=is_person)).lower()


def homophone_key(name: str) -> str:
    """Names that sound the same have the same key: 张红 and 章洪 are `zhang hong`."""
    return " ".join(syllables(fold_name(name)))


@lru_cache(maxsize=16384)
def blurred_key(name: str) -> str:
    """Like `homophone_key`, but also equal where dialects mix sounds up: 刘娜 and 牛拉."""
    return " ".join(_blurred(one) for one in syllables(fold_name(name)))


def name_similarity(first: str, second: str) -> float:
    """How alike two names are, from 0 to 1; made for names of two to four characters.

    A character counts 1 when it is the same (variants folded), 0.9 when it sounds the same, 0.75
    when dialects mix the sounds up (n/l, zh/z, ang/an), else nothing. The best alignment in order
    counts, divided by the longer name, so a missing character costs its whole share.
    """
    a, b = fold_name(first), fold_name(second)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    return _aligned(_sounds(a), _sounds(b)) / max(len(a), len(b))


def mask_name(name: str) -> str:
    """The surname and a star for the rest: 张*, 欧阳* (R20); of other names the first character."""
    surname, given = split_name(name)
    shown = surname or given[:1]
    return f"{shown}*" if shown else ""


def _read(text: str) -> tuple[str, ...]:
    """Each character by itself where no phrase asks for another reading: ten times faster."""
    if 1 < len(text) <= SHORT and not _holds_phrase(text):
        return tuple(one for character in text for one in _read_character(character))
    return _read_words(text)


@lru_cache(maxsize=8192)
def _read_character(character: str) -> tuple[str, ...]:
    return _read_words(character)


def _holds_phrase(text: str) -> bool:
    from pypinyin.constants import PHRASES_DICT

    starts = range(len(text) - 1)
    return any(text[i:j] in PHRASES_DICT for i in starts for j in range(i + 2, len(text) + 1))


def _read_words(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(one for one in lazy_pinyin(text, errors=cast(Any, _one_by_one)) if one.strip())


def _one_by_one(unread: str) -> list[str]:
    # The library would glue Latin letters together; names are compared character by character.
    return list(unread)


def _sounds(name: str) -> list[tuple[str, str]]:
    read = syllables(name)
    # A reading that is not one syllable a character cannot be laid along the characters.
    return list(zip(name, read if len(read) == len(name) else name, strict=True))


def _aligned(a: list[tuple[str, str]], b: list[tuple[str, str]]) -> float:
    """The best sum of likenesses over alignments that keep the order (as in edit distance)."""
    best = [0.0] * (len(b) + 1)
    for one in a:
        previous, best = best, [0.0]
        for column, other in enumerate(b):
            together = previous[column] + _likeness(one, other)
            best.append(max(previous[column + 1], best[column], together))
    return best[-1]


def _likeness(one: tuple[str, str], other: tuple[str, str]) -> float:
    if one[0] == other[0]:
        return 1.0
    if one[1] == other[1]:
        return 0.9
    return 0.75 if _blurred(one[1]) == _blurred(other[1]) else 0.0


@lru_cache(maxsize=4096)
def _blurred(syllable: str) -> str:
    for pattern, plain in _BLUR:
        syllable = re.sub(pattern, plain, syllable)
    return syllable
