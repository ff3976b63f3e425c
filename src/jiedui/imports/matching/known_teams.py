"""Finds teams with their seats, and the members that a list of teams names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from jiedui.engines import words
from jiedui.imports.matching.ended import closed
from jiedui.imports.matching.known_households import Found
from jiedui.imports.matching.known_orgs import bare
from jiedui.imports.matching.likenesses import likeness
from jiedui.imports.matching.reach import Reach
from jiedui.orgs.models import Member, Team, TeamMember


@dataclass(frozen=True)
class KnownTeam:
    pk: int
    number: str
    name: str
    kind: str
    organisation: int
    path: str  # of its organisation
    place: int | None
    ended: date | None


class Teams:
    """The teams within reach by number and name, and the seats in them."""

    def __init__(self, reach: Reach) -> None:
        # All numbers, also those out of reach: a number is given only once.
        self.numbers = set(Team.objects.values_list("number", flat=True))
        self.by_number: dict[str, KnownTeam] = {}
        self.by_name: dict[str, list[KnownTeam]] = defaultdict(list)
        rows = (
            reach.rows(Team)
            .order_by("pk")
            .values_list(
                *("pk", "number", "name", "kind", "organisation", "organisation__path"),
                *("place", "ended"),
            )
        )
        for row in rows:
            team = KnownTeam(*row)
            self.by_number[team.number] = team
            self.by_name[bare(team.name)].append(team)
        self._by_sound: dict[tuple[int, str], list[KnownTeam]] = defaultdict(list)
        for team in self.by_number.values():
            self._by_sound[team.organisation, _sound(team.name)].append(team)
        self.seats: dict[tuple[int, int | None], int] = {}
        self.since: dict[int, date] = {}  # seat → its first day
        self.heads: dict[int, int] = {}  # team → the seat of its head
        self.former: dict[tuple[int, int | None], date] = {}  # (team, member) → the day they left
        rows = reach.rows(TeamMember).values_list(
            *("pk", "team", "member", "is_head", "since", "ended")
        )
        for pk, seated, member, head, since, ended in rows.order_by("ended"):
            if ended:
                self.former[seated, member] = ended
                continue
            self.seats[seated, member] = pk
            self.since[pk] = since
            if head:
                self.heads[seated] = pk

    def like(self, name: str, organisation: int) -> Found:
        """Teams of an organisation with this or a similar name, ended ones included."""
        found = [
            (team, likeness(bare(team.name), bare(name)))
            for team in self._by_sound.get((organisation, _sound(name)), ())
        ]
        here = [(team.pk, reason) for team, reason in found if not team.ended]
        departed = {
            team.pk: (reason, closed(team.name, team.ended)) for team, reason in found if team.ended
        }
        return Found.of_likenesses(here, departed)

    def named(self, text: str) -> Sequence[KnownTeam]:
        """The team with this number, or all with this name."""
        known = self.by_number.get(text)
        return [known] if known else self.by_name.get(bare(text), [])


def _sound(name: str) -> str:
    return words.homophone_key(bare(name))


@dataclass(frozen=True)
class KnownMember:
    pk: int
    number: str
    name: str
    path: str  # of the organisation
    since: date | None
    ended: date | None
    why: str  # they left


class Served:
    """Members within reach by number and name; those who left only if nobody serving matches."""

    def __init__(self, reach: Reach) -> None:
        self.by_number: dict[str, KnownMember] = {}
        self.serving: dict[str, list[KnownMember]] = defaultdict(list)
        self.left: dict[str, list[KnownMember]] = defaultdict(list)
        rows = reach.rows(Member).values_list(
            *("pk", "number", "name", "organisation__path", "since", "ended", "end_reason")
        )
        for row in rows:
            one = KnownMember(*row)
            self.by_number[one.number] = one
            by_name = self.left if one.ended else self.serving
            by_name[words.fold_name(one.name)].append(one)

    def find(self, text: str, *, near: str) -> KnownMember | None:
        """By number; by name below the organisation at `near`, else anywhere, if there is one."""
        if known := self.by_number.get(text):
            return known
        name = words.fold_name(text)
        named = self.serving.get(name) or self.left.get(name, [])
        close = [one for one in named if one.path.startswith(near)] or named
        return close[0] if len(close) == 1 else None


def left_the_team(day: date) -> tuple[str, str]:
    """Message and advice for a member who has left the team."""
    return (
        _("They left this team on %(day)s; they are not taken in again.")
        % {"day": day.isoformat()},
        _("Take them in on the page of the team if they are back."),
    )
