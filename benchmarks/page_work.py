"""What each page makes one process do, beside a page that only says hello, in the same run.

    JIEDUI_DATA=FOLDER python benchmarks/page_work.py       an installation that is there

`pages.py` runs it after it has asked the same pages over HTTP. Each page is answered in this
process, `ROUNDS` times after two that are not counted. Columns: CPU (median), statements sent to
the database, milliseconds these take when they are asked alone with all their rows (of CPU on
SQLite, which works in this process), template nodes that are not mere text, kilobytes, and CPU as a
multiple of the peer: a view that renders the word "hello" through the same middleware for the same
user.
"""

import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.template.base import Node  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import include, path  # noqa: E402

from jiedui.orgs.models import Appointment  # noqa: E402
from jiedui.pairing.models import Pair  # noqa: E402
from page_addresses import OF_RECORDS, PAGES  # noqa: E402

ROUNDS = 9
HELLO = "/hello/"
ROLES = ("office", "leader", "helper", "village_officer")
QUESTIONS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@dataclass
class Work:
    """`cpu_ms` is a median; `nodes` are of templates."""

    cpu_ms: float = 0.0
    statements: list[tuple[str, Any]] = field(default_factory=list)
    sql_ms: float = 0.0
    nodes: int = 0
    size: int = 0  # bytes


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string("hello").render({}, request))


def add_hello() -> None:
    """Addresses of the product, and one more."""
    urls = ModuleType("urls_with_hello")
    urls.urlpatterns = [path(HELLO[1:], hello), path("", include("jiedui.urls"))]  # type: ignore[attr-defined]
    sys.modules[urls.__name__] = urls
    settings.ROOT_URLCONF = urls.__name__


@contextmanager
def noted(work: Work) -> Iterator[None]:
    """Statements and template nodes of whatever is answered inside."""
    render = Node.render_annotated

    def note_statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("( ").startswith(QUESTIONS):
            work.statements.append((sql, params))
        return execute(sql, params, many, context)

    def note_node(self: Node, context: Any) -> Any:
        work.nodes += 1
        return render(self, context)

    Node.render_annotated = note_node  # type: ignore[method-assign]
    try:
        with connection.execute_wrapper(note_statement):
            yield
    finally:
        Node.render_annotated = render  # type: ignore[method-assign]


def median_cpu(do: Callable[[], object]) -> float:
    """Milliseconds of CPU of this process."""
    taken = []
    for _round in range(ROUNDS + 2):
        began = time.process_time()
        do()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken[2:])


def ask_alone(statements: list[tuple[str, Any]]) -> float:
    """Milliseconds until the last row of these has come; those that write are left out."""
    reading = [one for one in statements if one[0].lstrip("( ").startswith(("SELECT", "WITH"))]
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    with connection.cursor() as cursor:
        began = clock()
        for sql, params in reading:
            cursor.execute(sql, params)
            cursor.fetchall()
        return (clock() - began) * 1000


def work_of(client: Client, address: str) -> Work | None:
    """None where the page does not open for this user."""
    if client.get(address).status_code != 200:
        return None
    work = Work(cpu_ms=median_cpu(lambda: client.get(address)))
    with noted(work):
        work.size = len(client.get(address).content)
    work.sql_ms = min(ask_alone(work.statements) for _time in range(3))
    return work


def signed_in(role: str) -> tuple[Client, dict[str, Any]]:
    """Somebody of this role, and the records their own pages are about."""
    post = Appointment.objects.filter(role=role, ended=None).order_by("pk").first()
    assert post is not None, "load a demonstration first"
    client = Client(SERVER_NAME="localhost")
    client.force_login(post.user)
    pairs = Pair.objects.open().visible_to(post.user).filter(household__isnull=False)
    pair = pairs.select_related("household__place").order_by("pk")[0]
    return client, {
        "pair": pair.pk, "household": pair.household_id, "member": pair.member_id,
        "organisation": pair.organisation_id, "place": pair.household.place_id,
    }  # fmt: skip


def tell(name: str, work: Work, floor: float) -> None:
    print(
        f"{name:<44}{work.cpu_ms:>8.1f}{len(work.statements):>7}{work.sql_ms:>9.1f}"
        f"{work.nodes:>7}{work.size / 1024:>7.0f}{work.cpu_ms / floor:>9.1f}×",
        flush=True,
    )


def measure(role: str) -> list[tuple[str, Work, float]]:
    """The pages this role opens: name, work and the peer's CPU in milliseconds."""
    client, records = signed_in(role)
    floor = work_of(client, HELLO)
    assert floor is not None
    tell(f"{HELLO} ({role})", floor, floor.cpu_ms)
    found = []
    for address in [*PAGES, *(one.format(**records) for one in OF_RECORDS)]:
        if work := work_of(client, address):
            tell(address, work, floor.cpu_ms)
            found.append((address, work, floor.cpu_ms))
    return found


def main() -> None:
    add_hello()
    logging.disable()  # pages that a role may not open
    print(f"{'page':<44}{'CPU ms':>8}{'SQL':>7}{'SQL ms':>9}{'nodes':>7}{'KB':>7}{'/ hello':>10}")
    with transaction.atomic():  # signing in and looking at a household are written down
        found = [one for role in ROLES for one in measure(role)]
        transaction.set_rollback(True)
    middle = statistics.median(work.cpu_ms / floor for _name, work, floor in found)
    cpu = statistics.median(work.cpu_ms for _name, work, _floor in found)
    slowest = max(found, key=lambda one: one[1].cpu_ms)
    asking = max(found, key=lambda one: len(one[1].statements))
    print(
        f"{len(found)} pages, the middle one {cpu:.1f} ms of CPU ({middle:.1f}× hello); the most "
        f"{slowest[0]} {slowest[1].cpu_ms:.1f} ms; most statements {asking[0]} "
        f"{len(asking[1].statements)}"
    )


if __name__ == "__main__":
    main()
