"""Workbooks that jobs make: a request, then its file, both kept some days for whoever asked."""

import json
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from jiedui.core.doors import may
from jiedui.core.models import scope_of
from jiedui.core.users import User

AT_ONCE = 2_000  # rows; writing them takes up to a second. More are a job
KEPT_DAYS = 7


def folder() -> Path:
    return Path(settings.DATA) / "exports"


def record_request(*, user: User, name: str, permission: str, **facts: Any) -> str:
    """Write down what shall be exported, for a job; returns the token both files are kept under.

    `name` is what the file will be called when it is fetched; `permission` is asked once more then.
    """
    token = secrets.token_hex(12)
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    facts |= {"permission": permission, "areas": _areas(user, permission)}
    text = json.dumps({"user": user.pk, "name": name, **facts}, default=str)
    (folder() / f"{token}.json").write_text(text)
    return token


def _areas(user: User, permission: str) -> list[list[str | None]]:
    return scope_of(user).holding(permission).areas() if permission else []


def read(token: str) -> dict[str, Any]:
    """The request as it was written down."""
    facts: dict[str, Any] = json.loads((folder() / f"{token}.json").read_text())
    return facts


def keep(token: str, file: BinaryIO) -> None:
    """The finished file: there whole or not at all."""
    draft = folder() / f"{token}.new"
    with draft.open("wb") as kept:
        while piece := file.read(1 << 20):
            kept.write(piece)
    draft.replace(folder() / f"{token}.xlsx")


def finished(token: str, *, user: User) -> tuple[Path, str] | None:
    """The file of a finished export and its name; None unless this user asked for it.

    Raises `PermissionDenied` for who lost the role or an area it was made for.
    """
    request_path, path = folder() / f"{token}.json", folder() / f"{token}.xlsx"
    if not (token.isalnum() and request_path.exists() and path.exists()):
        return None
    facts = read(token)
    if facts["user"] != user.pk:
        return None
    # Files of an older version say neither: whoever took a list away held this one.
    permission = facts.get("permission", "registers.export")
    held = _areas(user, permission)
    if permission and not may(user, permission):
        raise PermissionDenied
    if any(area not in held for area in facts.get("areas", [])):
        raise PermissionDenied
    return path, facts["name"]


def tidy() -> int:
    """Remove requests and files older than `KEPT_DAYS`; tells how many files went."""
    oldest = (timezone.now() - timedelta(days=KEPT_DAYS)).timestamp()
    old = [path for path in folder().glob("*.*") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
