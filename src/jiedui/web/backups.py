"""A whole installation in one file, and back again: database, files, snapshots.

The keys are left out unless asked for: a copy of the data and the keys in one hand is what the
encryption is there to prevent.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from jiedui import __version__
from jiedui.core import anchor, crypto, private
from jiedui.core.refusals import Refused
from jiedui.households.models import Household
from jiedui.reports import actions as reports

# Lists on their way in are left out: they lie there in plain text, and can be sent again.
FOLDERS = ("files", "snapshots")
MANIFEST = "manifest.json"
DRAFT = ".backup-"  # a draft lies beside the backup, named after the process that writes it
SQLITE, POSTGRES = "database.sqlite3", "database.dump"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `files` maps each path inside to its SHA-256."""

    version: str
    made: str
    database: str
    audit_entries: int
    audit_head: str
    has_keys: bool
    files: dict[str, str]
    key_check: str = ""  # a seal that only the key of this data makes; older backups have none


def back_up(out: Path, *, with_keys: bool = False) -> Manifest:
    """Write a backup while the installation runs; the file appears only when it is whole.

    Raises `Refused` when the audit chain is broken: a backup must not hide that.
    """
    verdict = reports.verified_chain()
    if not verdict.holds:
        number = verdict.broken or verdict.lost
        raise Refused(_("The audit chain is broken at entry %(n)s.") % {"n": number})
    _forget_killed(out.parent)
    own = f"{DRAFT}{os.getpid()}-"
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=own) as folder:
        content = Path(folder) / "content"
        content.mkdir()
        if anchor.path().exists():  # before the database, so that it is never ahead of it
            shutil.copy2(anchor.path(), content / anchor.NAME)
        _dump(content)
        for name in (*FOLDERS, *(("keys",) if with_keys else ())):
            if (settings.DATA / name).is_dir():
                shutil.copytree(settings.DATA / name, content / name)
        manifest = Manifest(
            version=__version__,
            made=(made := datetime.now(UTC).isoformat(timespec="seconds")),
            database=connection.vendor,
            audit_entries=verdict.entries,
            audit_head=verdict.head,
            has_keys=with_keys,
            files=_digests(content),
            key_check=_key_check(made),
        )
        (content / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
        draft = Path(folder) / "backup.tar.gz"
        with tarfile.open(draft, "w:gz", compresslevel=3) as archive:
            archive.add(content, arcname=".")
        draft.chmod(0o600)
        draft.replace(out)
    return manifest


def end_of_chain(source: Path) -> str:
    """How far the audit chain went when this backup was made, as `audit.end` says it."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            file = archive.extractfile(f"./{MANIFEST}")
            facts = json.loads(file.read()) if file else {}
        return f"{facts['audit_entries']} {facts['audit_head']}".strip()
    except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError, LookupError) as error:
        raise Refused(_("%(file)s is not a whole backup.") % {"file": source.name}) from error


def _forget_killed(folder: Path) -> None:
    """What a killed backup left is a copy of the whole data: it does not lie about for ever."""
    for draft in folder.glob(f"{DRAFT}*"):
        if not _is_alive(draft.name.removeprefix(DRAFT).partition("-")[0]):
            shutil.rmtree(draft, ignore_errors=True)


def _is_alive(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def restore(source: Path, *, replace: bool = False) -> Manifest:
    """Bring a backup back. Everything is checked before anything is touched.

    Raises `Refused` for a damaged file, another kind of database, missing keys, or when data
    would be overwritten without `replace`. What was there before stays beside it, renamed.
    """
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA, prefix=".restore-") as folder:
        content = Path(folder)
        manifest = _unpack(source, content)
        _check(manifest, content, replace=replace)
        connection.close()
        _load(content)
        for name in (*FOLDERS, "keys"):
            if (content / name).is_dir():
                _swap(content / name, settings.DATA / name)
        _swap_anchor(content / anchor.NAME)
        private.tighten(settings.DATA)
    return manifest


def _swap_anchor(fresh: Path) -> None:
    """What is written down outside belongs to the chain it was written of."""
    if fresh.exists():
        _swap(fresh, anchor.path())
    elif anchor.path().exists():
        anchor.path().rename(_aside(anchor.path()))


def _key_check(made: str, *, key: str = "") -> str:
    return crypto.seal(f"backup {made}".encode(), key=key)


def _key_in_force(content: Path) -> str:
    """The key of encrypted fields once this backup is in place."""
    own = content / "keys" / "fields.key"
    given = os.environ.get("JIEDUI_KEY_FIELDS", "")
    return given or (own.read_text().strip() if own.is_file() else str(settings.FIELD_KEY))


def _is_readable(manifest: Manifest, content: Path) -> bool:
    """Whether what is encrypted in this backup could be read once it is in place."""
    key = _key_in_force(content)
    if manifest.key_check:
        return manifest.key_check == _key_check(manifest.made, key=key)
    return manifest.database != "sqlite" or _opens(content / SQLITE, key=key)


def _opens(copy: Path, *, key: str) -> bool:
    """Of a backup from before keys were checked: whether a value kept in it can be opened."""
    field: Any = Household._meta.get_field("phone")
    with closing(sqlite3.connect(copy)) as database:
        row = database.execute(
            "SELECT id, phone FROM households_household WHERE length(phone) > 0 LIMIT 1"
        ).fetchone()
    try:
        with crypto.under(key):
            return row is None or bool(field.opened(row[1], key=row[0]))
    except crypto.Unreadable:
        return False


def _dump(content: Path) -> None:
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as live,
            closing(sqlite3.connect(content / SQLITE)) as copy,
        ):
            live.backup(copy)
        return
    _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={content / POSTGRES}")


def _load(content: Path) -> None:
    if connection.vendor == "sqlite":
        name = Path(settings.DATABASES["default"]["NAME"])
        for side in ("-wal", "-shm"):
            Path(f"{name}{side}").unlink(missing_ok=True)
        _swap(content / SQLITE, name)
        return
    dump = str(content / POSTGRES)
    _postgres("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", dump)


def _postgres(program: str, *arguments: str) -> None:
    database = settings.DATABASES["default"]
    if not shutil.which(program):
        raise Refused(_("The program %(name)s is missing.") % {"name": program})
    environment = {
        **os.environ,
        "PGPASSWORD": str(database["PASSWORD"]),
        "PGHOST": str(database["HOST"]),
        "PGPORT": str(database["PORT"] or 5432),
        "PGUSER": str(database["USER"]),
        "PGDATABASE": str(database["NAME"]),
    }
    target = ("--dbname", str(database["NAME"])) if program == "pg_restore" else ()
    done = subprocess.run(
        [program, *target, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(done.stderr.strip().splitlines()[-1] if done.stderr else program)


def _digests(content: Path) -> dict[str, str]:
    files = sorted(path for path in content.rglob("*") if path.is_file())
    return {path.relative_to(content).as_posix(): _digest(path) for path in files}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(source: Path, content: Path) -> Manifest:
    try:
        with tarfile.open(source, "r:gz") as archive:
            _extract(archive, content)
        facts: dict[str, Any] = json.loads((content / MANIFEST).read_text())
        return Manifest(**facts)
    except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError, TypeError) as error:
        raise Refused(_("%(file)s is not a whole backup.") % {"file": source.name}) from error


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Files and folders, inside this folder alone; `tarfile.TarError` for anything else.

    As `extractall(filter="data")`, which the Python of Debian 12 (3.11.2) does not have.
    """
    root = folder.resolve()
    for member in archive:
        place = (root / member.name).resolve()
        if not place.is_relative_to(root) or not (member.isdir() or member.isfile()):
            raise tarfile.TarError(member.name)
        if member.isdir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(member)
        assert content is not None  # it is a file
        with content, place.open("xb") as file:
            shutil.copyfileobj(content, file)


def _check(manifest: Manifest, content: Path, *, replace: bool) -> None:
    for path, digest in manifest.files.items():
        if not (content / path).is_file() or _digest(content / path) != digest:
            raise Refused(_("%(path)s in the backup is damaged.") % {"path": path})
    if manifest.database != connection.vendor:
        raise Refused(
            _("The backup is of a %(theirs)s database; this installation has %(ours)s.")
            % {"theirs": manifest.database, "ours": connection.vendor}
        )
    if not _is_readable(manifest, content):
        raise Refused(
            _(
                "The key of this backup is not here, so nothing encrypted in it could be read."
                " Put the key it was made with (keys/fields.key) into the folder of the data, or"
                " name it in JIEDUI_KEY_FIELDS; nothing has been changed."
            )
        )
    if not replace and _holds_data():
        raise Refused(
            _("There is data here already. Say --replace to put the backup in its place.")
        )


def _holds_data() -> bool:
    if "campaigns_campaign" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM core_auditentry)")
        return bool(cursor.fetchone()[0])


def _swap(fresh: Path, place: Path) -> None:
    """Put the fresh one in place; what stood there keeps standing beside it."""
    if place.exists():
        place.rename(_aside(place))
    fresh.rename(place)


def _aside(place: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return place.with_name(f"{place.name}.before-{stamp}")
