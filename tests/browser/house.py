"""A running installation: the data folder of a demonstration, served by the product itself."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SCALE = "0.02"
PATIENCE = 240  # seconds a server may take to answer on a machine that is busy


@dataclass(frozen=True)
class House:
    """One server with its accounts."""

    name: str
    address: str
    data: Path
    accounts: dict[str, tuple[str, str]]

    def jiedui(self, *words: str) -> str:
        """What the command prints about this installation."""
        return _run(self.data, *words)


def demonstration(name: str, *, below: Path, scale: str = SCALE) -> Path:
    """The loaded data folder of a demonstration, made once however many workers ask for it."""
    folder = below / f"demo-{name}-{scale}"
    below.mkdir(parents=True, exist_ok=True)
    with _alone(below / f"{name}-{scale}.lock"):
        if not (folder / "demo-accounts.json").exists():
            _run(folder, "demo", name, "--scale", scale)
    return folder


def empty(folder: Path) -> Path:
    """A data folder with nothing in it."""
    folder.mkdir(parents=True)
    return folder


@contextlib.contextmanager
def served(name: str, *, template: Path, folder: Path) -> Iterator[House]:
    """Serve a copy of the folder, so that what a test changes stays its own."""
    _copy(template, folder)
    port = _free_port()
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "jiedui", "serve", "--port", str(port)]
        server = subprocess.Popen(
            command, env=_environment(folder), stdout=log, stderr=log, start_new_session=True
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, server=server, log=folder / "server.log")
            yield House(name, address, folder, _accounts(folder))
        finally:
            _stop(server)


def _copy(template: Path, folder: Path) -> None:
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("*-wal", "*-shm", "*.log"))


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """The server, its workers and the worker for jobs, whatever signals this run ignores."""
    os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(timeout=30)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _environment(folder: Path) -> dict[str, str]:
    others = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "COVERAGE_FILE"}}
    return others | {
        "JIEDUI_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "jiedui.settings",
        "PYTHONWARNINGS": "default",
    }


def _run(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "jiedui", *words],
        env=_environment(folder),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"jiedui {' '.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, *, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Ask until it answers; there is nothing to listen to before it does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert server.poll() is None, f"The server ended: {log.read_text()}"
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{address}/healthz", timeout=60).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"No answer in {PATIENCE} s: {log.read_text()}")


def _accounts(folder: Path) -> dict[str, tuple[str, str]]:
    file = folder / "demo-accounts.json"
    listed = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return {one["role"]: (one["username"], one["password"]) for one in listed}
