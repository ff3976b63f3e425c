"""Pairs, plans of pairs, and how pairs pass on."""

from jiedui.pairing.models.hand_over import HandOver, PassedOn, Telling, TellingQuerySet, Wish
from jiedui.pairing.models.pairs import Avoidance, Pair, PairQuerySet
from jiedui.pairing.models.proposals import Approval, KeptPlan, Proposal, ProposedPair

__all__ = [
    "Approval", "Avoidance", "HandOver", "KeptPlan", "Pair", "PairQuerySet", "PassedOn",
    "Proposal", "ProposedPair", "Telling", "TellingQuerySet", "Wish",
]  # fmt: skip
