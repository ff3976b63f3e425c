"""What is done: activities with their fields and outputs, conduct shown before, needs, stories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jiedui.campaigns.playbook.declare import Text, item
from jiedui.campaigns.playbook.forms import Field
from jiedui.campaigns.playbook.pairs import NEED_KEYS
from jiedui.campaigns.playbook.people import PlaceLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """`[[outputs]]`: something countable that activities leave behind, in its own unit."""

    key: str = item()
    name: Text = item()
    unit: Text = item()
    nameless: bool = item(False)  # a service counted without anybody's name (劝导)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """`[[activities]]`: a kind of thing done.

    `members` and `public` say how people are written down: by name, by count only, or not at all;
    `either` leaves it to whoever records. `visits` makes it a visit to the partner of a pair.
    """

    key: str = item()
    name: Text = item()
    icon: str = item("calendar")
    members: Literal["names", "counts", "either", "none"] = item("either")
    public: Literal["counts", "none"] = item("none")
    visits: Literal["household", "place", "member", "none"] = item("none")
    pairing: str | None = item(None, ref="pairings")
    place_level: PlaceLevel | None = item(None)
    remote: bool = item(False)  # by telephone or video: contact, not a call at the door
    lasting: bool = item(False)  # steady help rather than one-off relief
    meets: tuple[str, ...] = item((), one_of=NEED_KEYS)
    carrier: bool = item(False)  # one of the campaign's own carriers (载体), shown in its own list
    conduct: str | None = item(None, ref="conduct")
    outputs: tuple[str, ...] = item((), ref="outputs")
    fields: tuple[Field, ...] = item(())
    topics: tuple[str, ...] = item((), ref="topics")

    @property
    def is_call(self) -> bool:
        """Whether somebody goes there: a visit that is no telephone call."""
        return self.visits != "none" and not self.remote

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.pairing and self.visits == "none":
            yield "pairing", "pairing_without_visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """`[[topics]]`: what was done at a visit (慰问, 代耕, 修房 …), ticked rather than typed."""

    key: str = item()
    name: Text = item()
    lasting: bool = item(False)
    meets: tuple[str, ...] = item((), one_of=NEED_KEYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """`[[conduct]]`: manners and standards shown before somebody sets out (入户规范)."""

    key: str = item()
    name: Text = item()
    rules: tuple[Text, ...] = item()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """`[stories]`: typical cases, tied to the real pair, published only with consent."""

    consent: Literal["paper", "oral_with_witness", "either"] = item("either")
    headings: tuple[Text, ...] = item(())
    second_reader: bool = item(True)
