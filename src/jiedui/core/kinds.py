"""What kinds of records were called before: the audit chain keeps the name of its day for ever.

An entry holds the label of the model it is about. The chain is never rewritten, so after a model
was renamed or moved its history stands under both labels.
"""

FORMER: dict[str, tuple[str, ...]] = {  # label of the model → labels it had before
    "handover.changerequest": ("pairing.changerequest", "pairing.wish"),
    "handover.handover": ("pairing.handover",),
    "handover.handoverline": ("pairing.handoverline", "pairing.passedon"),
    "handover.notification": ("pairing.notification", "pairing.telling"),
    "proposals.approval": ("pairing.approval",),
    "proposals.proposal": ("pairing.proposal",),
    "proposals.proposedpair": ("pairing.proposedpair",),
    "proposals.storedplan": ("pairing.storedplan", "pairing.keptplan"),
}
_PRESENT = {old: label for label, before in FORMER.items() for old in before}


def labels(label: str) -> tuple[str, ...]:
    """Under which kinds the chain knows records of this model: as it is called, and was."""
    return (label, *FORMER.get(label, ()))


def present(kind: str) -> str:
    """The label today of a kind that stands in the chain."""
    return _PRESENT.get(kind, kind)
