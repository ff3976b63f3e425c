"""Stopping ends everything, a worker that dies comes back, and one that cannot live is told of."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from installations import copied, empty
from jiedui.web.request_body import with_whole_bodies

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="process groups are told by /proc")


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def served(shared, tmp_path, port):
    copied(empty(shared), tmp_path / "data")
    environment = {
        **os.environ,
        "JIEDUI_DATA": str(tmp_path / "data"),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "jiedui.settings",
    }
    command = [sys.executable, "-m", "jiedui", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    yield process
    for pid in family(process.pid):
        with suppress(ProcessLookupError):  # one that has ended since it was listed
            os.kill(pid, signal.SIGKILL)
    process.communicate()


def health(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return json.load(answer)
    except OSError:
        return {"status": "no answer", "workers": {}}


def until(condition, *, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    return None


def parents():
    """Parent and command line of every process."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            command = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if state != "Z":
            found[int(entry.name)] = (int(parent), command)
    return found


def family(pid, known=None):
    """The process and all that descend from it, among those known: by default, all there are."""
    known = parents() if known is None else known
    found = [pid] if pid in known else []
    for one in found:
        found += [child for child, (parent, _command) in known.items() if parent == one]
    return found


def worker_of(pid, lane):
    known = parents()
    return next((one for one in family(pid, known) if f"work --lane {lane}" in known[one][1]), None)


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def idle_post(port):
    """A request whose head announces a body that does not come."""
    opened = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = (
        b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 90\r\n\r\nusername"
    )
    opened.sendall(head)
    return opened


def test_a_worker_that_is_killed_comes_back_and_a_second_signal_disturbs_nothing(served, port):
    assert until(lambda: health(port)["status"] == "ok")
    first = worker_of(served.pid, "long")
    os.kill(first, signal.SIGKILL)
    assert until(lambda: worker_of(served.pid, "long") not in (None, first))
    everything = family(served.pid)
    assert len(everything) >= 5  # this one, the pages (two processes), two workers
    with idle_post(port):
        ends_within_five_seconds(served, times=2)
    assert not set(everything) & set(parents())
    assert is_free(port)


def ends_within_five_seconds(process, *, times):
    began = time.monotonic()
    for _time in range(times):
        process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert time.monotonic() - began < 5


def test_requests_that_never_end_stop_nobody_and_are_given_up(served, port):
    assert until(lambda: health(port)["status"] == "ok")
    idle = [idle_post(port) for _number in range(40)]
    began = time.monotonic()
    assert health(port)["status"] == "ok"
    assert time.monotonic() - began < 5  # each of them is waited for ten seconds and more
    for opened in idle:
        assert b" 408 " in opened.recv(200)
        opened.close()


def test_half_a_form_is_not_a_form_with_empty_fields():
    begun = []

    async def application(_scope, _receive, _send):
        begun.append("a page with half a body")

    async def receive():
        return came.pop(0)

    async def send(_message):
        begun.append("an answer to nobody")

    came = [
        {"type": "http.request", "body": b"note=hel", "more_body": True},
        {"type": "http.disconnect"},
    ]
    scope = {"type": "http", "headers": [(b"content-length", b"20")]}
    # In a thread of its own: a browser test beside keeps an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(
            lambda: asyncio.run(with_whole_bodies(application, most=1000)(scope, receive, send))
        ).result()
    assert not begun


def supervised(code):
    program = f"import sys\nfrom jiedui.cli.supervising import *\n{code}"
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    )


def test_a_worker_that_cannot_live_ends_the_service_with_a_sentence():
    done = supervised(
        "supervise(Child('pages', ['sleep', '90']), [Child('The worker', ['false'])])"
    )
    assert done.returncode != 0
    assert "The worker ended 5 times within a minute" in done.stderr
    assert not [one for one in parents().values() if one[1] == "sleep 90 "]


def test_the_end_of_the_pages_ends_the_service():
    done = supervised("sys.exit(supervise(Child('pages', ['false']), []))")
    assert done.returncode == 1
    assert "The server for the pages ended with status 1" in done.stderr


def test_a_process_for_pages_that_is_killed_comes_back(served, port):
    """There are as many as cores; nobody need notice that one has died."""
    assert until(lambda: health(port)["status"] == "ok")

    def pages():
        known = parents()
        own = [pid for pid in family(served.pid, known) if "jiedui.asgi" in known[pid][1]]
        return [pid for pid in own if known[pid][0] in own]  # the first of them starts the others

    before = until(pages)
    os.kill(before[0], signal.SIGKILL)
    assert until(lambda: len(pages()) == len(before) and before[0] not in pages())
    assert until(lambda: health(port)["status"] == "ok")
    assert served.poll() is None
