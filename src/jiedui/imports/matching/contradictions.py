"""Differences that contradict a match of a row and a record by number.

A number alone is not enough: many lists number their rows 1, 2, 3, and a number may be given again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from jiedui.engines import words
from jiedui.imports.matching.likenesses import SURE_NAME, is_slip

_OTHER_NAME = 0.5


@dataclass(frozen=True, slots=True)
class Facts:
    """Known facts of a person; empty values are unknown."""

    name: str
    born: date | None = None
    digest: str = ""  # of the identity number

    def contradictions(self, other: Facts) -> list[str]:
        """The facts that differ so much that these may be two people."""
        is_other_identity = bool(self.digest and other.digest and self.digest != other.digest)
        differences = {
            _("name"): self._is_other_name(other),
            _("date of birth"): _is_other_birth(self.born, other.born),
            _("identity number"): is_other_identity,
        }
        return [what for what, differs in differences.items() if differs]

    def _is_other_name(self, other: Facts) -> bool:
        """Tolerates typing errors, and more where birth or identity number are the same."""
        confirmed = (self.digest and self.digest == other.digest) or (
            self.born and self.born == other.born
        )
        needed = _OTHER_NAME if confirmed else SURE_NAME
        return not is_like(self.name, other.name, needed)


def is_like(name: str, other: str, needed: float = SURE_NAME) -> bool:
    """Whether two names sound alike, or have the same characters in another order."""
    if sorted(words.fold_name(name)) == sorted(words.fold_name(other)):
        return True
    return words.name_similarity(name, other) >= needed


def same_number(differing: Sequence[str]) -> str:
    """The question about a record that has the number of a row, and what differs."""
    return _("The number is the same, but these differ: %(what)s.") % {"what": "、".join(differing)}


def _is_other_birth(one: date | None, other: date | None) -> bool:
    """Whether dates differ by more than a typing error; 1 January may stand for the year."""
    if one is None or other is None or one == other or is_slip(one, other):
        return False
    is_only_a_year = (1, 1) in ((one.month, one.day), (other.month, other.day))
    return not (is_only_a_year and one.year == other.year)
