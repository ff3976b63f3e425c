"""What apps above tell on the page of a pair: visits, gifts. They register a function here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from jiedui.pairing.models import Pair

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Event:
    day: date
    title: "StrOrPromise"
    text: str = ""
    href: str = ""


@dataclass(frozen=True)
class Section:
    title: "StrOrPromise"
    icon: str
    empty: "StrOrPromise"
    events: list[Event] = field(default_factory=list)
    more: str = ""  # where all of them are


Teller = Callable[[Pair, Any], Section]
TELLERS: list[Teller] = []


def on_pair_page(function: Teller) -> Teller:
    """Register a function (pair, user) → section of the pair's page."""
    if function not in TELLERS:
        TELLERS.append(function)
    return function
