"""Who sees issues and measures: the organisation they belong to, and who supervises the place."""

from django.db.models import Q

from jiedui.core.models import allow
from jiedui.orgs.scopes import of
from jiedui.supervision.models import Issue, Measure


def connect() -> None:
    for model in (Issue, Measure):
        allow(model, lambda u: of(u).organisations("organisation__path"))
        allow(model, lambda u: Q(owner=of(u).member or 0))
    allow(Issue, lambda u: of(u).places("place__path"))
