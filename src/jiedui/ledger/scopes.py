"""Who sees gifts and funds: the giving unit, the receiving place, and the helper."""

from django.db.models import Q

from jiedui.core.models import allow
from jiedui.ledger.models import Fund, Gift
from jiedui.orgs.scopes import of


def connect() -> None:
    allow(Gift, lambda u: of(u).organisations("giver__path"))
    allow(Gift, lambda u: of(u).places("place__path"))
    allow(Gift, lambda u: Q(member=of(u).member or 0))
    allow(Fund, lambda u: of(u).organisations("organisation__path"))
