"""The database of a test run starts as a copy of one that has had every migration.

Migrating takes ten seconds and gives the same every time, so whoever comes first (two workers
ask at the same moment) keeps the result: for SQLite as a file that later runs find again, for
PostgreSQL as a template beside the test databases, for as long as that server runs.
"""

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from installations import alone

ROOT = Path(__file__).resolve().parent.parent
MADE_OF = (
    "src/jiedui/*/migrations/*.py",
    "src/jiedui/*/models.py",
    "src/jiedui/*/models/*.py",
    "src/jiedui/settings.py",
    "requirements/base.txt",
)
CACHE = ROOT / ".pytest_cache" / "migrated"


def start_from_a_copy() -> None:
    """Make `create_test_db` copy a migrated database instead of migrating an empty one."""
    creation = connection.creation
    migrate = creation.create_test_db
    copy = {"sqlite": _copy_of_file, "postgresql": _copy_of_template}[connection.vendor]

    def create_test_db(*args: Any, **options: Any) -> str:
        CACHE.mkdir(parents=True, exist_ok=True)
        with alone(CACHE / f"{connection.vendor}.lock"):
            return copy(lambda: migrate(*args, **options))

    creation.create_test_db = create_test_db


def _copy_of_file(migrate: Callable[[], str]) -> str:
    kept = CACHE / f"{_state()}.sqlite3"
    if kept.exists():
        name = _empty_database()
        with contextlib.closing(sqlite3.connect(kept)) as source:
            source.backup(connection.connection)
        return name
    name = migrate()
    draft = kept.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(draft)) as target:
        connection.connection.backup(target)
    draft.rename(kept)
    return name


def _copy_of_template(migrate: Callable[[], str]) -> str:
    template = f"migrated_{_state()}"
    if _is_there(template):
        connection.settings_dict["TEST"]["TEMPLATE"] = template
        return _empty_database()
    name = migrate()
    connection.close()  # PostgreSQL copies no database that somebody is connected to
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{template}" TEMPLATE "{name}"')
    connection.ensure_connection()
    return name


def _empty_database() -> str:
    """What Django does before it migrates."""
    name: str = connection.creation._get_test_db_name()
    connection.creation._create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    return name


def _is_there(name: str) -> bool:
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _state() -> str:
    """A word for all that migrations are made of."""
    known = hashlib.sha256()
    for file in sorted(file for pattern in MADE_OF for file in ROOT.glob(pattern)):
        known.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return known.hexdigest()[:16]
