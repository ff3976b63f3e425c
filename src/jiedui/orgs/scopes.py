"""What a user may reach: roles, organisation and place subtrees, and who they are.

A permission holds where it was given: `of(user).holding("pair.change")` is the part of the scope
whose roles carry it, so that one role never lends its permissions to the area of another.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from jiedui.accounts.roles import PERMISSIONS, Role, offices_from, permissions_of, roles_from
from jiedui.core.models import NOTHING, allow, allow_change, need, scopes_from
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.orgs.models import Appointment, Member, Organisation, Team
from jiedui.places.models import Place

# Roles that read every organisation below their own root, and those that read by place.
BY_ORGANISATION = (Role.OFFICE, Role.LIAISON, Role.LEADER, Role.AUDITOR, Role.SUPERVISOR)
BY_PLACE = (Role.OFFICE, Role.VILLAGE_OFFICER, Role.SUPERVISOR, Role.LEADER, Role.AUDITOR)


@dataclass(frozen=True)
class Grant:
    role: str
    organisation: str | None  # path of the subtree's root
    place: str | None


@dataclass(frozen=True)
class Scope:
    """Appointments, and the member of the register who signs in; `user` is whose they are."""

    user: User
    grants: tuple[Grant, ...]
    member: int | None
    permissions: frozenset[str] = frozenset()  # that all of it carries; empty: not narrowed

    # A part of somebody's rights stands wherever a user does (`core.users.User`).
    @property
    def pk(self) -> Any:
        return self.user.pk

    @property
    def username(self) -> str:
        return self.user.username

    @property
    def is_authenticated(self) -> bool:
        return bool(self.user.is_authenticated)

    @property
    def is_active(self) -> bool:
        return bool(self.user.is_active)

    def may(self, permission: str) -> bool:
        """Whether one of these appointments carries the permission, as of `accounts.User`."""
        return not self.holding(permission).is_empty

    @property
    def is_empty(self) -> bool:
        return not self.grants and self.member is None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(g.role for g in self.grants)

    def holding(self, *permissions: str) -> "Scope":
        """The part of this scope that carries at least one of these permissions."""
        wanted = frozenset(permissions)
        grants = tuple(g for g in self.grants if PERMISSIONS[g.role] & wanted)
        member = self.member if wanted & self._own else None
        return Scope(self.user, grants, member, wanted)

    @property
    def _own(self) -> frozenset[str]:
        """What one may do to the own households: a helper's work, as far as one's roles go.

        Not more, so that a liaison's right to open identity numbers of the unit's households does
        not reach one that the liaison helps somewhere else.
        """
        return PERMISSIONS[Role.HELPER] & permissions_of(self.roles)

    def areas(self) -> list[list[str | None]]:
        """Role, organisation and place of each appointment, to be written down and compared."""
        return [[g.role, g.organisation, g.place] for g in self.grants]

    def parts(self) -> "list[Scope]":
        """Each appointment alone, as if the user held no other."""
        return [replace(self, grants=(grant,)) for grant in self.grants]

    def organisations(self, field: str, roles: Iterable[str] = BY_ORGANISATION) -> Q:
        """Rows whose organisation path (in `field`) is below one of the user's roots."""
        return _union(field, self.organisation_roots(roles))

    def places(self, field: str, roles: Iterable[str] = BY_PLACE) -> Q:
        """Rows whose place path (in `field`) is below one of the user's roots."""
        return _union(field, self.place_roots(roles))

    def own(self, field: str) -> Q | bool:
        """Rows whose member (in `field`) is who signs in; False where nobody of the register does:
        one condition more between others keeps databases from following an index.
        """
        return Q(**{field: self.member}) if self.member else False

    def organisation_roots(self, roles: Iterable[str] = BY_ORGANISATION) -> tuple[str, ...]:
        """Paths of the organisations that the user's roles reach by organisation."""
        found = (g.organisation for g in self.grants if g.role in roles)
        return tuple(path for path in found if path is not None)

    def place_roots(self, roles: Iterable[str] = BY_PLACE) -> tuple[str, ...]:
        """Paths of the places that the user's roles reach by place."""
        found = (g.place for g in self.grants if g.role in roles)
        return tuple(path for path in found if path is not None)


def _union(field: str, paths: Iterable[str]) -> Q:
    return reduce(or_, (below(path, field=field) for path in paths), NOTHING)


def over(user: User, permission: str, row: Any) -> Scope:
    """The part of the scope whose appointments alone carry this permission on this row.

    Who is put together with the row is chosen from what these reach: a household of one area is
    not given a helper of another because somebody holds the permission here and there.
    """
    scope = of(user).holding(permission)
    if len(scope.grants) < 2:
        return scope
    rows = type(row)._default_manager.filter(pk=row.pk)
    held = [part for part in scope.parts() if rows.permitted(part, permission).exists()]
    return replace(scope, grants=tuple(grant for part in held for grant in part.grants))


def of(user: User) -> Scope:
    """The user's scope, read once per request (kept on the user object); a part stays one."""
    if isinstance(user, Scope):
        return user
    cached = getattr(user, "_jiedui_scope", None)
    if cached is None:
        cached = _read(user)
        user._jiedui_scope = cached  # type: ignore[attr-defined]
    return cached


def _read(user: User) -> Scope:
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope(user, (), None)
    held = Appointment.objects.in_force().filter(user=user.pk)
    rows = held.values_list("role", "organisation__path", "place__path")
    own = Member.objects.filter(user=user.pk, ended=None).order_by().values_list("pk", flat=True)
    return Scope(user, tuple(Grant(*row) for row in rows), next(iter(own), None))


def connect() -> None:
    """Who sees organisations, members and teams. Called once, when the app is ready."""
    roles_from(lambda u: of(u).roles)
    offices_from(offices)
    scopes_from(of)
    for model in (Organisation, Member, Team):
        need(model, read="registers.read", change="registers.change")
    need(Place, read="", change="registers.change")  # the area tree is public
    # Everybody in the registers reads the names of organisations; one changes the own ones.
    allow(Organisation, lambda scope: True)
    allow(Member, lambda scope: scope.organisations("organisation__path"))
    allow(Member, lambda scope: scope.organisations("also_at__path"))
    allow(Member, lambda scope: scope.own("pk"))
    allow(Team, lambda scope: scope.organisations("organisation__path"))
    allow(Team, lambda scope: scope.places("place__path"))
    allow_change(Organisation, lambda scope: scope.organisations("path"))
    allow_change(Organisation, lambda scope: scope.places("place__path"))
    allow_change(Member, lambda scope: scope.organisations("organisation__path"))
    allow_change(Member, lambda scope: scope.places("organisation__place__path"))
    allow_change(Team, lambda scope: scope.organisations("organisation__path"))
    allow_change(Team, lambda scope: scope.places("place__path"))
    allow_change(Place, lambda scope: scope.places("path"))


def offices(user: User) -> list[tuple[str, str]]:
    """The user's appointments in force, in words: the role, and where it holds."""
    rows = Appointment.objects.in_force().filter(user=user)
    rows = rows.select_related("organisation", "place")
    return [(str(row.get_role_display()), row.where) for row in rows.order_by("pk")]
