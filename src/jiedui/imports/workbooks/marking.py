"""The sender's own workbook with its mistakes marked, made by a job."""

from __future__ import annotations

import tempfile

from django.utils import translation
from django.utils.translation import gettext as _

from jiedui.core import exports
from jiedui.core.jobs import Progress, queue, runner
from jiedui.core.models import Job
from jiedui.core.pages import address
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.imports.models import Flaw, Upload
from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.tables.rows import Mistake
from jiedui.imports.workbooks.annotate import annotate

MARK = "imports.mark"


def mark(upload: Upload, *, by: User) -> Job:
    """Queue it; the page of the job offers the file."""
    token = exports.record_request(
        user=by,
        name=f"{upload.name.rsplit('.', 1)[0]}-{_('mistakes')}.xlsx",
        permission="import",
        upload=upload.pk,
        language=translation.get_language(),
    )
    return queue(MARK, subject=token, by=by)


@runner(MARK)
def run(subject: str, progress: Progress) -> str:
    requested = exports.read(subject)
    upload = Upload.objects.get(pk=requested["upload"])
    flaws = [_mistake(flaw) for flaw in upload.flaws.all()]
    progress(0, total=1, message=_("Reading the file"))
    with (
        translation.override(requested["language"]),
        tempfile.TemporaryFile(suffix=".xlsx") as file,
    ):
        try:
            annotate(upload.path, flaws, file)
        except BadWorkbook as bad:  # dropped or applied since
            raise Refused(str(bad)) from bad
        file.seek(0)
        exports.keep(subject, file)
    return address("export", subject)


def _mistake(flaw: Flaw) -> Mistake:
    return Mistake(
        flaw.sheet,
        flaw.row,
        flaw.column,
        flaw.field,
        flaw.message,
        flaw.mend,
        "error" if flaw.is_error else "warning",
        str(flaw.value),
    )
