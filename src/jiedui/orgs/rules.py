"""What days organisations, members, teams and seats in them may have."""

from collections.abc import Iterator

from jiedui.core.faults import Fault, Values, out_of_order, to_come


def of_organisation(values: Values) -> Iterator[Fault]:
    """Also of a team, and of a seat in one."""
    yield from to_come(values, "since", "ended")
    yield from out_of_order(values, "since", "ended")


def of_member(values: Values) -> Iterator[Fault]:
    yield from to_come(values, "joined")
    yield from of_organisation(values)
