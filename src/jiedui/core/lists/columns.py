"""The columns of a listing: what a cell shows, how it sorts, what it is in a workbook."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from html import escape
from types import MethodType
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiedui.core.once import once
from jiedui.core.texts import (
    count_text,
    day_text,
    moment_text,
    short_day_text,
    short_moment_text,
    yuan_text,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = Literal[
    "text", "name", "count", "yuan", "day", "due", "moment", "badge", "yes_no", "on_card"
]
Tone = Literal["green", "amber", "red", "blue", "grey"]
NUMBERS = ("count", "yuan")
SHORT: dict[str, Callable[[Any], str]] = {"day": short_day_text, "moment": short_moment_text}
WRITERS: dict[str, Callable[[Any], str]] = {
    "yuan": yuan_text,
    "count": count_text,
    "day": day_text,
    "due": day_text,
    "moment": moment_text,
}
Draw = Callable[[Any], SafeString]


@dataclass(frozen=True)
class Badge:
    """A state said by word, tone and sign, so that no one depends on the colour."""

    word: "StrOrPromise"
    tone: Tone = "grey"
    icon: str = ""

    def __str__(self) -> str:
        return str(self.word)


def badge_html(badge: Badge) -> SafeString:
    word = str(badge.word)
    return _badge_html(word, badge.tone, badge.icon, isinstance(word, SafeString))


@lru_cache(maxsize=512)  # a list of a hundred rows says the same few words over and over
def _badge_html(word: str, tone: "Tone", icon: str, _is_safe: bool = False) -> SafeString:
    """Equal words may be HTML for one and text for another: they are kept apart."""
    return render_to_string("core/_badge.html", {"badge": Badge(word, tone, icon)})


def due_html(day: date) -> SafeString:
    """A day by which something is due: red and in words once it has passed."""
    if day >= once("today", timezone.localdate):
        return time_html("day", day)
    word = _("overdue since %(day)s") % {"day": short_day_text(day)}
    return _badge_html(word, "red", "alert-triangle")


def time_html(kind: Literal["day", "moment"], value: date) -> SafeString:
    """A day or moment as columns have room for it; the whole of it is the title."""
    return _time_html(kind, value, once("today", timezone.localdate), get_language())


@lru_cache(maxsize=4096)  # a page of visits has the same few days over and over
def _time_html(kind: str, value: date, _today: date, _language: str | None) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(), WRITERS[kind](value), SHORT[kind](value),
    )  # fmt: skip


@dataclass(frozen=True)
class Column:
    """`value` is a dotted path or a function of the row; without it, the key is the path.
    "" says that there is none: one only acts there, and paper and workbooks leave it out.
    "on_card" is only for the cards of a phone. `draw` makes the cell of the screen where that is
    quicker than a template for each.

    `kind` "yuan" expects integer fen. A "day" is short on the screen, whole on paper.
    `filled` is the condition that a row has a value here, where neither `value` nor `sort` is a
    field of the database: columns without any value are left out (`core.lists.empties`).
    `sort` names the fields it orders by; none: not sortable.
    `group` stands above the headings of neighbouring columns in a workbook.
    `link` True leads to `row.get_absolute_url()`; `panel` opens that link in the side panel.
    """

    key: str
    label: "StrOrPromise"
    value: str | Callable[[Any], Any] | None = None
    kind: Kind = "text"
    sort: str | tuple[str, ...] = ()
    unit: "StrOrPromise" = ""
    shown: bool = True
    link: bool | Callable[[Any], str | None] = False
    panel: bool = False
    template: str = ""
    filled: Q | None = None
    draw: Draw | None = None
    group: "StrOrPromise" = ""

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS

    @property
    def is_tool(self) -> bool:
        return self.value == ""

    @property
    def sort_fields(self) -> tuple[str, ...]:
        return (self.sort,) if isinstance(self.sort, str) else self.sort

    @property
    def css(self) -> str:
        return "num" if self.is_number else f"kind-{self.kind}"

    def of(self, row: Any) -> Any:
        """The bare value; a missing step on the dotted path gives None."""
        if callable(self.value):
            return self.value(row)
        found = row
        for step in (self.value or self.key).split("."):
            found = getattr(found, step, None)
            if isinstance(found, MethodType | partial):  # get_kind_display is a partial
                found = found()
        return found

    def cell(self, row: Any, *, on_paper: bool = False) -> SafeString:
        """The cell's content, linked where the column says so; "" where there is no value."""
        if self.template:
            context = {"row": row, "column": self, "value": self.of(row)}
            return SafeString(render_to_string(self.template, context).strip())
        if self.draw and not on_paper:
            return self.draw(row)
        value = self.of(row)
        shown = self.show(value) if on_paper else self.show_short(value)
        href = self.href(row) if shown else ""
        if not href:
            return shown
        mark = " data-panel" if self.panel else ""
        return SafeString(f'<a href="{escape(href)}"{mark}>{shown}</a>')

    def show(self, value: Any) -> SafeString:
        if isinstance(value, Badge):
            return badge_html(value)
        text = self.text(value)
        # Most cells are plain text, which needs no look at whether it is HTML or translated late.
        return SafeString(escape(text)) if type(text) is str else conditional_escape(text)

    def show_short(self, value: Any) -> SafeString:
        """As on the screen, where a column of days is narrow and the whole day its title."""
        if value and self.kind == "due":
            return due_html(value)
        if value and (self.kind == "day" or self.kind == "moment"):
            return time_html(self.kind, value)
        return self.show(value)

    def text(self, value: Any) -> Any:
        if value is None:
            return ""
        if self.kind == "yes_no":
            return _("yes") if value else _("no")
        write = WRITERS.get(self.kind)
        return write(value) if write else value

    def href(self, row: Any) -> str | None:
        if callable(self.link):
            return self.link(row)
        return row.get_absolute_url() if self.link else None

    def plain(self, row: Any) -> Any:
        """The value for a workbook: numbers stay numbers, fen become yuan, days stay days."""
        value = self.of(row)
        if value is None or self.kind in ("count", "day", "due", "moment"):
            return value
        if self.kind == "yuan":
            return value / 100
        return str(self.text(value))
