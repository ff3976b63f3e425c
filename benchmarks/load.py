"""Many people at once at full published scale: pages read, visits recorded, over HTTP, signed in.

    python benchmarks/load.py                        loads the panjin demonstration first
    python benchmarks/load.py FOLDER                 uses an installation that is there
    python tools/with_postgres.py python benchmarks/load.py      the same on PostgreSQL

Starts a server of its own. Readers of mixed roles open mixed pages one after another (`READERS` at
a time). Helpers record visits through the form that a person fills in (recorded), and send forms
opened before (sent), which is what another program's "create a row" compares with. Prints pages and
visits a second, p50, p95 and the CPU of the server for each; peer in the same run is /healthz of
the same server, read by as many at once. `--peer directus` lets as many clients create plain rows
in Directus as well (`directus.py`). `--json FILE` writes the figures as JSON.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import directus

READERS = (1, 8, 32)
WRITERS = 8
OPENED = 3  # forms of each helper that are sent again and again
SECONDS = 20
ROLES = (
    *("office", "liaison", "helper", "village_officer"),
    *("supervisor", "leader", "auditor", "helper"),
)
PAGES = ("/", "/households/", "/pairs/", "/activities/", "/visits/new/")
WORDS = ("wang", "li", "zhang", "王", "刘")
IDLE = 10  # seconds after which a client connects anew: the server hangs up after 15


class Client:
    """A browser's worth of HTTP: one connection kept alive, and cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}
        self.used = time.monotonic()

    def get(self, path: str) -> tuple[int, bytes, str]:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, bytes, str]:
        origin = f"http://127.0.0.1:{self.port}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        return self._ask("POST", path, urllib.parse.urlencode(fields), headers)

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, bytes, str]:
        if time.monotonic() - self.used > IDLE:
            self.connection.close()
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        own = {"Cookie": cookie, "Accept-Language": "zh-CN", "Accept-Encoding": "identity"}
        self.connection.request(method, path, body, own | headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.used = time.monotonic()
        for one in answer.headers.get_all("Set-Cookie") or []:
            name, value = one.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, content, answer.headers.get("Location", "")

    def sign_in(self, username: str, password: str) -> "Client":
        _status, page, _to = self.get("/accounts/login/")
        fields = {"csrfmiddlewaretoken": token(page), "username": username, "password": password}
        status, _page, _to = self.post("/accounts/login/", fields)
        if status != 302:
            raise SystemExit(f"{username} could not sign in ({status}).")
        return self


def token(page: bytes) -> str:
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1].decode()


# What people do


def reader(client: Client, seed: int) -> Callable[[], tuple[str, bool]]:
    """Opens one page at random each time; its kind, and whether it came."""
    dice = random.Random(seed)
    _status, page, _to = client.get("/households/")
    households = sorted(set(re.findall(rb'href="(/households/\d+/)"', page)))
    open_to_it = [one for one in PAGES if client.get(one)[0] in (200, 302)]

    def read() -> tuple[str, bool]:
        kinds = [*open_to_it]
        if "/households/" in kinds:
            kinds += ["/households/?q="] + (["/households/N/"] if households else [])
        kind = dice.choice(kinds)
        path = kind
        if kind == "/households/?q=":
            path += urllib.parse.quote(dice.choice(WORDS))
        elif kind == "/households/N/":
            path = dice.choice(households).decode()
        return kind, client.get(path)[0] in (200, 302)

    return read


def healthy(client: Client, _seed: int) -> Callable[[], tuple[str, bool]]:
    return lambda: ("/healthz", client.get("/healthz")[0] == 200)


def forms_of(client: Client) -> list[str]:
    """The forms in which this helper records a visit: one for each pair."""
    _status, page, to = client.get("/visits/new/")
    pairs = sorted(set(re.findall(rb"pair=(\d+)", page + to.encode())))
    assert pairs, "a helper without a pair"
    return [f"/visits/new/?pair={pair.decode()}" for pair in pairs]


def recorder(client: Client, seed: int) -> Callable[[], tuple[str, bool]]:
    """Opens the form of a visit and sends it; only the sending is timed (`record.seconds`)."""
    dice, forms = random.Random(seed), forms_of(client)

    def record() -> tuple[str, bool]:
        path = dice.choice(forms)
        _status, page, _to = client.get(path)
        fields = typed(page)
        began = time.perf_counter()
        is_saved = sent(client, path, fields)
        record.seconds = time.perf_counter() - began  # type: ignore[attr-defined]
        return "record a visit", is_saved

    return record


