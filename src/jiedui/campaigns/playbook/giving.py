"""What is given: kinds of goods with a usual value and its source, and funds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from jiedui.campaigns.playbook.declare import Text, item


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """`[[goods]]`: a kind of goods in its own unit; `value_yuan` is the usual value of one unit."""

    key: str = item()
    name: Text = item(longest=40)
    unit: Text = item()
    value_yuan: Decimal | None = item(None)
    source: Text | None = item(None)  # where the value comes from; kept beside every gift

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.value_yuan is not None and (
            self.value_yuan < 0 or self.value_yuan != self.value_yuan.quantize(Decimal("0.01"))
        ):
            yield "value_yuan", "money"
        if self.value_yuan is not None and self.source is None:
            yield "value_yuan", "value_without_source"

    @property
    def value_fen(self) -> int | None:
        """The usual value of one unit in fen; None where it is always valued by hand."""
        return None if self.value_yuan is None else int(self.value_yuan * 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """`[[funds]]`: money (and goods at value) held for the campaign; never below zero."""

    key: str = item()
    name: Text = item()
    held_by: Literal["office", "unit"] = item("office")
    purpose: Text | None = item(None)
    goods: bool = item(False)  # also takes goods at their value


@dataclass(frozen=True, slots=True, kw_only=True)
class Gifts:
    """`[gifts]`: rules for giving."""

    cash: bool = item(True)
    goods: bool = item(True)
    receipt: Literal["receiver", "receiver_or_witness", "none"] = item("receiver_or_witness")
    per_festival: int | None = item(None, low=1)  # more gifts to one household are flagged
    largest_yuan: int | None = item(None, low=1)  # a larger single gift asks for a second look
