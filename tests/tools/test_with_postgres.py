"""The throw-away PostgreSQL of tools/with_postgres.py."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import with_postgres

TOOL = Path(with_postgres.__file__)
needs_server = pytest.mark.skipif(
    with_postgres.what_is_missing() is not None, reason="no PostgreSQL server programs"
)
SAY_URL = "import os, sys; print(os.environ['DATABASE_URL']); sys.exit(3)"
ASK = (
    "import os, psycopg;"
    "print(psycopg.connect(os.environ['DATABASE_URL']).execute('select 40 + 2').fetchone()[0])"
)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOL), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | environment, timeout=60
    )


@needs_server
def test_the_command_reaches_a_server() -> None:
    assert run(sys.executable, "-c", ASK).stdout.strip() == "42"


@needs_server
def test_nothing_is_left_and_the_exit_code_is_the_commands() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        done = run(sys.executable, "-c", SAY_URL, TMPDIR=folder)
        assert done.returncode == 3
        assert done.stdout.startswith("postgres://jiedui:")
        assert not list(Path(folder).iterdir())


def test_a_machine_without_servers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(with_postgres, "PLACES", ())
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert with_postgres.what_is_missing() == "its server programs are not installed"


@pytest.mark.parametrize(
    ("name", "number"), [("15", 15), ("pgsql-16", 16), ("postgresql@17", 17), ("current", 0)]
)
def test_the_version_is_read_from_the_folder(name: str, number: int) -> None:
    assert with_postgres.version(name) == number