def sender(client: Client, seed: int) -> Callable[[], tuple[str, bool]]:
    """Sends forms that were opened before, each under a number of its own."""
    dice = random.Random(seed)
    forms = [(path, typed(client.get(path)[1])) for path in forms_of(client)[:OPENED]]

    def send() -> tuple[str, bool]:
        path, fields = dice.choice(forms)
        return "send a visit", sent(client, path, {**fields, "id": str(uuid.uuid4())})

    return send


def typed(page: bytes) -> dict[str, str]:
    """What a helper sends; "second" because there has been a visit on this day."""
    note = "入户走访，老人身体尚好。"
    return {**filled(page), "note": note, "minutes": "30", "second": "on"}


def sent(client: Client, path: str, fields: dict[str, str]) -> bool:
    status, _page, to = client.post(path, fields)
    return status == 302 and "recorded" in to


def filled(page: bytes, *, asking: str = "day") -> dict[str, str]:
    """The fields of the form that asks for this, as a browser would send them."""
    named = b'name="%s"' % asking.encode()
    form = next(f for f in re.findall(rb"<form.*?</form>", page, re.S) if named in f)
    fields = {}
    for control in re.findall(rb"<input[^>]*>", form):
        name, value, kind = (
            re.search(rb'%s="([^"]*)"' % part, control) for part in (b"name", b"value", b"type")
        )
        if name and (kind is None or kind[1] in (b"hidden", b"text", b"date", b"number")):
            fields[name[1].decode()] = value[1].decode() if value else ""
    return fields


# Measuring


def run(
    doing: list[Callable[[], tuple[str, bool]]], *, seconds: float, server: int
) -> dict[str, Any]:
    """Let all of them do their thing at the same time; what was done in a second, and how long."""
    taken: dict[str, list[float]] = defaultdict(list)
    failed: dict[str, int] = defaultdict(int)
    lock = threading.Lock()
    end = time.monotonic() + seconds

    def go_on(do: Callable[[], tuple[str, bool]]) -> None:
        own = []
        while time.monotonic() < end:
            began = time.perf_counter()
            kind, is_fine = do()
            own.append((kind, getattr(do, "seconds", time.perf_counter() - began), is_fine))
        with lock:
            for kind, one, is_fine in own:
                taken[kind].append(one)
                failed[kind] += not is_fine

    threads = [threading.Thread(target=go_on, args=(do,)) for do in doing]
    began, cpu = time.monotonic(), cpu_seconds(server)
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    took, cpu = time.monotonic() - began, cpu_seconds(server) - cpu
    every = [one for several in taken.values() for one in several]
    return {
        "at_once": len(doing),
        "per_second": len(every) / took,
        **milliseconds(every),
        "errors": sum(failed.values()),
        "cpu_ms_each": cpu * 1000 / max(len(every), 1),
        "kinds": {kind: milliseconds(several) for kind, several in sorted(taken.items())},
    }


