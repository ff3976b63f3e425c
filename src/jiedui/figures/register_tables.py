"""Snapshot tables of who and where: places, organisations, members, teams, households, pairs.

Each function gives at least the columns of its table, without names and numbers of persons.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from jiedui.campaigns.models import Campaign
from jiedui.core.trees import below
from jiedui.fieldwork import due_visits
from jiedui.figures.arrow import fetch, look_up, text, whole
from jiedui.figures.trees import LINE_KINDS, Trees
from jiedui.households.models import Household
from jiedui.orgs.models import STEP, Member, Organisation, Team
from jiedui.pairing import coverage
from jiedui.pairing.models import Pair
from jiedui.places.models import OFFICIAL_CUTS, Place

OFFICIAL = ("province", "city", "county", "town", "village")


@dataclass(frozen=True)
class Source:
    """What every table is read for: one campaign, up to a day."""

    campaign: Campaign
    as_of: date
    trees: Trees


def add(table: Any, **columns: Any) -> Any:
    """The table with further columns."""
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table


def standing(source: Source, table: Any) -> Any:
    """The table with `org_path` and `place` from its columns `organisation` and `place_id`."""
    trees = source.trees
    return add(
        table,
        org_path=trees.org_paths(whole(table["organisation"])),
        place=trees.codes(whole(table["place_id"])),
    )


def places(source: Source) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = Place.objects.filter(below(source.campaign.place.path))
    table = fetch(rows, {"path": "path", "level": "level", "kind": "kind", "ended": text("ended")})
    path = whole(table["path"]).cast(pa.string())
    code = pc.utf8_rpad(path, width=12, padding="0")
    # A city itself lies in no county: its line ends where its own path ends.
    line = {
        level: pc.if_else(
            pc.greater_equal(pc.utf8_length(path), cut),
            pc.utf8_rpad(pc.utf8_slice_codeunits(path, 0, cut), width=12, padding="0"),
            pa.scalar(None, pa.string()),
        )
        for level, cut in zip(OFFICIAL, OFFICIAL_CUTS, strict=True)
    }
    return add(table, code=code, place=code, org_path=pa.nulls(len(table), pa.string()), **line)


def organisations(source: Source) -> Any:
    import pyarrow as pa

    rows = Organisation.objects.filter(below(source.campaign.organisation.path))
    table = fetch(
        rows,
        {"id": "pk", "path": "path", "kind": "kind", "unit_kind": "unit_kind",
         "ended": text("ended"), "place_id": "place_id"},
    )  # fmt: skip
    paths = table["path"].to_pylist()
    lines = source.trees.lines
    return add(
        table,
        org_path=whole(table["path"]),
        place=source.trees.codes(whole(table["place_id"])),
        level=pa.array([len(path) // STEP for path in paths], pa.int64()),
        **{kind: pa.array([lines[p].get(kind) for p in paths], pa.string()) for kind in LINE_KINDS},
    )


def members(source: Source) -> Any:
    own = below(source.campaign.organisation.path, field="organisation__path")
    table = fetch(
        Member.objects.filter(own),
        {"id": "pk", "organisation": "organisation_id", "place_id": "place_id", "rank": "rank",
         "is_leader": "is_leader", "ended": text("ended")},
    )  # fmt: skip
    return standing(source, table)


def teams(source: Source) -> Any:
    own = below(source.campaign.organisation.path, field="organisation__path")
    here = below(source.campaign.place.path, field="place__path")
    table = fetch(
        Team.objects.filter(own | here),
        {"id": "pk", "organisation": "organisation_id", "kind": "kind", "ended": text("ended"),
         "place_id": Coalesce("place_id", "organisation__place_id")},
    )  # fmt: skip
    return standing(source, table)


def households(source: Source, *, only: Collection[int] | None = None) -> Any:
    """All of the area, or those with these keys."""
    area = Household.objects.filter(below(source.campaign.place.path, field="place__path"))
    table = fetch(
        narrowed(area, only),
        {"id": "pk", "place_id": "place_id", "kind": "kind", "cause": "cause", "size": "size",
         "hardest": "is_hardest", "since": text("since"), "ended": text("ended")},
    )  # fmt: skip
    helped_by = answering(source, only)
    organisation = look_up(
        whole(table["id"]), whole(helped_by["household"]), whole(helped_by["organisation"])
    )
    target, covered = _target_group(source, whole(table["id"]), only)
    late = due_visits.overdue_households(today=source.as_of, campaign=source.campaign)
    columns = {
        "organisation": organisation, "target": target, "covered": covered,
        "overdue": among(whole(table["id"]), narrowed(late, only)),
    }  # fmt: skip
    return standing(source, add(table, **columns))


def _target_group(source: Source, ids: Any, only: Collection[int] | None) -> tuple[Any, Any]:
    """Who belongs to the target group of the main kind of pair, and who of these has a helper.

    Asked of the querysets behind the lists, so that lists and figures cannot differ.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    main = source.campaign.playbook.main_pairing
    if main is None or main.helped != "household":
        nobody = pa.array([False] * len(ids), pa.bool_())
        return nobody, nobody
    target = among(ids, narrowed(coverage.eligible(source.campaign, main), only))
    alone = among(ids, narrowed(coverage.uncovered(source.campaign, main), only))
    return target, pc.and_not(target, alone)


def among(ids: Any, rows: QuerySet[Any]) -> Any:
    """Which of these keys are among the rows of a queryset."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = whole(fetch(rows, {"id": "pk"})["id"])
    return pc.is_in(ids.cast(pa.int64()), value_set=found.cast(pa.int64()))


def narrowed(
    rows: QuerySet[Any], only: Collection[int] | None, *, field: str = "pk"
) -> QuerySet[Any]:
    """Those of the rows with these keys, all unless some are given."""
    return rows if only is None else rows.filter(**{f"{field}__in": only})


def answering(source: Source, only: Collection[int] | None = None) -> Any:
    """Household and organisation of the open main pairs, the oldest pair first."""
    main = source.campaign.playbook.main_pairing
    rows = Pair.objects.current().filter(
        campaign=source.campaign, kind=main.key if main else "", household__isnull=False
    )
    columns = {"id": "pk", "household": "household_id", "organisation": "organisation_id"}
    return fetch(narrowed(rows, only, field="household"), columns).sort_by("id")


def pairs(source: Source, *, only: Collection[int] | None = None) -> Any:
    """`ended` is empty for exactly the pairs that are current in the lists.

    All of the campaign, or those with these keys.
    """
    table = fetch(
        narrowed(Pair.objects.filter(campaign=source.campaign).with_end(), only),
        {"id": "pk", "kind": "kind", "role": "role", "member": "member_id", "team": "team_id",
         "organisation": "organisation_id", "household": "household_id",
         "partner_member": "partner_member_id", "partner_organisation": "partner_organisation_id",
         "since": text("since"), "ended": text("over_on"), "end_reason": "end_reason",
         "previous": "previous_id",
         "place_id": Coalesce(
             "place_id", "household__place_id", "partner_organisation__place_id",
             "partner_member__place_id",
         )},
    )  # fmt: skip
    late = due_visits.overdue_pairs(today=source.as_of, campaign=source.campaign)
    return standing(source, add(table, overdue=among(whole(table["id"]), narrowed(late, only))))
