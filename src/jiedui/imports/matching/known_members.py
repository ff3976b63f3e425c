"""Finds the member of a row in the registers: certain, probable or no match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiedui.core import crypto
from jiedui.engines import words
from jiedui.imports.matching.contradictions import Facts, same_number
from jiedui.imports.matching.ended import left
from jiedui.imports.matching.known_households import Found
from jiedui.imports.matching.likenesses import MOST, SURE_NAME, likeness
from jiedui.imports.matching.reach import Reach
from jiedui.orgs.models import Member


@dataclass(frozen=True, slots=True)
class Listed:
    pk: int
    number: str
    name: str
    organisation: int
    digest: str
    ended: date | None
    why: str  # the reason for leaving


class Members:
    """The members within reach, held in memory; those who left match only if nobody else does."""

    def __init__(self, reach: Reach) -> None:
        # All numbers, also those out of reach: a number is given only once.
        self.numbers = set(Member.objects.values_list("number", flat=True))
        self.by_number: dict[str, Listed] = {}
        self._by_key: dict[int, Listed] = {}
        self._by_digest: dict[str, Listed] = {}
        self._by_name: dict[tuple[int, str], list[Listed]] = defaultdict(list)
        self._by_sound: dict[tuple[int, str], list[Listed]] = defaultdict(list)
        self._left_by_digest: dict[str, Listed] = {}
        self._left_by_name: dict[tuple[int, str], list[Listed]] = defaultdict(list)
        self._left_by_sound: dict[tuple[int, str], list[Listed]] = defaultdict(list)
        rows = reach.rows(Member).values_list(
            *("pk", "number", "name", "organisation", "identity_digest", "ended", "end_reason")
        )
        for row in rows:
            self._take(Listed(*row))

    def _take(self, one: Listed) -> None:
        self.by_number[one.number] = self._by_key[one.pk] = one
        by_digest = self._left_by_digest if one.ended else self._by_digest
        by_name = self._left_by_name if one.ended else self._by_name
        if one.digest:
            by_digest[one.digest] = one
        by_name[one.organisation, words.fold_name(one.name)].append(one)
        by_sound = self._left_by_sound if one.ended else self._by_sound
        by_sound[one.organisation, words.blurred_key(one.name)].append(one)

    def find(self, *, number: str, identity: str, name: str, organisation: int) -> Found:
        """By number; else by identity number; else by name in the organisation; else probably."""
        known = self.by_number.get(number) if number else None
        if number in self.numbers and known is None:
            return Found(is_taken=True)
        digest = crypto.digest(identity)
        known = known or self._by_digest.get(digest) or self._left_by_digest.get(digest)
        if known is None:
            return self._named(name, organisation, number=number, digest=digest)
        facts = Facts(name, digest=digest)
        differing = Facts(known.name, digest=known.digest).contradictions(facts)
        if known.ended:
            found = _left([known])
            is_sure = known.number == number and not differing
            return Found(gone=found.gone, left=found.gone[known.pk]) if is_sure else found
        if differing:
            return Found(candidates=[(known.pk, same_number(differing))])
        return Found(known.pk)

    def returning(self, found: Found, *, since: Any) -> Listed | None:
        """The member found for certain who has left and serves again from a later day."""
        known = self._by_key.get(next(iter(found.gone), 0)) if found.left else None
        return known if known and _is_later(since, known.ended) else None

    def _named(self, name: str, organisation: int, *, number: str, digest: str) -> Found:
        key = (organisation, words.fold_name(name))
        same = [one for one in self._by_name.get(key, ()) if not _differ(one, digest)]
        if len(same) == 1 and not number and same[0].name == name:
            return Found(same[0].pk)
        sound = (organisation, words.blurred_key(name))
        here = _alike(same, self._by_sound.get(sound, ()), name, digest)
        left_here = self._left_by_name.get(key, ()), self._left_by_sound.get(sound, ())
        gone = _alike(*left_here, name, digest)
        departed = {one.pk: (reason, _farewell(one)) for one, reason in gone}
        return Found.of_likenesses(((one.pk, reason) for one, reason in here), departed)


def _alike(
    same: Iterable[Listed], sounding: Iterable[Listed], name: str, digest: str
) -> list[tuple[Listed, str]]:
    """Members of the same name, then those of a similar one, with the reason."""
    found = {one: _("Same name, same organisation.") for one in same}
    for one in sounding:
        if words.name_similarity(one.name, name) >= SURE_NAME:
            found.setdefault(one, likeness(one.name, name))
    return [(one, reason) for one, reason in found.items() if not _differ(one, digest)][:MOST]


def _left(members: list[Listed]) -> Found:
    sentences = {one.pk: _farewell(one) for one in members}
    return Found(candidates=list(sentences.items()), gone=sentences)


def _farewell(one: Listed) -> str:
    return left(one.name, one.ended or date.min, one.why)


def _differ(one: Listed, digest: str) -> bool:
    return bool(digest and one.digest and one.digest != digest)


def _is_later(since: Any, ended: date | None) -> bool:
    """Whether somebody who left on a day serves again from a later one."""
    return isinstance(since, date) and ended is not None and since > ended
