"""From a cell to a value: each kind of column has one parser with a hint for people.

A parser returns the value, None for an empty cell, or a `Bad` with a sentence. It is called once
for each distinct cell of a column, so it must not remember anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core import typed
from jiedui.engines import words
from jiedui.imports.reading.cells import Cell
from jiedui.imports.values import quantities, remarks
from jiedui.imports.values.quantities import Quantity

Severity = Literal["error", "warning"]
Value = object

# What people write where nothing is to be written.
_BLANK_WORDS = "- -- --- — —— / \\ 无 空 暂无 N/A n/a null None"
BLANKS = frozenset(("", *_BLANK_WORDS.split()))
_SPACE = re.compile(r"\s+")
_UNTIDY = re.compile(r"\s|^'")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")
_LARGEST_WHOLE = 10**15  # a spreadsheet keeps 15 digits; the rest of a longer number are zeros


@dataclass(frozen=True)
class Bad:
    """A cell that is wrong (error) or doubtful (warning, with the value that was understood).

    `offers` are texts that may be meant, the likeliest first, as one would write them in the cell;
    `part` is the word of the cell that is wrong when others are not; `is_settled` when the sender
    has said that it is as it shall be.
    """

    message: str
    mend: str
    severity: Severity = "error"
    value: Value = None
    offers: tuple[str, ...] = ()
    part: str = ""
    is_settled: bool = False


@dataclass(frozen=True)
class Parser:
    """One kind of column. `as_text` columns get text cells in templates, to keep all digits."""

    @property
    def as_text(self) -> bool:
        return True

    @property
    def hint(self) -> str:
        return _("Any text")

    def __call__(self, cell: Cell) -> Value | Bad:
        text = plain(cell)
        # The cell itself, not what it was folded to; almost every one is printable, so clean.
        is_clean = not isinstance(cell, str) or cell.isprintable()
        if not is_clean and (character := words.unfit(words.clean(str(cell)))):
            return Bad(typed.sentence(character), _("Type the content of this cell anew."))
        return None if words.fold_variants(text) in BLANKS else self.parse(text, cell)

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        return text


def plain(cell: Cell) -> str:
    """The cell as one line of half-width text; whole numbers without a decimal point."""
    if isinstance(cell, str):
        # Almost every cell is short and clean already; folding costs more than this look.
        if cell.isascii() and not _UNTIDY.search(cell):
            return cell
        return _SPACE.sub(" ", words.fold(cell)).strip().lstrip("'")
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(round(cell, 6))
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return str(cell)


# Full-width digits and letters become narrow; Chinese punctuation stays as it was written.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide - 0xFEE0).isalnum()}


def written(cell: Cell) -> str:
    """The cell as text for keeping: blanks tidied, digits narrow, punctuation untouched."""
    if not isinstance(cell, str):
        return plain(cell)
    return _SPACE.sub(" ", cell.translate(_NARROW)).strip().lstrip("'")


def tidy(text: str) -> str:
    """A text as the strictest column keeps it, to compare what was typed with what was read."""
    return _HAN_GAP.sub("", written(text))


def is_damaged(cell: Cell) -> bool:
    """A number longer than 15 digits has already lost its last digits in the spreadsheet."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return abs(cell) >= _LARGEST_WHOLE
    return isinstance(cell, str) and bool(re.fullmatch(r"\d\.\d+[eE]\+?\d{2}", cell.strip()))


def damaged() -> Bad:
    return Bad(
        _("This long number was stored as a number and has lost its last digits."),
        _("Set the column to “Text”, then type or paste the number again from its source."),
    )


@dataclass(frozen=True)
class Text(Parser):
    """Free text of at most `longest` characters."""

    longest: int = 500

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        text = written(cell)
        if len(text) <= self.longest:
            return text
        return Bad(
            ngettext(
                "This text has more than %(most)d character.",
                "This text has more than %(most)d characters.",
                self.longest,
            )
            % {"most": self.longest},
            _("Shorten it."),
        )


@dataclass(frozen=True)
class Label(Parser):
    """A code or name that must survive unchanged: household number, area code, unit name."""

    longest: int = 100

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        if is_damaged(cell):
            return damaged()
        return Text(self.longest).parse(text, _HAN_GAP.sub("", written(cell)))


def taken_off(taken: str, value: Value) -> Bad:
    """Words that stood beside a value: never kept, never passed over in silence."""
    return Bad(
        _("“%(text)s” was taken off what is kept.") % {"text": taken.strip()[:40]},
        _("Check whether it matters, e.g. for somebody who died or moved away."),
        severity="warning",
        value=value,
    )


@dataclass(frozen=True)
class Name(Parser):
    """A person's name; blanks between Chinese characters go, a remark goes with a warning."""

    @property
    def hint(self) -> str:
        return _("Full name, without title or remark")

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        name, taken = remarks.apart(text)
        if remarks.is_name(name):
            return taken_off(taken, name) if taken else name
        return Bad(
            _("“%(name)s” does not look like a person's name.") % {"name": text[:40]},
            _("Write only the name of one person in this cell."),
            severity="warning" if 1 <= len(name) <= 40 and not remarks.is_remark(name) else "error",
            value=name,
        )


