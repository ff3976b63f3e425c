"""Lists of members of organisations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core import crypto
from jiedui.imports.columns.declarations import kept_in
from jiedui.imports.columns.org_fields import MEMBER_FIELDS
from jiedui.imports.columns.schemas import MEMBERS
from jiedui.imports.matching.comparison import Comparison, text
from jiedui.imports.matching.drafts import Draft, Part, Staged, day, read
from jiedui.imports.matching.ended import closed, left
from jiedui.imports.matching.known_members import Listed, Members
from jiedui.imports.matching.known_orgs import KnownOrg, Organisations, bare
from jiedui.imports.matching.known_teams import Teams, left_the_team
from jiedui.imports.matching.place_names import Missing
from jiedui.imports.tables.rows import Row
from jiedui.orgs import actions, rules
from jiedui.orgs.models import Member, TeamMember
from jiedui.pairing.models import Pair

MEMBER = Part(
    "member",
    Member,
    kept_in("member", MEMBER_FIELDS),
    make=actions.enrol_many,
    amend=actions.amend_members,
    rules=rules.of_member,
    noun="member",
)
SEAT = Part(
    "seat",
    TeamMember,
    kept_in("seat", MEMBER_FIELDS),
    make=actions.seat_many,
    amend=actions.amend_seats,
    rules=rules.of_organisation,
    noun="team",
    links=("member_id",),
)


class MemberComparison(Comparison):
    schema = MEMBERS
    parts = {"member": MEMBER, "seat": SEAT}

    def open(self) -> None:
        self.known, self.teams = Organisations(self.reach), Teams(self.reach)
        self.members = Members(self.reach)
        self._fresh: dict[tuple[object, ...], Row] = {}

    @property
    def taken(self) -> Mapping[str, Collection[str]]:
        return {"member": self.members.numbers}

    def look_up(self, row: Row) -> None:
        if text(row, "organisation"):
            org = self._organisation(row)
            if isinstance(org, Missing):
                self.missing(row, org)

    def _organisation(self, row: Row) -> KnownOrg | Missing:
        """The unit or branch of the row; a known member's own resolves an ambiguous name."""
        name = text(row, "organisation")
        known = self.members.by_number.get(text(row, "code"))
        here = self.known.by_pk.get(known.organisation) if known else None
        if here and here.name == name:
            return here
        return self.known.find(name, field="organisation")

    def _inside(self, row: Row, org: KnownOrg, key: str, unknown: str) -> KnownOrg:
        """The branch or party group of the organisation that a column of its own names."""
        name = text(row, key)
        found = self.known.inside(org, name) if name else [org]
        if len(found) == 1:
            return found[0]
        gone = self.known.gone(name, field=key, inside=org) if not found else None
        self.wrong(
            row,
            key,
            gone.message if gone else unknown % {"organisation": org.name, "name": name[:40]},
            gone.mend
            if gone
            else _("It is left out; import the list of organisations first to have it kept."),
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
        self.found_as(row, "organisation", found.name)
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
        if staged.drafts[0].values.get("ended"):
            self.wrong(
                row,
                "team",
                _("Who has left joins no team."),
                _("It is left out; leave the team empty."),
                is_error=False,
            )
            return
        named = self.teams.named(name)
        found = [t for t in named if not t.ended]
        if len(found) != 1:
            unknown = _("No team is called “%(name)s”, or several are.") % {"name": name[:40]}
            gone = next((closed(t.name, t.ended) for t in named if t.ended and not found), "")
            self.wrong(
                row,
                "team",
                gone or unknown,
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
        self._leave_left_out(staged)

    def _leave_left_out(self, staged: Staged) -> None:
        """Drop seats in a team that the member has left: a list does not revive them."""
        for seat in staged.drafts[1:]:
            key = (seat.values["team_id"], staged.drafts[0].target)
            if seat.target is None and (day := self.teams.former.get(key)):
                self.wrong(staged.row, "team", *left_the_team(day), is_error=False)
                staged.drafts.remove(seat)

    def decided(self, staged: Staged, draft: Draft) -> None:
        self._match_seat(staged)

    def _also_at(self, row: Row, values: dict[str, Any]) -> None:
        values.pop("also_at_id", None)
        if name := text(row, "community"):
            # The community where a member is also registered may lie out of reach.
            found = self.known.by_number.get(name)
            named = [found] if found else self.known.by_name.get(bare(name), [])
            if len(named) == 1:
                values["also_at_id"] = named[0].pk
            else:
                gone = self.known.gone(name, field="community") if not named else None
                unknown = _("No organisation is called “%(name)s”.") % {"name": name[:40]}
                self.wrong(
                    row,
                    "community",
                    gone.message if gone else unknown,
                    _("It is left out; add it when the organisation is there."),
                    is_error=False,
                )

    def _match(self, row: Row, draft: Draft, org: KnownOrg) -> None:
        found = self.members.find(
            number=text(row, "code"),
            identity=text(row, "identity"),
            name=text(row, "name"),
            organisation=org.pk,
        )
        if found.is_taken:
            self.out_of_reach(row, "member")
        elif found.gone and "ended" in draft.values:  # the list records the leaving as well
            draft.target = next(iter(found.gone))
            del draft.values["organisation_id"]  # the last organisation is not changed
        elif back := self.members.returning(found, since=row.values.get("since")):
            self._bring_back(row, draft, back)
        else:
            found.copy_to(draft)
        if draft.is_new and not draft.candidates and not draft.left:
            self._refuse_twins(row, org)
        if draft.is_new:
            self.find_twins(row, draft, name=text(row, "name"), place=org.pk)

    def _bring_back(self, row: Row, draft: Draft, known: Listed) -> None:
        """Let a member who left serve again from a later day; the earlier time is kept."""
        draft.target = known.pk
        draft.values["ended"] = None
        self.wrong(
            row,
            "since",
            left(known.name, known.ended or self.today, known.why),
            _("They serve again from the day of the list. If somebody else is meant, give them a"
              " number of their own."),
            is_error=False,
        )  # fmt: skip

    def together(self) -> None:
        """End the seats in teams of those who leave by this list."""
        seats: dict[int | None, list[int]] = defaultdict(list)
        for (_team, member), seat in self.teams.seats.items():
            seats[member].append(seat)
        for one in self.staged:
            first = one.drafts[0] if one.drafts and not one.outcome else None
            ended = first.values.get("ended") if first and first.target else None
            if first and ended:
                one.drafts += [self._left(seat, day(ended)) for seat in seats[first.target]]

    def _left(self, seat: int, on: date) -> Draft:
        """A draft that ends a seat, not before it began (as the forms do)."""
        ended = max(on, self.teams.since[seat]).isoformat()
        return Draft("seat", {"ended": ended, "is_head": False}, target=seat)

    def settled(self, staged: Staged) -> None:
        """Warn that a member who moves to another organisation takes the pairs along."""
        for draft in staged.drafts[:1]:
            families = self.families.get(draft.target or 0, 0)
            if (
                families
                and "organisation_id" in draft.differences
                and not draft.values.get("ended")
            ):
                self.wrong(
                    staged.row,
                    "organisation",
                    ngettext(
                        "%(n)d pair goes along to %(organisation)s.",
                        "%(n)d pairs go along to %(organisation)s.",
                        families,
                    )
                    % {"n": families, "organisation": staged.where},
                    _("To hand them over instead, move this person on the page of the member."),
                    is_error=False,
                )

    @cached_property
    def families(self) -> dict[int, int]:
        """Member → number of current pairs."""
        counts = Pair.objects.current().filter(member__isnull=False).order_by()
        return dict(counts.values_list("member").annotate(count=Count("pk")))

    def _refuse_twins(self, row: Row, org: KnownOrg) -> None:
        number, digest = text(row, "code"), crypto.digest(text(row, "identity"))
        key = ("number", number) if number else (org.pk, text(row, "name"), digest)
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
        return {"number": self.free_number("member", org.number or org.path, digits=3)}
