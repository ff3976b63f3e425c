"""Parquet files kept under the hash of their bytes: the same rows are the same file."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = "snapshots"
FORMAT = 1  # of tables and files; part of every snapshot's key


def folder() -> Path:
    return Path(settings.DATA) / FOLDER


def path(sha256: str) -> Path:
    """Where the file with this hash is kept."""
    return folder() / "objects" / f"{sha256}.parquet"


def put(table: Any) -> str:
    """Write an Arrow table; returns the hash of the file. Equal tables give equal bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    # Everything that could make equal rows differ in bytes is fixed here.
    pq.write_table(
        table.replace_schema_metadata(None).combine_chunks(),
        sink,
        compression="zstd",
        compression_level=3,
        row_group_size=131_072,
        version="2.6",
        store_schema=False,
    )
    content = sink.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    write(path(sha256), content)
    return sha256


def read(sha256: str) -> Any:
    """The Arrow table in the file with this hash."""
    import pyarrow.parquet as pq

    return pq.read_table(path(sha256), use_threads=False).combine_chunks()


def write(target: Path, content: Any) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    if target.exists() and target.stat().st_size == len(content):
        os.utime(target)  # in use again: nobody takes it for an old one that nothing refers to
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".new", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(target)


def digest(target: Path) -> str | None:
    """The hash of a file's bytes; None when it is not there."""
    if not target.exists():
        return None
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kept() -> Iterator[Path]:
    """Every object there is, and drafts that a crash has left."""
    home = folder() / "objects"
    yield from home.glob("*.parquet")
    yield from home.glob("*.new")
