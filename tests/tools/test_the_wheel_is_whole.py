"""What is built for `pip install` holds all that a running product needs, and names it."""

import ast
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tarfile
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
KEPT = (".html", ".css", ".js", ".svg", ".toml", ".zip", ".po", ".mo", ".py", ".txt", ".service")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def test_wheel_and_archive_hold_every_file(built):
    [wheel], [archive] = built.glob("*.whl"), built.glob("*.tar.gz")
    source = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src/jiedui").rglob("*")
        if path.is_file() and path.suffix in KEPT
    }
    assert any(name.endswith(".mo") for name in source)
    with zipfile.ZipFile(wheel) as packed:
        assert source - set(packed.namelist()) == set()
    with tarfile.open(archive) as packed:
        assert source - {name.partition("/src/")[2] for name in packed.getnames()} == set()


def test_what_is_imported_is_declared():
    declared = {_name(one) for one in PROJECT["project"]["dependencies"]}
    imported = {}
    for path in (ROOT / "src/jiedui").rglob("*.py"):
        for module in _modules(path):
            imported.setdefault(module, path.name)
    owners = packages_distributions()
    wanted = {
        _name(owners[module][0]): path
        for module, path in imported.items()
        if module in owners and module != "jiedui"
    }
    assert {name: path for name, path in wanted.items() if name not in declared} == {}
    text = "".join(path.read_text("utf-8") for path in (ROOT / "src/jiedui").rglob("*.py"))
    named = {_name(owners[module][0]) for module in owners if re.search(rf"\b{module}\b", text)}
    assert declared - named == {"psycopg"}  # Django looks for it where the database is PostgreSQL


def test_what_is_declared_is_locked():
    """The environment of `make run` has what the wheel asks for."""
    locked = (ROOT / "requirements/base.in").read_text("utf-8").split()
    assert set(PROJECT["project"]["dependencies"]) <= set(locked)


def _name(requirement):
    return re.split(r"[\[<>=~! ]", requirement)[0].lower().replace("_", "-")


def _modules(path):
    """What this file imports when it runs; what only a type checker reads is left out."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The wheel in an environment of its own, with what it asks for."""
    folder = tmp_path_factory.mktemp("installed")
    uv = ROOT / ".tools/bin/uv"
    wheel = next(built.glob("*.whl"))
    python = folder / "bin/python"
    quiet = {"capture_output": True, "text": True, "env": _outside()}
    subprocess.run([uv, "venv", "--python", sys.executable, folder], check=True, **quiet)
    command = [uv, "pip", "install", "--python", python, "-c", ROOT / "requirements/base.txt"]
    done = subprocess.run([*command, wheel], check=False, **quiet)
    assert done.returncode == 0, done.stderr
    return folder


def _outside():
    """The environment of somebody who has never seen the repository."""
    ours = ("JIEDUI_", "DJANGO_", "PYTHON", "DATABASE_URL", "VIRTUAL_ENV", "COVERAGE")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)}


def test_it_runs_in_chinese_with_its_demonstration(installed, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [installed / "bin/jiedui", "run", "--port", str(port), "--scale", "0.02"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True,
            env=_outside() | {"JIEDUI_DATA": str(tmp_path / "data")},
        )  # fmt: skip
        try:
            page = _answer(f"http://127.0.0.1:{port}/accounts/login/", server, tmp_path / "log")
            assert "登录" in page
            styles = re.search(r'href="(/static/web/jiedui[^"]+\.css)"', page)
            assert styles
            assert ".card" in _read(f"http://127.0.0.1:{port}{styles[1]}")
            # What loading took is given back: the launcher only looks after the others.
            loaded = Path(f"/proc/{server.pid}/maps").read_text()
            assert "_duckdb" not in loaded and "llvmlite" not in loaded
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)
    assert (tmp_path / "data" / "demo-accounts.json").exists()


def _answer(address, server, log):
    end = time.monotonic() + 300
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            return _read(address)
        time.sleep(0.3)
    raise AssertionError(log.read_text())


def _read(address):
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read().decode()
