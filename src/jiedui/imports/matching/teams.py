"""Lists of volunteer teams, dissuasion teams and service stations, with who is in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from jiedui.imports.columns.declarations import kept_in
from jiedui.imports.columns.schemas import TEAMS
from jiedui.imports.columns.team_fields import TEAM_FIELDS
from jiedui.imports.matching.comparison import Comparison, text
from jiedui.imports.matching.drafts import Draft, Part, Staged, read
from jiedui.imports.matching.ended import closed, left
from jiedui.imports.matching.known_orgs import KnownOrg, Organisations, bare
from jiedui.imports.matching.known_places import Anywhere
from jiedui.imports.matching.known_teams import KnownMember, KnownTeam, Served, Teams, left_the_team
from jiedui.imports.matching.place_names import Missing
from jiedui.imports.tables.rows import Row
from jiedui.orgs import actions, rules
from jiedui.orgs.models import Team, TeamMember, named_team_kinds

TEAM = Part(
    "team",
    Team,
    kept_in("team", TEAM_FIELDS),
    make=actions.form_teams,
    amend=actions.amend_teams,
    rules=rules.of_organisation,
    noun="team",
)
SEAT = Part(
    "seat",
    TeamMember,
    kept_in("seat", TEAM_FIELDS),
    make=actions.seat_many,
    amend=actions.amend_seats,
    rules=rules.of_organisation,
    noun="team",
    links=("team_id",),
)


class TeamComparison(Comparison):
    schema = TEAMS
    parts = {"team": TEAM, "seat": SEAT}

    def open(self) -> None:
        self.known, self.teams = Organisations(self.reach), Teams(self.reach)
        self.places, self.members = Anywhere(self.reach), Served(self.reach)
        self.kinds = {bare(name): key for key, name in named_team_kinds().items()}
        self.kinds |= {kind: kind for kind in named_team_kinds()}
        self.used = {team.kind for team in self.teams.by_number.values()}
        self._fresh: dict[tuple[object, ...], Row] = {}
        self.began: dict[int, str] = {}  # member → the day they began to serve

    @property
    def taken(self) -> Mapping[str, Collection[str]]:
        return {"team": self.teams.numbers}

    def draft(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        team = self._team(row)
        org = self._organisation(row, team)
        if org is None:
            return staged
        staged.where = org.name
        team = team or self._in(org, text(row, "name"))
        values = read(TEAM, row) | {"organisation_id": org.pk}
        self._place(row, values, team)
        self._kind(row, values, team)
        draft = Draft("team", values, f"team in {row.sheet} {row.number}")
        self._match(row, draft, team, org)
        staged.drafts = [draft, *self._seats(row, draft, org)]
        if ended := values.get("ended"):
            staged.drafts = [draft, *self._seats_of(draft, ended)]
        return staged

    def _seats_of(self, team: Draft, ended: str) -> list[Draft]:
        """Drafts that end all seats of a team that ends."""
        here = [key for (known, _member), key in self.teams.seats.items() if known == team.target]
        return [Draft("seat", {"ended": ended}, target=key) for key in here]

    def _team(self, row: Row) -> KnownTeam | None:
        number = text(row, "code")
        known = self.teams.by_number.get(number)
        if known is None and number in self.teams.numbers:
            self.out_of_reach(row, "team")
        return known

    def _match(self, row: Row, draft: Draft, team: KnownTeam | None, org: KnownOrg) -> None:
        if team and team.ended and "ended" not in draft.values:
            draft.left = closed(team.name, team.ended)
        elif team:
            draft.target = team.pk
        else:
            self.teams.like(text(row, "name"), org.pk).copy_to(draft)
        if draft.is_new and not draft.left:
            self._refuse_twins(row, org)
            self.find_twins(row, draft, name=bare(text(row, "name")), place=org.pk)

    def _named(self, org: KnownOrg, name: str) -> list[KnownTeam]:
        named = self.teams.by_name.get(bare(name), ())
        return [team for team in named if team.organisation == org.pk]

    def _in(self, org: KnownOrg, name: str) -> KnownTeam | None:
        """The one team of an organisation with this name."""
        found = [team for team in self._named(org, name) if not team.ended]
        return found[0] if len(found) == 1 else None

    def _organisation(self, row: Row, team: KnownTeam | None) -> KnownOrg | None:
        name = text(row, "organisation")
        here = self.known.by_pk.get(team.organisation) if team else None
        if here and name in ("", here.name, here.number):
            return here
        if not name:
            self.wrong(
                row,
                "organisation",
                _("It is not said what organisation this team belongs to."),
                _("Write the name or number of the organisation."),
            )
            return None
        found = self.known.find(name, field="organisation")
        if isinstance(found, Missing):
            self.missing(row, found)
            return None
        self.found_as(row, "organisation", found.name)
        return found

    def _place(self, row: Row, values: dict[str, Any], team: KnownTeam | None) -> None:
        values.pop("place_id", None)
        if name := text(row, "place"):
            here = team.place if team else None
            found = self.places.find(name, town=text(row, "township"), here=here)
            if isinstance(found, Missing):
                self.missing(row, found)
            else:
                values["place_id"] = found.pk
                self.found_as(row, "place", found.name)

    def _kind(self, row: Row, values: dict[str, Any], team: KnownTeam | None) -> None:
        """Replace the kind's name by its key; without names in the playbooks it stays as given."""
        word = text(row, "kind")
        if not word:
            return
        key = self.kinds.get(bare(word)) or self.kinds.get(word)
        if key is None and self.kinds and word not in self.used:
            names = "、".join(dict.fromkeys(named_team_kinds().values()))
            self.wrong(
                row,
                "kind",
                _("No campaign has a kind of team called “%(name)s”.") % {"name": word},
                _("Write one of: %(names)s.") % {"names": names},
            )
        values["kind"] = key or word

    def _refuse_twins(self, row: Row, org: KnownOrg) -> None:
        number = text(row, "code")
        key = ("number", number) if number else (org.pk, bare(text(row, "name")))
        first = self._fresh.setdefault(key, row)
        if first is not row:
            self.wrong(
                row,
                "name",
                _("This is the same entry as in row %(row)d.") % {"row": first.number},
                _("Delete one of the two rows."),
            )

    # Who is in it

    def _seats(self, row: Row, team: Draft, org: KnownOrg) -> list[Draft]:
        head = self._member(row, "leader", text(row, "leader"), org)
        names = row.values.get("members") or ()
        found = [self._member(row, "members", name, org) for name in names]  # type: ignore[attr-defined]
        keys = [one.pk for one in found if one]
        return self._seated(row, team, keys, head=head.pk if head else None)

    def _seated(
        self, row: Row, team: Draft, members: list[int], *, head: int | None
    ) -> list[Draft]:
        drafts = {key: self._seat(team, key, {}) for key in members}
        if head:
            drafts[head] = self._seat(team, head, {"is_head": True})
            drafts |= self._former_head(team, drafts[head])
        return [seat for seat in drafts.values() if not self._has_left(row, team, seat)]

    def decided(self, staged: Staged, draft: Draft) -> None:
        """Match the seats again when the team of a row has been decided."""
        if draft.part != "team" or draft.target is None:
            return
        seats = [one.values for one in staged.drafts if one.part == "seat"]
        members = [one["member_id"] for one in seats]
        head = next((one["member_id"] for one in seats if one.get("is_head")), None)
        staged.drafts = [draft, *self._seated(staged.row, draft, members, head=head)]
        if ended := draft.values.get("ended"):
            staged.drafts = [draft, *self._seats_of(draft, ended)]

    def _has_left(self, row: Row, team: Draft, seat: Draft) -> bool:
        """Whether the member has left the team; then warn: a list does not revive the seat."""
        if seat.target is not None or team.target is None:
            return False
        day = self.teams.former.get((team.target, seat.values["member_id"]))
        if day:
            field = "leader" if seat.values.get("is_head") else "members"
            self.wrong(row, field, *left_the_team(day), is_error=False)
        return day is not None

    def _member(self, row: Row, field: str, name: str, org: KnownOrg) -> KnownMember | None:
        if not name:
            return None
        found = self.members.find(name, near=org.path)
        if found is None:
            self.wrong(
                row,
                field,
                _("Which member “%(name)s” is cannot be told.") % {"name": name[:40]},
                _("It is left out; import the list of members first, or write the number."),
                is_error=False,
            )
            return None
        if found.ended:
            sentence = left(found.name, found.ended, found.why)
            self.wrong(row, field, sentence, _("It is left out of the team."), is_error=False)
            return None
        self.found_as(row, field, found.name, written=name)
        self.began[found.pk] = found.since.isoformat() if found.since else ""
        return found

    def _seat(self, team: Draft, member: int, values: dict[str, Any]) -> Draft:
        target = self.teams.seats.get((team.target or 0, member))
        seat = Draft("seat", {"member_id": member} | values, target=target)
        if team.target is None:
            seat.links = {"team_id": team.ref}
        else:
            seat.values["team_id"] = team.target
        return seat

    def _former_head(self, team: Draft, head: Draft) -> dict[int, Draft]:
        """A draft that makes the former head an ordinary member of the team."""
        former = self.teams.heads.get(team.target or 0)
        if former is None or former == head.target:
            return {}
        return {-former: Draft("seat", {"is_head": False}, target=former)}

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        if draft.part != "seat":
            return {"kind": next(iter(self.kinds.values()), "volunteers")}
        team = staged.drafts[0].values.get("since")
        # The first day of the team, or of the member's service if later.
        began = [one for one in (team, self.began.get(draft.values["member_id"])) if one]
        return {"since": max(began) if team else self.today.isoformat()}

    def complete(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        if draft.part == "seat" or "number" in draft.values:
            return {}
        org = self.known.by_pk[draft.values["organisation_id"]]
        number = self.free_number("team", org.number or org.path, mark="-T", digits=2)
        return {"number": number}
