"""What the search offers while one types: the best few rows of every register one may read.

One or two queries a register, whatever was typed and however many rows there are. What fits exactly
stands first, then what begins so, then the end of a number, then what only holds it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils.translation import pgettext

from jiedui.core.lists import LISTINGS
from jiedui.core.picks import Pick
from jiedui.core.users import User
from jiedui.engines import words
from jiedui.households.models import Person
from jiedui.households.picks import HOUSEHOLD
from jiedui.orgs.picks import MEMBER, ORGANISATION, TEAM
from jiedui.places.picks import PLACE

OFFERED = 8
IN_TURN = 3
LONGEST = 40  # characters looked at
TAIL = 2  # digits that say something about the end of a number
PERSON = Pick(model=Person, place="household.place")
LAST = "\U0010ffff"
EXACT, SPOKEN, BEGINS, TAILS, SOUNDS, HOLDS = range(6)

Conditions = Callable[[Pick, str], dict[int, Q]]


@dataclass(frozen=True)
class Suggestion:
    label: str
    note: str  # what tells two of one name apart
    kind: str
    url: str

    def as_json(self) -> dict[str, str]:
        return {"label": self.label, "note": self.note, "kind": self.kind, "url": self.url}


@dataclass(frozen=True)
class Register:
    key: str  # of its listing, which says who may read it
    pick: Pick
    kind: Callable[[], str]
    owner: str = ""  # the row whose page it is shown on, where it has none of its own

    def suggested(self, row: Any) -> Suggestion:
        code, where = self.pick.code(row), self.pick.where(row)
        page = getattr(row, self.owner) if self.owner else row
        return Suggestion(
            label=str(getattr(row, self.pick.name)),
            note=" · ".join(part for part in (code, where) if part),
            kind=self.kind() if row.ended is None else pgettext("register", "ended"),
            url=page.get_absolute_url(),
        )


REGISTERS = (
    Register("households", HOUSEHOLD, lambda: pgettext("one of a register", "household")),
    Register("members", MEMBER, lambda: pgettext("one of a register", "helper or member")),
    Register("people", PERSON, lambda: pgettext("one of a register", "person"), owner="household"),
    Register("organisations", ORGANISATION, lambda: pgettext("one of a register", "organisation")),
    Register("teams", TEAM, lambda: pgettext("one of a register", "team")),
    Register("places", PLACE, lambda: pgettext("one of a register", "place")),
)


def suggest(user: User, *, text: str) -> list[Suggestion]:
    """At most `OFFERED`, the best first; nobody is offered what they may not open."""
    typed = words.without_unfit(words.fold(text[: 4 * LONGEST]))[:LONGEST]
    typed = "".join(typed.split())
    if not typed:
        return []
    best = _best(user, typed, _beginnings)
    if len(best) < OFFERED:
        # Without an index: looked for only where there is nothing better.
        best += [one for one in _best(user, typed, _middles) if one not in best]
    return best[:OFFERED]


def _best(user: User, typed: str, conditions: Conditions) -> list[Suggestion]:
    found = sorted(_ranked(user, typed, conditions), key=lambda one: one[:4])
    # The head of a household is one of its people, too: shown once, as the household.
    unique = {(one.url, one.label): one for *_rank, one in reversed(found)}
    return [one for *_rank, one in found if unique[one.url, one.label] is one][:OFFERED]


def _ranked(
    user: User, typed: str, conditions: Conditions
) -> Iterator[tuple[int, bool, int, int, Suggestion]]:
    for order, register in enumerate(REGISTERS):
        if not LISTINGS[register.key].is_open_to(user):
            continue
        by_fit = conditions(register.pick, typed)
        for n, row in enumerate(_rows(user, register.pick, by_fit) if by_fit else ()):
            # Of what fits alike three of each register stand before the rest of any.
            turn = n // IN_TURN
            yield row.fit, row.ended is not None, turn, order, register.suggested(row)


def _rows(user: User, pick: Pick, conditions: dict[int, Q]) -> list[Any]:
    model = pick.model._default_manager
    anything = Q()
    for condition in conditions.values():
        anything |= condition
    # A query of its own, so that the database begins with the names and not with the places.
    fitting = pick.model._base_manager.filter(anything).values("pk")
    fit = Case(
        *(When(condition, then=Value(place)) for place, condition in conditions.items()),
        output_field=IntegerField(),
    )
    rows = model.visible_to(user).filter(pk__in=fitting).annotate(fit=fit)
    ordered = rows.order_by("fit", F("ended").asc(nulls_first=True), *pick.fields[:1], "pk")
    return list(ordered.select_related(pick.place.replace(".", "__"))[:OFFERED])


def _beginnings(pick: Pick, typed: str) -> dict[int, Q]:
    """What an index finds, from the best to the least, in the order in which a row is tried."""
    low, code = typed.lower(), typed.upper()
    found = {EXACT: Q(**{pick.name: typed}) | _either(pick.codes, _is, code)}
    if low.isascii() and low.isalpha():
        found[SPOKEN] = _either(pick.fields, _is, low)
        found[SOUNDS] = _either(pick.fields, _begins, low)
    found[BEGINS] = _begins(pick.name, typed) | _either(pick.codes, _begins, code)
    return dict(sorted(found.items()))


def _middles(pick: Pick, typed: str) -> dict[int, Q]:
    """The end of a number; what a name holds, unless letters were typed: those are pinyin."""
    if typed.isdigit() and len(typed) >= TAIL:
        return {TAILS: _either(pick.codes, _ends, typed)}
    if typed.isascii():
        return {}
    return {HOLDS: Q(**{f"{pick.name}__contains": typed})}


def _either(fields: tuple[str, ...], condition: Callable[[str, str], Q], value: str) -> Q:
    either = Q()
    for field in fields:
        either |= condition(field, value)
    return either


def _is(field: str, value: str) -> Q:
    return Q(**{field: value})


def _begins(field: str, value: str) -> Q:
    # A range: SQLite uses no index for LIKE, which knows no difference of capital letters there.
    return Q(**{f"{field}__gte": value, f"{field}__lt": value + LAST})


def _ends(field: str, value: str) -> Q:
    return Q(**{f"{field}__endswith": value})
