"""Run a command with DATABASE_URL pointing to a PostgreSQL made for it and removed after it.

    python tools/with_postgres.py [--skip-if-missing] COMMAND [ARGUMENT ...]

The cluster lies in a temporary folder, listens on loopback with a random password, and forgoes
durability for speed: good for tests, for nothing else. Root lends it the user `postgres`, because
PostgreSQL refuses to run as root. The exit code is the command's.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
START_SECONDS = 30
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB"


def main() -> int:
    arguments = sys.argv[1:]
    may_skip = arguments[:1] == ["--skip-if-missing"]
    command = arguments[1:] if may_skip else arguments
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    obstacle = what_is_missing()
    if obstacle:
        print(f"PostgreSQL: skipped, {obstacle}.", flush=True)
        return 0 if may_skip else 1
    signal.signal(signal.SIGTERM, leave)
    with cluster() as url:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}).returncode


def what_is_missing() -> str | None:
    if programs() is None:
        return "its server programs are not installed"
    if os.geteuid() == 0 and owner() is None:
        return "root may not run it and there is no user named postgres"
    return None


def programs() -> Path | None:
    """The folder of the newest server programs."""
    found = shutil.which("initdb")
    if found and (Path(found).resolve().parent / "postgres").exists():
        return Path(found).resolve().parent
    folders = [f for place in PLACES for f in Path("/").glob(place[1:]) if (f / "initdb").exists()]
    return max(folders, key=lambda folder: version(folder.parent.name), default=None)


def version(name: str) -> int:
    digits = "".join(c for c in name.split("-")[-1].split("@")[-1] if c.isdigit())
    return int(digits or 0)


def owner() -> str | None:
    """Who shall own the cluster when root asks; None means whoever runs this."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


@contextmanager
def cluster() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="jiedui-pg-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        password, port = secrets.token_urlsafe(24), free_port()
        create(folder, password)
        server = start(folder, port)
        wait(folder, port, server)
        run("createdb", "-h", str(folder), "-p", str(port), "-U", "jiedui", "jiedui", folder=folder)
        yield f"postgres://jiedui:{password}@127.0.0.1:{port}/jiedui"
    finally:
        stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def create(folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    user = owner()
    if user:
        shutil.chown(folder, user)
        shutil.chown(secret, user)
    # The socket lies in a folder only its owner may enter, so it may trust; loopback may not.
    auth = ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"]
    # Sorted by code point, as SQLite sorts: both databases shall list rows in one order.
    text = ["--encoding=UTF8", "--locale=C"]
    where = ["-D", str(folder / "data"), "-U", "jiedui", "--no-sync"]
    run("initdb", *where, *auth, *text, folder=folder)


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    where = ["-D", str(folder / "data"), "-k", str(folder), "-h", "127.0.0.1", "-p", str(port)]
    with (folder / "log").open("wb") as log:
        # A session of its own: Ctrl-C shall end the tests first and the server after them.
        return subprocess.Popen(
            [str(program("postgres")), *where, *FAST.split()],
            cwd=folder,
            user=owner(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait(folder: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    ready = [str(program("pg_isready")), "-q", "-h", str(folder), "-p", str(port)]
    while subprocess.run(ready, cwd=folder).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.1)


def stop(server: subprocess.Popen[bytes] | None) -> None:
    if server is None or server.poll() is not None:
        return
    server.send_signal(signal.SIGINT)  # "fast": ends open connections instead of waiting for them
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def run(name: str, *arguments: str, folder: Path) -> None:
    done = subprocess.run(
        [str(program(name)), *arguments], cwd=folder, user=owner(), capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{name} failed: {done.stderr.strip()}")


def program(name: str) -> Path:
    folder = programs()
    assert folder is not None
    return folder / name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Turn the request to end into an exception, so that the cluster is still removed."""
    sys.exit(143)


if __name__ == "__main__":
    sys.exit(main())
