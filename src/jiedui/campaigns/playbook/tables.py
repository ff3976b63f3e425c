"""The snapshot tables and columns a figure may speak of. The snapshot has no names of persons.

Besides the columns named here every table has `org_path` and `place`, so that each figure can be
evaluated by organisation, place and period. `place` is the 12-digit code, with three digits more
for each level below a village; `org_path` of an attendance or output is that of the activity's
host, of a household that of the open main pair. `period` names the column of the day that decides
in which period a row falls (empty: the row stands as of the day of the snapshot).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jiedui.core.codes import CAUSE, HOUSEHOLD_KIND, RANK

ColumnType = Literal["id", "word", "whole", "flag", "day"]


@dataclass(frozen=True, slots=True)
class Column:
    """`words`: the section whose keys (or the closed list of words) may stand in the column."""

    type: ColumnType
    ref: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    columns: Mapping[str, Column]
    period: str = ""


ID, WORD, WHOLE, FLAG, DAY = (
    Column("id"), Column("word"), Column("whole"), Column("flag"), Column("day"),
)  # fmt: skip
PLACE_LEVELS = (
    "province", "city", "county", "town", "village",
    "estate", "building", "stairwell", "grid", "zone", "post",
)  # fmt: skip

RANK_WORD, HOUSEHOLD_WORD, CAUSE_WORD = (
    Column("word", words=tuple(code.key for code in codes))
    for codes in (RANK, HOUSEHOLD_KIND, CAUSE)
)

TABLES: Mapping[str, Table] = {
    "places": Table({
        "code": ID, "level": Column("word", words=PLACE_LEVELS), "kind": WORD, "ended": DAY,
        "province": ID, "city": ID, "county": ID, "town": ID, "village": ID,
    }),
    "organisations": Table({
        "id": ID, "path": ID, "kind": Column("word", words=("area", "unit", "branch", "group")),
        "unit_kind": WORD, "level": WHOLE, "ended": DAY,
        # Paths of the topmost unit, branch and group it belongs to (or is).
        "unit": ID, "branch": ID, "group": ID,
    }),
    "members": Table({
        "id": ID, "organisation": ID, "rank": RANK_WORD, "is_leader": FLAG,
        "ended": DAY,
    }),
    "teams": Table({
        "id": ID, "kind": Column("word", ref="team_kinds"), "organisation": ID, "place": ID,
        "ended": DAY,
    }),
    "households": Table({
        "id": ID, "place": ID, "kind": HOUSEHOLD_WORD,
        "cause": CAUSE_WORD, "size": WHOLE, "since": DAY,
        "ended": DAY, "hardest": FLAG,
        # The register is whoever has not ended; the target group, whom the main kind of pair is
        # for; covered, who of these has a helper: as the list of those without one has it.
        # Overdue: a visit is, by the rhythms, as the filter of the list has it.
        "target": FLAG, "covered": FLAG, "overdue": FLAG,
    }),
    "pairs": Table({
        "id": ID, "kind": Column("word", ref="pairings"), "role": WORD, "member": ID,
        "organisation": ID, "household": ID, "place": ID, "since": DAY, "ended": DAY,
        "end_reason": Column("word", ref="change_reasons"), "previous": ID,
        "team": ID, "partner_member": ID, "partner_organisation": ID, "overdue": FLAG,
    }),
    "activities": Table({
        "id": ID, "kind": Column("word", ref="activities"), "day": DAY, "organisation": ID,
        "place": ID, "household": ID, "is_visit": FLAG, "headcount_members": WHOLE,
        "headcount_public": WHOLE, "named": FLAG,
    }, period="day"),
    "attendances": Table({
        "id": ID, "activity": ID, "member": ID, "organisation": ID,
        "kind": Column("word", ref="activities"), "day": DAY, "place": ID, "household": ID,
    }, period="day"),
    "outputs": Table({
        "id": ID, "activity": ID, "kind": Column("word", ref="outputs"), "quantity": WHOLE,
        "unit": WORD, "day": DAY, "organisation": ID, "place": ID,
    }, period="day"),
    "gifts": Table({
        "id": ID, "kind": Column("word", words=("cash", "goods")),
        "item": Column("word", ref="goods"), "quantity": WHOLE, "unit": WORD, "value_fen": WHOLE,
        "steady": FLAG, "fund": ID, "day": DAY, "giver_organisation": ID, "household": ID,
        "place": ID, "confirmed": FLAG,
    }, period="day"),
    "funds": Table({
        "id": ID, "name": WORD, "balance_fen": WHOLE, "in_fen": WHOLE, "out_fen": WHOLE,
    }),
    "tasks": Table({
        "id": ID, "task": Column("word", ref="tasks"), "organisation": ID, "due": DAY,
        "wanted": WHOLE, "done": WHOLE, "complete": FLAG,
    }, period="due"),
    "issues": Table({
        "id": ID, "organisation": ID, "kind": Column("word", ref="issue_kinds"),
        "state": WORD, "found_on": DAY, "closed_on": DAY, "overdue": FLAG,
    }, period="found_on"),
    "measures": Table({
        "id": ID, "organisation": ID, "due": DAY, "done_on": DAY, "overdue": FLAG,
    }),
    "measure_issues": Table({"id": ID, "measure": ID, "issue": ID}),
    # Forms filled in. `points` are those given, `full_points` those that could be.
    "sheets": Table({
        "id": ID, "form": Column("word", ref="forms"), "day": DAY, "household": ID, "member": ID,
        "organisation": ID, "team": ID, "points": WHOLE, "full_points": WHOLE,
    }, period="day"),
    # Their answers; of several chosen each has a row. A fixed answer is a word (`yes`, the key of
    # an option), a number an amount; of five steps both are there. Private answers and what
    # families told supervision are left out.
    "answers": Table({
        "id": ID, "sheet": ID, "form": Column("word", ref="forms"), "question": WORD, "word": WORD,
        "amount": WHOLE, "day": DAY, "household": ID, "member": ID, "organisation": ID,
        "team": ID,
    }, period="day"),
    # Projects in force, as they stand on the day of the snapshot. `stage` says how far one is,
    # whatever its state is called.
    "projects": Table({
        "id": ID, "kind": Column("word", ref="projects"), "state": WORD,
        "stage": Column("word", words=("planned", "under_way", "done", "stopped")),
        "organisation": ID, "since": DAY, "due": DAY, "started_on": DAY, "done_on": DAY,
        "budget_fen": WHOLE, "overdue": FLAG, "days_late": WHOLE, "times_moved": WHOLE,
    }),
    # Questions about them that are answered with a number.
    "project_answers": Table({
        "id": ID, "project": ID, "kind": Column("word", ref="projects"),
        "stage": Column("word", words=("planned", "under_way", "done", "stopped")),
        "question": WORD, "before": WHOLE, "after": WHOLE, "organisation": ID,
    }),
    # What is asked for, as it stands on the day of the snapshot. The organisation is the one that
    # claimed it; days are calendar days, from the check to the claim and from there to the end.
    "needs": Table({
        "id": ID, "kind": Column("word", ref="needs"),
        "asker": Column("word", words=("household", "place", "organisation")),
        "state": Column("word", words=(
            "asked", "open", "claimed", "done", "confirmed", "declined",
        )),
        "household": ID, "organisation": ID,
        "claimer": Column("word", words=("member", "team", "organisation")),
        "dispatched": FLAG, "asked_on": DAY, "checked_on": DAY, "claimed_on": DAY, "done_on": DAY,
        "confirmed_on": DAY, "overdue": FLAG, "days_to_claim": WHOLE, "days_to_do": WHOLE,
        "rating": WHOLE, "times_returned": WHOLE,
    }, period="asked_on"),
}  # fmt: skip
COMMON = {"org_path": ID, "place": ID}


def columns(table: str) -> dict[str, Column]:
    """The columns of a table, those common to all included."""
    return {**COMMON, **TABLES[table].columns} if table in TABLES else {}
