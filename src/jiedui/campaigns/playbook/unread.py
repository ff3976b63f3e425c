"""What a playbook declares and no code reads yet: shown as warnings, never as mistakes.

Nobody keeps a list of it. What may stand in a playbook are the fields of the sections' dataclasses,
the same the parser goes by; what is read are the attributes our own modules and templates ask for.
A field whose checks alone look at it (`wrong`) is read by nobody.
"""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, Union, get_args, get_origin

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.mistakes import Mistake, show_path
from jiedui.campaigns.playbook.playbook import Playbook
from jiedui.campaigns.playbook.positions import Path, Positions
from jiedui.campaigns.playbook.reading import SCALARS, hints, without_none

OURS = FilePath(__file__).parent
PACKAGE = OURS.parent.parent
INVENTED = PACKAGE / "demo"  # writes records as if; what only it reads changes nothing
LONG_TEXT = re.compile(r'"""(?s:.*?)"""')
NO_CODE = re.compile(r"^\s*(?:from|import)\s.*$|#.*$", re.MULTILINE)
ATTRIBUTE = re.compile(r"\.([a-z_]\w*)")
WORD = re.compile(r'"([a-z_]\w*)"')
NAMED = 6  # further lines of one key


@dataclass(frozen=True)
class Accesses:
    """Which attributes each file of the program asks for, and which words it has in quotes."""

    files: tuple[tuple[frozenset[str], frozenset[str]], ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Accesses:
        plain = (NO_CODE.sub("", LONG_TEXT.sub("", text)) for text in texts)
        return cls(
            tuple(
                (frozenset(ATTRIBUTE.findall(text)), frozenset(WORD.findall(text)))
                for text in plain
            )
        )

    def has(self, name: str, section: str) -> bool:
        """Whether anything reads a field; by name in quotes only where its section is at hand."""
        return any(
            name in attributes or (name in words and section in attributes)
            for attributes, words in self.files
        )


@lru_cache(maxsize=1)
def accesses() -> Accesses:
    """Those of the program that runs."""
    texts = [path.read_text(encoding="utf-8") for path in _others()]
    texts += [_without_checks(path.read_text(encoding="utf-8")) for path in OURS.glob("*.py")]
    return Accesses.of(texts)


def _others() -> Iterator[FilePath]:
    for ending in ("*.py", "*.html"):
        for path in sorted(PACKAGE.rglob(ending)):
            if path.parent != OURS and INVENTED not in path.parents:
                yield path


def _without_checks(text: str) -> str:
    """A module of ours without the functions that only check what was written."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.Module)):
            node.body = [
                one
                for one in node.body
                if not (isinstance(one, ast.FunctionDef) and one.name.startswith("wrong"))
            ] or [ast.Pass()]
    return ast.unparse(tree).replace("'", '"')


def warnings(
    document: Mapping[str, Any], positions: Positions, *, known: Accesses | None = None
) -> list[Mistake]:
    """Each section and key that stands in the document and nothing reads, once, with its line."""
    found: dict[tuple[str, str], list[Path]] = {}
    for kind, name, path in _unread(Playbook, document, (), known or accesses()):
        found.setdefault((kind, name), []).append(path)
    mistakes = [_mistake(paths, document, positions) for paths in found.values()]
    return sorted(mistakes)


def _mistake(paths: list[Path], document: Mapping[str, Any], positions: Positions) -> Mistake:
    lines = sorted({positions.line(path) for path in paths})
    problem = _("Nothing reads this yet: it changes nothing.")
    if more := lines[1:]:
        shown = ", ".join(str(line) for line in more[:NAMED]) + (" …" if len(more) > NAMED else "")
        also = _("Also on line %(lines)s.") % {"lines": shown}
        problem = f"{problem} {also}"
    expected = _("Leave it out, or keep it for a later version.")
    return Mistake(lines[0], show_path(paths[0], document), problem, expected)


def _unread(kind: Any, raw: Any, path: Path, known: Accesses) -> Iterator[tuple[str, str, Path]]:
    """The kind of section, the field and the place of everything that stands there unread."""
    kind = without_none(kind)
    if get_origin(kind) is tuple and isinstance(raw, list):
        for index, one in enumerate(raw):
            yield from _unread(get_args(kind)[0], one, (*path, index), known)
    elif not isinstance(raw, Mapping):
        return
    elif get_origin(kind) in (Union, types.UnionType):
        yield from _unread(_variant(kind, raw), raw, path, known)
    elif get_origin(kind) is Mapping:
        for name, one in raw.items():
            yield from _unread(get_args(kind)[1], one, (*path, name), known)
    elif is_dataclass(kind) and kind not in SCALARS:
        yield from _of_table(kind, raw, path, known)


def _of_table(
    kind: Any, raw: Mapping[str, Any], path: Path, known: Accesses
) -> Iterator[tuple[str, str, Path]]:
    for field in fields(kind):
        if field.name not in raw:
            continue
        here = (*path, field.name)
        if known.has(field.name, str(path[0] if path else "")):
            yield from _unread(hints(kind)[field.name], raw[field.name], here, known)
        else:
            is_list = not path and isinstance(raw[field.name], list)
            yield kind.__name__, field.name, (*here, 0) if is_list else here


def _variant(kind: Any, raw: Mapping[str, Any]) -> Any:
    """The one of several tables that is meant, told apart by `rule`; None when none is."""
    by_rule = {get_args(hints(one)["rule"])[0]: one for one in get_args(kind)}
    return by_rule.get(str(raw.get("rule")))
