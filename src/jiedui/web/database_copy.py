"""An installation on SQLite copied into an empty PostgreSQL database: all of it, or nothing.

Tables and rows are written in one transaction of PostgreSQL, so that whatever goes wrong, also a
kill, leaves the target as empty as it was. Nobody else reads or writes SQLite meanwhile.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import dj_database_url
from django.apps import apps
from django.core.management import call_command
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    OperationalError,
    connection,
    connections,
    models,
    transaction,
)
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from jiedui.core import audit, bulk, crypto, table_statistics
from jiedui.core.fields import EncryptedText
from jiedui.core.refusals import Refused
from jiedui.reports import actions as reports

SOURCE = "source"
PORTION = 2_000  # rows in memory at a time
PATIENCE_MS = 1_000  # for whoever is just closing SQLite

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Copied:
    """What stands in the target now; `audit_head` is the end of the chain in both databases."""

    tables: int
    rows: int
    audit_entries: int
    audit_head: str


def copy_to(url: str, *, progress: Progress) -> Copied:
    """Copy this installation into the PostgreSQL database at `url`; SQLite stays as it is.

    Afterwards the target is the default database of this process. Raises `Refused` where SQLite is
    in use or not in order, where the target is not an empty PostgreSQL database, and where what
    was copied is not what there was; the target is empty then.
    """
    target = _configured(url)
    with _nobody_else():
        verdict = _check_source()
        _move_on_to(target)
        _check_target()
        try:
            with transaction.atomic():
                _make_tables()
                counts = _copy_all(progress)
                _check_copy(counts, verdict)
        except DatabaseError as error:
            raise Refused(_reason(error)) from error
        table_statistics.gather()
    return Copied(len(counts), sum(counts.values()), verdict.entries, verdict.head)


def _configured(url: str) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        facts = {}
    if not str(facts.get("ENGINE", "")).endswith("postgresql") or not facts.get("NAME"):
        raise Refused(
            _("This is no address of a PostgreSQL database: postgresql://user:password@host/name")
        )
    return facts


# ---- before


@contextmanager
def _nobody_else() -> Iterator[None]:
    """SQLite for ourselves: nobody has it open, and nobody can open it meanwhile."""
    if connection.vendor != "sqlite":
        raise Refused(_("This installation is not on SQLite: there is nothing to copy."))
    source = connections[DEFAULT_DB_ALIAS]
    try:
        with source.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
            cursor.execute("PRAGMA locking_mode = EXCLUSIVE")
        with transaction.atomic():
            pass  # the first transaction takes the lock; it is kept until the connection closes
    except OperationalError as error:
        raise Refused(
            _("The database is in use. Stop the server and every worker, then copy it.")
        ) from error
    try:
        yield
    finally:
        source.close()


def _check_source() -> audit.Verdict:
    """The audit chain as it stands, once everything here is known to be in order."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused(_("This database is not of this version yet. Run jiedui migrate first."))
    known = {model._meta.db_table for model in _models()} | {"django_migrations"}
    found = set(connection.introspection.table_names()) - known
    if unknown := sorted(name for name in found if not name.startswith("sqlite_")):
        raise Refused(
            _("This version does not know the table %(name)s, so it would stay behind.")
            % {"name": unknown[0]}
        )
    for model in _models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedText) and not _opens(model, field):
                raise Refused(
                    _(
                        "The key of this data is not here (keys/fields.key, or JIEDUI_KEY_FIELDS):"
                        " nothing encrypted in it could be read. Nothing has been copied."
                    )
                )
    verdict = reports.verified_chain()
    if verdict.broken:
        raise Refused(_("The audit chain is broken at entry %(n)s.") % {"n": verdict.broken})
    if verdict.lost:
        raise Refused(
            _(
                "Entry %(n)s of the audit chain is not in this database: it has been copied already"
                " and was used there, or its end was cut off. Nothing has been copied."
            )
            % {"n": verdict.lost}
        )
    return verdict


