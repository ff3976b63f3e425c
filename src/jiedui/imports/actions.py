"""What one can do with a list: send it in, put its columns right, decide, apply, undo, drop."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jiedui.core import audit, table_statistics
from jiedui.core.jobs import Progress, queue, runner
from jiedui.core.locking import held
from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.matching import matches
from jiedui.imports.models import StagedRow, Upload
from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.reading.workbook import Limits
from jiedui.imports.staging import checking, settling
from jiedui.imports.staging.checking import ReportProgress
from jiedui.imports.tables import layouts
from jiedui.imports.tables.answers import Words
from jiedui.imports.writing import applying, undoing

KEPT_DAYS = 30  # a file nobody applied is deleted then
State = Upload.State


def receive(kind: str, name: str, chunks: Iterable[bytes], *, by: User | None) -> Upload:
    """Keep a file that was sent, under a random name. It is analysis at by `check`.

    Raises `Refused` for an unknown kind and for a file larger than `Limits.size`.
    """
    if kind not in SCHEMAS:
        raise Refused(_("There is no such kind of list: %(kind)s") % {"kind": kind[:40]})
    tidy()
    token, size, digest = _store(chunks)
    upload: Upload = Upload.objects.create(
        kind=kind,
        name=Path(name.replace("\\", "/")).name[:200] or token,
        size=size,
        sha256=digest,
        file=token,
        owner_id=by.pk if by else None,
        language=translation.get_language() or "zh-hans",
    )
    audit.record("import.received", upload, by=by, kind=kind, name=upload.name, sha256=digest)
    return upload


def _store(chunks: Iterable[bytes]) -> tuple[str, int, str]:
    folder = Path(settings.DATA) / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    token, size, digest = secrets.token_hex(16), 0, hashlib.sha256()
    path, most = folder / token, Limits().size
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                break
            digest.update(chunk)
            file.write(chunk)
    if size > most:
        path.unlink()
        raise Refused(
            _("This file is larger than %(most)d MB. Remove pictures, or split the list.")
            % {"most": most // 1024**2}
        )
    return token, size, digest.hexdigest()


def earlier(upload: Upload) -> Upload | None:
    """The same file, applied before and not undone."""
    same = Upload.objects.filter(kind=upload.kind, sha256=upload.sha256, state=State.APPLIED)
    return same.exclude(pk=upload.pk).order_by("-pk").first()


def check(upload: Upload, *, by: User | None) -> Job:
    """Look at the file, in a job: no file is read while a page waits for it."""
    return _start(upload, State.READING, "imports.check", by=by)


def _check(upload: Upload, report: ReportProgress, *, state: str = State.CHECKED) -> None:
    try:
        with translation.override(upload.language):
            checking.check(upload, report=report, state=state)
    except BadWorkbook as bad:
        upload.state, upload.problem = State.REFUSED, str(bad)[:400]
        upload.save(update_fields=["state", "problem"])
        upload.path.unlink(missing_ok=True)


_BEFORE = {"imports.check": (State.READING, State.CHECKED), "imports.apply": (State.CHECKED,)}


@transaction.atomic
def _start(upload: Upload, state: str, name: str, *, by: User | None) -> Job:
    """Queue a job. The row is held meanwhile: of two who start one, only one does."""
    now = held(upload)
    is_at_work = now.job is not None and now.job.state in _AT_WORK
    if is_at_work or now.state not in _BEFORE.get(name, (State.APPLIED,)):
        raise Refused(_("Somebody is already working on this list. Wait until it is done."))
    job = queue(name, subject=str(upload.pk), by=by)
    Upload.objects.filter(pk=upload.pk).update(state=state, job=job)
    upload.state, upload.job = state, job
    return job


_AT_WORK = (Job.State.QUEUED, Job.State.RUNNING)


def correct(upload: Upload, chosen: Mapping[str, Mapping[int, str]], *, by: User | None) -> Job:
    """Say what columns mean (sheet → column → field key, "" leaves it out), and look again.

    Remembered for files with the same headings. Raises `Refused` for a field chosen twice.
    """
    _needs(upload, State.CHECKED)
    known, sheets = SCHEMAS[upload.kind].by_key, upload.sheets
    remembered: dict[str, dict[str, str]] = {}
    for sheet, columns in chosen.items():
        fields = [field for field in columns.values() if field]
        if twice := next((f for f in fields if fields.count(f) > 1 or f not in known), None):
            title = known[twice].title if twice in known else twice
            raise Refused(
                _("“%(title)s” was chosen for two columns; choose one of them.") % {"title": title}
            )
        for column in sheets.get(sheet, ()):
            field = columns.get(column["column"], column["field"])
            is_chosen = field != column["field"] or column["by"] in ("chosen", "remembered")
            if is_chosen and column["heading"]:
                remembered.setdefault(sheet, {})[column["heading"]] = field
    upload.corrections = {
        sheet: {str(column): field for column, field in columns.items()}
        for sheet, columns in chosen.items()
    }
    upload.save(update_fields=["corrections"])
    checking.remember(upload, remembered, _signatures(upload))
    return check(upload, by=by)


def settle(
    upload: Upload,
    *,
    by: User | None,
    words: Words | None = None,
    empty: Collection[str] | None = None,
    filled: Mapping[str, str] | None = None,
) -> Job:
    """Put words right once for all rows (column → word → what is meant), and look again.

    `empty` are all columns whose wrong cells are left empty, `filled` is what new records get in
    a column the list does not have; without them both stay as they were said. Words of columns
    with a list of values are remembered for later lists. Raises `Refused` for an answer its
    column cannot read.
    """
    _needs(upload, State.CHECKED)
    settling.keep(upload, words=words or {}, empty=empty, filled=filled or {}, by=by)
    return check(upload, by=by)


def lay_out(upload: Upload, answers: Mapping[str, str], *, by: User | None) -> Job:
    """Say how the list is laid out (question → answer, "read BLOCK" → yes or no), and look again.

    Raises `Refused` for a question the list does not ask or an answer that is none.
    """
    _needs(upload, State.CHECKED)
    known = layouts.answers(upload)
    if any(answer not in known.get(key, ()) for key, answer in answers.items()):
        raise Refused(_("Choose one of the answers."))
    upload.layout = {**upload.layout, **answers}
    upload.save(update_fields=["layout"])
    # `said` is a stored key.
    audit.record("import.laid_out", upload, by=by, kind=upload.kind, said=dict(answers))
    return check(upload, by=by)


def _signatures(upload: Upload) -> dict[str, str]:
    return {
        sheet: hashlib.sha256("\n".join(c["heading"] for c in columns).encode()).hexdigest()
        for sheet, columns in upload.sheets.items()
    }


def decide(
    upload: Upload,
    keys: Iterable[int],
    decision: str,
    *,
    by: User | None,
    target: int | None = None,
) -> int:
    """Say what doubtful rows are: same (as `target`, else the likeliest), new or skip.

    Returns how many rows that was. The preview shows it after the next look.
    """
    _needs(upload, State.CHECKED)
    if decision not in StagedRow.Decision.values:
        raise Refused(_("Choose one of the three answers."))
    rows = list(upload.rows.filter(pk__in=list(keys), is_doubtful=True))
    offered = matches.within_reach(upload.kind, rows, by=by)
    for row in rows:
        row.decision = decision
        row.target = None
        if decision == StagedRow.Decision.SAME:
            keys = offered[row.pk]
            row.target = target if target in keys else next(iter(keys), None)
    StagedRow.objects.bulk_update(rows, ["decision", "target"], batch_size=200)
    if rows:
        upload.seal = ""  # what the preview shows is no longer what would be written
        upload.save(update_fields=["seal"])
    return len(rows)


def undecided(upload: Upload) -> int:
    return upload.rows.filter(is_doubtful=True, decision="").count()


def apply(upload: Upload, *, by: User | None) -> Job:
    """Write the list into the registers, in a job.

    Raises `Refused` while doubtful rows are undecided. When the registers changed since the
    preview, the job writes nothing, says so, and the preview is made anew.
    """
    _needs(upload, State.CHECKED)
    if upload.unanswered:
        raise Refused(_("The list asks how it is laid out; answer that first."))
    if count := undecided(upload):
        raise Refused(_("%(count)d rows are still to be decided.") % {"count": count})
    return _start(upload, State.APPLYING, "imports.apply", by=by)


def _apply(upload: Upload, report: ReportProgress, *, by: User | None) -> None:
    try:
        with translation.override(upload.language):
            applying.apply(upload, by=by, report=report)
    except applying.Outdated as outdated:
        with translation.override(upload.language):
            checking.save(upload, outdated.analysis)
            raise Refused(
                _("The registers changed since the preview. It has been made anew: look again.")
            ) from outdated
    except (Refused, BadWorkbook) as refused:
        Upload.objects.filter(pk=upload.pk).update(state=State.CHECKED)
        raise Refused(str(refused)) from refused
    upload.path.unlink(missing_ok=True)
    table_statistics.gather()


def undo(upload: Upload, *, by: User | None) -> Job:
    """Take an applied list back, in a job; rows that changed since stay, and say so."""
    _needs(upload, State.APPLIED)
    return _start(upload, State.APPLYING, "imports.undo", by=by)


def drop(upload: Upload, *, by: User | None) -> None:
    """Forget a list that was not applied: the file and everything read from it."""
    if upload.state in (State.APPLIED, State.APPLYING, State.UNDONE):
        raise Refused(_("A list that was applied is not dropped; it can be undone."))
    _forget(upload)
    audit.record("import.dropped", upload, by=by)


def _forget(upload: Upload) -> None:
    upload.state, upload.columns, upload.accounts = State.DROPPED, "", []
    upload.answers = upload.questions = upload.additions = ""
    upload.save(update_fields=[
        *("state", "columns", "accounts", "answers", "questions", "additions"),
    ])  # fmt: skip
    checking.clear(upload)
    upload.path.unlink(missing_ok=True)


def tidy() -> int:
    """Forget lists nobody applied within `KEPT_DAYS`; returns how many."""
    old = Upload.objects.filter(
        state__in=(State.READING, State.CHECKED),
        made__lt=timezone.now() - timedelta(days=KEPT_DAYS),
    )
    uploads = list(old)
    for upload in uploads:
        _forget(upload)
    return len(uploads)


def recover(upload: Upload) -> None:
    """After a job that failed: back to where one can try again. Nothing of it was written."""
    job = upload.job
    if job is None or job.state != Job.State.FAILED:
        return
    # Three workers were killed over it: what they have left is put in order first, by a job.
    if upload.state == State.APPLYING and _is_half_written(upload):
        upload.job = queue("imports.take_back", subject=str(upload.pk), by=upload.owner)
    elif upload.state in (State.READING, State.APPLYING) and upload.unfinished:
        upload.job = queue("imports.finish", subject=str(upload.pk), by=upload.owner)
    elif upload.state in (State.READING, State.APPLYING):
        upload.state = _state_before(upload)
    else:
        return
    upload.problem = job.message
    upload.save(update_fields=["state", "problem", "job"])


def _state_before(upload: Upload) -> str:
    if upload.state == State.READING and not upload.holds("columns"):
        return State.REFUSED
    return State.APPLIED if upload.applied else State.CHECKED


def _is_half_written(upload: Upload) -> bool:
    return upload.applied is None and upload.rows.exclude(before="").exists()


def _needs(upload: Upload, state: str) -> None:
    if upload.state != state:
        raise Refused(
            _("This cannot be done now: the list is “%(state)s”.")
            % {"state": upload.get_state_display()}
        )


# Runners: each does nothing when its work has been done, so an interrupted job may run again.


def _reporter(progress: Progress) -> ReportProgress:
    def report(percent: int, message: str) -> None:
        progress(percent, total=100, message=message)

    return report


def _owner(upload: Upload) -> Any:
    """Whose rights a job works with; nobody's are not those of the command line."""
    if upload.owner is None:
        raise Refused(_("The account that sent this list is no more. Send the list again."))
    return upload.owner


