"""Lists of members of organisations."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from jiedui.core import crypto
from jiedui.engines import words
from jiedui.imports.book import Book, text
from jiedui.imports.columns import kept_in
from jiedui.imports.drafts import Draft, Part, Staged, read, spoken
from jiedui.imports.known_households import SURE_NAME, likeness
from jiedui.imports.known_orgs import KnownOrg, Organisations, bare
from jiedui.imports.known_places import Missing
from jiedui.imports.known_teams import Teams
from jiedui.imports.org_fields import MEMBER_FIELDS
from jiedui.imports.rows import Row
from jiedui.imports.schemas import MEMBERS
from jiedui.orgs.models import Member, TeamMember

MEMBER = Part(
    "member",
    Member,
    kept_in("member", MEMBER_FIELDS),
    spoken(is_person=True),
    made="member.enrolled",
    amended="member.amended",
)
SEAT = Part(
    "seat",
    TeamMember,
    kept_in("seat", MEMBER_FIELDS),
    lambda _values: {},
    made="team.joined",
    amended="team.joined",
    links=("member_id",),
)


class MemberBook(Book):
    schema = MEMBERS
    parts = {"member": MEMBER, "seat": SEAT}

    def open(self) -> None:
        self.known, self.teams = Organisations(by=self.by), Teams()
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
        if text(row, "organisation"):
            org = self._organisation(row)
            if isinstance(org, Missing):
                self.missing(row, org)

    def _organisation(self, row: Row) -> KnownOrg | Missing:
        """The unit or branch of the row; who is known needs no telling of two branches."""
        name = text(row, "organisation")
        known = self.by_number.get(text(row, "code"))
        here = self.known.by_pk.get(known[3]) if known else None
        if here and here.name == name and self.known.is_own(here.path):
            return here
        return self.known.find(name, field="organisation")

    def _inside(self, row: Row, org: KnownOrg, key: str, unknown: str) -> KnownOrg:
        """The branch or party group of the organisation that a column of its own names."""
        name = text(row, key)
        found = self.known.inside(org, name) if name else [org]
        if len(found) == 1:
            return found[0]
        self.wrong(
            row,
            key,
            unknown % {"organisation": org.name, "name": name[:40]},
            _("It is left out; import the list of organisations first to have it kept."),
            is_error=False,
        )
        return org

    def draft(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        found = self._organisation(row)
        if isinstance(found, Missing):
            self.missing(row, found)
            return staged
        unknown = _("%(organisation)s has no branch called “%(name)s”.")
        org = self._inside(row, found, "branch", unknown)
        unknown = _("%(organisation)s has no group called “%(name)s”.")
        org = self._inside(row, org, "group", unknown)
        staged.where = org.name
        values = read(MEMBER, row) | {"organisation_id": org.pk}
        self._also_at(row, values)
        draft = Draft("member", values, f"member in {row.sheet} {row.number}")
        self._match(row, draft, org)
        staged.drafts = [draft]
        self._seat(row, staged)
        return staged

    def _seat(self, row: Row, staged: Staged) -> None:
        """A place in the volunteer team the row names."""
        if not (name := text(row, "team")):
            return
        found = [t for t in self.teams.named(name) if self.known.is_own(t.path) and not t.ended]
        if len(found) != 1:
            self.wrong(
                row,
                "team",
                _("No team is called “%(name)s”, or several are.") % {"name": name[:40]},
                _("It is left out; import the list of teams first, or write the team's number."),
                is_error=False,
            )
            return
        member = staged.drafts[0]
        links = {"member_id": member.ref}
        staged.drafts.append(Draft("seat", {"team_id": found[0].pk}, links=links))
        self._match_seat(staged)

    def _match_seat(self, staged: Staged) -> None:
        for seat in staged.drafts[1:]:
            key = (seat.values["team_id"], staged.drafts[0].target)
            seat.target = self.teams.seats.get(key)
            if seat.target is not None:
                seat.links = {}

    def decided(self, staged: Staged, draft: Draft) -> None:
        self._match_seat(staged)

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

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        return {"since": self.today.isoformat()} if draft.part == "seat" else {}

    def complete(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        if draft.part == "seat" or "number" in draft.values:
            return {}
        org = self.known.by_pk[draft.values["organisation_id"]]
        start = org.number or org.path
        count = self._count.get(org.pk, 0) + 1
        while f"{start}-{count:03d}" in self.by_number:
            count += 1
        self._count[org.pk] = count
        return {"number": f"{start}-{count:03d}"}
