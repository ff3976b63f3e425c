"""A demonstration is read like a playbook: by its dataclasses, every mistake with its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns import playbook as playbooks
from jiedui.campaigns.playbook import Mistake, Playbook, syntax
from jiedui.campaigns.playbook.mistakes import nearest
from jiedui.campaigns.playbook.positions import Path as Place
from jiedui.campaigns.playbook.positions import find_positions
from jiedui.campaigns.playbook.reading import BROKEN, Reader
from jiedui.core.refusals import Refused
from jiedui.demo import totals
from jiedui.demo.declaration import Amount, Demonstration, Expected, Pattern, Words
from jiedui.demo.texts import SLOTS, listed, named, slots_of

FOLDER = Path(__file__).parent
# Other files of the folder: words and places that several demonstrations may use.
NO_DEMONSTRATIONS = ("texts", "_places")
OWN_SECTIONS = ("organisations", "rank_shares")
MOST_SHOWN = 5
# Slots of texts that the record itself fills, and those of names.
SLOTS_OF_RECORDS = ("place", "days", "brand", "brand_story", "cause")
SLOTS_OF_NAMES = ("area", "name", "unit")


@dataclass(frozen=True)
class Source:
    """A demonstration with the text of its playbook and the folder both were found in."""

    name: str
    folder: Path
    declared: Demonstration
    playbook_text: str
    playbook: Playbook


def available() -> tuple[str, ...]:
    """Names of the demonstrations that ship with jiedui."""
    names = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return tuple(name for name in names if not name.endswith(NO_DEMONSTRATIONS))


def read(name: str) -> Source:
    """The demonstration of this name, or in this file.

    Raises `Refused` for an unknown name, and with the first mistakes of the file, each with its
    line.
    """
    file = _file(name)
    document, mistakes = syntax.parse(file.read_text(encoding="utf-8"))
    if document is None or mistakes:
        raise _refused(file, mistakes)
    playbook_text, playbook = _playbook(file, document)
    declared, mistakes = check(file.read_text(encoding="utf-8"), playbook=playbook)
    if declared is None:
        raise _refused(file, mistakes)
    return Source(file.stem, file.parent, declared, playbook_text, playbook)


def check(text: str, *, playbook: Playbook) -> tuple[Demonstration | None, list[Mistake]]:
    """What the text declares; every mistake of it by line, totals out of reach among them."""
    document, mistakes = syntax.parse(text)
    if document is None:
        return None, mistakes
    reader = DemonstrationReader(text, document, playbook)
    declared = reader.read_table(Demonstration, document, ())
    if isinstance(declared, Demonstration):
        for path, problem, expected in totals.out_of_reach(declared, playbook):
            reader.add_mistake(path, problem, expected)
    found = sorted({*mistakes, *reader.mistakes})
    return (None if found else declared), found


class DemonstrationReader(Reader):
    """Also knows the sections of the playbook, amounts, published figures and lists of words."""

    def __init__(self, text: str, document: Mapping[str, Any], playbook: Playbook) -> None:
        super().__init__(
            document,
            positions=find_positions(text),
            extras={},
            special={
                Amount: read_amount, Expected: read_expected, Pattern: read_pattern,
                Words: read_words,
            },
        )  # fmt: skip
        self.playbook = playbook

    def add_rule_mistake(self, path: Place, rule: str) -> Any:
        problem, expected = totals.RULES[rule]
        return self.add_mistake(path, str(problem), str(expected))

    def keys_of(self, section: str) -> list[str]:
        if section in OWN_SECTIONS:
            own = self.document.get(section, ())
            return list(own) if isinstance(own, dict) else super().keys_of(section)
        return [entry.key for entry in getattr(self.playbook, section)]


def _file(name: str) -> Path:
    if name in available():
        return FOLDER / f"{name}.toml"
    file = Path(name)
    if file.suffix == ".toml" and file.is_file():
        return file
    known = {"name": name, "names": ", ".join(available())}
    raise Refused(_("There is no demonstration %(name)s; there are: %(names)s.") % known)


def _playbook(file: Path, document: Mapping[str, Any]) -> tuple[str, Playbook]:
    """The playbook a demonstration names: one that ships with jiedui, or a file beside it."""
    name = str(document.get("playbook", ""))
    beside = file.parent / name
    if name in playbooks.available():
        return playbooks.source(name), playbooks.built_in(name)
    if beside.suffix == ".toml" and beside.is_file():
        text = beside.read_text(encoding="utf-8")
        if wrong := playbooks.check(text):
            raise _refused(beside, wrong)
        return text, playbooks.load(text, name=name)
    expected = nearest(name, playbooks.available())
    problem = _("“playbook” names no playbook.")
    raise _refused(file, [Mistake(1, "playbook", problem, expected)])


def _refused(file: Path, mistakes: list[Mistake]) -> Refused:
    shown = "; ".join(f"{file.name}:{mistake}" for mistake in mistakes[:MOST_SHOWN])
    return Refused(_("The demonstration has mistakes. %(mistakes)s") % {"mistakes": shown})


def read_amount(reader: Reader, raw: Any, path: Place) -> Any:
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return Amount(total=raw)
    if isinstance(raw, list) and raw and all(type(one) is int and one >= 0 for one in raw):
        return Amount(fewest=min(raw), most=max(raw), choices=tuple(raw))
    if isinstance(raw, dict) and set(raw) == {"fewest", "most"}:
        fewest, most = raw["fewest"], raw["most"]
        if all(isinstance(one, int) for one in (fewest, most)) and 0 <= fewest <= most:
            return Amount(fewest=fewest, most=most)
    expected = _("A total such as 416; for each { fewest = 2, most = 5 } or one of [20, 50].")
    return reader.add_type_mistake(path, raw, expected)


def read_expected(reader: Reader, raw: Any, path: Place) -> Any:
    if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool):
        return Expected(Decimal(raw), Decimal(raw))
    if isinstance(raw, dict) and set(raw) == {"fewest", "most"}:
        fewest, most = raw["fewest"], raw["most"]
        if all(isinstance(one, (int, Decimal)) for one in (fewest, most)) and fewest <= most:
            return Expected(Decimal(fewest), Decimal(most))
    expected = _("A number, or { fewest = 302_000, most = 306_000 }.")
    return reader.add_type_mistake(path, raw, expected)


def read_words(reader: Reader, raw: Any, path: Place) -> Any:
    found = named(raw) if isinstance(raw, str) else raw
    if isinstance(raw, str) and found is None:
        problem = _("There is no list “%(name)s” in texts.toml.") % {"name": raw}
        return reader.add_mistake(path, problem, nearest(raw, listed()))
    if not (isinstance(found, list) and found and all(isinstance(one, str) for one in found)):
        expected = _("A list of texts, or the name of one in texts.toml such as “streets.events”.")
        return reader.add_type_mistake(path, raw, expected)
    known = {*SLOTS, *SLOTS_OF_RECORDS}
    return Words(found) if all(_has_slots(reader, one, path, known) for one in found) else BROKEN


def read_pattern(reader: Reader, raw: Any, path: Place) -> Any:
    if not isinstance(raw, str):
        return reader.add_type_mistake(path, raw, _("A text in quotes."))
    return Pattern(raw) if _has_slots(reader, raw, path, SLOTS_OF_NAMES) else BROKEN


def _has_slots(reader: Reader, text: str, path: Place, known: Collection[str]) -> bool:
    """Whether every slot of a text can be filled; otherwise a mistake is noted."""
    unknown = [slot for slot in slots_of(text) if slot not in known]
    for slot in unknown:
        problem = _("Nothing fills the slot {%(slot)s}.") % {"slot": slot}
        reader.add_mistake(path, problem, nearest(slot, sorted(known)))
    return not unknown
