"""The records behind a figure as a workbook: what the user may see, masked as on the page."""

import tempfile
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.core import audit
from jiedui.core.lists.export import harmless
from jiedui.core.refusals import Refused
from jiedui.core.texts import count_text, day_text, moment_text
from jiedui.figures.expressions import Question
from jiedui.figures.models import Snapshot
from jiedui.figures.opening import Record, visible
from jiedui.figures.trace import records

MOST = 20_000  # rows; about two seconds
STEP = 2_000


def to_file(snapshot: Snapshot, figure: Figure, question: Question, *, user: Any) -> BinaryIO:
    """All records behind a figure as .xlsx in a temporary file.

    Raises `Refused` when they are more than a workbook made at once should hold.
    """
    import xlsxwriter

    total = records(snapshot, figure, question, size=1).total
    if total > MOST:
        raise Refused(
            _("These are %(rows)s records; choose an area, an organisation or a period first.")
            % {"rows": count_text(total)}
        )
    rows = _all(snapshot, figure, question, user=user, total=total)
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 (the response closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
    _write(book, _head(snapshot, figure, rows=len(rows), total=total, user=user), rows)
    book.close()
    file.seek(0)
    audit.record("figure.exported", snapshot, by=user, figure=figure.key, rows=len(rows))
    return file


def _all(
    snapshot: Snapshot, figure: Figure, question: Question, *, user: Any, total: int
) -> list[Record]:
    found: list[Record] = []
    for page in range(1, -(-total // STEP) + 1):
        ids = records(snapshot, figure, question, page=page, size=STEP).ids
        # SQLite allows 32,766 parameters a query: a step stays far below.
        found += visible(ids, user=user, playbook=snapshot.campaign.playbook)
    return found


def _head(snapshot: Snapshot, figure: Figure, *, rows: int, total: int, user: Any) -> str:
    return _(
        "%(name)s, as of %(day)s · %(rows)s of %(total)s records · exported by %(user)s on %(time)s"
    ) % {
        "name": figure.name,
        "day": day_text(snapshot.as_of),
        "rows": count_text(rows),
        "total": count_text(total),
        "user": user,
        "time": moment_text(timezone.now()),
    }


def _write(book: Any, head: str, rows: list[Record]) -> None:
    sheet = book.add_worksheet()
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_string(0, 0, head)
    titles = (_("Record"), _("Who"), _("Day"), _("Place"), _("Organisation"), _("Remark"))
    for at, title in enumerate(titles):
        sheet.set_column(at, at, 20)
        sheet.write_string(1, at, title, bold)
    for line, row in enumerate(rows, 2):
        remark = _("voided since") if row.is_void else ""
        texts = {0: row.what, 1: row.who, 3: row.place, 4: row.organisation, 5: remark}
        for at, text in texts.items():
            sheet.write_string(line, at, harmless(text))
        if row.day:
            sheet.write_datetime(line, 2, row.day, day)
