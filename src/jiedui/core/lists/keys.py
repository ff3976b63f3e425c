"""Primary keys of very many rows: a UUID in 16 bytes, a number in 8."""

from array import array
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

UUID_BYTES = 16


class Numbers:
    def __init__(self) -> None:
        self._kept = array("q")

    def add(self, key: int) -> None:
        self._kept.append(key)

    def steps(self, size: int) -> Iterator[list[Any]]:
        """The keys in their order, so many at a time."""
        for start in range(0, len(self._kept), size):
            yield self._kept[start : start + size].tolist()


class Uuids:
    def __init__(self) -> None:
        self._kept = bytearray()

    def add(self, key: UUID) -> None:
        self._kept += key.bytes

    def steps(self, size: int) -> Iterator[list[Any]]:
        """The keys in their order, so many at a time."""
        for start in range(0, len(self._kept), size * UUID_BYTES):
            part = bytes(self._kept[start : start + size * UUID_BYTES])
            yield [UUID(bytes=part[n : n + UUID_BYTES]) for n in range(0, len(part), UUID_BYTES)]


def pack(keys: Iterable[Any]) -> Numbers | Uuids:
    """These keys, all of one kind, packed."""
    packed: Any = None
    for key in keys:
        packed = packed or (Uuids() if isinstance(key, UUID) else Numbers())
        packed.add(key)
    return packed or Numbers()
