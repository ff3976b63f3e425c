"""The rows of a list as a table: its columns, what heads a card on a phone, and its HTML."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jiedui.core.lists.columns import Column
from jiedui.core.lists.empties import without_values

if TYPE_CHECKING:
    from jiedui.core.lists.listing import Listing

CARD = 4  # columns on the card of a phone, its heading among them; "More" has the others
# Kept on a card, the first ones first, where a listing does not say it itself in `card`.
WEIGHTY = ("state", "due", "days", "find", "village", "helper", "member", "kind", "organisation")
TICK = (
    '<td class="tick-cell"><label><input class="form-check-input" type="checkbox" name="row"'
    ' value="%s" form="ticked-rows" aria-label="%s"></label></td>'
)
TOOLS = ("tick", "act", "decide")  # what one does with a row stays in reach


@dataclass(frozen=True)
class Head:
    column: Column
    href: str
    direction: str  # "", "ascending" or "descending", as aria-sort says it


@dataclass(frozen=True)
class Line:
    row: Any
    cells: list[tuple[Column, SafeString]]


@dataclass(frozen=True)
class Table:
    heads: list[Head]
    lines: list[Line]
    heading: str  # key of the column that heads a row's card
    folded: frozenset[str]  # keys of the columns that wait behind "More" on a card
    hidden: frozenset[str]  # keys of the columns that are empty throughout
    has_ticks: bool

    @classmethod
    def made(cls, listing: "Listing", *, lines: list[Line], hidden: set[str]) -> "Table":
        shown = [column for column in listing.shown if column.key not in hidden]
        heading = heading_of(shown)
        folded = _folded(shown, heading=heading, card=listing.card)
        heads = [listing.head(column) for column in shown]
        has_ticks = bool(listing.rows_actions)
        return cls(heads, lines, heading, folded, frozenset(hidden), has_ticks)

    def css(self, column: Column) -> str:
        if column.key == self.heading:
            return f"{column.css} row-head"
        return f"{column.css} extra" if column.key in self.folded else column.css

    @property
    def classed(self) -> list[tuple[Head, str]]:
        return [(head, self.css(head.column)) for head in self.heads]

    @property
    def body(self) -> SafeString:
        """All rows; drawn here, because a template takes long over a thousand cells."""
        more = SafeString(render_to_string("core/_more_cell.html")) if self.folded else SafeString()
        return self._body(tail=more, has_ticks=self.has_ticks)

    @property
    def plain_body(self) -> SafeString:
        """All rows without anything to press."""
        return self._body(tail=SafeString(), has_ticks=False)

    def _body(self, *, tail: SafeString, has_ticks: bool) -> SafeString:
        opened = {
            column.key: format_html(
                '<td class="{}" data-label="{}">', self.css(column), column.label
            )
            for column in (head.column for head in self.heads)
        }
        rows = []
        tick_of = self._tick_of() if has_ticks else lambda _line: ""
        for line in self.lines:
            tick = tick_of(line)
            cells = (f"{opened[c.key]}{cell}</td>" for c, cell in line.cells if c.key in opened)
            rows.append(f"<tr>{tick}{''.join(cells)}{tail}</tr>\n")
        return SafeString("".join(rows))

    def _tick_of(self) -> Callable[[Line], str]:
        """The box that chooses a row; it belongs to the form below the table (_rows_bar.html)."""
        heading = next(head.column for head in self.heads if head.column.key == self.heading)
        label = _("Choose %(row)s")

        def tick(line: Line) -> str:
            return TICK % (line.row.pk, escape(label % {"row": heading.of(line.row)}))

        return tick


def heading_of(columns: list[Column]) -> str:
    """The first column that leads to the row."""
    return next((column.key for column in columns if column.link), columns[0].key)


def _folded(columns: list[Column], *, heading: str, card: tuple[str, ...]) -> frozenset[str]:
    keys = [c.key for c in columns if c.key not in (heading, *TOOLS)]
    if len(keys) <= CARD:  # to hide a single line would cost the line it saves
        return frozenset()
    first = [key for key in card or WEIGHTY if key in keys]
    kept = (first + [key for key in keys if key not in first])[: CARD - 1]
    return frozenset(keys) - frozenset(kept)


def unseen(listing: "Listing", *, lines: list[Line], is_whole: bool) -> set[str]:
    """Keys of the columns to leave out: without a value on this page and in the result."""
    heading = heading_of(listing.shown)
    sorted_by, _down = listing.sorting
    bare = [
        column
        for number, column in enumerate(listing.shown)
        if column.key != heading
        and column is not sorted_by
        and not column.is_tool
        and not any(line.cells[number][1] for line in lines)
    ]
    if not bare or not lines or is_whole:
        return {column.key for column in bare}
    return without_values(listing, bare)
