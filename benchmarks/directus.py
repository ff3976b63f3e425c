"""Directus creating plain rows, as a peer of `load.py --peer directus`: SQLite, one process.

npm brings Directus 11, Node 22 and the driver of SQLite into a folder of the system's temporary
files, where later runs find them; nothing is written beside the code. The first time takes some
minutes, as the driver is compiled where it is not to be had ready-made. `isolated-vm`, which runs
scripts that administrators write in Directus, is left empty: there are none here.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(tempfile.gettempdir()) / "jiedui-directus"
READY = FOLDER / "ready"
PATIENCE = 1200  # seconds for all that npm does
TOKEN = uuid.uuid4().hex
HEADERS = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
FIELDS = {
    "household": "integer", "member": "integer", "place": "integer", "kind": "string",
    "day": "date", "minutes": "integer", "note": "string", "recorded_at": "dateTime",
}  # fmt: skip


class Unavailable(Exception):
    """Why there is no Directus to compare with, in a sentence."""


def install() -> None:
    if READY.exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true}')
    until = time.monotonic() + PATIENCE
    _npm("install", "node@22", until=until)
    _npm("install", "--ignore-scripts", "directus@11", "sqlite3@5", until=until)
    _npm("rebuild", "sqlite3", until=until)
    (FOLDER / "node_modules/isolated-vm/isolated-vm.js").write_text("module.exports = {};\n")
    READY.touch()


def _npm(*words: str, until: float) -> None:
    command = ["npm", *words, "--no-audit", "--no-fund"]
    left = max(1.0, until - time.monotonic())
    try:
        done = subprocess.run(
            command, cwd=FOLDER, env=_environment(), timeout=left, capture_output=True, text=True
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"npm does not get Directus: {error}") from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise Unavailable(f"npm does not get Directus: {said[-1] if said else done.returncode}")


def _environment(**more: str) -> dict[str, str]:
    """With the Node that npm brought before any other."""
    return {**os.environ, "PATH": f"{FOLDER}/node_modules/.bin:{os.environ['PATH']}", **more}


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """Its port and process, with an empty table of visits. Raises `Unavailable`."""
    install()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(
            SECRET=TOKEN, DB_CLIENT="sqlite3", DB_FILENAME=f"{folder}/directus.sqlite3",
            ADMIN_EMAIL="admin@example.com", ADMIN_PASSWORD=TOKEN, ADMIN_TOKEN=TOKEN,
            HOST="127.0.0.1", PORT=str(port), TELEMETRY="false", LOG_LEVEL="error",
        )  # fmt: skip
        directus = str(FOLDER / "node_modules/.bin/directus")
        made = subprocess.run(
            [directus, "bootstrap"], cwd=folder, env=environment, capture_output=True
        )
        if made.returncode:
            raise Unavailable("Directus makes no database here.")
        server = subprocess.Popen(
            [directus, "start"], cwd=folder, env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _make_table(port)
            yield port, server.pid
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


def _make_table(port: int) -> None:
    key = {"field": "id", "type": "uuid", "schema": {"is_primary_key": True}}
    fields = [key, *({"field": name, "type": kind} for name, kind in FIELDS.items())]
    table = {"collection": "visits", "schema": {}, "meta": {}, "fields": fields}
    for _try in range(300):
        try:
            status, answer = _post(_connected(port), "/collections", table)
        except OSError:
            time.sleep(0.2)
            continue
        if status != 200:
            raise Unavailable(f"Directus makes no table: {answer[:200]!r}")
        return
    raise Unavailable("Directus did not come up.")


def _connected(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=120)


def _post(
    connection: http.client.HTTPConnection, path: str, content: dict[str, Any]
) -> tuple[int, bytes]:
    connection.request("POST", path, json.dumps(content), HEADERS)
    answer = connection.getresponse()
    return answer.status, answer.read()


def sender(port: int, number: int) -> Callable[[], tuple[str, bool]]:
    """Creates one row each time; its kind, and whether it is there."""
    connection = _connected(port)

    def send() -> tuple[str, bool]:
        now = datetime.now(UTC)
        row = {
            "id": str(uuid.uuid4()), "household": number, "member": number, "place": number,
            "kind": "visit", "day": now.date().isoformat(), "minutes": 30,
            "note": "入户走访，老人身体尚好。", "recorded_at": now.isoformat(timespec="seconds"),
        }  # fmt: skip
        return "create a row", _post(connection, "/items/visits", row)[0] == 200

    return send
