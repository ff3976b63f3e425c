"""Name what the documentation forgets, every dead link, and every file it names that is no more."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/jiedui"
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
SETTING = re.compile(r"""(?:environ(?:\.get)?[\[(]|getenv\(|envvar=)\s*f?["']([A-Z][A-Z0-9_]+)""")
FILE = re.compile(r"`([a-z_/]+\.(?:py|html|js|css))`")  # `forms.py`, `core/audit.py`
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def main() -> int:
    pages = {path: path.read_text("utf-8") for path in sorted((ROOT / "docs").rglob("*.md"))}
    text = "\n".join(pages.values())
    readmes = {path: path.read_text("utf-8") if path.exists() else "" for path in READMES}
    faults = [
        *(f"docs: the command `{c}` is not described" for c in commands() if f"`{c}" not in text),
        *(f"docs: the setting {name} is not described" for name in settings() if name not in text),
        *(
            f"docs: the playbook {name} is not described"
            for name in playbooks()
            if name not in text
        ),
        *(
            f"{path.name}: does not say `{command}`"
            for path, readme in readmes.items()
            for command in ("make run", "make test")
            if command not in readme
        ),
        *dead_links(pages | readmes),
        *lost_files(pages),
    ]
    print("\n".join(faults) or "The documentation names everything.")
    return 1 if faults else 0


def commands() -> list[str]:
    from jiedui.cli import main as jiedui

    if not isinstance(jiedui, click.Group):
        sys.exit("jiedui.cli.main is not a click group, so its commands cannot be listed.")
    return sorted(spelled(jiedui, "jiedui"))


def spelled(group: click.Group, so_far: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from spelled(command, f"{so_far} {name}")
        elif not command.hidden:
            yield f"{so_far} {name}"


def settings() -> list[str]:
    texts = (path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    return sorted({name for text in texts for name in SETTING.findall(text)})


def playbooks() -> list[str]:
    return sorted(path.stem for path in PACKAGE.glob("*/playbooks/*.toml"))


def dead_links(pages: dict[Path, str]) -> Iterator[str]:
    for path, text in pages.items():
        for target in LINK.findall(text):
            if "://" not in target and not (path.parent / target).exists():
                yield f"{path.relative_to(ROOT)}: {target} does not exist"


def lost_files(pages: dict[Path, str]) -> Iterator[str]:
    """Of a file named without its folder it is enough that one is called so."""
    known = {
        "/".join(path.parts[-depth:])
        for folder in (PACKAGE, ROOT / "tests", ROOT / "tools", ROOT / "benchmarks")
        for path in folder.rglob("*.*")
        for depth in range(1, len(path.relative_to(folder).parts) + 2)
    }
    for path, text in pages.items():
        for name in FILE.findall(text):
            if name not in known:
                yield f"{path.relative_to(ROOT)}: no file is called {name}"


if __name__ == "__main__":
    sys.exit(main())
