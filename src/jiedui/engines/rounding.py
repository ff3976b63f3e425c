"""Rounding the way people write it: 680 余, 近 9000 万, 万余; and what each word may hide.

A word is allowed only when it is true of the exact figure. With b the number shown, v the figure:

| word     | meaning           | b is                        | allowed when            |
|----------|-------------------|-----------------------------|-------------------------|
| (none)   | exactly           | v itself                    | b = v                   |
| 余 (yu)   | somewhat over     | v cut to two digits         | b < v < b + b/10        |
| 多 (duo)  | well over         | v cut to one digit          | b < v < b + b/2         |
| 近 (jin)  | nearly            | v raised to one digit       | b − b/100 <= v < b      |
| 约 (yue)  | about             | v rounded to two digits     | b − b/20 <= v <= b + b/20 |

So a figure is never made larger than it is by more than a twentieth of what is shown, and that only
when 约 was asked for; 近 may add a hundredth; 余 and 多 never add anything. Where the asked-for
word would not be true, the exact figure is written instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Style = Literal["auto", "exact", "yu", "duo", "jin", "yue"]
Language = Literal["zh", "en"]
Number = int | Decimal | Fraction

WAN, YI = 10_000, 100_000_000
SMALLEST = 100  # below it people count; nothing is rounded


@dataclass(frozen=True)
class Rounded:
    """A number to show in place of the exact one, and the word that makes it true."""

    shown: Number
    word: Style  # "exact" when nothing was rounded


def approximate(
    value: Number,
    unit: str = "",
    style: Style = "auto",
    *,
    language: Language = "zh",
    spaced: bool = True,
) -> str:
    """The figure as a bulletin writes it: `40 余万元`, `680 余`, `近 9000 万`; `over 680`.

    `auto` takes 近 when a one-digit number is within a hundredth above, 余 otherwise. `spaced`
    leaves a space between digits and words; official letters have none. Negative figures and
    figures under 100 are exact.
    """
    rounded = round_with_word(value, style=style)
    if language == "en":
        return f"{_ENGLISH[rounded.word]} {_english(rounded.shown)} {unit}".strip()
    text = _chinese(rounded, spaced=spaced) + unit
    return text if spaced else text.replace(" ", "")


def round_with_word(value: Number, *, style: Style = "auto") -> Rounded:
    """The shown number and its word; exact wherever the word would not be true of the figure."""
    exact = Rounded(value, "exact")
    if style == "exact" or value < SMALLEST:
        return exact
    for word in ("jin", "yu") if style == "auto" else (style,):
        shown = _SHOWN[word](value)
        if shown != value and is_true(value, shown=shown, word=word):
            return Rounded(shown, word)
    return exact


def is_true(value: Number, *, shown: Number, word: Style) -> bool:
    """Whether the word may stand beside the shown number for this figure: the table above."""
    v, b = Fraction(value), Fraction(shown)
    limits: dict[Style, bool] = {
        "exact": v == b,
        "yu": b < v < b + b / 10,
        "duo": b < v < b + b / 2,
        "jin": b - b / 100 <= v < b,
        "yue": b - b / 20 <= v <= b + b / 20,
    }
    return limits[word]


def _cut(value: Number, digits: int) -> int:
    step = _step(value, digits)
    return int(value) // step * step


def _raised(value: Number, digits: int) -> int:
    low = _cut(value, digits)
    return low if low == value else low + _step(value, digits)


def _nearest(value: Number, digits: int) -> int:
    low, step = _cut(value, digits), _step(value, digits)
    return low + step if 2 * (value - low) >= step else low


def _step(value: Number, digits: int) -> int:
    return 10 ** max(0, len(str(int(value))) - digits)


_SHOWN: dict[str, Callable[[Number], int]] = {
    "yu": lambda value: _cut(value, 2),
    "duo": lambda value: _cut(value, 1),
    "jin": lambda value: _raised(value, 1),
    "yue": lambda value: _nearest(value, 2),
}
_ENGLISH: dict[Style, str] = {
    "exact": "",
    "yu": "over",
    "duo": "well over",
    "jin": "nearly",
    "yue": "about",
}


def _chinese(rounded: Rounded, *, spaced: bool) -> str:
    number, scale = _scaled(rounded.shown)
    if rounded.word in ("jin", "yue"):
        return f"{'近' if rounded.word == 'jin' else '约'} {number}{' ' if scale else ''}{scale}"
    if rounded.word == "exact":
        return f"{number} {scale}" if scale else number
    word = "余" if rounded.word == "yu" else "多"
    if (number, scale, word) == ("1", "万", "余"):
        return "万余"
    # 40 余万 but 41 万余: the word stands where the figure stopped being exact.
    if scale and number.endswith("0") and "." not in number:
        return f"{number} {word}{scale}"
    return f"{number} {scale}{word}"


def _scaled(shown: Number) -> tuple[str, str]:
    """The number in 亿 or 万 if that takes no more than one decimal place, else in full."""
    for scale, name in ((YI, "亿"), (WAN, "万")):
        tenths, rest = divmod(Fraction(shown) * 10, scale)
        if shown >= scale and not rest:
            whole, tenth = divmod(int(tenths), 10)
            return (f"{whole}.{tenth}" if tenth else str(whole)), name
    return _plain(shown), ""


def _english(shown: Number) -> str:
    for scale, name in ((10**9, "billion"), (10**6, "million")):
        tenths, rest = divmod(Fraction(shown) * 10, scale)
        if shown >= scale and not rest:
            whole, tenth = divmod(int(tenths), 10)
            return f"{whole}.{tenth} {name}" if tenth else f"{whole} {name}"
    return f"{int(shown):,}" if shown == int(shown) else f"{_decimal(shown):,}"


def _plain(shown: Number) -> str:
    return str(int(shown)) if shown == int(shown) else str(_decimal(shown))


def _decimal(shown: Number) -> Decimal:
    if isinstance(shown, Fraction):
        return Decimal(shown.numerator) / Decimal(shown.denominator)
    return Decimal(shown)
