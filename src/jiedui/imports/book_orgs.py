"""Lists of organisations, whose rows may stand in any order, and of their members."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from jiedui.core import crypto
from jiedui.engines import words
from jiedui.imports.book import Book, text
from jiedui.imports.drafts import Draft, Part, Staged, read
from jiedui.imports.known_households import SURE_NAME, likeness
from jiedui.imports.known_orgs import KnownOrg, Organisations, bare
from jiedui.imports.known_places import Missing, Villages
from jiedui.imports.rows import Row
from jiedui.imports.schemas import MEMBERS, ORGANISATIONS
from jiedui.orgs.models import Member, Organisation

# Organisation.kind knows four depths; the list of kinds on forms says more.
_BRANCHES = ("branch", "general_branch", "village_branch")
KINDS = {"group": "group", **dict.fromkeys(_BRANCHES, "branch")}


def _spoken(*, is_person: bool) -> Any:
    longest, short = (80, 20) if is_person else (160, 40)

    def derive(values: dict[str, Any]) -> dict[str, Any]:
        derived = {}
        if "name" in values:
            name = values["name"]
            derived["pinyin"] = words.pinyin(name, is_person=is_person)[:longest]
            derived["initials"] = words.initials(name, is_person=is_person)[:short]
        if "identity" in values:
            derived["identity_digest"] = crypto.digest(values["identity"])
        return derived

    return derive


ORGANISATION = Part(
    "organisation",
    Organisation,
    {
        "code": "number",
        "name": "name",
        "kind": "kind",
        "unit_kind": "unit_kind",
        "village": "place_id",
        "strengths": "strengths",
        "since": "since",
        "ended": "ended",
    },
    _spoken(is_person=False),
    made="organisation.founded",
    amended="organisation.amended",
    links=("parent_id",),
)
MEMBER = Part(
    "member",
    Member,
    {
        "code": "number",
        "name": "name",
        "organisation": "organisation_id",
        "community": "also_at_id",
        "rank": "rank",
        "position": "post",
        "gender": "gender",
        "political": "political",
        "joined": "joined",
        "skills": "skills",
        "phone": "phone",
        "identity": "identity",
        "since": "since",
        "ended": "ended",
    },
    _spoken(is_person=True),
    made="member.enrolled",
    amended="member.amended",
)


class OrganisationBook(Book):
    schema = ORGANISATIONS
    parts = {"organisation": ORGANISATION}

    def open(self) -> None:
        self.known, self.villages = Organisations(by=self.by), Villages(by=self.by)
        self.rows_by_name: dict[str, list[Row]] = defaultdict(list)
        for row in self.parsed.rows:
            for name in filter(None, (bare(text(row, "name")), text(row, "code"))):
                self.rows_by_name[name].append(row)
        self.holders: dict[str, Staged] = {}
        self._fresh: dict[tuple[str, str], Row] = {}

    def holder(self, ref: str) -> Staged | None:
        return self.holders.get(ref)

    def hold(self, staged: Staged) -> None:
        self.holders.setdefault(_ref(staged.row), staged)

    def draft(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        values = read(ORGANISATION, row)
        if "kind" in values:
            values["kind"] = KINDS.get(values["kind"], "unit")
        if village := text(row, "village"):
            place = self.villages.find(village, township=text(row, "township"))
            if isinstance(place, Missing):
                self.missing(row, place)
            else:
                values["place_id"] = place.pk
        draft = Draft("organisation", values, _ref(row))
        parent = self._parent(row, draft)
        staged.where = parent.name if parent else text(row, "parent")
        self._match(row, draft, parent)
        staged.drafts = [draft]
        self.holders.setdefault(draft.ref, staged)
        return staged

    def _parent(self, row: Row, draft: Draft) -> KnownOrg | None:
        name = text(row, "parent")
        if not name:
            return None
        rows = self.rows_by_name.get(name) or self.rows_by_name.get(bare(name)) or []
        found = self.known.find(name, field="parent")
        if isinstance(found, KnownOrg):
            return found
        others = [one for one in rows if one is not row]
        if len(others) == 1:
            draft.links = {"parent_id": _ref(others[0])}
            self._refuse_circle(row, others[0])
        else:
            self.missing(row, found)
        return None

    def _refuse_circle(self, row: Row, above: Row) -> None:
        seen = {id(row)}
        while above is not None and id(above) not in seen:
            seen.add(id(above))
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
        if known is not None:
            draft.target = known.pk
            draft.links = {}
            if not self.known.is_own(known.path):
                self.wrong(
                    row,
                    "name",
                    _("%(name)s does not belong to your organisations.") % {"name": known.name},
                    _("Delete the row."),
                )
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
        twin = self._fresh.setdefault((bare(name), text(row, "parent")), row)
        if twin is not row:
            self.wrong(
                row,
                "name",
                _("This is the same entry as in row %(row)d.") % {"row": twin.number},
                _("Delete one of the two rows."),
            )

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

    def complete(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        return {"kind": "unit"}


def _ref(row: Row) -> str:
    return f"organisation in {row.sheet} {row.number}"


class MemberBook(Book):
    schema = MEMBERS
    parts = {"member": MEMBER}

    def open(self) -> None:
        self.known = Organisations(by=self.by)
        self.by_number: dict[str, tuple[Any, ...]] = {}
        self.by_digest: dict[str, tuple[Any, ...]] = {}
        self.by_name: dict[tuple[int, str], list[tuple[Any, ...]]] = defaultdict(list)
        self.by_sound: dict[tuple[int, str], list[tuple[Any, ...]]] = defaultdict(list)
        rows = Member.objects.values_list(
            "pk", "number", "name", "organisation", "organisation__path", "identity_digest", "ended"
        )
        for one in rows:
            self.by_number[one[1]] = one
            if one[6] is None:
                self.by_digest[one[5] or one[1]] = one
                self.by_name[one[3], words.fold_name(one[2])].append(one)
                self.by_sound[one[3], words.blurred_key(one[2])].append(one)
        self._fresh: dict[tuple[object, ...], Row] = {}
        self._count: dict[int, int] = {}

    def look_up(self, row: Row) -> None:
        name = text(row, "organisation")
        org = self.known.find(name, field="organisation") if name else None
        if isinstance(org, Missing):
            self.missing(row, org)

    def draft(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        org = self.known.find(text(row, "organisation"), field="organisation")
        if isinstance(org, Missing):
            self.missing(row, org)
            return staged
        staged.where = org.name
        values = read(MEMBER, row) | {"organisation_id": org.pk}
        self._also_at(row, values)
        draft = Draft("member", values)
        self._match(row, draft, org)
        staged.drafts = [draft]
        return staged

    def _also_at(self, row: Row, values: dict[str, Any]) -> None:
        values.pop("also_at_id", None)
        if name := text(row, "community"):
            # Where a member reports to is elsewhere by its nature: any organisation will do.
            found = self.known.by_number.get(name)
            named = [found] if found else self.known.by_name.get(bare(name), [])
            if len(named) == 1:
                values["also_at_id"] = named[0].pk
            else:
                self.wrong(
                    row,
                    "community",
                    _("No organisation is called “%(name)s”.") % {"name": name[:40]},
                    _("It is left out; add it when the organisation is there."),
                    is_error=False,
                )

    def _match(self, row: Row, draft: Draft, org: KnownOrg) -> None:
        number, identity, name = text(row, "code"), text(row, "identity"), text(row, "name")
        digest = crypto.digest(identity)
        known = self.by_number.get(number) if number else None
        known = known or (self.by_digest.get(digest) if digest else None)
        if known is None:
            self._by_name(row, draft, org, name=name, number=number, digest=digest)
        elif not self.known.is_own(known[4]):
            self.wrong(
                row,
                "code" if number else "identity",
                _("This number belongs to a member elsewhere."),
                _("Correct the number."),
            )
        elif words.name_similarity(known[2], name) < 0.5:
            draft.candidates = [(known[0], _("The number is the same, the name is another."))]
        else:
            draft.target = known[0]

    def _by_name(
        self, row: Row, draft: Draft, org: KnownOrg, *, name: str, number: str, digest: str
    ) -> None:
        same = [
            one
            for one in self.by_name.get((org.pk, words.fold_name(name)), ())
            if not (digest and one[5] and one[5] != digest)
        ]
        if len(same) == 1 and not number and same[0][2] == name:
            draft.target = same[0][0]
            return
        found = {one[0]: _("Same name, same organisation.") for one in same}
        for one in self.by_sound.get((org.pk, words.blurred_key(name)), ()):
            is_other = digest and one[5] and one[5] != digest
            if one[0] in found or is_other:
                continue
            if words.name_similarity(one[2], name) >= SURE_NAME:
                found[one[0]] = likeness(one[2], name)
        draft.candidates = list(found.items())[:4]
        if not draft.candidates:
            self._refuse_twins(row, org, number=number, name=name, digest=digest)

    def _refuse_twins(
        self, row: Row, org: KnownOrg, *, number: str, name: str, digest: str
    ) -> None:
        key: tuple[object, ...] = ("number", number) if number else (org.pk, name, digest)
        first = self._fresh.setdefault(key, row)
        if first is not row:
            self.wrong(
                row,
                "name",
                _("Nothing tells this person from the one in row %(row)d.") % {"row": first.number},
                _("Delete one of them, or give each a number."),
            )

    def complete(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        if "number" in draft.values:
            return {}
        org = self.known.by_pk[draft.values["organisation_id"]]
        start = org.number or org.path
        count = self._count.get(org.pk, 0) + 1
        while f"{start}-{count:03d}" in self.by_number:
            count += 1
        self._count[org.pk] = count
        return {"number": f"{start}-{count:03d}"}
