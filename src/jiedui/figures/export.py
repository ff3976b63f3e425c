"""The records behind a figure as a workbook: what the user may see, masked as on the page."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any, BinaryIO

from django.contrib.auth import get_user_model
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.core import audit, exports
from jiedui.core.jobs import Progress, queue, runner
from jiedui.core.models import Job
from jiedui.core.pages import address
from jiedui.core.refusals import Refused
from jiedui.core.texts import count_text, day_text, moment_text
from jiedui.core.users import User
from jiedui.core.xlsx import Head, Table, workbook
from jiedui.figures.actions import EXPORT
from jiedui.figures.expressions import FigureQuery
from jiedui.figures.models import Snapshot
from jiedui.figures.record_rows import Record, visible
from jiedui.figures.trace import records
from jiedui.orgs.scopes import of

MOST = 1_000_000  # rows; a sheet has 1,048,576
STEP = 2_000  # SQLite allows 32,766 parameters a query: a step stays far below


def is_large(snapshot: Snapshot, figure: Figure, query: FigureQuery) -> bool:
    """Whether the records are too many to be written while somebody waits for the page."""
    return records(snapshot, figure, query, size=1).total > exports.AT_ONCE


def in_background(snapshot: Snapshot, figure: Figure, query: FigureQuery, *, user: User) -> Job:
    """Queue the export; the job's page offers the file when it is there."""
    token = exports.record_request(
        user=user,
        name=file_name(snapshot, figure),
        permission="registers.export",
        snapshot=snapshot.pk,
        figure=figure.key,
        question=asdict(query),
        language=translation.get_language(),
    )
    return queue(EXPORT, subject=token, by=user)


def file_name(snapshot: Snapshot, figure: Figure) -> str:
    return f"{figure.name}-{snapshot.as_of}.xlsx"


@runner(EXPORT, lane=Job.Lane.LONG)
def export(subject: str, progress: Progress) -> str:
    requested = exports.read(subject)
    snapshot = Snapshot.objects.filter(pk=requested["snapshot"]).first()
    if snapshot is None:
        raise Refused(_("These figures have been replaced by newer ones; export those."))
    user = get_user_model()._default_manager.get(pk=requested["user"])
    figure = snapshot.campaign.playbook.figure(requested["figure"])
    query = _query(requested["question"])
    with (
        translation.override(requested["language"]),
        to_file(snapshot, figure, query, user=user, progress=progress) as file,
    ):
        exports.keep(subject, file)
    return address("export", subject)


def _query(facts: dict[str, Any]) -> FigureQuery:
    days = {key: date.fromisoformat(facts[key]) for key in ("since", "until") if facts[key]}
    return FigureQuery(**{**facts, **days})


def to_file(
    snapshot: Snapshot,
    figure: Figure,
    query: FigureQuery,
    *,
    user: User,
    progress: Progress | None = None,
) -> BinaryIO:
    """All records behind a figure as .xlsx in a temporary file.

    Raises `Refused` when they are more than a sheet can hold.
    """
    total = records(snapshot, figure, query, size=1).total
    if total > MOST:
        raise Refused(
            _("These are %(rows)s records; choose an area, an organisation or a period first.")
            % {"rows": count_text(total)}
        )
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 (the response closes it)
    found = _all(snapshot, figure, query, user=user, total=total, progress=progress)
    with workbook(file) as book:
        rows = _write(book, _head(snapshot, figure, total=total, user=user), found)
    file.seek(0)
    audit.record("figure.exported", snapshot, by=user, figure=figure.key, rows=rows)
    return file


def _all(
    snapshot: Snapshot,
    figure: Figure,
    query: FigureQuery,
    *,
    user: User,
    total: int,
    progress: Progress | None,
) -> Iterator[Record]:
    mine = of(user).holding("registers.export")
    for page in range(1, -(-total // STEP) + 1):
        ids = records(snapshot, figure, query, page=page, size=STEP).ids
        yield from visible(ids, user=mine, playbook=snapshot.campaign.playbook)
        if progress:
            progress(min(page * STEP, total), total=total)


def _head(snapshot: Snapshot, figure: Figure, *, total: int, user: User) -> str:
    return _("%(name)s, as of %(day)s · %(total)s records · exported by %(user)s on %(time)s") % {
        "name": figure.name,
        "day": day_text(snapshot.as_of),
        "total": count_text(total),
        "user": audit.signed(user),
        "time": moment_text(timezone.now()),
    }


def _write(book: Any, above: str, rows: Iterator[Record]) -> int:
    """One line a record; the last line says how many of all the records these are."""
    titles = (_("Record"), _("Who"), _("Day"), _("Place"), _("Organisation"), _("Remark"))
    table = Table(
        book, pgettext("sheet", "Records"), [Head(title, 20) for title in titles], above=above
    )
    shown = 0
    for row in rows:
        shown += 1
        remark = _("voided since") if row.is_void else ""
        table.add([row.what, row.who, row.day, row.place, row.organisation, remark])
    table.note(_("%(rows)s records that you may see") % {"rows": shown})
    return shown
