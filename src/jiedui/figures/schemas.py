"""The columns of every snapshot table with their types, for Arrow and for Ibis."""

from typing import Any

from jiedui.campaigns.playbook.tables import Column, columns

# Every other column of the type "id" is text: codes, paths, UUIDs without dashes.
WHOLE_IDS = frozenset(
    {
        "id", "organisation", "member", "household", "team", "previous", "fund", "partner_member",
        "partner_organisation", "giver_organisation", "measure", "issue",
    }
)  # fmt: skip
TEXT_KEYS = frozenset(
    {"activities", "gifts", "tasks", "sheets", "answers", "projects", "project_answers", "needs"}
)
IBIS = {"word": "string", "whole": "int64", "flag": "boolean", "day": "date"}
DECIMALS = ("quantity", "amount", "before", "after")
QUANTITY = (14, 2)  # digits in all, and behind the point


def record_key(table: str) -> str:
    """The column that names a row."""
    return "code" if table == "places" else "id"


def types(table: str) -> dict[str, str]:
    """Column → type as Ibis writes it; the record key stands first."""
    known = columns(table)
    first = record_key(table)
    names = [first, *(name for name in known if name != first)]
    return {name: _type(table, name, known[name]) for name in names}


def _type(table: str, name: str, column: Column) -> str:
    if name in DECIMALS:
        return f"decimal({QUANTITY[0]}, {QUANTITY[1]})"
    if column.type != "id":
        return IBIS[column.type]
    is_text = name not in WHOLE_IDS or (name == "id" and table in TEXT_KEYS)
    return "string" if is_text else "int64"


def arrow(table: str) -> Any:
    """The schema of the Parquet files of a table."""
    import pyarrow as pa

    known = {
        "string": pa.string(),
        "int64": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        f"decimal({QUANTITY[0]}, {QUANTITY[1]})": pa.decimal128(*QUANTITY),
    }
    return pa.schema([(name, known[kind]) for name, kind in types(table).items()])
