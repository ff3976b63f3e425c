"""What the audit chain may keep of a person: that a field changed, seldom to what.

The chain is kept for years and read by people who need no telephone number to do their work. Of
the records below only the fields named here are kept as they are; a field added tomorrow is
hidden until somebody decides otherwise.
"""

from functools import cache
from typing import Any

from jiedui.core.texts import masked_name

HIDDEN = "•••"
NAMES = frozenset({"head", "name"})
DERIVED = frozenset({"pinyin", "initials", "identity_digest"})  # follow from others, say as much
OPEN: dict[str, frozenset[str]] = {
    "households.household": frozenset(
        {
            *("number", "place", "size", "kind", "monitored", "difficulty", "is_hardest"),
            *("consent_on", "consent_medium", "since", "ended", "end_reason", "version"),
        }
    ),
    "households.person": frozenset(
        {"number", "household", "relation", "since", "ended", "end_reason"}
    ),
    "households.need": frozenset({"household", "kind", "urgency", "since", "met_on", "ended"}),
    "households.income": frozenset({"household", "year"}),
    "orgs.member": frozenset(
        {
            *("number", "organisation", "also_at", "rank", "post", "is_leader", "joined", "skills"),
            "most_pairs",
            *("place", "user", "since", "ended", "end_reason"),
        }
    ),
}


def kept(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Values of a record of this kind as the chain keeps them: names masked, the rest hidden."""
    if kind not in OPEN:
        return values
    whole = _whole(kind)
    return {
        name: value if name in whole else _masked(name.removesuffix("_id"), value)
        for name, value in values.items()
        if name not in DERIVED
    }


@cache
def _whole(kind: str) -> frozenset[str]:
    """The columns that are kept as they are."""
    return OPEN[kind].union(f"{name}_id" for name in OPEN[kind])


def _masked(name: str, value: Any) -> Any:
    if value in (None, "", [], {}):
        return value
    return masked_name(value) if name in NAMES and isinstance(value, str) else HIDDEN
