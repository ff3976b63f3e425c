"""Lists of organisations, whose rows may stand in any order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from jiedui.imports.columns.declarations import kept_in
from jiedui.imports.columns.org_fields import ORGANISATION_FIELDS
from jiedui.imports.columns.schemas import ORGANISATIONS
from jiedui.imports.matching.comparison import Comparison, Outcome, text
from jiedui.imports.matching.drafts import Draft, Part, Staged, day, read
from jiedui.imports.matching.ended import closed
from jiedui.imports.matching.known_orgs import KnownOrg, Organisations, bare
from jiedui.imports.matching.known_places import Anywhere, Villages
from jiedui.imports.matching.place_names import Missing
from jiedui.imports.tables.rows import Row
from jiedui.orgs import actions, ending, rules
from jiedui.orgs.models import STEP, Organisation

# Organisation.kind knows four depths; the list of kinds on forms says more.
_BRANCHES = ("branch", "general_branch", "village_branch")
KINDS = {"area": "area", "group": "group", **dict.fromkeys(_BRANCHES, "branch")}

ORGANISATION = Part(
    "organisation",
    Organisation,
    kept_in("organisation", ORGANISATION_FIELDS),
    make=actions.found_many,
    amend=actions.amend_many,
    rules=rules.of_organisation,
    noun="organisation",
    links=("parent_id",),
)


class OrganisationComparison(Comparison):
    schema = ORGANISATIONS
    parts = {"organisation": ORGANISATION}

    def open(self) -> None:
        self.known, self.villages = Organisations(self.reach), Villages(self.reach)
        self.places = Anywhere(self.reach)
        self.rows_by_name: dict[str, list[Row]] = defaultdict(list)
        for row in self.parsed.rows:
            for name in filter(None, (bare(text(row, "name")), text(row, "code"))):
                self.rows_by_name[name].append(row)
        self.holders: dict[str, Staged] = {}
        self._fresh: dict[tuple[str, str], Row] = {}

    @property
    def taken(self) -> Mapping[str, Collection[str]]:
        return {"organisation": self.known.numbers}

    def holder(self, ref: str) -> Staged | None:
        return self.holders.get(ref)

    def hold(self, staged: Staged) -> None:
        self.holders.setdefault(_ref(staged.row), staged)

    def draft(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        values = read(ORGANISATION, row)
        if "kind" in values:
            values["kind"] = KINDS.get(values["kind"], "unit")
        known = self.known.by_number.get(text(row, "code"))
        draft = Draft("organisation", values, _ref(row))
        parent = self._parent(row, draft, known)
        staged.where = parent.name if parent else text(row, "parent")
        self._match(row, draft, parent)
        self._warn_not_moved(row, draft, parent)
        self._place(row, draft)
        self._check_end(row, draft)
        staged.drafts = [draft]
        self.holders.setdefault(draft.ref, staged)
        return staged

    def _warn_not_moved(self, row: Row, draft: Draft, parent: KnownOrg | None) -> None:
        """Warn that a list moves no organisation: its position decides figures and rights."""
        known = self.known.by_pk.get(draft.target or 0)
        name = text(row, "parent")
        if known is None or not name or (parent and known.path.startswith(parent.path)):
            return
        above = self.known.by_path.get(known.path[:-STEP])
        self.wrong(
            row,
            "parent",
            _("On the register it belongs to %(above)s, not to %(name)s; it stays there.")
            % {"above": above.name if above else "—", "name": name[:40]},
            _("To move it, found it below the other one and end this one on its page."),
            is_error=False,
        )

    def _check_end(self, row: Row, draft: Draft) -> None:
        """Refuse to end an organisation that rows still refer to: the page asks for a successor."""
        if "ended" in draft.values and (blocking := self.blocking.get(draft.target or 0)):
            self.wrong(
                row,
                "ended",
                _("This still hangs on %(name)s: %(what)s.")
                % {"name": text(row, "name"), "what": "、".join(blocking)},
                _("Leave the day out, and end it on its page, where you say who takes over."),
            )

    def settled(self, staged: Staged) -> None:
        """Refuse a new organisation below one that the list ends, unless it ended by then."""
        for draft in staged.drafts:
            above = self._end_above(draft) if draft.is_new else None
            if above and (draft.values.get("ended") or "9999") > above:
                self.wrong(
                    staged.row,
                    "parent",
                    closed(text(staged.row, "parent"), day(above)),
                    _("Write the one there is now, or the day on which this one ended as well."),
                )
                staged.outcome, staged.drafts = Outcome.BAD, []

    def _end_above(self, draft: Draft) -> str | None:
        """The day on which the organisation above ends by this list."""
        holder = self.holders.get(draft.links.get("parent_id", ""))
        drafts_above = [one for one in (holder.drafts if holder else []) if one.part == draft.part]
        ended = drafts_above[0].values.get("ended") if drafts_above else None
        return str(ended) if ended else self._ends.get(draft.values.get("parent_id", 0))

    @cached_property
    def _ends(self) -> dict[int, str]:
        """Organisation on the register → the day on which this list ends it."""
        drafts = (draft for one in self.staged for draft in one.drafts)
        return {d.target: d.values["ended"] for d in drafts if d.target and d.values.get("ended")}

    @cached_property
    def blocking(self) -> dict[int, list[str]]:
        """Organisation → the kinds of rows that keep it from ending."""
        standing = [one.pk for one in self.known.by_pk.values()]
        return ending.unsettled(standing)

    def _place(self, row: Row, draft: Draft) -> None:
        draft.values.pop("place_id", None)
        here = self.places.of_organisation(draft.target) if draft.target else None
        place: Any = None
        if name := text(row, "place"):
            place = self.places.find(name, here=here)
        elif village := text(row, "village"):
            place = self.villages.find(village, township=text(row, "township"))
        if isinstance(place, Missing):
            self.missing(row, place)
        elif place is not None:
            draft.values["place_id"] = place.pk
            self.found_as(row, "place" if name else "village", place.name)

    def _parent(self, row: Row, draft: Draft, known: KnownOrg | None) -> KnownOrg | None:
        name = text(row, "parent")
        if not name:
            return None
        above = self.known.by_path.get(known.path[:-STEP]) if known else None
        if above and name in (above.number, above.name):
            return above  # the present parent resolves an ambiguous name
        rows = self.rows_by_name.get(name) or self.rows_by_name.get(bare(name)) or []
        found = self.known.find(name, field="parent")
        if isinstance(found, KnownOrg):
            self.found_as(row, "parent", found.name)
            return found
        others = [one for one in rows if one.place != row.place]
        if len(others) == 1:
            draft.links = {"parent_id": _ref(others[0])}
            self._refuse_circle(row, others[0])
        else:
            self.missing(row, found)
        return None

    def _refuse_circle(self, row: Row, above: Row) -> None:
        seen = {row.place}
        while above.place not in seen:
            seen.add(above.place)
            name = text(above, "parent")
            rows = self.rows_by_name.get(name) or self.rows_by_name.get(bare(name)) or []
            others = [one for one in rows if one is not above] if name else []
            if not others:
                return
            above = others[0]
        self.wrong(
            row,
            "parent",
            _("This organisation would stand above itself."),
            _("Correct what it belongs to."),
        )

    def _match(self, row: Row, draft: Draft, parent: KnownOrg | None) -> None:
        number, name = text(row, "code"), text(row, "name")
        known = self.known.by_number.get(number) if number else None
        if known is None:
            known = self._by_name(name, number, parent, is_top=not text(row, "parent"))
        if known is not None and not self.known.is_own(known.path):
            self.out_of_reach(row, "organisation")
            return
        if known is not None:
            draft.target = known.pk
            draft.links = {}
            return
        self._match_ended(row, draft, parent)
        if draft.target is not None:
            return
        above = parent or (None if draft.links else self.known.root)
        if above:
            draft.values["parent_id"] = above.pk
        elif not draft.links and self.by is not None:
            self.wrong(
                row,
                "parent",
                _("It is not said what this organisation belongs to."),
                _("Write the name or number of the organisation above it."),
            )
        if draft.left:
            return
        twin = self._fresh.setdefault((bare(name), text(row, "parent")), row)
        if twin is not row:
            self.wrong(
                row,
                "name",
                _("This is the same entry as in row %(row)d.") % {"row": twin.number},
                _("Delete one of the two rows."),
            )

    def _match_ended(self, row: Row, draft: Draft, parent: KnownOrg | None) -> None:
        """Make ended organisations candidates of the draft: a list does not revive them."""
        number, name = text(row, "code"), text(row, "name")
        found: list[KnownOrg] = []
        if numbered := self.known.ended_by_number.get(number):
            found = [numbered]
            if not self.known.is_own(numbered.path):
                self.out_of_reach(row, "organisation")
        elif not draft.links:
            found = self.known.ended_by_name.get(bare(name), [])
            found = [o for o in found if parent is None or o.path.startswith(parent.path)]
        own = [one for one in found if self.known.is_own(one.path)]
        if own and "ended" in draft.values:  # the list records the end as well
            draft.target, draft.links = own[0].pk, {}
            return
        sentences = {one.pk: closed(one.name, self.known.ended[one.pk]) for one in own}
        if numbered and own:
            draft.left = sentences[numbered.pk]
        else:
            draft.candidates, draft.gone = list(sentences.items()), sentences

    def _by_name(
        self, name: str, number: str, parent: KnownOrg | None, *, is_top: bool
    ) -> KnownOrg | None:
        found = [o for o in self.known.by_name.get(bare(name), ()) if not (number and o.number)]
        if parent:
            found = [o for o in found if o.path.startswith(parent.path) and o is not parent]
        elif not is_top:
            return None
        own = [o for o in found if self.known.is_own(o.path)]
        return own[0] if len(own) == 1 else None

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        return {"kind": "unit"}


def _ref(row: Row) -> str:
    return f"organisation in {row.sheet} {row.number}"
