"""What a page costs whatever the machine: statements sent to the database, nodes of templates.

`page_costs.toml` holds them: a section for each role, a line for each address.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.template.base import Node

TABLE = Path(__file__).with_name("page_costs.toml")
HEAD = """\
# What each page costs on tests/full_demonstration.py when it is asked for the second time:
# [statements sent to the database, template nodes that are not mere text].
# Written by test_what_a_page_costs.py, which says how.
"""
# Savepoints and settings of the connection are no questions.
VALUES = re.compile(r"%s(, %s)+")  # of however many keys
QUESTIONS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
FEWER = 3  # statements a page may save before its line must say so
LEAST_NODES, NODES = 20, 0.1  # and nodes it may differ by: a frame with one more changes all lines

Costs = dict[str, tuple[int, int]]  # by the name of the address


@dataclass
class Cost:
    statements: Counter[str] = field(default_factory=Counter)  # by their text, without values
    nodes: int = 0

    @property
    def pair(self) -> tuple[int, int]:
        return self.statements.total(), self.nodes

    @property
    def most_often(self) -> tuple[str, int]:
        """The statement that was sent most often, from its tables on, and how often."""
        sql, times = max(self.statements.items(), key=lambda one: one[1], default=("", 0))
        return tables(sql), times


def tables(sql: str) -> str:
    """A statement without the columns it reads, short enough to be recognised."""
    return sql[sql.find(" FROM ") + 1 :][:300]


@contextmanager
def counted() -> Iterator[Cost]:
    """The cost of whatever is answered inside."""
    cost, render = Cost(), Node.render_annotated

    def note_statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("( ").startswith(QUESTIONS):
            cost.statements[VALUES.sub("…", sql)] += 1
        return execute(sql, params, many, context)

    def note_node(self: Node, context: Any) -> Any:
        cost.nodes += 1
        return render(self, context)

    Node.render_annotated = note_node  # text has a method of its own
    try:
        with connection.execute_wrapper(note_statement):
            yield cost
    finally:
        Node.render_annotated = render


def read() -> dict[str, Costs]:
    """The table by role."""
    return tomllib.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}


def write(found: Mapping[str, Costs]) -> None:
    lines = [HEAD]
    for role, costs in sorted(found.items()):
        rows = (f'"{name}" = [{costs[name][0]}, {costs[name][1]}]' for name in sorted(costs))
        lines += [f"[{role}]", *rows, ""]
    TABLE.write_text("\n".join(lines), "utf-8")


def differences(found: Mapping[str, Costs]) -> list[str]:
    """Where pages cost more than the table says, or so much less that it is out of date."""
    known = read()
    return [
        f"{role}, {name}: {why}"
        for role in sorted(found.keys() | known.keys())
        for name in sorted(found.get(role, {}).keys() | known.get(role, {}).keys())
        if (why := _difference(found.get(role, {}).get(name), known.get(role, {}).get(name)))
    ]


def _difference(now: tuple[int, int] | None, known: tuple[int, int] | None) -> str:
    if now is None or known is None:
        return f"costs {now}, in the table it is {known}"
    queries, nodes = now
    if not known[0] - FEWER <= queries <= known[0]:
        return f"{queries} statements instead of {known[0]}"
    if abs(nodes - known[1]) > LEAST_NODES + known[1] * NODES:
        return f"{nodes} template nodes instead of {known[1]}"
    return ""
