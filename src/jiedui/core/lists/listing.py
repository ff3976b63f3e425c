"""A register's list: declared once, then filtered, sorted, paged, printed and exported alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.urls import reverse

from jiedui.core.doors import may
from jiedui.core.lists.columns import Column
from jiedui.core.lists.empties import PROBED
from jiedui.core.lists.filtering import Filtering
from jiedui.core.lists.keys import pack
from jiedui.core.lists.paging import Paging
from jiedui.core.lists.selection import Selecting
from jiedui.core.lists.table import Head, Line, Table, unseen
from jiedui.core.users import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=Model)
# Rows fetched by key at a time. With more keys SQLite reads the places of the user's area first and
# looks for the keys among all their rows: a thousand then take a second, not a tenth of one.
STEP = 100
# Parameters of the page itself; a filter must not be called so.
OWN = ("page", "size", "sort", "columns", "print", "export", "pick")


@dataclass(frozen=True)
class Action:
    """A button of the page; shown to those who hold the permission ("" is everybody)."""

    label: "StrOrPromise"
    url: str
    permission: str = ""
    icon: str = "plus"

    def href(self, **kwargs: Any) -> str:
        return reverse(self.url, kwargs=kwargs or None)


@dataclass(frozen=True)
class Addition:
    """Columns that an app above adds to the list of an app below, when it is ready.

    `complete` gives the rows of a page together what the columns show; `sortable` gives all rows
    what they are sorted by, and is asked only then.
    """

    columns: tuple[Column, ...]
    before: str  # key of the column they stand before; "" is the end
    sortable: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    complete: Callable[[list[Any], "Listing[Any]"], None] = lambda _rows, _listing: None


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what it is and what to do next."""

    icon: str
    title: "StrOrPromise"
    text: "StrOrPromise" = ""
    url: str = ""
    action: "StrOrPromise" = ""
    permission: str = ""


