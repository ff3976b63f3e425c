"""The part of a listing that knows its filters: what they are set to, and the rows they leave."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import QuerySet

from jiedui.core.lists.filters import ALL, Filter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OPEN_FILTERS = 5  # as many fit on one line of a desk; the others wait behind "More filters"


@dataclass(frozen=True)
class Field:
    """A filter as the form shows it; `offers` is where a picker asks what to offer."""

    filter: Filter
    value: Any
    offers: str


@dataclass(frozen=True)
class Chip:
    label: "StrOrPromise"
    text: str
    off: str


class Filtering:
    """Declared by a listing as `filters`; the parameters of the request say how they are set."""

    filters: ClassVar[tuple[Filter, ...]] = ()

    @cached_property
    def values(self: Any) -> dict[str, Any]:
        """Clean values of the filters in use, by filter key; ticked rows were filtered before."""
        if self.only is not None:
            return {}
        read = {one.key: one.read(self.params) for one in self.filters}
        return {key: value for key, value in read.items() if value is not None}

    @cached_property
    def filtered(self: Any) -> QuerySet[Any]:
        rows = self.rows(self.user)
        if self.only is not None:
            return rows.filter(pk__in=self.only)
        for one in self.filters:
            if one.key in self.values:
                rows = one.narrow(rows, self.values[one.key])
        return rows

    @cached_property
    def fields(self: Any) -> list[Field]:
        return [
            Field(
                one,
                one.shown(self.values.get(one.key)),
                self.link(**{one.key: "", "pick": one.key}),
            )
            for one in self.filters
        ]

    @property
    def open_fields(self: Any) -> list[Field]:
        return self.fields[:OPEN_FILTERS]

    @property
    def more_fields(self: Any) -> list[Field]:
        return self.fields[OPEN_FILTERS:]

    @property
    def has_more_in_use(self: Any) -> bool:
        set_ones = (one for one in self.filters[OPEN_FILTERS:] if one not in self.in_force)
        return any(one.key in self.values for one in set_ones)

    @property
    def filter_facts(self: Any) -> dict[str, Any]:
        """The filters in use as the audit chain keeps them, by filter key."""
        in_use = (one for one in self.filters if one.key in self.values)
        return {one.key: one.fact(self.values[one.key]) for one in in_use}

    @property
    def chips(self: Any) -> list[Chip]:
        return [
            Chip(
                one.label,
                one.value_text(self.values[one.key]),
                self.link(**dict.fromkeys(one.params, "")),
            )
            for one in self.filters
            if one.key in self.values and one not in self.in_force
        ]

    @cached_property
    def in_force(self: Any) -> list[Filter]:
        """Filters nobody set, by which the list is narrowed all the same: the count says so."""
        return [
            one
            for one in self.filters
            if one.default is not None
            and self.values.get(one.key) == one.default
            and self.params.get(one.key, "") in ("", ALL)
        ]

    @property
    def usual(self: Any) -> list[Chip]:
        return [
            Chip(
                one.usual or one.label,
                one.value_text(one.default),
                self.link(**{one.key: one.unset}),
            )
            for one in self.in_force
        ]

    @cached_property
    def total(self: Any) -> int:
        return self.filtered.count()
