"""Who opens confidential values: noted as they are decrypted, so that no answer can forget it.

A request is `watched`: whatever it opens and shows leaves a mark in the audit chain
(`core.middleware.ReadingMiddleware`). What only the program looks at is opened `unseen`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

Key = tuple[str, str]  # kind of record and its key, as the audit chain names them


@dataclass
class Readings:
    """What was opened, and what already has an entry in the audit chain."""

    opened: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    recorded: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))

    def unmarked(self) -> dict[Key, list[str]]:
        """Record → fields that were opened and that no entry names yet."""
        left = {key: names - self.recorded.get(key, set()) for key, names in self.opened.items()}
        return {key: sorted(names) for key, names in left.items() if names}


_watching: ContextVar[Readings | None] = ContextVar("readings", default=None)


@contextmanager
def watched() -> Iterator[Readings]:
    """What is opened inside is gathered."""
    token = _watching.set(found := Readings())
    try:
        yield found
    finally:
        _watching.reset(token)


@contextmanager
def unseen() -> Iterator[None]:
    """What is opened inside is compared, copied or masked: nobody gets to see it."""
    token = _watching.set(None)
    try:
        yield
    finally:
        _watching.reset(token)


def note(key: Key, name: str) -> None:
    """A field of a record has been opened."""
    if watching := _watching.get():
        watching.opened[key].add(name)


def mark_recorded(key: Key, names: Iterable[str]) -> None:
    """Note that an entry of the audit chain names these fields: they need no other."""
    if watching := _watching.get():
        watching.recorded[key].update(names)
