"""Which organisation a list means: by number, by name, by the names down the line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from jiedui.engines import words
from jiedui.imports.known_places import Missing
from jiedui.orgs.models import STEP, Organisation
from jiedui.orgs.scopes import of

_SIGNS = re.compile(r"[\s>/›\-—－→\\|]+")
_PARTY = re.compile(r"^(中共|中国共产党)")
_NEAR = 60


@dataclass(frozen=True)
class KnownOrg:
    pk: int
    path: str
    number: str
    name: str


class Organisations:
    """All standing organisations, found in memory."""

    def __init__(self, *, by: Any) -> None:
        self.own = _roots(by)
        self.by_pk: dict[int, KnownOrg] = {}
        self.by_path: dict[str, KnownOrg] = {}
        self.by_number: dict[str, KnownOrg] = {}
        self.by_name: dict[str, list[KnownOrg]] = defaultdict(list)
        self._memo: dict[tuple[str, str], KnownOrg | Missing] = {}
        rows = Organisation.objects.standing().order_by("path")
        for row in rows.values_list("pk", "path", "number", "name"):
            self._take(KnownOrg(*row))

    def _take(self, org: KnownOrg) -> None:
        self.by_pk[org.pk] = self.by_path[org.path] = org
        self.by_name[bare(org.name)].append(org)
        if org.number:
            self.by_number[org.number] = org

    @property
    def root(self) -> KnownOrg | None:
        """Where an organisation goes that names no other above it."""
        return self.by_path.get(self.own[0]) if self.own else None

    def is_own(self, path: str) -> bool:
        return self.own is None or any(path.startswith(root) for root in self.own)

    def line(self, org: KnownOrg) -> str:
        """The name with the one above it, to tell two 机关党支部 apart."""
        above = self.by_path.get(org.path[:-STEP])
        return f"{above.name} › {org.name}" if above else org.name

    def find(self, text: str, *, field: str) -> KnownOrg | Missing:
        asked = (text, field)
        if asked not in self._memo:
            self._memo[asked] = self._find(text, field)
        return self._memo[asked]

    def _find(self, text: str, field: str) -> KnownOrg | Missing:
        found = [self.by_number[text]] if text in self.by_number else self._named(text)
        if not found:
            return self._unknown(text, field)
        own = [org for org in found if self.is_own(org.path)]
        if len(own) > 1:
            return self._ambiguous(text, field, own)
        return own[0] if own else _foreign(found[0], field)

    def _named(self, text: str) -> Sequence[KnownOrg]:
        if found := self.by_name.get(bare(text)):
            return found
        for start in range(1, len(text)):  # 区水利局 > 机关党支部, or both written as one word
            above, name = bare(text[:start]), bare(text[start:])
            found = [o for o in self.by_name.get(name, ()) if self._has_above(o, above)]
            if found:
                return found
        return ()

    def inside(self, org: KnownOrg, text: str) -> list[KnownOrg]:
        """Those of this name or number at or below it; 机关党支部 is also 农业局机关党支部."""
        numbered = self.by_number.get(text)
        names = (bare(text), bare(org.name) + bare(text))
        found = [numbered] if numbered else [o for n in names for o in self.by_name.get(n, ())]
        return [one for one in found if one.path.startswith(org.path)]

    def _has_above(self, org: KnownOrg, name: str) -> bool:
        cuts = Organisation.cuts(org.path)[:-1]
        line = [self.by_path[cut] for cut in cuts if cut in self.by_path]
        return any(bare(one.name) and name.endswith(bare(one.name)) for one in line)

    def _unknown(self, text: str, field: str) -> Missing:
        names = {o.pk: bare(o.name) for o in self.by_pk.values() if self.is_own(o.path)}
        near = process.extract(bare(text), names, scorer=fuzz.ratio, limit=3, score_cutoff=_NEAR)
        said = "、".join(self.by_pk[pk].name for _name, _score, pk in near)
        return Missing(
            field,
            _("No organisation is called “%(name)s”.") % {"name": text[:40]},
            _("Did you mean %(names)s?") % {"names": said}
            if said
            else _("Import or write down the organisation first, or correct the name."),
        )

    def _ambiguous(self, text: str, field: str, found: Sequence[KnownOrg]) -> Missing:
        lines = "；".join(self.line(org) for org in found[:3])
        return Missing(
            field,
            _("Several organisations are called “%(name)s”.") % {"name": text[:40]},
            _("Write the number, or the name with the one above it: %(names)s.") % {"names": lines},
        )


def bare(name: str) -> str:
    """A name for comparing: no blanks, no arrows, no 中共 before it."""
    return _PARTY.sub("", _SIGNS.sub("", words.fold(name)))


def _roots(by: Any) -> tuple[str, ...] | None:
    if by is None:
        return None
    return tuple(
        g.organisation for g in of(by).holding("import").grants if g.organisation is not None
    )


def _foreign(org: KnownOrg, field: str) -> Missing:
    return Missing(
        field,
        _("%(name)s does not belong to your organisations.") % {"name": org.name},
        _("Delete the row, or let the office responsible for it import it."),
    )
