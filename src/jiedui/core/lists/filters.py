"""The filters of a listing: each reads its own parameters and narrows the rows."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Exists, Model, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.lists.distinct import distinct_values
from jiedui.core.once import once
from jiedui.core.personal import HIDDEN
from jiedui.core.texts import day_text
from jiedui.core.trees import below
from jiedui.core.typed import searched
from jiedui.engines import words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Rows = QuerySet[Any]
By = Callable[[Rows, Any], Rows]
LONGEST_SEARCH = 60
ALL = "all"


class Filter(ABC):
    """Subclass this for a filter of your own: `read` gives a clean value or None."""

    template: ClassVar[str] = "core/filters/choice.html"
    usual: "StrOrPromise" = ""
    default: Any = None  # in force until one chooses otherwise; the whole list is then `?key=all`

    def __init__(self, key: str, label: "StrOrPromise") -> None:
        self.key = key
        self.label = label

    @property
    def params(self) -> tuple[str, ...]:
        return (self.key,)

    def read(self, params: QueryDict) -> Any:
        return params.get(self.key, "").strip() or None

    @property
    def unset(self) -> str:
        """The value of the parameter that leaves all rows."""
        return "" if self.default is None else ALL

    @abstractmethod
    def narrow(self, rows: Rows, value: Any) -> Rows:
        """The rows that the clean value leaves."""

    def value_text(self, value: Any) -> str:
        """What the chip says after the label."""
        return str(value)

    def fact(self, value: Any) -> Any:
        """The value as the audit chain keeps it, of types that JSON has."""
        return str(value)

    def fact_text(self, fact: Any) -> str:
        """What people call a value that `fact` gave."""
        return self.value_text(fact)

    def shown(self, value: Any) -> Any:
        """What the template gets as `value`."""
        return "" if value is None else value


class Search(Filter):
    """`?q=`: every word must occur in one of the fields (icontains unless a lookup is named).

    Name pinyin columns here too, stored in lower case. `few` are columns of the list's own table,
    which may be very large, that have few different values: a word is looked for among these. Each
    is beside a foreign key (column → key) and an index begins with the two.
    """

    template = "core/filters/search.html"
    LOOKUPS = ("icontains", "contains", "startswith", "istartswith", "exact", "iexact")

    def __init__(
        self, *fields: str, few: Mapping[str, str] | None = None, hint: "StrOrPromise" = ""
    ) -> None:
        super().__init__("q", gettext_lazy("Search"))
        self.hint = hint
        self.few = few or {}
        self.lookups = [
            field if field.rsplit("__", 1)[-1] in self.LOOKUPS else f"{field}__icontains"
            for field in fields
        ]

    def read(self, params: QueryDict) -> Any:
        return (
            words.without_unfit(words.clean(params.get("q", "")[:1000])).strip()[:LONGEST_SEARCH]
            or None
        )

    def narrow(self, rows: Rows, value: str) -> Rows:
        for word in value.split()[:6]:
            either = self._either(rows.model, word)
            if (folded := words.fold(word)) and folded != word:  # as lists are kept
                either |= self._either(rows.model, folded)
            rows = rows.filter(either)
        return rows

    def fact(self, _value: str) -> str:
        """Nothing of it: it may be the name of a household, and more people read the chain."""
        return HIDDEN

    def _either(self, model: Any, word: str) -> Q:
        """Related rows are looked through once, not once for every row that leads to them."""
        either, related = Q(), defaultdict[str, Q](Q)
        for lookup in self.lookups:
            first, _, rest = lookup.partition("__")
            if rest and _leads_to_one(model, first):
                related[first] |= Q(**{rest: word})
            else:
                either |= Q(**{lookup: word})
        for name, condition in related.items():
            found = model._meta.get_field(name).related_model._base_manager.filter(condition)
            either |= Q(**{f"{name}__in": found.values("pk")})
        for column in self.few:
            either |= self._among(model, column, word)
        return either

    def _among(self, model: Any, column: str, word: str) -> Q:
        values = once(
            ("distinct values", model, column),
            lambda: distinct_values(model, self.few[column], column),
        )
        if values is None:
            return Q(**{f"{column}__icontains": word})
        return Q(**{f"{column}__in": [one for one in values if word.lower() in one.lower()]})


def _leads_to_one(model: Any, name: str) -> bool:
    """Whether a name is a foreign key; annotations and reverse relations are not."""
    return any(field.name == name and field.many_to_one for field in model._meta.fields)


class Choice(Filter):
    """One of some values. `choices` may be a function, asked at each request."""

    def __init__(
        self,
        key: str,
        label: "StrOrPromise",
        choices: Iterable[tuple[Any, Any]] | Callable[[], Iterable[tuple[Any, Any]]],
        *,
        field: str = "",
        by: By | None = None,
    ) -> None:
        super().__init__(key, label)
        self._choices = choices
        self.field = field or key
        self.by = by

    @property
    def choices(self) -> list[tuple[str, Any]]:
        found = self._choices() if callable(self._choices) else self._choices
        return [(str(value), label) for value, label in found if value not in ("", None)]

    def read(self, params: QueryDict) -> Any:
        value = params.get(self.key, "")
        return value if value and value in dict(self.choices) else None

    def narrow(self, rows: Rows, value: Any) -> Rows:
        return self.by(rows, value) if self.by else rows.filter(**{self.field: value})

    def value_text(self, value: Any) -> str:
        return str(dict(self.choices).get(value, value))


class YesNo(Filter):
    """A question. `yes` is a condition (`Q`; `Exists` for other tables), else a boolean field."""

    def __init__(
        self,
        key: str,
        label: "StrOrPromise",
        *,
        yes: Q | Exists | None = None,
        by: By | None = None,
        default: bool | None = None,
        usual: "StrOrPromise" = "",
    ) -> None:
        """`default` is in force until one chooses otherwise; `usual` says so beside the count."""
        super().__init__(key, label)
        self.default, self.usual = default, usual
        self.yes = yes if yes is not None else Q(**{key: True})
        self.by = by

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("1", _("yes")), ("0", _("no"))]

    def read(self, params: QueryDict) -> Any:
        value = params.get(self.key, "")
        if value in ("0", "1"):
            return value == "1"
        return None if value == ALL else self.default

    def narrow(self, rows: Rows, value: bool) -> Rows:
        if self.by:
            return self.by(rows, value)
        return rows.filter(self.yes if value else ~self.yes)

    def value_text(self, value: bool) -> str:
        return _("yes") if value else _("no")

    def fact(self, value: bool) -> bool:
        return value

    def fact_text(self, fact: Any) -> str:
        return self.value_text(str(fact) == "True")  # kept as a text by versions before

    def shown(self, value: Any) -> Any:
        return "" if value is None else str(int(value))


class DateRange(Filter):
    """From a day to a day, both included. `moments`: the field is a point in time."""

    template = "core/filters/dates.html"

    def __init__(
        self, key: str, label: "StrOrPromise", *, field: str = "", moments: bool = False
    ) -> None:
        super().__init__(key, label)
        self.field = field or key
        self.moments = moments

    @property
    def params(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def read(self, params: QueryDict) -> Any:
        first, last = (_day(params.get(name, "")) for name in self.params)
        return (first, last) if first or last else None

    def narrow(self, rows: Rows, value: tuple[date | None, date | None]) -> Rows:
        first, last = value
        if first:
            rows = rows.filter(**{f"{self.field}__gte": self._start(first)})
        if last:
            # The next midnight, excluded: right for days and for moments alike.
            rows = rows.filter(**{f"{self.field}__lt": self._start(last + timedelta(days=1))})
        return rows

    def _start(self, day: date) -> date:
        return timezone.make_aware(datetime.combine(day, time.min)) if self.moments else day

    def value_text(self, value: tuple[date | None, date | None]) -> str:
        first, last = value
        return f"{day_text(first)} – {day_text(last)}".strip()

    def fact(self, value: tuple[date | None, date | None]) -> list[str]:
        return [one.isoformat() if one else "" for one in value]

    def fact_text(self, fact: Any) -> str:
        if isinstance(fact, list):
            first, last = (_day(one) for one in fact)
            return self.value_text((first, last))
        return str(fact)

    def shown(self, value: Any) -> Any:
        first, last = value or (None, None)
        return {
            "first": first.isoformat() if first else "",
            "last": last.isoformat() if last else "",
        }


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


NAMES = ("name", "pinyin", "initials")


class Tree(Filter):
    """A node of a tree and all below it; the parameter is its digit path, or its name typed.

    `path` is the lookup from the row to the node's path. `fields` are searched when one types;
    without them, the name and, where the nodes have them, pinyin and its initials.
    """

    template = "core/filters/tree.html"
    OFFERED = 12

    def __init__(
        self,
        key: str,
        label: "StrOrPromise",
        model: type[Model],
        *,
        path: str = "",
        fields: Sequence[str] = (),
    ) -> None:
        super().__init__(key, label)
        self.model = model
        self.path = path or f"{key}__path"
        known = {field.name for field in model._meta.fields}
        self.fields = fields or [name for name in NAMES if name in known]

    def read(self, params: QueryDict) -> Any:
        """The node itself; a text that means no node stays a text, and finds nothing."""
        text = searched(params.get(self.key, ""), most=LONGEST_SEARCH)
        if not text:
            return None
        nodes = self.model._default_manager.all()
        if text.isdecimal():
            return nodes.filter(path=text).first() or text
        return self.matching(text).first() or text

    def matching(self, text: str) -> Rows:
        """Nodes whose name begins with or contains the text, the higher ones first."""
        either = Q(path__startswith=text) if text.isdecimal() else Q()
        for field in self.fields:
            either |= Q(**{f"{field}__icontains": text})
        return self.model._default_manager.filter(either).order_by("path")

    def offer(self, text: str, *, within: Any = None) -> list[Any]:
        """What the picker shows: matches for what was typed, else the nodes next below."""
        text = text.strip()[:LONGEST_SEARCH]
        below_it = self.model._default_manager.filter(parent=within).order_by("path")
        offered = self.matching(text) if text else below_it
        return list(offered.select_related("parent")[: self.OFFERED])

    def narrow(self, rows: Rows, value: Any) -> Rows:
        if isinstance(value, str):
            return rows.none()
        return rows.filter(below(value.path, field=self.path))

    def shown(self, value: Any) -> Any:
        return value or ""