def milliseconds(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {"p50": statistics.median(ordered) * 1000, "p95": p95 * 1000}


def processes(parent: int) -> list[int]:
    """The process and all that it started."""
    found = [parent]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            of = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if of == parent:
            found += processes(int(folder.name))
    return found


def cpu_seconds(parent: int) -> float:
    ticks = 0
    for one in processes(parent):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(parent: int) -> list[tuple[str, int]]:
    """Command and resident megabytes of each process."""
    found = []
    for one in processes(parent):
        status = Path(f"/proc/{one}/status").read_text()
        command = Path(f"/proc/{one}/cmdline").read_text().replace("\0", " ")
        resident = re.search(r"VmRSS:\s+(\d+)", status)
        if resident:
            found.append((command.strip()[-60:], int(resident[1]) // 1024))
    return found


def tell(name: str, found: dict[str, Any], floor: dict[str, Any] | None = None) -> None:
    ratio = f"  1/{floor['per_second'] / found['per_second']:.1f} of healthz" if floor else ""
    print(
        f"{name:<18}{found['at_once']:>3} at once{found['per_second']:>8.1f}/s"
        f"  p50 {found['p50']:>6.0f} ms  p95 {found['p95']:>6.0f} ms"
        f"  server CPU {found['cpu_ms_each']:>5.1f} ms each  errors {found['errors']}{ratio}",
        flush=True,
    )


@contextmanager
def served(folder: str) -> Iterator[tuple[int, int]]:
    """A server of this installation: its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "jiedui", "serve", "--port", str(port)]
    server = subprocess.Popen(
        command, env=environment(folder), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        yield port, server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def wait_for(port: int) -> None:
    for _try in range(600):
        try:
            Client(port).get("/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not come up.")


def environment(folder: str) -> dict[str, str]:
    return {**os.environ, "JIEDUI_DATA": folder}


def signed_in(port: int, accounts: list[dict[str, str]], role: str, number: int) -> Client:
    own = [one for one in accounts if one["role"] == role]
    one = own[number % len(own)]
    return Client(port).sign_in(one["username"], one["password"])


def made_accounts(folder: str) -> list[dict[str, str]]:
    """Accounts of every role in this installation."""
    made = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("load_accounts.py"))],
        env=environment(folder), check=True, capture_output=True, text=True,
    )  # fmt: skip
    accounts: list[dict[str, str]] = json.loads(made.stdout)
    return accounts


def load_demonstration(folder: str) -> None:
    command = [sys.executable, "-m", "jiedui", "demo", "panjin"]
    subprocess.run(command, env=environment(folder), check=True, stdout=subprocess.DEVNULL)


def measure(folder: str, *, seconds: float, peer: str = "") -> dict[str, Any]:
    accounts = made_accounts(folder)
    results: dict[str, Any] = {"readers": [], "healthz": []}
    with served(folder) as (port, server):
        seen: dict[str, int] = defaultdict(int)
        clients = []
        for number in range(max(READERS)):
            role = ROLES[number % len(ROLES)]
            clients.append(signed_in(port, accounts, role, seen[role]))
            seen[role] += 1
        reading = [reader(client, seed) for seed, client in enumerate(clients)]
        for count in READERS:
            idle = [healthy(client, 0) for client in clients[:count]]
            floor = run(idle, seconds=seconds / 5, server=server)
            found = run(reading[:count], seconds=seconds, server=server)
            tell("pages read", found, floor)
            results["healthz"].append(floor)
            results["readers"].append(found)
        for kind, one in found["kinds"].items():
            print(f"    {kind:<20} p50 {one['p50']:>6.0f} ms  p95 {one['p95']:>6.0f} ms")
        helpers = [signed_in(port, accounts, "helper", number) for number in range(WRITERS)]
        for name, doing in (("visits recorded", recorder), ("visits sent", sender)):
            work = [doing(client, seed) for seed, client in enumerate(helpers)]
            results[name] = run(work, seconds=seconds, server=server)
            tell(name, results[name], floor)
        results["memory_mb"] = memory(server)
        for command, resident in results["memory_mb"]:
            print(f"    {resident:>5} MB  {command}")
    if peer:  # when our own server rests
        results["Directus rows"] = beside(results["visits sent"], seconds=seconds)
    return results


def beside(ours: dict[str, Any], *, seconds: float) -> dict[str, Any] | None:
    """Plain rows in Directus, by as many clients; None where it cannot be had."""
    try:
        with directus.served() as (port, server):
            rows = [directus.sender(port, number) for number in range(WRITERS)]
            run(rows, seconds=seconds / 5, server=server)  # not counted: it is compiled meanwhile
            found = run(rows, seconds=seconds, server=server)
    except directus.Unavailable as error:
        print(f"Not compared with Directus. {error}")
        return None
    tell("Directus rows", found)
    rate = ours["per_second"] / found["per_second"]
    cpu = ours["cpu_ms_each"] / found["cpu_ms_each"]
    print(f"    visits sent / Directus rows: {rate:.2f} a second, {cpu:.2f} of the CPU each")
    return found


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("folder", nargs="?")
    ask.add_argument("--seconds", type=float, default=SECONDS)
    ask.add_argument("--json", type=Path)
    ask.add_argument("--peer", choices=["directus"], default="")
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as empty:
        folder = asked.folder or empty
        if not asked.folder:
            load_demonstration(folder)
        results = measure(folder, seconds=asked.seconds, peer=asked.peer)
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
