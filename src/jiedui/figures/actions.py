"""Taking, checking and keeping snapshots. `evaluation` counts figures, `trace` opens records."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.tables import TABLES
from jiedui.core import audit, exports, jobs
from jiedui.core.locking import held
from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.figures import amending, arrow, changes, evaluation, extract, store, warm
from jiedui.figures.models import Snapshot
from jiedui.figures.register_tables import Source
from jiedui.figures.trees import Trees
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

File = dict[str, Any]
REFRESH = "figures.refresh"
EXPORT = "figures.export"
KEEP = 3  # snapshots of a campaign that stay without being pinned
SHORTEST = timedelta(seconds=10)  # between two counts that nobody asked for
QUICK = timedelta(seconds=4)  # that visits and gifts take to be added, at most
LONGEST = timedelta(hours=1)
UNFINISHED = timedelta(minutes=10)  # that a snapshot may take, of which no row tells yet


def take(
    campaign: Campaign,
    *,
    by: User | None = None,
    progress: Callable[[int, int], None] | None = None,
    on: date | None = None,
    is_told: bool = True,
) -> Snapshot:
    """Write the campaign's records down as Parquet files without names, and remember their hash.

    `on` is the day it stands for, today unless given: dated rows of later days are left out, the
    registers are as they are now. The same records on the same day give the same snapshot.
    `progress` is called with how many tables have been read, of how many. One that nobody asked for
    is not told (`is_told`): there are many a day, and the chain is for what people did.
    """
    as_of = on or timezone.localdate()
    before = latest(campaign)
    with arrow.one_state():
        last = last_change()
        tables = _read(Source(campaign, as_of, Trees(campaign)), before, progress or _ignore)
    arrow.give_back()
    key = _key(campaign, as_of, tables)
    manifest = {"campaign": campaign.key, "as_of": str(as_of), "key": key, "tables": tables}
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1)
    store.write(store.folder() / f"{key}.json", text.encode())
    # The row comes last: a crash before it leaves files that nobody refers to, and `tidy` removes.
    facts = {"tables": tables, "last_entry": last or 0, "code": changes.code()}
    facts |= {"made": timezone.now()}
    with transaction.atomic():
        snapshot, is_new = Snapshot.objects.update_or_create(
            key=key,
            defaults=facts,
            create_defaults=facts | {"campaign": campaign, "as_of": as_of, "folder": store.FOLDER},
        )
        if is_new and is_told:
            audit.record("snapshot.taken", snapshot, by=by, key=key, rows=snapshot.rows)
    return snapshot


def _read(
    source: Source, before: Snapshot | None, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """All tables: of the one before what has not been touched, as far as that is known."""
    if before is None:
        return dict(extract.tables(source, {}, progress=progress))
    alone = changes.touched_alone(before, as_of=source.as_of)
    if alone and (amended := amending.tables(source, before.tables, alone)):
        return amended
    touched = changes.touched(before)
    return dict(extract.tables(source, before.tables, touched=touched, progress=progress))


def latest(campaign: Campaign) -> Snapshot | None:
    """The newest snapshot of a campaign; None before the first."""
    return Snapshot.objects.filter(campaign=campaign).first()


def is_stale(snapshot: Snapshot) -> bool:
    """Whether a record was written down that the snapshot has not read; reading changes nothing."""
    last = last_change()
    return last is not None and last > snapshot.last_entry


def last_change() -> int | None:
    """Number of the newest entry of the audit chain that changed what is counted.

    Numbers are given in the order of the commits; moments are not.
    """
    return changes.entries().order_by("-pk").values_list("pk", flat=True).first()


@transaction.atomic
def refresh(campaign: Campaign, *, by: User | None = None) -> Job:
    """Queue a new snapshot with its figures; one that waits already is enough.

    One that runs has read what there was: whoever asks wants what there is now.
    """
    held(campaign)
    own = _refreshes(campaign)
    states = [Job.State.QUEUED] if by else [Job.State.QUEUED, Job.State.RUNNING]
    if waiting := own.filter(state__in=states).first():
        return waiting
    if by is None:  # of those that nobody asked for, the last one tells how long it took
        nobodys = own.filter(owner_id=None, finished__isnull=False).order_by("-pk")
        own.filter(pk__in=list(nobodys.values_list("pk", flat=True)[1:])).delete()
    return jobs.queue(REFRESH, subject=str(campaign.pk), by=by)


@jobs.steadily
def refresh_due() -> None:
    """Queue a refresh for every campaign whose figures are no longer those of its records."""
    for campaign in Campaign.objects.all():
        if _is_due(campaign):
            refresh(campaign)


def _is_due(campaign: Campaign) -> bool:
    """Seconds after something was recorded, but never so often that counting takes more than a
    sixth of the time; and when a new day has come. After a failure not before an hour.
    """
    snapshot, now = latest(campaign), timezone.now()
    ended = _refreshes(campaign).filter(finished__isnull=False).order_by("-pk").first()
    if ended and ended.state == Job.State.FAILED and now < ended.finished + LONGEST:
        return False
    if snapshot is None or snapshot.as_of < timezone.localdate():
        return True
    if now <= snapshot.made + SHORTEST or not is_stale(snapshot):
        return False
    took = ended.finished - ended.made if ended else timedelta()
    if changes.touched_alone(snapshot, as_of=snapshot.as_of):
        took = min(took, QUICK)  # however long it took to read and count everything
    return now > snapshot.made + min(LONGEST, 5 * took)


def _refreshes(campaign: Campaign) -> Any:
    return Job.objects.filter(runner=REFRESH, subject=str(campaign.pk))


def figures_json(
    campaign_key: str,
    keys: Sequence[str] | None = None,
    *,
    organisation: Organisation | None = None,
    place: Place | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[dict[str, Any]]:
    """The figures of a campaign as dicts with stable keys, from its newest snapshot.

    Takes a snapshot when there is none or records have come since. Raises `Refused` for an unknown
    campaign or figure.
    """
    campaign = Campaign.objects.filter(key=campaign_key).first()
    if campaign is None:
        raise Refused(_("There is no campaign %(key)s.") % {"key": campaign_key})
    known = [figure.key for figure in campaign.playbook.figures]
    for key in keys or ():
        if key not in known:
            raise Refused(_("The campaign has no figure %(key)s.") % {"key": key})
    snapshot = latest(campaign)
    if snapshot is None or is_stale(snapshot):
        snapshot = take(campaign)
    values = evaluation.evaluate(
        snapshot, keys or known, organisation=organisation, place=place, since=since, until=until
    )
    return [value.as_dict() for value in values]


@jobs.runner(REFRESH)
def run_refresh(subject: str, progress: jobs.Progress) -> str:
    """Read, count, tidy: one measure of progress from the first table to the last figure."""
    campaign = Campaign.objects.get(pk=subject)
    figures = warm.total(campaign)

    def reading(done: int, tables: int) -> None:
        # While the database is held at one state, only the note in a file can be seen.
        words = _("Reading table %(n)s of %(total)s") % {"n": done, "total": tables}
        progress.job.done, progress.job.total = done, tables + figures
        progress.job.message = words
        jobs.note(progress.job)

    def counting(done: int, part: str) -> None:
        words = _("Counting the figures: %(part)s") % {"part": part}
        progress(len(TABLES) + done, total=len(TABLES) + figures, message=words)

    asked_for = progress.job.owner_id is not None or latest(campaign) is None
    snapshot = take(campaign, progress=reading, is_told=asked_for)
    warm.warm(snapshot, progress=counting)
    progress(progress.job.total, message=_("Removing what no figure needs any more"))
    tidy(campaign)
    return reverse("figures:index", args=[campaign.key])


def _ignore(_done: int, _total: int) -> None:
    """For callers that show no progress."""


@transaction.atomic
def pin(snapshot: Snapshot, *, by: User | None) -> None:
    """Keep the snapshot for ever: something published stands on it."""
    if Snapshot.objects.filter(pk=snapshot.pk, pinned=False).update(pinned=True):
        audit.record("snapshot.pinned", snapshot, by=by, key=snapshot.key)
    snapshot.pinned = True


@dataclass(frozen=True)
class Verdict:
    """`difference` says where the first file differs; empty when every byte is as it was."""

    equal: bool
    files: int
    difference: str = ""


def verify_snapshot(snapshot: Snapshot) -> Verdict:
    """Hash every file again, and the hashes themselves; tells the first difference."""
    count = 0
    for name, file in _files(snapshot.tables):
        found = store.digest(store.path(file["sha256"]))
        if found != file["sha256"]:
            where = " ".join(filter(None, (name, file["part"])))
            what = _("is missing") if found is None else _("has other bytes")
            return Verdict(False, count, f"{where}: {what} ({file['sha256'][:12]})")
        count += 1
    if _key(snapshot.campaign, snapshot.as_of, snapshot.tables) != snapshot.key:
        return Verdict(False, count, _("The list of files does not belong to this snapshot."))
    return Verdict(True, count)


def tidy(campaign: Campaign) -> int:
    """Remove old snapshots that nothing stands on, and files nobody refers to; tells how many."""
    loose = Snapshot.objects.filter(campaign=campaign, pinned=False)
    youngest = timezone.now() - UNFINISHED  # a page may be reading it
    exported = _being_exported()
    for old in loose[KEEP:]:
        if old.made > youngest or old.pk in exported:
            continue
        with contextlib.suppress(ProtectedError):  # a draft refers to it
            old.delete()
            (store.folder() / f"{old.key}.json").unlink(missing_ok=True)
    wanted = {
        file["sha256"]
        for tables in Snapshot.objects.values_list("tables", flat=True)
        for _name, file in _files(tables)
    }
    return sum(_remove(path) for path in store.kept() if path.stem not in wanted)


def _being_exported() -> set[int]:
    """Keys of the snapshots whose records somebody waits for."""
    waiting = Job.objects.filter(
        runner=EXPORT, state__in=(Job.State.QUEUED, Job.State.RUNNING)
    ).values_list("subject", flat=True)
    found = set()
    for token in waiting:
        with contextlib.suppress(OSError):
            found.add(exports.read(token)["snapshot"])
    return found


def _remove(path: Any) -> bool:
    # Younger files may belong to a snapshot that is being taken just now.
    if path.stat().st_mtime > (timezone.now() - UNFINISHED).timestamp():
        return False
    path.unlink(missing_ok=True)
    return True


def _files(tables: Mapping[str, Any]) -> Iterator[tuple[str, File]]:
    for name, table in sorted(tables.items()):
        for file in table["files"]:
            yield name, file


def _key(campaign: Campaign, as_of: date, tables: Mapping[str, Any]) -> str:
    files = [[name, file["part"], file["sha256"]] for name, file in _files(tables)]
    return extract.hash_of([store.FORMAT, campaign.key, str(as_of), files])
