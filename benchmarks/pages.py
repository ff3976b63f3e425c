"""Page times at full published scale, over HTTP, signed in: p50 and p95 of each page.

Peer in the same run: the same server answering /healthz (one query, no template), so that the
ratio tells what a page costs beyond the machine and the network stack. Then what each page makes
one process do, as four roles (`page_work.py`).

    python benchmarks/pages.py            loads the panjin demonstration first (a minute)
    python benchmarks/pages.py FOLDER     uses an installation that is there

Everybody is paired anew before, so that there is a proposal to look at.
"""

import http.cookiejar
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from page_addresses import PAGES

ROUNDS = 40
GOAL = 200  # ms at p95
# Dashboards of the others; each signs in with its own account.
HOMES = ("leader", "liaison", "helper", "village_officer", "supervisor", "auditor")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Visitor:
    def __init__(self, base: str) -> None:
        self.base = base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=60) as answer:
            return str(answer.read().decode())

    def sign_in(self, username: str, password: str) -> None:
        page = self.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = {"csrfmiddlewaretoken": token[1], "username": username, "password": password}
        url = self.base + "/accounts/login/"
        request = urllib.request.Request(
            url, urllib.parse.urlencode(form).encode(), {"Referer": url}
        )
        self.opener.open(request).read()

    def times(self, path: str) -> list[float]:
        """Milliseconds of each round, after two that are not counted."""
        taken = []
        for _round in range(ROUNDS + 2):
            began = time.perf_counter()
            self.get(path)
            taken.append((time.perf_counter() - began) * 1000)
        return taken[2:]


def wait_for(base: str) -> None:
    for _try in range(300):
        try:
            urllib.request.urlopen(base + "/healthz").read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The server did not come up.")


def signed_in(base: str, accounts: list[dict[str, str]], role: str) -> Visitor:
    account = next(one for one in accounts if one["role"] == role)
    visitor = Visitor(base)
    visitor.sign_in(account["username"], account["password"])
    return visitor


def of_a_proposal(visitor: Visitor) -> list[str]:
    """The pages of the newest proposal."""
    found = re.search(r"/pairs/proposals/\d+/", visitor.get("/pairs/proposals/"))
    assert found
    rows = re.search(found[0] + r"rows/\d+/", visitor.get(found[0]))
    assert rows
    return [found[0], found[0] + "proof/", rows[0]]


def tell(visitor: Visitor, page: str, floor: float, *, name: str = "") -> float:
    """Print a line; returns the p95 in milliseconds."""
    taken = sorted(visitor.times(page))
    p50, p95 = statistics.median(taken), taken[int(len(taken) * 0.95) - 1]
    print(f"{name or page:<44}{p50:>9.1f}{p95:>9.1f}{p50 / floor:>14.1f}×", flush=True)
    return p95


def measure(folder: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "JIEDUI_DATA": str(folder)}
    server = subprocess.Popen(
        [sys.executable, "-m", "jiedui", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(base)
        accounts = json.loads((folder / "demo-accounts.json").read_text())
        office = signed_in(base, accounts, "office")
        floor = statistics.median(office.times("/healthz"))
        print(f"{'page':<44}{'p50 ms':>9}{'p95 ms':>9}{'p50 / healthz':>15}")
        pages = PAGES + of_a_proposal(office)
        slow = sum(tell(office, page, floor) > GOAL for page in pages)
        for role in HOMES:
            slow += tell(signed_in(base, accounts, role), "/", floor, name=f"/ ({role})") > GOAL
        print(f"{slow} of {len(pages) + len(HOMES)} pages over {GOAL} ms at p95")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def main() -> None:
    with tempfile.TemporaryDirectory() as empty:
        folder = sys.argv[1] if len(sys.argv) > 1 else empty
        environment = {**os.environ, "JIEDUI_DATA": folder}
        steps = (["demo", "panjin"], ["pair", "panjin", "--everybody"])
        for step in steps if folder == empty else steps[1:]:
            subprocess.run([sys.executable, "-m", "jiedui", *step], env=environment, check=True)
        measure(Path(folder))
        work = [sys.executable, str(Path(__file__).with_name("page_work.py"))]
        subprocess.run(work, env=environment, check=True)


if __name__ == "__main__":
    main()
