"""How apps word what only they know of entries of the audit chain; the audit page asks here.

Each app says it in a module `audit_texts`, which is loaded with the audit page.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Wording = Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]

# What columns of lists are called that are no field of a register of their own.
COLUMN_TITLES: dict[str, "StrOrPromise"] = {}
# (action, name of the fact) → from the content of the entry, label and text of each part.
WORDINGS: dict[tuple[str, str], Wording] = {}


def wording(action: str, fact: str) -> Callable[[Wording], Wording]:
    """Decorator: this function words the fact of that name of these entries, which is a mapping."""

    def keep(function: Wording) -> Wording:
        WORDINGS[action, fact] = function
        return function

    return keep
