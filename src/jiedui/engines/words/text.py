"""One spelling for what people type in many: width, blanks and variant characters."""

from __future__ import annotations

import re
import unicodedata

from jiedui.engines.words.tables import TRADITIONAL, VARIANTS


def _table(*texts: str) -> dict[int, str]:
    pairs = [pair for text in texts for pair in text.split()]
    return {ord(pair[0]): pair[1] for pair in pairs}


_FOLD_VARIANTS = _table(VARIANTS, TRADITIONAL)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_DOTS = re.compile(r"[·•‧・∙⋅.．。]")


def fold(text: str) -> str:
    """Full-width to half-width (Unicode NFKC), without invisible marks and outer blanks."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()


def fold_variants(text: str) -> str:
    """Variant and traditional characters as the usual simplified one: 峯 as 峰, 堃 as 坤.

    For comparing only; a person's name is kept as the person writes it.
    """
    return text.translate(_FOLD_VARIANTS)


def fold_name(name: str) -> str:
    """A name for comparing: no blanks (王　芳), one kind of middle dot, no variants, no case."""
    bare = re.sub(r"\s+", "", fold(name))
    return fold_variants(_DOTS.sub("·", bare)).casefold().strip("·")
