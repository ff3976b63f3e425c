"""Keys that live outside the database, one small file each, readable by the owner only."""

import os
import secrets
from pathlib import Path


def secret_key(folder: Path, name: str) -> str:
    """The key of this name: from JIEDUI_KEY_<NAME>, else from the data folder, made at first use.

    Returns 64 hexadecimal digits (256 bits).
    """
    given = os.environ.get(f"JIEDUI_KEY_{name.upper()}")
    if given:
        return given
    path = folder / "keys" / f"{name}.key"
    if not path.exists():
        _create(path)
    return path.read_text().strip()


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
    try:
        # A link, not a rename: of two processes starting at once the first one's key stays.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
