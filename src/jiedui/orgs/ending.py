"""An organisation ends: all rows that refer to it are listed, and passed on or closed before.

Most of them belong to apps above (pairs, funds, issues), which add their kinds to `DEPENDENTS` when
Django starts. No open row may refer to an ended organisation: it would be credited with new work.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core import audit, inside
from jiedui.core.locking import held
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.orgs import actions, appointments, membership
from jiedui.orgs.models import Appointment, Member, Organisation, Team

NAMED = 6  # of each kind, on the page; all are counted


@dataclass(frozen=True)
class Ending:
    """An organisation that ends on this day; `successor` takes over, if anybody does."""

    organisation: Organisation
    successor: Organisation | None
    on: date
    by: User | None

    @property
    def heir(self) -> Organisation:
        """The successor, where something can only be passed on."""
        assert self.successor is not None
        return self.successor


Act = Callable[[Ending, QuerySet[Any]], None]


@dataclass(frozen=True)
class Dependents:
    """One kind of row that refers to an organisation, by its column `field`.

    Without `close` it needs a successor or has to be settled by hand, without both it always has.
    """

    name: Promise | str
    icon: str
    rows: Callable[[], QuerySet[Any]]
    field: str
    passes: Promise | str  # what becomes of it with a successor
    closes: Promise | str  # and without one
    pass_on: Act | None = None
    close: Act | None = None
    label: Callable[[Any], str] = str  # of one row, for the page

    def of(self, organisation: Organisation) -> QuerySet[Any]:
        return self.rows().filter(**{self.field: organisation})

    def below(self, organisation: Organisation) -> QuerySet[Any]:
        """Of the organisation and of all its parts."""
        return self.rows().filter(below(organisation.path, field=f"{self.field}__path"))


DEPENDENTS: list[Dependents] = []
# Shown on the page, but it stays as it is: nobody has to do anything about it.
STAYING: list[Dependents] = []


@dataclass(frozen=True)
class Found:
    """How many rows of one kind refer to an organisation and its parts; some of them by name."""

    kind: Dependents
    count: int
    named: list[str]

    @property
    def more(self) -> int:
        return self.count - len(self.named)


def dependents(organisation: Organisation) -> list[Found]:
    """All rows that still refer to an organisation and its parts, for the page of the decision."""
    found = []
    for kind in [*DEPENDENTS, *STAYING]:
        rows = kind.below(organisation)
        if count := rows.order_by().count():
            found.append(Found(kind, count, [kind.label(one) for one in rows[:NAMED]]))
    return found


def unsettled(organisations: Collection[int]) -> dict[int, list[str]]:
    """Organisation → kinds of rows that still refer to it, with counts; nothing where none do."""
    found: dict[int, list[str]] = {}
    for kind in DEPENDENTS:
        rows = kind.rows().filter(**{f"{kind.field}__in": organisations}).order_by()
        counts = rows.values_list(kind.field).annotate(count=Count("pk"))
        for organisation, count in counts:
            found.setdefault(organisation, []).append(f"{kind.name} ({count})")
    return found


@transaction.atomic
@audit.gathered()
def end(
    organisation: Organisation, *, on: date, by: User | None, successor: Organisation | None = None
) -> None:
    """The organisation is no more; all it had passes on to the successor, or is closed.

    Its history stays where it was: what it did is counted for it. Raises `Refused`, and nothing
    has happened, when something can neither be passed on nor closed.
    """
    row = held(organisation)
    _check(row, on=on, successor=successor)
    inside.check_ends(Organisation, {row.pk: on}, by=by)
    ending = Ending(row, successor, on, by)
    unsettled = []
    for kind in DEPENDENTS:
        rows = kind.of(row)
        if not rows.order_by().exists():
            continue
        act = kind.pass_on if successor else kind.close
        if act:
            act(ending, rows)
        if kind.of(row).order_by().exists():
            unsettled.append(f"{kind.name} ({kind.of(row).order_by().count()})")
    if unsettled:
        raise Refused(_refusal_text(row, unsettled, successor))
    Organisation.objects.filter(pk=row.pk).update(ended=on, successor=successor)
    organisation.ended = on
    heir = successor.pk if successor else None
    audit.record("organisation.dissolved", row, by=by, day=on, successor=heir)


def _refusal_text(row: Organisation, unsettled: list[str], successor: Organisation | None) -> str:
    facts = {"name": row.name, "what": "、".join(unsettled)}
    if successor:
        return _("This still hangs on %(name)s: %(what)s. Settle it first.") % facts
    return (
        _("This still hangs on %(name)s: %(what)s. Say who takes over, or settle it first.") % facts
    )


def _check(row: Organisation, *, on: date, successor: Organisation | None) -> None:
    if row.ended:
        raise Refused(_("%(name)s has ended already.") % {"name": row.name})
    if on > timezone.localdate():
        raise Refused(_("This day lies in the future."))
    if row.since and on < row.since:
        raise Refused(_("It was founded on %(day)s.") % {"day": day_text(row.since)})
    if successor is None:
        return
    if successor.ended or successor.path.startswith(row.path):
        raise Refused(_("Another organisation that stands takes over."))


def _parts(ending: Ending, rows: QuerySet[Any]) -> None:
    """Each part goes on below the successor under its name and number; what it did stays here."""
    for part in rows.order_by("path"):
        # The number goes along, so that lists find the part that goes on.
        Organisation.objects.filter(pk=part.pk).update(number="")
        names = (
            *("name", "kind", "number", "unit_kind", "affiliation", "classes", "place"),
            "strengths",
        )
        values = {name: getattr(part, name) for name in names}
        fresh = actions.found(ending.successor, values | {"since": ending.on}, by=ending.by)
        end(part, on=ending.on, by=ending.by, successor=fresh)


def _members(ending: Ending, rows: QuerySet[Any]) -> None:
    membership.move(rows, to=ending.heir, on=ending.on, by=ending.by)


def _teams(ending: Ending, rows: QuerySet[Any]) -> None:
    for team in rows:
        membership.move_team(team, to=ending.heir, by=ending.by)


def _disband(ending: Ending, rows: QuerySet[Any]) -> None:
    for team in rows:
        actions.disband(team, on=ending.on, by=ending.by)


def _dual(ending: Ending, rows: QuerySet[Any]) -> None:
    for member in rows:
        actions.amend_member(member, {"also_at": ending.successor}, by=ending.by)


def _appointments(ending: Ending, rows: QuerySet[Any]) -> None:
    """What somebody may do there ends; a right over another organisation is given by hand."""
    for one in rows.select_related("user", "organisation", "place"):
        appointments.end(one, on=max(ending.on, one.since), by=ending.by)


def connect() -> None:
    DEPENDENTS.extend(
        [
            Dependents(
                name=gettext_lazy("Organisations below it"),
                icon="sitemap",
                rows=lambda: Organisation.objects.standing(),
                field="parent",
                passes=gettext_lazy("go on below the successor under the same names"),
                closes=gettext_lazy("end them first"),
                pass_on=_parts,
            ),
            Dependents(
                name=gettext_lazy("Members"),
                icon="users",
                rows=lambda: Member.objects.serving(),
                field="organisation",
                passes=gettext_lazy("serve the successor; their families go along"),
                closes=gettext_lazy("they leave, or go to other organisations, first"),
                pass_on=_members,
            ),
            Dependents(
                name=gettext_lazy("Teams"),
                icon="users-group",
                rows=lambda: Team.objects.active(),
                field="organisation",
                passes=gettext_lazy("belong to the successor"),
                closes=gettext_lazy("are disbanded on that day"),
                pass_on=_teams,
                close=_disband,
            ),
            Dependents(
                name=gettext_lazy("Members registered there as well"),
                icon="user",
                rows=lambda: Member.objects.serving(),
                field="also_at",
                passes=gettext_lazy("are registered with the successor as well"),
                closes=gettext_lazy("are registered in one place again"),
                pass_on=_dual,
                close=_dual,
            ),
            Dependents(
                name=gettext_lazy("Appointments"),
                icon="user-check",
                rows=lambda: Appointment.objects.filter(ended=None).select_related("user"),
                field="organisation",
                passes=gettext_lazy("end; new ones are given by hand"),
                closes=gettext_lazy("end on that day"),
                pass_on=_appointments,
                close=_appointments,
                label=lambda one: f"{one.user} {one.get_role_display()}",
            ),
        ]
    )