def _opens(model: type[models.Model], field: EncryptedText) -> bool:
    """Whether the first value that is kept of this field can be read."""
    kept = model._base_manager.exclude(**{field.name: b""}).values_list("pk", field.attname)
    try:
        return all(field.opened(value, key=pk) for pk, value in kept[:1])
    except crypto.Unreadable:
        return False


def _move_on_to(target: dict[str, Any]) -> None:
    """The target becomes the default database: migrations and checks speak to no other."""
    source = connections[DEFAULT_DB_ALIAS]
    both = {DEFAULT_DB_ALIAS: target, SOURCE: source.settings_dict}
    connections.settings.update(connections.configure_settings(both))
    source.alias = SOURCE
    connections[SOURCE] = source
    del connections[DEFAULT_DB_ALIAS]


def _check_target() -> None:
    try:
        found = connection.introspection.table_names()
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_encoding")
            encoding = cursor.fetchone()[0]
    except DatabaseError as error:
        raise Refused(
            _("The database cannot be reached: %(reason)s") % {"reason": _first_line(error)}
        ) from error
    if found:
        raise Refused(
            _("The target is not empty: it has a table %(name)s. Copy into a new database.")
            % {"name": min(found)}
        )
    if encoding != "UTF8":
        raise Refused(
            _("The target is encoded in %(encoding)s; make it with UTF8.") % {"encoding": encoding}
        )


# ---- copying


def _models() -> list[type[models.Model]]:
    """Every table there is, those between two others included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def _make_tables() -> None:
    """The tables of this version, without what migrations and Django put into them."""
    with connection.cursor() as cursor:
        # A table whose checks are still to be made cannot be altered in the same transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        call_command("migrate", verbosity=0, interactive=False)
        quote = connection.ops.quote_name
        tables = ", ".join(quote(model._meta.db_table) for model in _models())
        cursor.execute(f"TRUNCATE {tables}")
        # Rows may point at rows that come later.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _copy_all(progress: Progress) -> dict[str, int]:
    """Copy every table; tells how many rows went into each."""
    counts = {model._meta.db_table: _copy(model, progress) for model in _models()}
    _set_sequences()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # says here and now what does not fit
    return counts


def _copy(model: type[models.Model], progress: Progress) -> int:
    """Copy the rows of a table under their own keys, ciphertexts as they are."""
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.using(SOURCE).order_by("pk").values_list(*names)
    name, done, total = model._meta.db_table, 0, rows.count()
    left = rows.iterator(chunk_size=PORTION)
    while portion := list(islice(left, PORTION)):
        bulk.insert(model, names, portion)
        done += len(portion)
        progress(name, done, total)
    return done


def _set_sequences() -> None:
    """New keys go on where SQLite stood, which also remembers keys that were deleted."""
    with connections[SOURCE].cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0")
        reached = dict(cursor.fetchall())
    with connection.cursor() as cursor:
        for model in _models():
            table, pk = model._meta.db_table, model._meta.pk
            if table in reached and isinstance(pk, models.AutoField | models.BigAutoField):
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                    [connection.ops.quote_name(table), pk.column, reached[table]],
                )


# ---- afterwards


def _check_copy(counts: dict[str, int], verdict: audit.Verdict) -> None:
    """All rows are there, and the chain is the same, as it is written down outside as well."""
    for model in _models():
        table, there = model._meta.db_table, model._base_manager.count()
        if there != counts[table]:
            raise Refused(
                _("Of %(table)s %(there)s rows arrived out of %(here)s; nothing is kept.")
                % {"table": table, "there": there, "here": counts[table]}
            )
    if reports.verified_chain() != verdict:
        raise Refused(_("The audit chain of the copy is not the one here; nothing is kept."))


def _reason(error: DatabaseError) -> str:
    """What PostgreSQL did not take, with the table, row and column where it says so."""
    diagnosis = getattr(error.__cause__, "diag", None)
    where = (getattr(diagnosis, "context", None) or "").splitlines()[:1]
    return _("PostgreSQL does not take it, so nothing has been copied: %(reason)s") % {
        "reason": " · ".join([_first_line(error), *where])
    }


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