@runner("imports.check")
def run_check(subject: str, progress: Progress) -> str:
    upload = Upload.objects.select_related("owner").get(pk=subject)
    if upload.state == State.READING and _owner(upload):
        _check(upload, _reporter(progress))
    return reverse("imports:start", args=[upload.pk])


@runner("imports.apply", lane=Job.Lane.LONG)
def run_apply(subject: str, progress: Progress) -> str:
    upload = Upload.objects.select_related("owner").get(pk=subject)
    if upload.state == State.APPLYING:
        if not upload.seal:  # somebody decided since the last look
            _check(upload, checking.silent, state=State.APPLYING)
            _refuse_undecided(upload)
        _apply(upload, _reporter(progress), by=_owner(upload))
    return upload.get_absolute_url()


def _refuse_undecided(upload: Upload) -> None:
    """What the last look found to be doubtful is asked, not left out in silence."""
    if upload.state == State.APPLYING and (count := undecided(upload)):
        Upload.objects.filter(pk=upload.pk).update(state=State.CHECKED)
        raise Refused(_("%(count)d rows are still to be decided.") % {"count": count})


@runner("imports.undo", lane=Job.Lane.LONG)
def run_undo(subject: str, progress: Progress) -> str:
    upload = Upload.objects.select_related("owner").get(pk=subject)
    if upload.state == State.APPLYING:
        with translation.override(upload.language):
            undoing.undo(upload, by=_owner(upload), report=_reporter(progress))
    return upload.get_absolute_url()


