"""A running installation: the data folder of a demonstration, served by the product itself."""

import contextlib
import json
import os
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

from installations import copied, environment, run

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
        return run(self.data, *words)


@contextlib.contextmanager
def served(name: str, *, template: Path, folder: Path) -> Iterator[House]:
    """Serve a copy of the folder, so that what a test changes stays its own."""
    copied(template, folder)
    port = _free_port()
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "jiedui", "serve", "--port", str(port)]
        server = subprocess.Popen(
            command, env=environment(folder), stdout=log, stderr=log, start_new_session=True
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, server=server, log=folder / "server.log")
            yield House(name, address, folder, _accounts(folder))
        finally:
            _stop(server)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """The server, its workers and the worker for jobs, whatever signals this run ignores."""
    os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(timeout=30)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


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
