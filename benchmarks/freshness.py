"""From a visit that is saved to the figures that count it, at full published scale, by themselves.

    python benchmarks/freshness.py            loads the panjin demonstration first
    python benchmarks/freshness.py FOLDER     uses an installation that is there
    python tools/with_postgres.py python benchmarks/freshness.py      the same on PostgreSQL

Starts a server of its own. Helpers record visits through the form; nobody presses a button. Prints
the seconds until the page of figures says that nothing has changed since, and the CPU of the worker
that counted, with what it counted ahead (warm). The last line is of a visit that is taken out. Peer
in the same run is the first count of a new worker, which has everything to do: it reads all tables
and counts all figures.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import load

ROUNDS = 3
PATIENCE = 180  # seconds
FRESH = "已是最新".encode()


def worker(server: int) -> int:
    """The process that does short work."""
    for one in load.processes(server):
        if b"quick" in Path(f"/proc/{one}/cmdline").read_bytes():
            return one
    raise SystemExit("There is no worker.")


def fresh(office: load.Client) -> bool:
    return FRESH in office.get("/figures/panjin/")[1]


def wait_until_fresh(office: load.Client) -> float:
    """Seconds until the page says that nothing has changed since."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        if fresh(office):
            return time.monotonic() - began
        time.sleep(0.5)
    raise SystemExit(f"After {PATIENCE} s the figures are not those of the records.")


def rest(process: int) -> None:
    """Wait until the worker has counted ahead what pages will ask."""
    used = -1.0
    while (now := load.cpu_seconds(process)) - used > 0.1:
        used = now
        time.sleep(2)


def forget(folder: str) -> None:
    """Leave nothing that has been counted before."""
    statement = "from jiedui.figures.models import Snapshot; Snapshot.objects.all().delete()"
    command = [sys.executable, "-c", f"import django; django.setup(); {statement}"]
    own = {**load.environment(folder), "DJANGO_SETTINGS_MODULE": "jiedui.settings"}
    subprocess.run(command, env=own, check=True)


def take_out_a_visit(helper: load.Client) -> None:
    """Record one, so that it is there, and take it out as a mistake."""
    path = load.forms_of(helper)[0]
    fields = load.typed(helper.get(path)[1])
    _status, _page, to = helper.post(path, fields)
    form = f"/activities/{to.split('/')[2]}/void/"
    fields = {**load.filled(helper.get(form)[1], asking="reason"), "reason": "记错了"}
    status, _page, to = helper.post(form, fields)
    if status != 302:
        raise SystemExit(f"The visit was not taken out ({status}).")
    assert "记错了" in helper.get(to)[1].decode()


def measure(folder: str) -> None:
    accounts = load.made_accounts(folder)
    forget(folder)
    with load.served(folder) as (port, server):
        office = load.signed_in(port, accounts, "office", 0)
        helper = load.signed_in(port, accounts, "helper", 0)
        record = load.recorder(helper, 0)
        counting = worker(server)

        def tell(name: str, everything: float = 0.0) -> float:
            """Wait until the page shows it and what follows is counted ahead; CPU seconds."""
            before = load.cpu_seconds(counting)
            took = wait_until_fresh(office)
            rest(counting)
            cpu = load.cpu_seconds(counting) - before
            ratio = f"  1/{everything / cpu:.1f}" if everything else ""
            print(f"{name:<28} {took:>6.1f} s  CPU {cpu:>6.2f} s{ratio}", flush=True)
            return cpu

        everything = tell("everything, the first time")
        for _round in range(ROUNDS):
            _kind, is_saved = record()
            assert is_saved and not fresh(office)
            tell("one visit more", everything)
        take_out_a_visit(helper)
        assert not fresh(office)
        tell("one visit taken out", everything)
        status = Path(f"/proc/{counting}/status").read_text()
        peak = re.search(r"VmHWM:\s+(\d+)", status)
        assert peak
        print(f"the worker held at most {int(peak[1]) // 1024} MB")


def main() -> None:
    with tempfile.TemporaryDirectory() as empty:
        folder = sys.argv[1] if len(sys.argv) > 1 else empty
        if folder == empty:
            load.load_demonstration(folder)
        measure(folder)


if __name__ == "__main__":
    main()
