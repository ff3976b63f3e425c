"""Rules that the values of one record must keep, the same on a page and in a row of a list."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """A rule that is broken. `fields` are those it looks at, first the one to be mended."""

    fields: tuple[str, ...]
    sentence: str
    mend: str


Rules = Callable[[Values], Iterable[Fault]]  # what is wrong with the values of a record


def refuse(faults: Iterable[Fault]) -> None:
    """Raises `Refused` with the sentence of the first fault."""
    for fault in faults:
        raise Refused(fault.sentence)


@cache
def days_of(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a model that hold days."""
    fields = model._meta.concrete_fields
    return tuple(field.attname for field in fields if isinstance(field, models.DateField))


def to_come(values: Values, *names: str) -> Iterator[Fault]:
    """Days that lie in the future."""
    for name in names:
        if values.get(name) and values[name] > _today(int(time.time())):
            yield Fault((name,), _("This day lies in the future."), _("Check the year."))


@lru_cache(maxsize=1)  # a list asks for the day of every record; that takes longer than the rest
def _today(_second: int) -> date:
    return timezone.localdate()


def out_of_order(values: Values, first: str, then: str, *, sentence: str = "") -> Iterator[Fault]:
    """The day `then` lies before the day `first`."""
    if values.get(first) and values.get(then) and values[then] < values[first]:
        text = sentence or _("It cannot end before it began, on %(day)s.") % {
            "day": day_text(values[first])
        }
        yield Fault((then, first), text, _("Check both dates."))
