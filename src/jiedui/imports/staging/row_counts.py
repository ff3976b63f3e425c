"""Counts the rows of a file by outcome, so that none is lost on the way to the registers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from jiedui.imports.matching.drafts import Staged
from jiedui.imports.models import StagedRow
from jiedui.imports.staging.additions import Added, Addition, added_to, counted
from jiedui.imports.tables.rows import Parsed

Outcome = StagedRow.Outcome


class Unaccounted(Exception):
    """Rows were read but not counted: a defect of the program, not of the list."""


@dataclass(frozen=True)
class Account:
    """One list of a sheet: the rows below its headings, counted by outcome.

    `entries` counts rows by outcome, `passed` those that are no entries by reason (blank, total,
    remark, heading, sample, or unread: the whole list waits for a column).
    """

    sheet: str
    rows: int
    entries: dict[str, int] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)

    def count(self, *outcomes: str) -> int:
        return sum(self.entries.get(outcome, 0) for outcome in outcomes)

    @property
    def left_out(self) -> int:
        return self.count(Outcome.SKIPPED) + sum(self.passed.values())

    @property
    def accounted_for(self) -> int:
        """new + changed + unchanged + to be decided + with mistakes + left out"""
        return sum(self.entries.values()) + sum(self.passed.values())

    def facts(self) -> dict[str, Any]:
        return asdict(self)


class Sums:
    """What is counted of rows while they pass: outcomes by sheet, and what is added to them."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        self.doubtful = 0
        self._added: Counter[Added] = Counter()

    def add(self, staged: Iterable[Staged]) -> None:
        for one in staged:
            self.outcomes[one.row.sheet][str(one.outcome)] += 1
            self.doubtful += one.is_doubtful
            self._added.update(added_to(one))

    @property
    def additions(self) -> list[Addition]:
        """The most frequent values first."""
        return counted(self._added)


def draw_up(parsed: Parsed, outcomes: Mapping[str, Counter[str]]) -> list[Account]:
    """An account of every list that was read, of outcomes by sheet.

    Raises Unaccounted when a row is missing.
    """
    accounts = [
        Account(
            sheet,
            parsed.read[sheet],
            dict(outcomes.get(sheet, ())),
            dict(Counter(reason for _number, reason in parsed.skipped.get(sheet, ()))),
        )
        for sheet in parsed.matches
    ]
    for account in accounts:
        if account.rows != account.accounted_for:
            raise Unaccounted(
                f"{account.sheet}: {account.rows} rows, {account.accounted_for} accounted for"
            )
    return accounts


def read(kept: Iterable[dict[str, Any]]) -> list[Account]:
    return [Account(**one) for one in kept]