class Listing(Filtering, Paging, Selecting, Generic[M]):
    """Subclass per register; one instance serves one request (or one export job)."""

    key: ClassVar[str]
    title: ClassVar["StrOrPromise"]
    icon: ClassVar[str] = "list-details"
    model: ClassVar[Any]
    columns: ClassVar[tuple[Column, ...]]
    order: ClassVar[tuple[str, ...]] = ()
    # URL name of the list; the global search needs it (web/views.py says which lists it asks).
    url: ClassVar[str] = ""
    permission: ClassVar[str] = ""
    export_permission: ClassVar[str] = "registers.export"
    action: ClassVar[Action | None] = None
    more: ClassVar[tuple[Action, ...]] = ()
    empty: ClassVar[Empty | None] = None
    card: ClassVar[tuple[str, ...]] = ()  # keys kept on the card of a phone beside its heading
    template: ClassVar[str] = "core/list.html"
    additions: ClassVar[tuple[Addition, ...]] = ()  # what apps above know about these rows

    def __init__(
        self,
        user: User,
        *,
        params: QueryDict | None = None,
        path: str = "",
        chosen: str = "",
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """`chosen` are the remembered column keys, joined by points; `kwargs` come from the URL."""
        self.user = user
        self.params = params if params is not None else QueryDict()
        self.path = path
        self.chosen = chosen
        self.kwargs = kwargs or {}
        self.needed_permission = ""  # to see a row; empty: that of reading
        self.keys: list[Any] = []  # of the rows of this page

    def taken_away(self) -> "Listing[M]":
        """This list with only the rows that the user may export."""
        found = self.same()
        found.needed_permission = self.export_permission
        return found

    def same(self, params: QueryDict | None = None) -> "Listing[M]":
        """This list anew, nothing of it read yet; with other parameters where they are given."""
        found = type(self)(
            self.user,
            params=self.params if params is None else params,
            path=self.path,
            chosen=self.chosen,
            kwargs=self.kwargs,
        )
        found.only = self.only
        return found

    # What a subclass may say

    @property
    def headline(self) -> "StrOrPromise":
        """Stands above the list on paper, where nothing else says what it is a part of."""
        return self.title

    def rows(self, user: User) -> QuerySet[M]:
        """All rows the user may see, with what filters and sorting need."""
        return self.seen(self.model._default_manager.all())

    def seen(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of these rows those the user may see; in a workbook, those they may take away."""
        needed = self.needed_permission
        return rows.visible_to(self.user, permission=needed)  # type: ignore[attr-defined]

    def dress(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Add what only the shown rows need: select_related, prefetches, annotations."""
        return rows

    def found(self, keys: list[Any]) -> QuerySet[M]:
        """These rows of the page, whose keys `rows` has just given: not asked for rights again.

        Where `rows` annotates what a column shows, `still_seen` has it too.
        """
        rows: QuerySet[M] = self.model._default_manager.filter(pk__in=keys)
        return rows

    def complete(self, rows: list[M]) -> None:
        """Look up for these rows together what no query of their own can add."""

    def extra(self) -> dict[str, Any]:
        """More context for a template of your own."""
        return {}

    # Sorting

    @cached_property
    def sorting(self) -> tuple[Column | None, bool]:
        """The column sorted by and whether downwards; None is the usual order."""
        wanted = self.params.get("sort", "")
        found = next((c for c in self.columns if c.sort and c.key == wanted.lstrip("-")), None)
        return found, wanted.startswith("-")

    @property
    def ordered(self) -> QuerySet[M]:
        rows = self.filtered
        for one in self.additions:
            if self.sorting[0] in one.columns:
                rows = one.sortable(rows)
        return rows.order_by(*self.ordering)

    @property
    def ordering(self) -> list[str]:
        column, down = self.sorting
        if column is None:
            # A key that is named twice keeps SQLite from reading an index in its own order.
            is_named = any(field.lstrip("-") in ("pk", "id") for field in self.order)
            return [*self.order] if is_named else [*self.order, "pk"]
        return [_turned(field) if down else field for field in (*column.sort_fields, "pk")]

    def head(self, column: Column) -> Head:
        sorted_by, down = self.sorting
        if not column.sort:
            return Head(column, "", "")
        is_sorted = sorted_by is column
        sign = "-" if is_sorted and not down else ""
        direction = ("descending" if down else "ascending") if is_sorted else ""
        return Head(column, self.link(sort=sign + column.key), direction)

    # Columns

    @property
    def is_on_paper(self) -> bool:
        return "print" in self.params

    @cached_property
    def shown(self) -> list[Column]:
        offered = [one for one in self.columns if not (self.is_on_paper and one.is_tool)]
        keys = set(self.chosen.split("."))
        chosen = [column for column in offered if column.key in keys]
        return chosen or [column for column in offered if column.shown]

    @cached_property
    def workbook_columns(self) -> list[Column]:
        """What stands in a workbook: the columns shown, and what a subclass adds to them."""
        return [column for column in self.shown if not column.is_tool]

    @property
    def is_chosen(self) -> bool:
        """Whether somebody chose the columns: they are shown then, filled or not."""
        keys = set(self.chosen.split("."))
        return any(column.key in keys for column in self.columns)

    @cached_property
    def table(self) -> Table:
        """This page as a table, without the columns that nobody in the result has a value for."""
        return self.table_of(self.lines)

    def table_of(self, lines: list[Line]) -> Table:
        is_whole = len(lines) >= self.total
        hidden = set() if self.is_chosen else unseen(self, lines=lines, is_whole=is_whole)
        return Table.made(self, lines=lines, hidden=hidden)

    # Rows

    @cached_property
    def lines(self) -> list[Line]:
        """The rows of this page. Keys first, so that tables are joined for these rows alone."""
        start = (self.page - 1) * self.size
        return self.lines_between(start, start + self.size)

    def lines_between(self, start: int, stop: int) -> list[Line]:
        ordered = self.ordered.values_list("pk", flat=True)
        if start < PROBED:  # sorted once for both: the rows of the page and the first ones
            first = list(ordered[: max(stop, PROBED)])
            self.probed, self.keys = first[:PROBED], first[start:stop]
        else:
            self.keys = list(ordered[start:stop])
        return [self._line(row) for row in self._dressed(self.keys, self.found)]

    @cached_property
    def probed(self) -> list[Any]:
        """Keys of the first rows in the order of the list, whichever page is shown."""
        return list(self.ordered.values_list("pk", flat=True)[:PROBED])

    def still_seen(self, keys: list[Any]) -> QuerySet[M]:
        """Of these rows, read some time ago, those that the user may see now."""
        return self.rows(self.user).filter(pk__in=keys)

    def _dressed(self, keys: list[Any], found: Callable[[list[Any]], QuerySet[M]]) -> Iterator[M]:
        """These rows in this order with all that `dress` adds; rows deleted meanwhile are left out.

        `STEP` of them are fetched at a time, so that memory and the time of a query stay small.
        """
        for start in range(0, len(keys), STEP):
            part = keys[start : start + STEP]
            rows = self.dress(found(part)).order_by()
            by_key = {row.pk: row for row in rows}
            together = list(by_key.values())
            self.complete(together)
            for one in self.additions:
                one.complete(together, self)
            yield from (by_key[key] for key in part if key in by_key)

    def _line(self, row: M) -> Line:
        cells = [(column, column.cell(row, on_paper=self.is_on_paper)) for column in self.shown]
        return Line(row, cells)

    def every(self) -> Iterator[M]:
        """All filtered rows in order, dressed, a few at a time.

        Keys are sorted first and rows fetched by key: no query stays open between two steps (on
        SQLite it would keep progress from being written), and the database never sorts whole rows.
        """
        ordered = self.ordered.values_list("pk", flat=True)
        keys = pack(ordered.iterator(chunk_size=STEP))
        for step in keys.steps(STEP):
            yield from self._dressed(step, self.still_seen)

    # Addresses and rights

    def link(self, **changes: Any) -> str:
        """This list with some parameters changed; "" removes one. Goes back to the first page."""
        params = self.params.copy()
        for name in ("page", "print", "export", "pick", "columns"):
            params.pop(name, None)
        for name, value in changes.items():
            params.pop(name, None)
            if value != "":
                params[name] = str(value)
        query = params.urlencode()
        return f"{self.path}?{query}" if query else self.path

    @property
    def here(self) -> str:
        """The address of this very page."""
        query = self.params.urlencode()
        return f"{self.path}?{query}" if query else self.path

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of the columns sends along: a template would look for a name `lists`."""
        sent = [(name, self.params.getlist(name)) for name in self.params]
        return [(n, str(v)) for n, values in sent if n not in ("columns", "page") for v in values]

    @property
    def print_link(self) -> str:
        return self.link(print=1)

    @property
    def export_link(self) -> str:
        return self.link(export="xlsx")

    @property
    def may_export(self) -> bool:
        return not self.export_permission or may(self.user, self.export_permission)

    @cached_property
    def _held(self) -> dict[str, set[Any]]:
        return {}

    def holds(self, permission: str, row: Any) -> bool:
        """Whether the user holds a permission on a row of this page: one query for all of them."""
        if permission not in self._held:
            rows = type(row)._default_manager.filter(pk__in=self.keys)
            is_held = may(self.user, permission)
            found = rows.permitted(self.user, permission).values_list("pk", flat=True)
            self._held[permission] = set(found) if is_held else set()
        return row.pk in self._held[permission]

    @property
    def actions(self) -> list[Action]:
        offered = [*([self.action] if self.action else []), *self.more]
        return [one for one in offered if not one.permission or may(self.user, one.permission)]

    @property
    def may_fill(self) -> bool:
        """Whether the empty state's action is for this user."""
        empty = self.empty
        return bool(
            empty and empty.url and (not empty.permission or may(self.user, empty.permission))
        )

    @classmethod
    def searching(cls, user: User, *, words: str) -> "Listing[M]":
        """This list as it stands after a search, for the global search."""
        params = QueryDict(mutable=True)
        params["q"] = words
        for one in cls.filters:  # who searches everything means everything
            if one.default is not None:
                params[one.key] = one.unset
        return cls(user, params=params, path=reverse(cls.url))

    @classmethod
    def add(cls, addition: Addition) -> None:
        keys = [column.key for column in cls.columns]
        at = keys.index(addition.before) if addition.before else len(keys)
        cls.columns = (*cls.columns[:at], *addition.columns, *cls.columns[at:])
        cls.additions = (*cls.additions, addition)

    @classmethod
    def is_open_to(cls, user: User) -> bool:
        return not cls.permission or may(user, cls.permission)


def _turned(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


# Every listing that has a view: the global search and the export job find them here.
LISTINGS: dict[str, type[Listing]] = {}
