"""What the registers hold, as a list that can be corrected and sent in again.

Sensitive columns (telephone, address, identity number, health) are left out: an empty cell says
nothing, so sending the file back does not touch them. Small registers are written at once, large
ones by a job, a few rows at a time.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import date
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiedui.core import audit, exports
from jiedui.core.doors import may
from jiedui.core.jobs import Progress, queue, runner
from jiedui.core.models import Job
from jiedui.core.pages import address
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.core.xlsx import Head, Table, workbook
from jiedui.imports.columns.declarations import Field, Schema
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.workbooks.register_rows import (
    KINDS,
    Cells,
    ReportProgress,
    count,
    rows_of,
    silent,
)

__all__ = ["EXPORT", "KINDS", "PERMISSION", "in_background", "is_large", "write"]

EXPORT = "imports.register"
PERMISSION = "registers.export"


def is_large(kind: str, *, by: User | None) -> bool:
    return count(kind, by=by) > exports.AT_ONCE


def in_background(kind: str, *, by: User) -> Job:
    """Queue the list; the page of the job offers the file."""
    token = exports.record_request(
        user=by,
        name=file_name(kind),
        permission=PERMISSION,
        kind=kind,
        language=translation.get_language(),
    )
    return queue(EXPORT, subject=token, by=by)


def file_name(kind: str) -> str:
    return f"{SCHEMAS[kind].title}.xlsx"


@runner(EXPORT, lane=Job.Lane.LONG)
def export(subject: str, progress: Progress) -> str:
    requested = exports.read(subject)
    user = get_user_model()._default_manager.get(pk=requested["user"])
    if not may(user, PERMISSION):
        raise Refused(_("You may no longer export this list."))
    with (
        translation.override(requested["language"]),
        tempfile.TemporaryFile(suffix=".xlsx") as file,
    ):
        write(
            requested["kind"], file, by=user, report=lambda done, total: progress(done, total=total)
        )
        file.seek(0)
        exports.keep(subject, file)
    return address("export", subject)


def write(kind: str, out: IO[bytes], *, by: User | None, report: ReportProgress = silent) -> int:
    """Write all rows of a kind the user may take away as .xlsx; returns how many. Recorded."""
    schema = SCHEMAS[kind]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
        rows, filled = _keep(kept, schema, rows_of(kind, by=by, report=report))
        keys = [f.key for f in schema.fields if f.key in filled or f.required]
        kept.seek(0)
        _fill(out, schema, keys, map(json.loads, kept))
    audit.record("register.exported", by=by, listing=f"import.{kind}", rows=rows, columns=keys)
    return rows


def _keep(kept: IO[str], schema: Schema, rows: Iterator[Cells]) -> tuple[int, set[str]]:
    """Rows as they will stand in the sheet, a line each; how many, and which columns are used.

    Which columns there are is known only after the last row, and no register fits into memory.
    """
    number, filled = 0, set[str]()
    for row in rows:
        texts = {key: _cell(schema.by_key[key], value) for key, value in row.items()}
        kept.write(json.dumps(texts, ensure_ascii=False) + "\n")
        filled |= texts.keys()
        number += 1
    return number, filled


def _fill(out: IO[bytes], schema: Schema, keys: list[str], rows: Iterator[dict[str, str]]) -> None:
    heads = [Head(schema.by_key[key].title, 14) for key in keys]
    with workbook(out) as book:
        table = Table(book, schema.sheet, heads)
        for row in rows:
            table.add([row.get(key, "") for key in keys])


def _cell(field: Field, value: Any) -> str:
    if value in (None, "", []):
        return ""
    is_chinese = (get_language() or "").startswith("zh")
    if isinstance(value, bool):
        return ("是" if value else "否") if is_chinese else ("Yes" if value else "No")
    if field.choices is not None:
        keys = value if isinstance(value, list) else [value]
        return "、".join(str(field.choices.zh(str(key))) for key in keys)
    if isinstance(value, list):
        return "、".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)
