"""What each role may do. Which rows it may do it to is said by `visible_to` of each register."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from jiedui.accounts.models import User


class Role(models.TextChoices):
    OFFICE = "office", _("Campaign office")
    LIAISON = "liaison", _("Unit liaison")
    HELPER = "helper", _("Helper")
    VILLAGE_OFFICER = "village_officer", _("Village officer")
    SUPERVISOR = "supervisor", _("Supervisor")
    LEADER = "leader", _("Leader")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("System administrator")


READING = frozenset({"registers.read", "figures.read", "bulletin.read"})
OWN_WORK = frozenset({"visit.record", "gift.record", "sheet.record", "issues.report"})

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.OFFICE: READING
    | OWN_WORK
    | {
        "registers.change",
        "registers.export",
        "import",
        "campaign.change",
        "pair.propose",
        "pair.approve",
        "pair.change",
        "pair.tell",
        "proposals.read",
        "activity.record",
        "fund.change",
        "issues.change",
        "projects.change",
        "needs.ask",
        "needs.check",
        "needs.dispatch",
        "needs.claim",
        "checks.draw",
        "checks.record",
        "bulletin.write",
        "bulletin.freeze",
        "complaints.answer",
        "appointments.change",
        "sensitive.read",
        "identity.read",
    },
    Role.LIAISON: READING
    | OWN_WORK
    | {
        "registers.change",
        "registers.export",
        "import",
        "plan.change",
        "pair.propose",
        "pair.change",
        "pair.tell",
        "proposals.read",
        "activity.record",
        "issues.change",
        "projects.change",
        "needs.ask",
        "needs.claim",
        "sensitive.read",
        "identity.read",
    },
    # A helper opens telephone number and address of the own households: one has to find them.
    # Identity, health and bank card ("identity.read") are for those who keep the registers.
    Role.HELPER: OWN_WORK | {"registers.read", "sensitive.read", "needs.claim"},
    Role.VILLAGE_OFFICER: OWN_WORK
    | {
        "registers.read",
        "registers.change",
        "registers.export",
        "import",
        "pair.tell",
        "activity.record",
        "issues.change",
        "needs.ask",
        "needs.check",
        "figures.read",
        "bulletin.read",
        "sensitive.read",
        "identity.read",
    },
    # Who checks may read and record checks, but cannot change what is checked.
    Role.SUPERVISOR: READING
    | {"registers.export", "checks.draw", "checks.record", "issues.report", "issues.change"},
    Role.LEADER: READING | {"bulletin.freeze", "pair.approve", "proposals.read"},
    # Auditors change nothing; they have plans of pairs worked out again.
    Role.AUDITOR: READING | {"audit.read", "proposals.read", "registers.export"},
    # Administrators keep the machine running and see no household.
    Role.ADMINISTRATOR: frozenset(
        {"users.change", "appointments.change", "audit.read", "jobs.read", "system.read"}
    ),
}

ALL_PERMISSIONS = frozenset().union(*PERMISSIONS.values())

# Appointments live in an app above this one; it says here where roles come from.
_sources: list[Callable[["User"], Iterable[str]]] = []


def roles_from(source: Callable[["User"], Iterable[str]]) -> Callable[["User"], Iterable[str]]:
    """Register where a user's roles are found: a function user → role keys. A decorator."""
    if source not in _sources:
        _sources.append(source)
    return source


def roles_of(user: "User") -> frozenset[str]:
    """All roles a user holds today; an inactive user holds none."""
    if not user.is_active:
        return frozenset()
    own = {str(Role.ADMINISTRATOR)} if user.is_superuser else set()
    return frozenset(own.union(*(source(user) for source in _sources)))


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


# In the same way: what a user's appointments are called, as (role, where it holds).
Offices = Callable[["User"], list[tuple[str, str]]]
_offices: list[Offices] = []


def offices_from(source: Offices) -> Offices:
    """Register where a user's appointments are found. A decorator."""
    if source not in _offices:
        _offices.append(source)
    return source


def offices_of(user: "User") -> list[tuple[str, str]]:
    """All appointments in force, in words."""
    return [office for source in _offices for office in source(user)]
