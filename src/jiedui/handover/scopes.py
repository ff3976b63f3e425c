"""Who sees and moves what belongs to pairs that pass on, or for which a change is asked."""

from django.db.models import Q

from jiedui.core.models import allow, allow_change, need
from jiedui.handover.models import ChangeRequest, HandOver, Notification


def connect() -> None:
    need(HandOver, read="registers.read", change="pair.change")
    need(ChangeRequest, read="registers.read", change="pair.change")
    need(Notification, read="registers.read", change="pair.tell")
    allow(HandOver, lambda scope: scope.organisations("organisation__path"))
    for model in (Notification, ChangeRequest):
        allow(model, lambda scope: scope.organisations("pair__organisation__path"))
        allow(model, lambda scope: scope.places("pair__household__place__path"))
    allow(Notification, lambda scope: scope.organisations("pair__previous__organisation__path"))
    allow_change(Notification, lambda scope: scope.organisations("pair__organisation__path"))
    # The village notifies the family.
    allow_change(Notification, lambda scope: scope.places("pair__household__place__path"))
    own = ChangeRequest.Side.HELPER
    allow(ChangeRequest, lambda s: Q(pair__member=s.member, side=own) if s.member else False)
