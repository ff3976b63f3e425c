"""What a user may reach: roles, organisation and place subtrees, and who they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from jiedui.accounts.roles import PERMISSIONS, Role, offices_from, roles_from
from jiedui.core.models import allow, allow_change
from jiedui.core.trees import below
from jiedui.orgs.models import Appointment, Member, Organisation, Team
from jiedui.places.models import Place

# Roles that read every organisation below their own root, and those that read by place.
BY_ORGANISATION = (Role.OFFICE, Role.LIAISON, Role.LEADER, Role.AUDITOR, Role.SUPERVISOR)
BY_PLACE = (Role.OFFICE, Role.VILLAGE_OFFICER, Role.SUPERVISOR, Role.LEADER, Role.AUDITOR)

# Everybody reads the names of organisations and places; one changes those one answers for.
CHANGING = [role for role, permissions in PERMISSIONS.items() if "registers.change" in permissions]


@dataclass(frozen=True)
class Grant:
    role: str
    organisation: str | None  # path of the subtree's root
    place: str | None


@dataclass(frozen=True)
class Scope:
    grants: tuple[Grant, ...]
    member: int | None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(g.role for g in self.grants)

    def organisations(self, field: str, roles: Iterable[str] = BY_ORGANISATION) -> Q:
        """Rows whose organisation path (in `field`) is below one of the user's roots."""
        return _union(field, (g.organisation for g in self.grants if g.role in roles))

    def places(self, field: str, roles: Iterable[str] = BY_PLACE) -> Q:
        """Rows whose place path (in `field`) is below one of the user's roots."""
        return _union(field, (g.place for g in self.grants if g.role in roles))


def _union(field: str, paths: Iterable[str | None]) -> Q:
    either = Q(pk__in=[])
    for path in paths:
        if path is not None:
            either |= below(path, field=field)
    return either


def of(user: Any) -> Scope:
    """The user's scope, read once per request (kept on the user object)."""
    cached = getattr(user, "_jiedui_scope", None)
    if cached is None:
        cached = _read(user)
        user._jiedui_scope = cached
    return cached


def _read(user: Any) -> Scope:
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope((), None)
    rows = Appointment.objects.filter(user=user, ended=None).values_list(
        "role", "organisation__path", "place__path"
    )
    member = Member.objects.filter(user=user, ended=None).values_list("pk", flat=True).first()
    return Scope(tuple(Grant(*row) for row in rows), member)


def connect() -> None:
    """Who sees organisations, members and teams. Called once, when the app is ready."""
    roles_from(lambda u: of(u).roles)
    offices_from(offices)
    allow(Organisation, lambda u: u.may("registers.read"))
    allow(Member, lambda u: of(u).organisations("organisation__path"))
    allow(Member, lambda u: of(u).organisations("also_at__path"))
    allow(Member, lambda u: Q(pk=of(u).member or 0))
    allow(Team, lambda u: of(u).organisations("organisation__path"))
    allow(Team, lambda u: of(u).places("place__path"))
    allow_change(Organisation, lambda u: of(u).organisations("path", CHANGING))
    allow_change(Organisation, lambda u: of(u).places("place__path", CHANGING))
    allow_change(Member, lambda u: of(u).organisations("organisation__path", CHANGING))
    allow_change(Member, lambda u: of(u).places("organisation__place__path", CHANGING))
    allow_change(Team, lambda u: of(u).organisations("organisation__path", CHANGING))
    allow_change(Team, lambda u: of(u).places("place__path", CHANGING))
    allow_change(Place, lambda u: of(u).places("path", CHANGING))


def offices(user: Any) -> list[tuple[str, str]]:
    """The user's appointments in words: the role, and where it holds."""
    rows = Appointment.objects.filter(user=user, ended=None).select_related("organisation", "place")
    return [(str(row.get_role_display()), row.where) for row in rows.order_by("pk")]
