"""Files of an installation are for its own account alone, also those that were there before."""

from pathlib import Path

OTHERS = 0o077


def tighten(folder: Path) -> int:
    """Take the rights of everybody else off a folder and all in it; returns how many had some."""
    found = [folder, *folder.rglob("*")] if folder.is_dir() else []
    open_ones = [one for one in found if not one.is_symlink() and one.stat().st_mode & OTHERS]
    for one in open_ones:
        one.chmod(one.stat().st_mode & 0o700)
    return len(open_ones)
