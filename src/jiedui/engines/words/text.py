"""One spelling for what people type in many: width, blanks and variant characters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

from jiedui.engines.words.tables import VARIANTS

_HAN = "\n".join(map(chr, (*range(0x3400, 0xA000), *range(0x20000, 0x32400))))
# Zero-width marks and joiners: they change nothing one sees, and keep equal names from being equal.
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u034f\u061c\u180e]")
_HIDDEN = re.compile(rf"{_INVISIBLE.pattern}|[\u2028-\u202e\u2066-\u2069]")
_LINES = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
_BLANKS = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B),
                                          *range(0xFF41, 0xFF5B))}  # fmt: skip
# Control characters but tab and line feed, those that turn the direction of writing, tags, halves
# of pairs, private use, and what is no character at all.
_PRIVATE = r"\ue000-\uf8ff\U000f0000-\U0010ffff"
_UNFIT = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2065-\u206f\ufff9-\uffff\ufdd0-\ufdef"
    rf"\ud800-\udfff\U000e0000-\U000e00ff{_PRIVATE}]"
)
# Not a blank: names of units may hold one.
_BETWEEN = re.compile(r"[、,，;；/|\n]+")
_DOTS = re.compile(r"[·•‧・∙⋅.．。]")


def fold(text: str) -> str:
    """Full-width to half-width (Unicode NFKC), without invisible marks and outer blanks."""
    return _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).strip()


def clean(text: str) -> str:
    """What somebody typed in one spelling, which looks the same: line ends, blanks, letters and
    digits as narrow ones, composed characters, no zero-width marks. Punctuation stays wide.
    """
    text = _BLANKS.sub(" ", _LINES.sub("\n", unicodedata.normalize("NFC", text)))
    return _INVISIBLE.sub("", text).translate(_WIDE)


def unfit(text: str) -> str:
    """The first character that no text may hold, such as a control character; "" when all may."""
    found = _UNFIT.search(text)
    return found[0] if found else ""


def without_unfit(text: str) -> str:
    """The text without what no text may hold: to look for something, not to keep it."""
    return _UNFIT.sub("", text)


def is_private(character: str) -> bool:
    """Whether only the computer it was typed on knows what this character looks like."""
    return unicodedata.category(character) == "Co"


def fold_variants(text: str) -> str:
    """Variant and traditional characters as the usual simplified one: 峯 as 峰, 堃 as 坤.

    For comparing only; a person's name is kept as the person writes it.
    """
    return text.translate(_usual())


@cache
def _usual() -> dict[int, str]:
    """Character by character, so that a folded text is as long as it was and its parts can be
    found in the text again; what the words around a character would say is left aside.
    """
    variants = {pair[0]: pair[1] for pair in VARIANTS.split()}
    simplify = OpenCC("t2s").convert
    # Twice: 薴 is 苧, which is 苎.
    simplified = dict(zip(_HAN, simplify(simplify(_HAN)), strict=True))
    usual = {one: variants.get(plain, plain) for one, plain in simplified.items()} | variants
    return {ord(one): plain for one, plain in usual.items() if one != plain}


def comparable(text: str) -> str:
    """A text for comparing: half-width, without invisible marks, traditional characters and
    variants as the usual ones. Never shown or kept in place of what was written.
    """
    return fold_variants(fold(text))


@lru_cache(maxsize=16384)
def fold_name(name: str) -> str:
    """A name for comparing: no blanks (王　芳), one kind of middle dot, no variants, no case."""
    bare = re.sub(r"\s+", "", fold(name))
    return fold_variants(_DOTS.sub("·", bare)).casefold().strip("·")


def enumerated(text: str) -> list[str]:
    """The parts of an enumeration, in order, without empty ones and repetitions."""
    return list(dict.fromkeys(part.strip() for part in _BETWEEN.split(text) if part.strip()))
