"""Identity numbers and telephone numbers: text, checked, never turned into numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiedui.engines import words
from jiedui.imports.reading.cells import Cell
from jiedui.imports.values.parsers import Bad, Parser, Value, damaged, is_damaged, taken_off

# The engine's sentences, marked for translation here because engines know no language.
_PROBLEMS = (
    gettext_noop("An identity number has 18 characters, a disability card 20 or 22."),
    gettext_noop("An identity number consists of digits; only the last may be X."),
    gettext_noop("The first two digits are no province."),
    gettext_noop("The date of birth in this number does not exist."),
    gettext_noop("The date of birth in this number is still to come."),
    gettext_noop(
        "The last character does not fit the others: a digit is wrong or two are swapped."
    ),
    gettext_noop("The class in this disability card is not 1 to 7."),
    gettext_noop("The level in this disability card is not 1 to 4."),
)


@dataclass(frozen=True)
class Identity(Parser):
    """18 digits (GB 11643-1999), or a disability card of 20 or 22; doubtful ones are warnings.

    A number of 15 digits (until 1999) is written with 18.
    """

    @property
    def hint(self) -> str:
        return _("18 characters as text; a disability card has 20 or 22")

    def __call__(self, cell: Cell) -> Value | Bad:
        return damaged() if is_damaged(cell) else super().__call__(cell)

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        number = text.replace(" ", "").replace("-", "").upper()
        if "*" in number:
            return Bad(
                _("This identity number is masked with asterisks."),
                _("Leave the cell empty or write the full number."),
                severity="warning",
            )
        number = old_number(number) or number
        problem = words.identity_problem(number)
        if not problem:
            return number if len(number) <= len(text) else _lengthened(number)
        mend = _("Compare with the identity card or the household booklet.")
        return Bad(_(problem), mend, severity="warning", value=number)


def old_number(number: str) -> str:
    """The 18 characters of a number of 15 digits, "" when it is none."""
    if len(number) != 15 or not (number.isascii() and number.isdecimal()):
        return ""
    body = f"{number[:6]}19{number[6:]}"
    return body + words.check_character(body)


def _lengthened(number: str) -> Bad:
    return Bad(
        _("This is a number of 15 digits; it was written with 18."),
        _("Compare with the identity card or the household booklet."),
        severity="warning",
        value=number,
    )


def birth(number: str) -> date | None:
    """The date of birth in an identity number or disability card."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def gender(number: str) -> str:
    """`male`, `female`, or nothing when the number does not say."""
    if len(number) < 17 or not number[16].isdecimal():
        return ""
    return "male" if int(number[16]) % 2 else "female"


# Village lists give landlines without the area code.
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_BETWEEN = re.compile(r"(?<![、,;/|\s])[、,;/|\s]++(?=[+(]?\d{5,})")
_WORDS = re.compile(r"[(（\[]?[^\W\d_]+[^\d]*")


@dataclass(frozen=True)
class Phone(Parser):
    """A mobile or landline number; of several the first, with a warning."""

    @property
    def hint(self) -> str:
        return _("A mobile number of 11 digits, or a landline with its area code")

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        if number := _phone(text):
            return number
        if is_damaged(cell):
            return replace(damaged(), severity="warning")
        numbers = [_phone(part) for part in _BETWEEN.split(text)]
        if len(numbers) > 1 and numbers[0]:
            return Bad(
                _("There are several numbers; the first is used."),
                _("Keep one number in this cell."),
                severity="warning",
                value=numbers[0],
            )
        return self._beside_words(text) or Bad(
            # The number itself stands in no sentence: sentences are kept unencrypted.
            _("This is not a telephone number."),
            _("Write: %(hint)s.") % {"hint": self.hint},
            severity="warning",
        )

    def _beside_words(self, text: str) -> Bad | None:
        """13812345678（儿子）: whose telephone it is cannot be kept."""
        remarks = _WORDS.findall(text)
        number = _phone(_WORDS.sub("", text).strip(" )）]"))
        return taken_off("".join(remarks), number) if remarks and number else None


def _phone(text: str) -> str:
    return words.normalise_phone(text) or (text if _LOCAL.fullmatch(text) else "")