@runner("imports.take_back")
def run_take_back(subject: str, progress: Progress) -> str:
    upload = Upload.objects.select_related("owner").get(pk=subject)
    if upload.state == State.APPLYING:
        with translation.override(upload.language):
            undoing.forget(upload, by=_owner(upload), report=_reporter(progress))
    return upload.get_absolute_url()


@runner("imports.finish")
def run_finish(subject: str, progress: Progress) -> str:
    upload = Upload.objects.get(pk=subject)
    if upload.state in (State.READING, State.APPLYING):
        checking.finish(upload)
        upload.state = _state_before(upload)
        upload.save(update_fields=["state"])
    return reverse("imports:start", args=[upload.pk])


def import_file(
    kind: str,
    path: Path,
    *,
    by: User | None = None,
    mapping: Mapping[str, Mapping[int, str]] | None = None,
    layout: Mapping[str, str] | None = None,
    apply: bool = False,
) -> dict[str, Any]:
    """Look at a file and, if asked, apply it; doubtful rows are left out.

    `mapping` is sheet → column → field key, `layout` question → answer as in `lay_out`.
    Returns kind, rows, new, changed, unchanged, duplicates, mistakes, warnings, applied and
    upload (its number). Raises `Refused` for a file that cannot be read, and before applying one
    that asks how it is laid out.
    """
    with Path(path).open("rb") as file:
        upload = receive(kind, Path(path).name, iter(lambda: file.read(1 << 20), b""), by=by)
    upload.corrections = {
        sheet: {str(column): field for column, field in columns.items()}
        for sheet, columns in (mapping or {}).items()
    }
    upload.layout = dict(layout or {})
    _check(upload, checking.silent)
    if upload.state == State.REFUSED:
        raise Refused(upload.problem)
    if apply and upload.unanswered:
        message = _("The list asks how it is laid out; answer that first.")
        raise Refused(f"{message} {layouts.open_questions(upload)}")
    found = facts(upload)
    if apply:
        _leave_doubtful_out(upload)
        _apply(upload, checking.silent, by=by)
    return found | {"applied": apply}


def _leave_doubtful_out(upload: Upload) -> None:
    skipped = upload.rows.filter(is_doubtful=True, decision="")
    if skipped.update(decision=StagedRow.Decision.SKIP):
        _check(upload, checking.silent)


def facts(upload: Upload) -> dict[str, Any]:
    """What a list would do, or did, with stable keys."""
    counts = upload.counts
    return {
        "kind": upload.kind,
        "rows": upload.count("rows"),
        "new": upload.count("new"),
        "changed": upload.count("changed"),
        "unchanged": upload.count("same"),
        "duplicates": counts.get("duplicates", 0),
        "mistakes": upload.count("mistakes"),
        "warnings": upload.count("warnings"),
        "applied": upload.state == State.APPLIED,
        "upload": upload.pk,
    }
