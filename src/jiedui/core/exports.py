"""Workbooks that jobs make: a wish, then its file, both kept some days for whoever asked."""

import json
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone

AT_ONCE = 2_000  # rows; writing them takes up to a second. More are a job
KEPT_DAYS = 7


def folder() -> Path:
    return Path(settings.DATA) / "exports"


def wish(*, user: Any, name: str, **facts: Any) -> str:
    """Write down what shall be exported, for a job; returns the token both files are kept under.

    `name` is what the file will be called when it is fetched.
    """
    token = secrets.token_hex(12)
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps({"user": user.pk, "name": name, **facts}, default=str)
    (folder() / f"{token}.json").write_text(text)
    return token


def read(token: str) -> dict[str, Any]:
    """The wish as it was written down."""
    facts: dict[str, Any] = json.loads((folder() / f"{token}.json").read_text())
    return facts


def keep(token: str, file: BinaryIO) -> None:
    """The finished file: there whole or not at all."""
    draft = folder() / f"{token}.new"
    with draft.open("wb") as kept:
        while piece := file.read(1 << 20):
            kept.write(piece)
    draft.replace(folder() / f"{token}.xlsx")


def finished(token: str, *, user: Any) -> tuple[Path, str] | None:
    """The file of a finished export and its name; None unless this user asked for it."""
    wish_path, path = folder() / f"{token}.json", folder() / f"{token}.xlsx"
    if not (token.isalnum() and wish_path.exists() and path.exists()):
        return None
    facts = read(token)
    return (path, facts["name"]) if facts["user"] == user.pk else None


def tidy() -> int:
    """Remove wishes and files older than `KEPT_DAYS`; tells how many files went."""
    oldest = (timezone.now() - timedelta(days=KEPT_DAYS)).timestamp()
    old = [path for path in folder().glob("*.*") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