@dataclass(frozen=True)
class Integer(Parser):
    """A whole number from `low` to `high`, with or without one of its `units` behind it."""

    low: int = 0
    high: int = 1_000_000
    units: tuple[str, ...] = ()
    per: tuple[str, ...] = ()

    @property
    def as_text(self) -> bool:
        return False

    @property
    def hint(self) -> str:
        return _("A whole number from %(low)d to %(high)d") % {"low": self.low, "high": self.high}

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        found = quantities.understand(text)
        if found is None:
            return _not_a_number(text, hint=self.hint)
        if quantities.is_other(found, units=self.units, per=self.per):
            return _other_unit(found, text, self)
        number = found.number
        if number != number.to_integral_value():
            message = _("%(text)s is not a whole number.") % {"text": text[:40]}
            return Bad(message, _("Write: %(hint)s.") % {"hint": self.hint})
        if not self.low <= number <= self.high:
            return _out_of_range(text, hint=self.hint)
        return _with_words(found, int(number), per=self.per)


@dataclass(frozen=True)
class Amount(Parser):
    """A decimal with two places, from `low` to `high`, in `units`; `per` says of what: 年, 人."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(100_000_000)
    units: tuple[str, ...] = ()
    per: tuple[str, ...] = ()

    @property
    def as_text(self) -> bool:
        return False

    @property
    def hint(self) -> str:
        return _("A number, at most two decimals, without unit")

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        found = quantities.understand(text)
        if found is None:
            return _not_a_number(text, hint=self.hint)
        if quantities.is_other(found, units=self.units, per=self.per):
            return _other_unit(found, text, self)
        if not self.low <= found.number <= self.high:
            return _out_of_range(text, hint=self.hint)
        return _with_words(found, found.number.quantize(Decimal("0.01")), per=self.per)


@dataclass(frozen=True)
class Money(Amount):
    """Yuan as Decimal; 万元 is understood, thousands separators too."""

    units: tuple[str, ...] = quantities.YUAN

    @property
    def hint(self) -> str:
        if "年" in self.per:
            return _("An amount in yuan for one year, e.g. 3500.50")
        if "月" in self.per:
            return _("An amount in yuan for one month, e.g. 350.50")
        return _("An amount in yuan, e.g. 3500.50")


def _with_words(found: Quantity, value: Value, *, per: tuple[str, ...]) -> Value | Bad:
    rates = "".join(f"/{rate}" for rate in found.rates if rate not in per)
    beside = " … ".join(filter(None, (found.beside, rates)))
    return taken_off(beside, value) if beside else value


def _other_unit(found: Quantity, text: str, parser: Integer | Amount) -> Bad:
    meant = quantities.converted(found, units=parser.units, per=parser.per)
    return Bad(
        _("“%(text)s” is counted in another unit than this column.") % {"text": text[:40]},
        _("Work it out for this column. Write: %(hint)s.") % {"hint": parser.hint},
        offers=(f"{meant.normalize():f}",) if meant and parser.low <= meant <= parser.high else (),
    )


def _not_a_number(text: str, *, hint: str) -> Bad:
    return Bad(
        _("“%(text)s” is not a number.") % {"text": text[:40]},
        _("Write: %(hint)s.") % {"hint": hint},
    )


def _out_of_range(text: str, *, hint: str) -> Bad:
    return Bad(
        _("%(text)s is outside what is possible here.") % {"text": text[:40]},
        _("Write: %(hint)s.") % {"hint": hint},
    )


_YES_TEXT = "是 √ ✓ ✔ ☑ 有 对 y Y yes Yes YES true True TRUE 1"
_YES_MORE = "1.0 已 享受 达标 参加 已参加 已解决 已消除 已实施 已享受 合格 安全"
_YES = frozenset(f"{_YES_TEXT} {_YES_MORE}".split())
_NO_TEXT = "否 × ✗ ✘ ☐ x X 无 没有 不 n N no No NO false False FALSE"
_NO_MORE = "0 0.0 未 不是 未享受 未达标 未参加 未解决 未消除 尚未实施 不合格 不安全"
_NO = frozenset(f"{_NO_TEXT} {_NO_MORE}".split())


@dataclass(frozen=True)
class YesNo(Parser):
    """True, False, or None for an empty cell and 不适用.

    `means` are words that answer this question, e.g. 安全 that of danger; `leans` are words that
    say more than yes or no, with the answer they come nearest to.
    """

    means: tuple[tuple[str, bool], ...] = ()
    leans: tuple[tuple[str, bool], ...] = ()

    @property
    def as_text(self) -> bool:
        return False

    @property
    def hint(self) -> str:
        return _("Yes or no (是 / 否)")

    def __call__(self, cell: Cell) -> Value | Bad:
        text = plain(cell)
        usual = words.fold_variants(text)
        if (answer := dict(self.means).get(usual)) is not None:
            return answer
        if usual in _YES:
            return True
        if usual in _NO:
            return False
        if usual in BLANKS or usual in ("不适用", "未知", "不详"):
            return None
        is_yes = next((is_so for word, is_so in self.leans if word in usual), True)
        return Bad(
            _("“%(text)s” is neither yes nor no.") % {"text": text[:40]},
            _("Write 是 or 否."),
            offers=("是", "否") if is_yes else ("否", "是"),
        )


@dataclass(frozen=True)
class Words(Parser):
    """Several free words in one cell, as a tuple: skills, tags."""

    @property
    def hint(self) -> str:
        return _("One or several, separated by 、")

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        return tuple(words.enumerated(text))


ParserLike = Callable[[Cell], Value | Bad]


def sentence(hint: str) -> str:
    """A hint with the full stop of the language."""
    return _("%(hint)s.") % {"hint": hint}


def to_text(value: Value) -> str:
    """A value as a preview shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "√" if value else "×"
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)
