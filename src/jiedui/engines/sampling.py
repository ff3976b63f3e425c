"""Draws that anyone can repeat.

Before the draw the office publishes `commitment`. When the public beacon (a number nobody could
know before, such as a lottery result or the day's closing index) is out, `seed_from` fixes the
draw; afterwards the secret is published and everybody can recompute all of it with SHA-256 alone.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Drawn:
    """One drawn id: its stratum, its place in that stratum's order and how it is to be checked."""

    id: str
    stratum: str
    order: int
    method: str = ""
    is_spare: bool = False


def frame_digest(ids: Iterable[str]) -> str:
    """SHA-256 of the frozen list, independent of its order; a repeated id is an error."""
    ordered = sorted(ids)
    if len(set(ordered)) != len(ordered):
        raise ValueError("An id stands in the frame more than once.")
    return hashlib.sha256("\n".join(ordered).encode()).hexdigest()


def commitment(secret: str, *, digest: str) -> str:
    """What is published before the beacon: it binds us to the secret and to the frozen list."""
    return hashlib.sha256(f"{secret}|{digest}".encode()).hexdigest()


def seed_from(secret: str, *, beacon: str, digest: str) -> str:
    """HMAC-SHA256 of beacon and list under the secret: neither side alone can steer the draw."""
    return hmac.new(secret.encode(), f"{beacon}|{digest}".encode(), hashlib.sha256).hexdigest()


def ticket(seed: str, *, purpose: str, id: str) -> str:
    """The lot of one id; the smallest lots are drawn."""
    return hashlib.sha256(f"{seed}|{purpose}|{id}".encode()).hexdigest()


def draw(ids: Iterable[str], *, count: int, seed: str, purpose: str) -> list[str]:
    """The `count` ids with the smallest lots, smallest first; all of them when there are fewer."""
    if count < 0:
        raise ValueError("A draw cannot have fewer than no ids.")
    return sorted(set(ids), key=lambda one: (ticket(seed, purpose=purpose, id=one), one))[:count]


def apportion(total: int, *, shares: Mapping[str, int]) -> dict[str, int]:
    """Split a whole number in proportion to the shares by largest remainder (Hamilton).

    Ties go to the larger share, then to the earlier key, so 1,600 at 7 : 3 is 1,120 and 480.
    """
    whole = sum(shares.values())
    if total < 0 or any(share < 0 for share in shares.values()) or (total and not whole):
        raise ValueError("Shares must not be negative and must not all be nothing.")
    if not whole:
        return dict.fromkeys(shares, 0)
    result = {key: total * share // whole for key, share in shares.items()}
    by_remainder = sorted(
        shares, key=lambda key: (-(total * shares[key] % whole), -shares[key], key)
    )
    for key in by_remainder[: total - sum(result.values())]:
        result[key] += 1
    return result


def allocate(sizes: Mapping[str, int], *, total: int, minimum: int = 2) -> dict[str, int]:
    """How many to draw from each stratum: proportional, at least `minimum` where there are so many.

    Never more than the stratum holds. The sum is `total` exactly, unless the minima alone need
    more (then they win) or there are not so many ids.
    """
    result = {key: min(size, minimum) for key, size in sizes.items()}
    open_strata = dict(sizes)
    while True:
        closed = sum(result[key] for key in sizes if key not in open_strata)
        ideal = (
            apportion(max(0, total - closed), shares=open_strata)
            if any(open_strata.values())
            else {}
        )
        # A stratum whose fair share is under its floor keeps the floor; the others share the rest.
        below = [key for key, count in ideal.items() if count < result[key]]
        if not below:
            return result | {key: min(count, sizes[key]) for key, count in ideal.items()}
        for key in below:
            del open_strata[key]


def interleave(count: int, *, shares: Mapping[str, int]) -> list[str]:
    """A sequence of methods whose totals are the apportionment and whose every stretch is near it.

    Laid along a sample sorted by stratum, each stratum gets each method within one of its share.
    """
    quota = apportion(count, shares=shares)
    given = dict.fromkeys(quota, 0)
    sequence = []
    for step in range(1, count + 1):
        behind = max(
            (key for key in quota if given[key] < quota[key]),
            key=lambda key: (quota[key] * step - given[key] * count, quota[key], key),
        )
        given[behind] += 1
        sequence.append(behind)
    return sequence


def draw_by_strata(
    frame: Mapping[str, Sequence[str]],
    *,
    total: int,
    seed: str,
    purpose: str,
    methods: Mapping[str, int],
    minimum: int = 2,
    spare_percent: int = 20,
) -> list[Drawn]:
    """A stratified sample with methods laid over it, and spares after each stratum's own.

    Spares follow in the order of the same draw, so replacing one is no new choice by anybody.
    Spares per stratum are `spare_percent` of its sample, rounded up, as far as ids remain.
    """
    counts = allocate({key: len(ids) for key, ids in frame.items()}, total=total, minimum=minimum)
    sequence = iter(interleave(sum(counts.values()), shares=methods))
    result: list[Drawn] = []
    for stratum in sorted(frame):
        count = counts[stratum]
        spares = -(-count * spare_percent // 100)
        ordered = draw(frame[stratum], count=count + spares, seed=seed, purpose=purpose)
        for order, one in enumerate(ordered, start=1):
            is_spare = order > count
            method = "" if is_spare else next(sequence)
            result.append(Drawn(one, stratum, order, method, is_spare))
    return result
