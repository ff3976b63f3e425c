"""Who may be chosen to receive a part of a distribution: by area, or by names and codes pasted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from jiedui.core.doors import number
from jiedui.core.trees import LAST, below
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.households.picks import HOUSEHOLD
from jiedui.ledger import scopes
from jiedui.ledger.distributions import MOST, Receiver
from jiedui.places.models import Level, Place
from jiedui.places.picks import PLACE
from jiedui.places.village_names import spellings, stem

HOME, AREA = "household", "place"
BETWEEN = re.compile(r"[\n、;；]+")
# A name or code, then how much it gets: 柳树村 18床, 柳树村18, 211104100200,18, 柳树村：1,200.5
WITH_QUANTITY = re.compile(
    r"(?P<name>.*?[^\s,，:：])(?:[\s,，:：]+|(?<=\D))"
    r"(?P<quantity>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*[^\d\s]{0,4}"
)
LONGEST_LINE = 120  # characters; longer lines are no name with a quantity
LONGEST_TOWN = 8  # characters of the name of a town


def key_of(row: Receiver) -> str:
    """How a form names a receiver: `place-12` or `household-7`."""
    return f"{HOME if isinstance(row, Household) else AREA}-{row.pk}"


def homes(user: User) -> QuerySet[Household]:
    return scopes.receivers(user).select_related("place__parent")


def places(user: User) -> QuerySet[Place]:
    return scopes.receiving_places(user).select_related("parent")


def by_keys(user: User, keys: Sequence[str]) -> dict[str, Receiver]:
    """Those of these keys that the user may choose, in two queries."""
    pairs = [key.partition("-")[::2] for key in keys]
    wanted = {
        kind: [pk for one, text in pairs if one == kind and (pk := number(text))]
        for kind in (HOME, AREA)
    }
    rows: list[Receiver] = []
    if wanted[AREA]:
        rows += places(user).filter(pk__in=wanted[AREA])
    if wanted[HOME]:
        rows += homes(user).filter(pk__in=wanted[HOME])
    return {key_of(row): row for row in rows}


def villages_of(user: User, area: Place) -> list[Place]:
    """Villages in the area, one more than may be chosen at once; the area itself below that."""
    rows = places(user).filter(below(area.path)).order_by("path")
    found = list(rows.filter(level=Level.VILLAGE)[: MOST + 1])
    return found or list(rows.filter(pk=area.pk))


def homes_of(user: User, area: Place) -> list[Household]:
    """Households on the register in the area, one more than may be chosen at once."""
    rows = homes(user).filter(below(area.path, field="place__path"))
    return list(rows.order_by("place__path", "number")[: MOST + 1])


def households_in(user: User, rows: Iterable[Receiver]) -> dict[str, int]:
    """How many households stand on the register in each; a household is one."""
    found = {key_of(row): 1 for row in rows if isinstance(row, Household)}
    areas = [row for row in rows if isinstance(row, Place)]
    seen = Household.objects.visible_to(user).filter(ended=None)
    for length in {len(area.path) for area in areas}:  # a few levels of the tree
        level = {area.path: key_of(area) for area in areas if len(area.path) == length}
        found |= dict.fromkeys(level.values(), 0)
        within = seen.filter(place__path__gte=min(level), place__path__lte=max(level) + LAST)
        counts = within.order_by().annotate(cut=Substr("place__path", 1, length)).values("cut")
        for one in counts.annotate(n=Count("pk")):
            if one["cut"] in level:
                found[level[one["cut"]]] = one["n"]
    return found


@dataclass(frozen=True)
class Line:
    """One pasted line: whom it names, or why nobody was found, and how much it says."""

    text: str
    to: Receiver | None
    quantity: str = ""
    problem: str = ""


def read(text: str, *, user: User, area: Place | None) -> list[Line]:
    """Each line of a pasted list. Of several villages of one name the one in the area is meant."""
    texts = [line for part in BETWEEN.split(text) if (line := part.strip())]
    cut = [WITH_QUANTITY.fullmatch(line) if len(line) <= LONGEST_LINE else None for line in texts]
    names = list(dict.fromkeys([*texts, *(m["name"].strip() for m in cut if m)]))
    known = _candidates(names, user=user, area=area)
    lines = []
    for whole, match in zip(texts, cut, strict=True):
        name = match["name"].strip() if match and not known[whole] else whole
        quantity = match["quantity"].replace(",", "") if match and name != whole else ""
        fitting = known[name]
        if len(fitting) == 1:
            lines.append(Line(whole, fitting[0], quantity))
        else:
            pick = HOUSEHOLD if fitting and isinstance(fitting[0], Household) else PLACE
            lines.append(Line(whole, None, problem=pick.problem(fitting, name)))
    return lines


def _candidates(names: Sequence[str], *, user: User, area: Place | None) -> dict[str, list[Any]]:
    """The rows each of these texts may mean, in at most four queries."""
    areas = PLACE.matches(places(user), names)
    families = HOUSEHOLD.matches(homes(user), names)
    known = {name: [*areas[at], *families[at]] for at, name in enumerate(names)}
    known |= _spelt_otherwise([name for name in names if not known[name]], user=user)
    known |= _with_parent([name for name in names if not known[name]], user=user)
    for name, rows in known.items():
        if len(rows) > 1 and area:
            near = [row for row in rows if _path(row).startswith(area.path)]
            known[name] = near or rows
    return known


def _path(row: Receiver) -> str:
    return row.place.path if isinstance(row, Household) else row.path


def _spelt_otherwise(names: Sequence[str], *, user: User) -> dict[str, list[Place]]:
    """Villages that the register has as 荒地村委会, written as 荒地村."""
    if not names:
        return {}
    wanted = {name: spellings(name) for name in names}
    every = {one for some in wanted.values() for one in some}
    found: dict[str, list[Place]] = {}
    for row in places(user).filter(name__in=every, level=Level.VILLAGE):
        found.setdefault(row.name, []).append(row)
    return {
        name: [row for one in some for row in found.get(one, [])] for name, some in wanted.items()
    }


def _with_parent(names: Sequence[str], *, user: User) -> dict[str, list[Place]]:
    """Villages written with the town before them: 胡家镇榆树村."""
    if not names:
        return {}
    bare = {name: re.sub(r"\s", "", name) for name in names}
    towns = {text[:end] for text in bare.values() for end in range(2, LONGEST_TOWN + 1)}
    children: dict[str, list[Place]] = {}
    for row in places(user).filter(parent__name__in=towns, level=Level.VILLAGE):
        parent: Any = row.parent
        children.setdefault(parent.name, []).append(row)
    return {name: _child_in(text, children) for name, text in bare.items()}


def _child_in(text: str, children: dict[str, list[Place]]) -> list[Place]:
    """The village that the rest of a text names, in the town its beginning names."""
    for town, villages in children.items():
        rest = text.removeprefix(town)
        if rest == text:
            continue
        exact = [row for row in villages if row.name == rest]
        alike = exact or [row for row in villages if stem(row.name) == stem(rest)]
        if alike:
            return alike
    return []
