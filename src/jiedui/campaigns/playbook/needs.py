"""What is asked for and claimed (需求, 微心愿, 服务事项): kinds of requests and their clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jiedui.campaigns.playbook.declare import Text, item
from jiedui.campaigns.playbook.pairs import NEED_KEYS

Asker = Literal["household", "place", "organisation"]
Claimer = Literal["member", "team", "organisation"]
DAYS = 365  # the longest clock, in working days


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedKind:
    """`[[needs]]`: a kind of thing that is asked for, checked, claimed, done and confirmed.

    Units that are good at what it `meets` are offered it first. Without `public` it stands on no
    board and is dispatched only. Days are working days.
    """

    key: str = item()
    name: Text = item()
    asked_for: tuple[Asker, ...] = item(("household",))
    claimed_by: tuple[Claimer, ...] = item(("member", "team", "organisation"))
    meets: tuple[str, ...] = item((), one_of=NEED_KEYS)
    public: bool = item(True)
    rating: bool = item(True)  # whether who asked is asked how well it was done, 1 to 5
    check_days: int = item(3, low=1, high=DAYS)
    claim_days: int = item(5, low=1, high=DAYS)
    doing_days: int = item(10, low=1, high=DAYS)
    confirm_days: int = item(5, low=1, high=DAYS)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if not self.asked_for:
            yield "asked_for", "nobody_asks"
        if not self.claimed_by:
            yield "claimed_by", "nobody_claims"
