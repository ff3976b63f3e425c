"""On which line does each value of a TOML document stand?

`tomllib` gives values without positions and `tomlkit` keeps none either, so this reads the text a
second time. It is called only with text `tomllib` has accepted: it looks for positions, not for
mistakes, and therefore stays small.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]

BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*'""")
DOT = re.compile(r"[ \t]*\.[ \t]*")
STRING = re.compile(
    r'''"""(?:\\.|[^\\])*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:'{0,2})|"(?:\\.|[^"\\])*"|'[^']*\'''',
    re.DOTALL,
)
SCALAR = re.compile(r"[^\s,\]}#]+(?: \d\d:[^\s,\]}#]+)?")


@dataclass(frozen=True, slots=True)
class Positions:
    """Lines are counted from 1. `texts` is where the content of a string begins."""

    lines: Mapping[Path, int]
    texts: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of this value, or of the nearest table around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def text_line(self, path: Path) -> int:
        return self.texts.get(path) or self.line(path)


def find_positions(text: str) -> Positions:
    """Positions of every key, table and list item of a valid TOML document."""
    scanner = _Scanner(text)
    scanner.document()
    return Positions(lines=scanner.lines, texts=scanner.texts)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {(): 1}
        self.texts: dict[Path, int] = {}
        self.lists: dict[Path, int] = {}  # arrays of tables: index of the last one

    def line_at(self, offset: int) -> int:
        return bisect_right(self.breaks, offset - 1) + 1

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"position lost at line {self.line_at(self.at)}")
        self.at = match.end()
        return match.group()

    def follows(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def skip(self, mark: str) -> bool:
        found = self.follows(mark)
        self.at += len(mark) * found
        return found

    def document(self) -> None:
        table: Path = ()
        self.take(BLANK)
        while self.at < len(self.text):
            table = self.header() if self.follows("[") else self.pair(table)
            self.take(BLANK)

    def header(self) -> Path:
        line = self.line_at(self.at)
        is_list = self.skip("[[") or not self.skip("[")
        self.take(BLANK)
        *parents, last = self.key()
        self.take(BLANK)
        self.at += 2 if is_list else 1
        table = (*self.inside(tuple(parents), line), last)
        if is_list:
            self.lines.setdefault(table, line)
            self.lists[table] = self.lists.get(table, -1) + 1
            table = (*table, self.lists[table])
        self.lines[table] = line
        return table

    def inside(self, names: tuple[str, ...], line: int) -> Path:
        """The path of a table, through the last entry of each array of tables on the way."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            self.lines.setdefault(path, line)
            if path in self.lists:
                path = (*path, self.lists[path])
        return path

    def pair(self, table: Path) -> Path:
        line = self.line_at(self.at)
        path = table
        for name in self.key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self.take(BLANK)
        self.at += 1  # =
        self.take(BLANK)
        self.value(path)
        return table

    def key(self) -> list[str]:
        names = [self.name()]
        while DOT.match(self.text, self.at):
            self.take(DOT)
            names.append(self.name())
        return names

    def name(self) -> str:
        raw = self.take(KEY)
        return str(tomllib.loads(f"k = {raw}")["k"]) if raw[0] in "\"'" else raw

    def value(self, path: Path) -> None:
        if self.skip("["):
            self.items(path)
        elif self.skip("{"):
            self.inline(path)
        elif self.text[self.at] in "\"'":
            self.string(path)
        else:
            self.take(SCALAR)

    def string(self, path: Path) -> None:
        start = self.at
        raw = self.take(STRING)
        # TOML drops a line break that follows the opening quotes at once.
        opened = re.match(r"(\"\"\"|''')\r?\n", raw)
        self.texts[path] = self.line_at(start) + (opened is not None)

    def items(self, path: Path) -> None:
        index = 0
        self.take(BLANK)
        while not self.skip("]"):
            self.lines[(*path, index)] = self.line_at(self.at)
            self.value((*path, index))
            self.take(BLANK)
            self.skip(",")
            self.take(BLANK)
            index += 1

    def inline(self, path: Path) -> None:
        self.take(BLANK)
        while not self.skip("}"):
            self.pair(path)
            self.take(BLANK)
            self.skip(",")
            self.take(BLANK)
