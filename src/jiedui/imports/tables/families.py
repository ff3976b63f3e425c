"""Which rows of a list are one family, where not every row carries the household's number.

A number is often merged down a family or written once for it, on any of its rows, and the head may
stand anywhere. What the file itself decides is taken from it: merged cells, blank rows between
families, running numbers, the stated sizes. Else the sender is asked once for the list; a row is
never guessed into a family.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Answer = Literal["", "above", "below", "apart"]
Blocks = list[range]


@dataclass
class Line:
    """One row: `code` names its household where the row does, `family` is what was found."""

    number: int
    code: str
    is_head: bool
    has_bad_code: bool = False
    size: int | None = None
    order: str = ""
    after_blank: bool = False
    family: str = ""


@dataclass(frozen=True)
class Sorted:
    """The families found, and how many rows need the sender's answer."""

    lines: list[Line]
    by: str  # what decided: number, merged, blank, order, sizes, answer
    open: list[Line] = field(default_factory=list)


def sort(
    lines: list[Line],
    *,
    together: Sequence[Iterable[Iterable[int]]] = (),
    answer: Answer = "",
    with_heads: bool = True,
) -> Sorted:
    """Give every line its family; those nobody can tell of stay without one and are `open`.

    `together` holds, for each column with merged cells, the row numbers of each range.
    `with_heads` says that every family has its head in the list.
    """
    for line in lines:
        line.family = _own(line)
    _join_merged(lines, together)
    if not any(not line.family for line in lines):
        return Sorted(lines, "number" if not together else "merged")
    if with_heads and _are_alone(lines):
        for line in lines:
            line.family = line.family or _alone(line)
        return Sorted(lines, "number")
    for name, divide in _DIVISIONS:
        blocks = divide(lines)
        if blocks and all(_is_family(lines[b.start : b.stop], with_heads) for b in blocks):
            _take(lines, blocks)
            return Sorted(lines, name)
    if answer in ("above", "below"):
        _follow(lines if answer == "above" else lines[::-1])
    return Sorted(lines, "answer", [line for line in lines if not line.family])


def _own(line: Line) -> str:
    """The family a line names itself; a number that cannot be read is a family of its own."""
    if line.has_bad_code:
        return _alone(line)
    return f"number {line.code}" if line.code else ""


def _alone(line: Line) -> str:
    return f"row {line.number}"


def _are_alone(lines: list[Line]) -> bool:
    """Whether all rows without a number are heads, and no numbered family waits for its own."""
    headed = {line.family for line in lines if line.is_head}
    return all(line.is_head if not line.family else line.family in headed for line in lines)


# What the file says by itself


def _join_merged(lines: list[Line], together: Sequence[Iterable[Iterable[int]]]) -> None:
    at = {line.number: line for line in lines}
    for column in together:
        groups = [[at[n] for n in numbers if n in at] for numbers in column]
        # A column merged over several families (a village, a date) says nothing of families.
        if all(_is_part(group) for group in groups):
            for group in groups:
                _name(group)


def _is_part(group: list[Line]) -> bool:
    return sum(line.is_head for line in group) <= 1 and len(_named(group)) <= 1


def _named(group: Iterable[Line]) -> set[str]:
    return {line.family for line in group if line.family}


def _name(group: list[Line]) -> None:
    """All lines of one family get its name: its number, else its head's row."""
    names = _named(group)
    heads = [line for line in group if line.is_head]
    if len(group) < 2 or not (names or heads):
        return
    name = names.pop() if names else _alone(heads[0])
    for line in group:
        line.family = name


def _is_family(group: list[Line], with_heads: bool) -> bool:
    heads = sum(line.is_head for line in group)
    if len(_named(group)) > 1 or heads > 1:
        return False
    return heads == 1 if with_heads else bool(_named(group))


def _take(lines: list[Line], blocks: Blocks) -> None:
    for block in blocks:
        group = lines[block.start : block.stop]
        name = next(iter(_named(group)), "") or _alone(next(x for x in group if x.is_head))
        for line in group:
            line.family = name


def _between(lines: list[Line], is_first: Callable[[int], bool]) -> Blocks:
    starts = [0, *(n for n in range(1, len(lines)) if is_first(n))]
    return [range(a, b) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _by_blank_rows(lines: list[Line]) -> Blocks:
    blocks = _between(lines, lambda n: lines[n].after_blank)
    return blocks if len(blocks) > 1 else []


def _by_family_number(lines: list[Line]) -> Blocks:
    """A running number that is the family's: 1 1 2 2 2."""
    orders = [line.order for line in lines]
    blocks = _between(lines, lambda n: orders[n] != orders[n - 1])
    return blocks if all(orders) and len(blocks) < len(lines) else []


def _by_counting(lines: list[Line]) -> Blocks:
    """A running number that begins anew in each family: 1 2 1 2 3."""
    orders = [line.order for line in lines]
    blocks = _between(lines, lambda n: orders[n] == "1")
    return blocks if len(blocks) > 1 and all(_counts_up(orders, b) for b in blocks) else []


def _counts_up(orders: list[str], block: range) -> bool:
    return orders[block.start : block.stop] == [str(n) for n in range(1, len(block) + 1)]


def _by_size(lines: list[Line]) -> Blocks:
    """Families stand one after the other: the sizes their heads state leave only one division."""
    sizes = [line.size for line in lines if line.is_head]
    if not sizes or None in sizes or sum(s or 0 for s in sizes) != len(lines):
        return []
    blocks, start = [], 0
    for size in sizes:
        blocks.append(range(start, start + (size or 0)))
        start += size or 0
    return blocks


_DIVISIONS: tuple[tuple[str, Callable[[list[Line]], Blocks]], ...] = (
    ("blank", _by_blank_rows),
    ("order", _by_family_number),
    ("order", _by_counting),
    ("sizes", _by_size),
)


# What the sender says: an empty number is the one of the row before (or after)


def _follow(lines: list[Line]) -> None:
    with_head = {line.family for line in lines if line.is_head and line.family}
    current = ""
    for line in lines:
        if line.family:
            current = line.family
            continue
        if line.is_head and (not current or current in with_head):
            current = _alone(line)  # a second head begins a family that has no number
        line.family = current
        if line.is_head and current:
            with_head.add(current)


# What does not fit


def heads_twice(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Families of more than one row with two heads or more, each with its heads."""
    members: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.family:
            members[line.family].append(line)
    counted = {name: [x for x in group if x.is_head] for name, group in members.items()}
    return {name: heads for name, heads in counted.items() if len(heads) > 1}


def sizes(lines: Iterable[Line]) -> Counter[str]:
    return Counter(line.family for line in lines if line.family)
