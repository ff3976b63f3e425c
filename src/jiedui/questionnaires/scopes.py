"""Who sees sheets and fills them in: whoever reaches what they are about.

Sheets of supervision are for those who supervise it there; a helper never reads what the own
family answered.
"""

from typing import Any

from django.db.models import Q, QuerySet

from jiedui.campaigns.playbook.forms import Form
from jiedui.core.models import allow, allow_change, need
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.orgs.scopes import Scope
from jiedui.places.models import Place
from jiedui.questionnaires.models import SUBJECT_MODELS, Sheet

FIELD, SUPERVISION = "sheet.record", "checks.record"
RECORDS = (FIELD, SUPERVISION)


def connect() -> None:
    need(Sheet, read="registers.read", change=FIELD)
    allow(Sheet, lambda scope: _reached(scope) & Q(is_confidential=False))
    allow(Sheet, _supervised)
    allow_change(Sheet, lambda scope: _reached(scope) & Q(is_confidential=False))
    allow_change(Sheet, _supervised)


def _supervised(scope: Scope) -> Q | bool:
    part = scope.holding(SUPERVISION)
    # The own households are a helper's; nobody supervises the own work.
    return _reached(part) & Q(is_confidential=True) if part.grants else False


def _reached(scope: Scope) -> Q:
    """Sheets about what this scope reaches."""
    found = scope.organisations("organisation__path") | scope.places("organisation__place__path")
    found |= scope.places("place__path")
    for name, model in (("household", Household), ("member", Member), ("team", Team)):
        rows: Any = model.objects
        found |= Q(**{f"{name}__in": rows.visible_to(scope).order_by().values("pk")})
    return found


def permission_for(form: Form) -> str:
    """What filling in this form takes."""
    return SUPERVISION if form.filled_by == "supervision" else FIELD


def subjects(user: User, form: Form) -> QuerySet[Any]:
    """What the user may fill this form in about: standing rows of the kinds it names."""
    found = reached(user, permission_for(form), SUBJECT_MODELS[form.about])
    if form.place_level:
        found = found.filter(level=form.place_level)
    if form.about == "organisation" and form.organisation_kinds:
        found = found.filter(kind__in=form.organisation_kinds)
    if form.about == "team" and form.team_kinds:
        found = found.filter(kind__in=form.team_kinds)
    return found


def reached(user: User, permission: str, model: Any) -> QuerySet[Any]:
    """Standing rows of a kind that sheets are about, where the user holds this permission."""
    rows: Any = model.objects
    is_public = model in (Organisation, Place)  # everybody reads their names
    reach = rows.changeable_by if is_public else rows.visible_to
    found: QuerySet[Any] = reach(user, permission=permission).filter(ended=None)
    return found


def is_for(form: Form, subject: Any) -> bool:
    """Whether this is of the kinds the form names, as `subjects` narrows them."""
    if form.place_level:
        return bool(subject.level == form.place_level)
    kinds = {"organisation": form.organisation_kinds, "team": form.team_kinds}.get(form.about)
    return not kinds or subject.kind in kinds


def changeable(user: User) -> QuerySet[Sheet]:
    """Sheets the user may correct or take out: those the user might have recorded."""
    keys = [
        Sheet.objects.changeable_by(user, permission=permission)
        .filter(is_confidential=permission == SUPERVISION)
        .values("pk")
        for permission in RECORDS
    ]
    return Sheet.objects.filter(Q(pk__in=keys[0]) | Q(pk__in=keys[1]))
