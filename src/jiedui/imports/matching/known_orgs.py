"""Finds the organisation a list names: by number, by name, or by a path of names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from jiedui.engines import words
from jiedui.imports.matching.ended import closed, instead
from jiedui.imports.matching.place_names import Missing
from jiedui.imports.matching.reach import Reach
from jiedui.orgs.models import STEP, Organisation

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
    """All organisations that exist, held in memory; ended ones apart from them."""

    def __init__(self, reach: Reach) -> None:
        self.is_own, self._roots = reach.has_organisation, reach.organisations
        self.by_pk: dict[int, KnownOrg] = {}
        self.by_path: dict[str, KnownOrg] = {}
        self.by_number: dict[str, KnownOrg] = {}
        self.by_name: dict[str, list[KnownOrg]] = defaultdict(list)
        self._memo: dict[tuple[str, str], KnownOrg | Missing] = {}
        self.numbers = set(Organisation.objects.values_list("number", flat=True)) - {""}
        self.ended: dict[int, date] = {}
        self._heirs: dict[int, int | None] = {}  # the successor of an ended organisation
        self.ended_by_number: dict[str, KnownOrg] = {}
        self.ended_by_name: dict[str, list[KnownOrg]] = defaultdict(list)
        rows = Organisation.objects.order_by("path")
        for *row, ended, heir in rows.values_list(
            *("pk", "path", "number", "name", "ended", "successor")
        ):
            self._take(KnownOrg(*row), ended, heir)

    def _take(self, org: KnownOrg, ended: date | None, heir: int | None) -> None:
        if ended:
            self.ended[org.pk], self._heirs[org.pk] = ended, heir
            if org.number:
                self.ended_by_number[org.number] = org
            self.ended_by_name[bare(org.name)].append(org)
            return
        self.by_pk[org.pk] = self.by_path[org.path] = org
        self.by_name[bare(org.name)].append(org)
        if org.number:
            self.by_number[org.number] = org

    @property
    def root(self) -> KnownOrg | None:
        """The parent of an organisation whose row names none."""
        return self.by_path.get(self._roots[0]) if self._roots else None

    def line(self, org: KnownOrg) -> str:
        """The name behind its parent's, which distinguishes two 机关党支部."""
        above = self.by_path.get(org.path[:-STEP])
        return f"{above.name} › {org.name}" if above else org.name

    def find(self, text: str, *, field: str) -> KnownOrg | Missing:
        query = (text, field)
        if query not in self._memo:
            self._memo[query] = self._find(text, field)
        return self._memo[query]

    def _find(self, text: str, field: str) -> KnownOrg | Missing:
        found = [self.by_number[text]] if text in self.by_number else self._named(text)
        if not found:
            return self.gone(text, field=field) or self._unknown(text, field)
        own = [org for org in found if self.is_own(org.path)]
        if len(own) > 1:
            return self._ambiguous(text, field, own)
        return own[0] if own else _foreign(text, field)

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

    def gone(self, text: str, *, field: str, inside: KnownOrg | None = None) -> Missing | None:
        """The mistake for an ended organisation of this name or number within reach, if any.

        With `inside`, at or below that organisation; 机关党支部 matches 农业局机关党支部.
        """
        names = (bare(text), *((bare(inside.name) + bare(text),) if inside else ()))
        numbered = self.ended_by_number.get(text)
        found = (
            [numbered] if numbered else [o for n in names for o in self.ended_by_name.get(n, ())]
        )
        root = inside.path if inside else ""
        own = [one for one in found if self.is_own(one.path) and one.path.startswith(root)]
        if not own:
            return None
        last = max(own, key=lambda one: self.ended[one.pk])
        heir = self._heir(last.pk)
        sentence = closed(last.name, self.ended[last.pk])
        heir_line = self.line(heir) if heir else ""
        return Missing(
            field, sentence, instead(heir_line), (heir.number or heir.name,) if heir else ()
        )

    def _heir(self, pk: int) -> KnownOrg | None:
        """The present successor, where it is within reach."""
        seen, heir = {pk}, self._heirs.get(pk)
        while heir and heir not in seen and heir in self.ended:
            seen.add(heir)
            heir = self._heirs[heir]
        found = self.by_pk.get(heir or 0)
        return found if found and self.is_own(found.path) else None

    def _has_above(self, org: KnownOrg, name: str) -> bool:
        cuts = Organisation.cuts(org.path)[:-1]
        line = [self.by_path[cut] for cut in cuts if cut in self.by_path]
        return any(bare(one.name) and name.endswith(bare(one.name)) for one in line)

    def _unknown(self, text: str, field: str) -> Missing:
        names = {o.pk: bare(o.name) for o in self.by_pk.values() if self.is_own(o.path)}
        near = process.extract(bare(text), names, scorer=fuzz.ratio, limit=3, score_cutoff=_NEAR)
        suggestions = "、".join(self.by_pk[pk].name for _name, _score, pk in near)
        return Missing(
            field,
            _("No organisation is called “%(name)s”.") % {"name": text[:40]},
            _("Did you mean %(names)s?") % {"names": suggestions}
            if suggestions
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
    """A name as it is compared: without blanks, arrows and a leading 中共."""
    return _PARTY.sub("", _SIGNS.sub("", words.comparable(name)))


def _foreign(text: str, field: str) -> Missing:
    """The mistake for an organisation out of reach; it repeats only what the list has."""
    return Missing(
        field,
        _("%(name)s does not belong to your organisations.") % {"name": text[:40]},
        _("Delete the row, or let the office responsible for it import it."),
    )
