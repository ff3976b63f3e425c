"""Writing the previewed rows into the registers, with the effects stored for an undo.

A list is written in short transactions, so that others do not wait for it. It is written as a
whole or not at all: what an interrupted attempt has written is undone first.
"""

from __future__ import annotations

from functools import partial

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit, bulk, collector
from jiedui.core.changes import Stale
from jiedui.core.doors import may
from jiedui.core.jobs import Lost, let_others_write
from jiedui.core.refusals import Refused, will_pass
from jiedui.core.users import User
from jiedui.imports.matching.drafts import Staged
from jiedui.imports.models import StagedRow, Upload
from jiedui.imports.staging import checking
from jiedui.imports.staging.checking import Analysis, ReportProgress
from jiedui.imports.writing.records import WRITTEN, Writing, effects_text, portions
from jiedui.imports.writing.turns import Turn, turn
from jiedui.imports.writing.undoing import take_back


class Outdated(Exception):
    """The registers changed since the preview was made; `analysis` is the present one."""

    def __init__(self, analysis: Analysis) -> None:
        super().__init__()
        self.analysis = analysis


def apply(upload: Upload, *, by: User | None, report: ReportProgress) -> dict[str, int]:
    """Write all new and changed rows. Raises `Outdated` when the preview is out of date.

    After any failure nothing of the list is left in the registers.
    """
    if by is not None and not may(by, "import"):
        raise Refused(_("Your role does not include importing lists any more."))
    with turn(upload.pk) as ours:
        take_back(upload, by=by, report=report, ours=ours)  # written by an attempt that was killed
        analysis = checking.analyse(upload, report=report)
        if analysis.seal != upload.seal:
            raise Outdated(analysis)
        with audit.through("import"):
            _write_or_take_back(upload, analysis, by=by, report=report, ours=ours)
    return dict(upload.counts)


def _write_or_take_back(
    upload: Upload, analysis: Analysis, *, by: User | None, report: ReportProgress, ours: Turn
) -> None:
    try:
        _write(upload, analysis, by=by, report=report, ours=ours)
        _finish(upload, by=by)
    except Lost:
        raise  # another worker has taken over, and undoes it
    except Exception as stopped:
        take_back(upload, by=by, report=report, ours=ours)
        if not isinstance(stopped, Refused | IntegrityError):
            raise
        again = checking.analyse(upload, report=report)
        if again.seal == analysis.seal and not isinstance(stopped, Stale | IntegrityError):
            raise  # the preview would not show the cause
        raise Outdated(again) from stopped


def _write(
    upload: Upload, analysis: Analysis, *, by: User | None, report: ReportProgress, ours: Turn
) -> None:
    writing, order = Writing(analysis.comparison, by=by), 0
    rows = upload.rows.filter(outcome__in=WRITTEN).values_list("sheet", "number", "pk")
    keys = {(sheet, number): pk for sheet, number, pk in rows}
    ready = portions(analysis.comparison)
    for done, portion in enumerate(ready):
        report(60 + 38 * done // len(ready), _("Writing the register"))
        places = [keys[one.place] for one in portion]
        write = partial(_write_portion, writing, portion, places, order=order, ours=ours)
        try:
            write()
        except OperationalError as error:
            if not will_pass(error):
                raise
            write()  # a deadlock: the database aborted one of the two
        order += len(portion)
        let_others_write()


def _write_portion(
    writing: Writing, portion: list[Staged], keys: list[int], *, order: int, ours: Turn
) -> None:
    with collector.waits(), transaction.atomic():
        ours.keep()
        effects = writing.write(portion)
        stored_effects = [[effects_text(order + n, found), keys[n]] for n, found in effects.items()]
        bulk.update(StagedRow, ["before"], stored_effects)


@transaction.atomic
def _finish(upload: Upload, *, by: User | None) -> None:
    audit.record("import.applied", upload, by=by, kind=upload.kind, counts=upload.counts)
    upload.state, upload.applied = Upload.State.APPLIED, timezone.now()
    upload.save(update_fields=["state", "applied"])
