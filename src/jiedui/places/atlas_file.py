"""Reads the packed statistical area tree (data/places-2023.zip, made by tools/pack_places.py)."""

import json
import lzma
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

PACK = Path(__file__).parent / "data" / "places-2023.zip"
LEVELS = ("province", "city", "county", "town", "village")

# Must match tools/pack_places.py.
_SUFFIXES = (
    "嘎查村民委员会", "社区居民委员会", "嘎查村委会", "社区居委会", "居民委员会", "村民委员会",
    "村委会", "居委会", "委员会", "生活区", "社区", "村", "",
)  # fmt: skip
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "lp": 1, "pb": 1}]
_DEPTHS = {"P": 0, "C": 1, "A": 2, "T": 3}
_TOWN_KINDS = {"0": "street", "1": "township", "2": "township"}
_VILLAGE_KINDS = {
    "0": "community",
    "1": "community",
    "2": "village",
    "3": "village",
    "4": "community_like",
    "5": "village_like",
}


@dataclass(frozen=True, slots=True)
class AtlasPlace:
    """One node of the statistical area tree; the code always has 12 digits."""

    code: str
    name: str
    level: str

    @property
    def kind(self) -> str:
        """What the code says: street, township, community, village …; else the level.

        Source: 统计用区划代码编制规则 (国家统计局): the 7th digit of a town, the 10th of a village.
        `zone` is a development zone, farm or the like that stands beside towns;
        `community_like` and `village_like` are places without a committee of their own.
        """
        if self.level == "town":
            return _TOWN_KINDS.get(self.code[6], "zone")
        if self.level == "village":
            return _VILLAGE_KINDS.get(self.code[9], "village_like")
        return self.level


@dataclass(frozen=True)
class Tree:
    """Everything above the villages, in order of code."""

    places: Mapping[str, AtlasPlace]
    parents: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]]


@cache
def tree() -> Tree:
    """Provinces to towns, about 45,000 places; read once and kept."""
    places: dict[str, AtlasPlace] = {}
    parents: dict[str, str] = {}
    children: dict[str, list[str]] = {"": []}
    for place, parent in _upper(_text("upper")):
        places[place.code] = place
        parents[place.code] = parent
        children.setdefault(parent, []).append(place.code)
    return Tree(places, parents, {code: tuple(below) for code, below in children.items()})


def _upper(text: str) -> Iterator[tuple[AtlasPlace, str]]:
    """Each place with its parent's code; a town without a county hangs on its city (东莞)."""
    path = ["", "", "", ""]  # the codes of the place last read at each depth
    for line in text.split("\n"):
        depth = _DEPTHS[line[0]]
        own = 3 if depth == 3 else 2
        parent = (path[depth - 1] or path[depth - 2]) if depth else ""
        code = f"{parent[: 2 * depth]}{line[1 : 1 + own]}".ljust(12, "0")
        path[depth:] = [code, *[""] * (3 - depth)]
        yield AtlasPlace(code, line[1 + own :], LEVELS[depth]), parent


@lru_cache(maxsize=24)
def villages_of(city: str) -> Mapping[str, tuple[AtlasPlace, ...]]:
    """The villages of a city (its 4 digits) by the 12-digit code of their town."""
    text = _text(f"villages/{city}")
    if not text:
        return {}
    towns = [c for c, p in tree().places.items() if c[:4] == city and p.level == "town"]
    columns = zip(towns, *(column.split("\n") for column in text.split("\0")), strict=True)
    return {town: tuple(_villages(town, *row)) for town, *row in columns}


def _villages(town: str, numbers: str, endings: str, stems: str) -> Iterator[AtlasPlace]:
    number = 0
    if not endings:
        return
    for gap, ending, stem in zip(numbers.split(","), endings, stems.split(","), strict=True):
        number = int(gap) if gap else number + 1
        name = stem + _SUFFIXES[ord(ending) - 97]
        yield AtlasPlace(f"{town[:9]}{number:03}", name, "village")


@cache
def readings() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The usual pinyin of each character, and of each upper place (short code) that differs."""
    data = json.loads(_text("readings"))
    return data["chars"], data["names"]


@cache
def meta() -> Mapping[str, object]:
    """Where the pack comes from and how many places of each level it holds."""
    with zipfile.ZipFile(PACK) as pack:
        return dict(json.loads(pack.read("meta.json")))


def _text(member: str) -> str:
    """A member's text; empty when the pack has none of this name."""
    with zipfile.ZipFile(PACK) as pack:
        if member not in pack.NameToInfo:
            return ""
        content = pack.read(member)
    return lzma.decompress(content, lzma.FORMAT_RAW, filters=_FILTERS).decode("gb18030")
