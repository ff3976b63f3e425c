"""The snapshot table of requests: how far each is, who has claimed it, how long it took."""

from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Subquery

from jiedui.figures.arrow import fetch, hex_of, text, whole
from jiedui.figures.register_tables import Source, add, standing
from jiedui.needs.models import CONDITIONS, RUNNING, Claim, NeedRequest

DAYS = ("asked_on", "checked_on", "claimed_on", "done_on", "confirmed_on")


def needs(source: Source) -> Any:
    """One row for every request in force, as it stands; nothing says what was written."""
    import pyarrow as pa

    table = _read(source)
    rows = table.to_pylist()
    states = _states(source)
    state = [states[row["uuid"]] for row in rows]
    overdue = [_is_overdue(*one, as_of=source.as_of) for one in zip(rows, state, strict=True)]
    return add(
        table,
        state=pa.array(state, pa.string()),
        asker=pa.array([_asker(row) for row in rows], pa.string()),
        claimer=pa.array([_claimer(row) for row in rows], pa.string()),
        overdue=pa.array(overdue, pa.bool_()),
        days_to_claim=pa.array(
            [_days(row, "checked_on", "claimed_on") for row in rows], pa.int64()
        ),
        days_to_do=pa.array([_days(row, "claimed_on", "done_on") for row in rows], pa.int64()),
    )


def _read(source: Source) -> Any:
    held = Claim.objects.filter(request=OuterRef("pk")).exclude(ending=Claim.Ending.GIVEN_BACK)
    held = held.order_by("-pk")
    claim = {name: Subquery(held.values(name)[:1]) for name in CLAIM}
    rows = (
        NeedRequest.objects.standing()
        .filter(campaign=source.campaign)
        .annotate(**{f"claim_{name}": value for name, value in claim.items()})
    )
    table = fetch(
        rows,
        {"uuid": text("pk"), "kind": "kind", "household": "household_id",
         "asked_org": "organisation_id", "organisation": F("claim_organisation"),
         "claim_member": F("claim_member"), "claim_team": F("claim_team"),
         "dispatched": F("claim_is_dispatched"), "place_id": "place_id", "due": text("due"),
         **{name: text(name) for name in DAYS}, "rating": "rating",
         "times_returned": "times_returned"},
    )  # fmt: skip
    return standing(source, add(table, id=hex_of(whole(table["uuid"]))))


CLAIM = ("organisation", "member", "team", "is_dispatched")


def _states(source: Source) -> dict[str, str]:
    """Request → its state, by the same conditions as everywhere."""
    rows = NeedRequest.objects.standing().filter(campaign=source.campaign).order_by()
    return {
        key: state
        for state, condition in CONDITIONS.items()
        for key in rows.filter(condition).annotate(key=text("pk")).values_list("key", flat=True)
    }


def _is_overdue(row: Any, state: str, *, as_of: date) -> bool:
    return state in RUNNING and row["due"] is not None and date.fromisoformat(row["due"]) < as_of


def _asker(row: Any) -> str:
    if row["household"]:
        return "household"
    return "organisation" if row["asked_org"] else "place"


def _claimer(row: Any) -> str | None:
    if row["claim_member"]:
        return "member"
    if row["claim_team"]:
        return "team"
    return "organisation" if row["organisation"] else None


def _days(row: Any, since: str, until: str) -> int | None:
    """Calendar days from one day to another; None where one of them is not there."""
    if not row[since] or not row[until]:
        return None
    return (date.fromisoformat(row[until]) - date.fromisoformat(row[since])).days
