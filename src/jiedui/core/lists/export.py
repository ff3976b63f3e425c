"""Listings as workbooks: at once when small, by a job when large."""

import tempfile
from typing import Any, BinaryIO

from django.contrib.auth import get_user_model
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jiedui.core import audit, exports, readings
from jiedui.core.jobs import Progress, queue, runner
from jiedui.core.lists.listing import LISTINGS, Listing
from jiedui.core.models import Job
from jiedui.core.pages import address
from jiedui.core.refusals import Refused
from jiedui.core.texts import count_text, moment_text
from jiedui.core.xlsx import Head, Table, workbook


def to_file(listing: Listing, *, progress: Progress | None = None) -> BinaryIO:
    """The filtered rows with the visible columns as .xlsx, in a temporary file."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 (the response closes it)
    with readings.watched() as seen, workbook(file) as book:
        _write(book, listing, progress=progress)
    file.seek(0)
    if opened := seen.unmarked():
        audit.record_readings(opened, by=listing.user, page=listing.path)
    audit.record(
        "register.exported",
        by=listing.user,
        listing=listing.key,
        rows=listing.total,
        columns=[column.key for column in listing.workbook_columns],
        filters=listing.filter_facts,
    )
    return file


def _write(book: Any, listing: Listing, *, progress: Progress | None) -> None:
    columns = listing.workbook_columns
    heads = [
        Head(_heading(one), 12 if one.is_number else 18, one.kind, str(one.group))
        for one in columns
    ]
    table = Table(book, str(listing.title), heads, above=watermark(listing))
    if progress:  # how much there is can be seen before the first row is read
        progress(0, total=listing.total)
    for number, row in enumerate(listing.every()):
        table.add([column.plain(row) for column in columns])
        if progress and number % 200 == 0:
            progress(number, total=listing.total)


def _heading(column: Any) -> str:
    return f"{column.label} ({column.unit})" if column.unit else str(column.label)


def watermark(listing: Listing) -> str:
    """Who took these rows out and when: stands on top of every sheet and print."""
    return _("%(title)s · %(rows)s rows · exported by %(user)s on %(time)s") % {
        "title": listing.headline,
        "rows": count_text(listing.total),
        "user": audit.signed(listing.user),
        "time": moment_text(timezone.now()),
    }


def file_name(listing: Listing) -> str:
    return f"{listing.title}-{timezone.localtime():%Y%m%d-%H%M}.xlsx"


def in_background(listing: Listing) -> Job:
    """Queue the export of many rows; the job's page offers the file when it is there."""
    token = exports.record_request(
        user=listing.user,
        name=file_name(listing),
        permission=listing.export_permission,
        listing=listing.key,
        query=listing.params.urlencode(),
        columns=listing.chosen,
        kwargs=listing.kwargs,
        language=translation.get_language(),
    )
    return queue("listing.export", subject=token, by=listing.user)


@runner("listing.export", lane=Job.Lane.LONG)
def export(subject: str, progress: Progress) -> str:
    requested = exports.read(subject)
    user = get_user_model()._default_manager.get(pk=requested["user"])
    listing = LISTINGS[requested["listing"]](
        user,
        params=QueryDict(requested["query"]),
        chosen=requested["columns"],
        kwargs=requested["kwargs"],
    )
    if not listing.may_export:
        raise Refused(_("You may no longer export this list."))
    listing = listing.taken_away()
    with translation.override(requested["language"]), to_file(listing, progress=progress) as file:
        exports.keep(subject, file)
    return address("export", subject)
