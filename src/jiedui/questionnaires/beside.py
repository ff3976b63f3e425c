"""What the page about a household, place, organisation, team or member shows of questionnaires."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from jiedui.campaigns.current import campaign_of
from jiedui.campaigns.models import give_campaigns
from jiedui.campaigns.playbook.forms import Form
from jiedui.core.doors import may
from jiedui.core.users import User
from jiedui.questionnaires import scopes
from jiedui.questionnaires.models import SUBJECT_MODELS, Sheet

SHOWN = 8


@dataclass(frozen=True)
class Beside:
    """Sheets about something, the latest first, and the forms that may be filled in about it."""

    sheets: Sequence[Sheet]
    forms: Sequence[tuple[Form, str]]  # with the address that has it chosen already
    more: str  # the list that has the other sheets; "" where all are shown


def beside(request: HttpRequest, subject: Any) -> Beside:
    """Sheets the reader may read, in one query; what may be filled in takes one for each right."""
    kind = _kind(subject)
    rows = Sheet.objects.standing().visible_to(request.user).filter(**{kind: subject})
    sheets = list(rows.order_by("-day", "-id")[: SHOWN + 1])
    give_campaigns(sheets)
    name = subject.head if kind == "household" else subject.name
    more = f"{reverse('questionnaires:list')}?{urlencode({'q': name})}"
    return Beside(
        sheets=sheets[:SHOWN],
        forms=_fillable(request, kind, subject),
        more=more if len(sheets) > SHOWN else "",
    )


def _kind(subject: Any) -> str:
    return next(name for name, model in SUBJECT_MODELS.items() if isinstance(subject, model))


def _fillable(request: HttpRequest, kind: str, subject: Any) -> list[tuple[Form, str]]:
    campaign = campaign_of(request)
    fitting = [
        form
        for form in (campaign.playbook.forms if campaign else ())
        if form.about == kind and scopes.is_for(form, subject)
    ]
    held = {one for one in map(scopes.permission_for, fitting) if _held(request.user, one, subject)}
    query = urlencode({"about": subject.pk})
    return [
        (form, f"{reverse('questionnaires:new', args=[form.key])}?{query}")
        for form in fitting
        if scopes.permission_for(form) in held
    ]


def _held(user: User, permission: str, subject: Any) -> bool:
    if not may(user, permission):
        return False
    return scopes.reached(user, permission, type(subject)).filter(pk=subject.pk).exists()
