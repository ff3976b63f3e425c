"""What other apps call: read a playbook, check one, list those shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path as FilePath
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook import also, syntax, template, unread
from jiedui.campaigns.playbook.calendar import FarmWindow
from jiedui.campaigns.playbook.filters import check_columns, read_filters
from jiedui.campaigns.playbook.forms import Form
from jiedui.campaigns.playbook.mistakes import InvalidPlaybook, Mistake
from jiedui.campaigns.playbook.playbook import Playbook
from jiedui.campaigns.playbook.positions import Path, find_positions
from jiedui.campaigns.playbook.publishing import LINES, Bulletin, Figure, Filter
from jiedui.campaigns.playbook.reading import BROKEN, Reader
from jiedui.campaigns.playbook.windows import known_seasons

FOLDER = FilePath(__file__).parent.parent / "playbooks"
# Kept beside every text in the database; it rises when a change makes older texts unreadable, and
# a migration then rewrites those that are kept.
FORMAT = 2
LONGEST = 1_000_000  # characters; the longest playbook shipped has about 40,000


def load(text: str, *, name: str) -> Playbook:
    """Read a playbook that was checked when it came in.

    Raises InvalidPlaybook, which names every mistake but texts that are too long.
    """
    playbook, mistakes = _read(text, is_new=False)
    if playbook is None or mistakes:
        raise InvalidPlaybook(name, mistakes)
    return playbook


@lru_cache(maxsize=8)
def load_new(text: str) -> Playbook:
    """Read a playbook that comes in: it is checked, then started, so the same text comes twice.

    Raises InvalidPlaybook, which names every mistake.
    """
    playbook, mistakes = _read(text, is_new=True)
    if playbook is None or mistakes:
        raise InvalidPlaybook("", mistakes)
    return playbook


def check(text: str) -> list[Mistake]:
    """Every mistake of a playbook by line; an empty list means it can be used."""
    try:
        load_new(text)
    except InvalidPlaybook as invalid:
        return invalid.mistakes
    return []


def warn(text: str) -> list[Mistake]:
    """What nothing reads yet, and rhythms that leave open what counts, by line; no mistakes."""
    text = _plain(text)
    document, mistakes = syntax.parse(text) if len(text) <= LONGEST else (None, [])
    if document is None or mistakes:
        return []
    positions = find_positions(text)
    return sorted([*unread.warnings(document, positions), *also.warnings(document, positions)])


def check_forms(text: str, *, beside: str) -> tuple[tuple[Form, ...], list[Mistake]]:
    """The forms in a piece of a playbook, and every mistake in it by line.

    `beside` is the playbook it is meant for, which has the kinds of organisations and teams.
    """
    document, mistakes = syntax.parse(text)
    known, _others = syntax.parse(_plain(beside))
    forms = (document or {}).get("forms")
    if mistakes or not isinstance(forms, list):
        return (), mistakes
    whole = {key: value for key, value in (known or {}).items() if key.endswith("_kinds")}
    reader = Reader(whole | {"forms": forms}, positions=find_positions(text), extras={}, special={})
    found = reader.read_list(Form, forms, ("forms",), {})
    return found, sorted(reader.mistakes)


def check_file(file: FilePath) -> list[Mistake]:
    """Every mistake of a file that should be a playbook, also that it is no text at all."""
    with file.open("rb") as opened:
        content = opened.read(4 * LONGEST + 1)
    try:
        return check(content.decode()) if len(content) <= 4 * LONGEST else _too_long()
    except UnicodeDecodeError as error:
        problem = _("This is no playbook: a playbook is a text file in UTF-8 that ends in .toml.")
        line = content.count(b"\n", 0, error.start) + 1
        return [Mistake(line, "playbook", problem, _("Save the file again as UTF-8."))]


def available() -> tuple[str, ...]:
    """Keys of the playbooks that ship with jiedui."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def source(key: str) -> str:
    """The text of a playbook that ships with jiedui. Raises KeyError."""
    if key not in available():
        raise KeyError(key)
    return (FOLDER / f"{key}.toml").read_text(encoding="utf-8")


@cache
def built_in(key: str) -> Playbook:
    """A playbook that ships with jiedui. Raises KeyError."""
    return load(source(key), name=f"{key}.toml")


def _read(text: str, *, is_new: bool) -> tuple[Playbook | None, list[Mistake]]:
    if len(text) > LONGEST:
        return None, _too_long()
    text = _plain(text)
    document, mistakes = syntax.parse(text)
    if document is None:
        return None, mistakes
    reader = Reader(
        document,
        positions=find_positions(syntax.without(text, mistakes)),
        extras={Figure: check_columns, Bulletin: check_bulletin},
        special={tuple[Filter, ...]: read_filters},
        is_new=is_new,
    )
    playbook = reader.read_table(Playbook, document, ())
    if isinstance(playbook, Playbook):
        check_whole(reader, playbook)
    # A line that could not be read may hold what seems to be missing.
    found = [] if mistakes else reader.mistakes
    return (None if playbook is BROKEN else playbook), sorted({*mistakes, *found})


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _too_long() -> list[Mistake]:
    problem = _("The file is too long for a playbook.")
    return [Mistake(1, "playbook", problem, _("At most %(most)s characters.") % {"most": LONGEST})]


def check_bulletin(reader: Reader, raw: Mapping[str, Any], path: Path) -> None:
    """Check the templates of each language, with lines counted in the playbook."""
    known = {name: reader.keys_of(name) for name in ("figures", "windows", "phases")}
    for field in ("text", *LINES):
        texts = raw.get(field)
        for language, text in texts.items() if isinstance(texts, dict) else ():
            here = (*path, field, language)
            found = template.wrongs(text, known=known, is_line=field in LINES)
            for wrong in found if isinstance(text, str) else ():
                line = reader.positions.text_line(here) + wrong.line - 1
                reader.add_mistake(here, wrong.problem, wrong.expected, line=line)


def check_whole(reader: Reader, playbook: Playbook) -> None:
    """Rules between sections."""
    for path, rule in _whole(playbook):
        reader.add_rule_mistake(path, rule)


def _whole(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    for index, phase in enumerate(playbook.phases):
        if phase.starts < playbook.campaign.starts or phase.ends > playbook.campaign.ends:
            yield ("phases", index), "outside_campaign"
    seasons = known_seasons(playbook)
    for index, window in enumerate(playbook.windows):
        if isinstance(window, FarmWindow) and (window.region, window.season) not in seasons:
            yield ("windows", index, "season"), "farm_unknown"
    mains = [index for index, pairing in enumerate(playbook.pairings) if pairing.main]
    yield from ((("pairings", index, "main"), "second_main") for index in mains[1:])
    parts = {figure.key: figure.parts for figure in playbook.figures}
    for index, figure in enumerate(playbook.figures):
        if figure.key not in figure.parts and _leads_to(figure.key, figure.key, parts, set()):
            yield ("figures", index, "parts"), "part_of_itself"
    for index, figure in enumerate(playbook.figures):
        if figure.among and not _counts_households(playbook, figure.among):
            yield ("figures", index, "among"), "among_no_households"


def _counts_households(playbook: Playbook, key: str) -> bool:
    found = next((figure for figure in playbook.figures if figure.key == key), None)
    # One that cannot be read has been named already.
    return found is None or (found.over, found.measure) == ("households", "count")


def _leads_to(key: str, start: str, parts: Mapping[str, tuple[str, ...]], seen: set[str]) -> bool:
    for part in parts.get(start, ()):
        if part == key:
            return True
        if part not in seen:
            seen.add(part)
            if _leads_to(key, part, parts, seen):
                return True
    return False
