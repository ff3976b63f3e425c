"""Pairs, plans of pairs, and how pairs pass on."""

from jiedui.pairing.models.hand_over import (
    ChangeRequest,
    HandOver,
    HandOverLine,
    Notification,
    NotificationQuerySet,
)
from jiedui.pairing.models.pairs import Avoidance, Pair, PairQuerySet
from jiedui.pairing.models.proposals import Approval, Proposal, ProposedPair, StoredPlan

__all__ = [
    "Approval", "Avoidance", "ChangeRequest", "HandOver", "HandOverLine", "Notification",
    "NotificationQuerySet", "Pair", "PairQuerySet", "Proposal", "ProposedPair", "StoredPlan",
]  # fmt: skip
