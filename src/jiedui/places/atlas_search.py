"""Finds places of the atlas by name, code, pinyin or pinyin initials."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from jiedui.places.atlas_file import LEVELS, AtlasPlace, readings, tree, villages_of

# Nodes that only fill the gap between a province and its counties; nobody looks for them.
FILLERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_ENDINGS = (
    "特别行政区", "社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "村委会", "居委会",
    "自治区", "自治州", "自治县", "自治旗", "街道", "社区", "地区", "省", "市", "区", "县", "旗",
    "盟", "镇", "乡", "村",
)  # fmt: skip
_SEPARATORS = str.maketrans(dict.fromkeys("'’`-·. ") | {"ü": "v", "Ü": "v"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """A place with all that it can be found by."""

    place: AtlasPlace
    stem: str
    syllables: tuple[str, ...]
    full: str
    initials: str


def search(
    text: str,
    *,
    within: str | None = None,
    levels: Collection[str] | None = None,
    limit: int = 20,
) -> list[AtlasPlace]:
    """The places that fit best, best first: whole name, then beginning, then part of it.

    Words before the last one name places above ("盘锦 清水", "pj qs"). Villages are
    looked through when `within` is a city, county or town. An unknown `within`, an empty
    text or a text that fits nothing gives an empty list; nothing is raised.
    """
    words = [word for word in text.casefold().split() if word.translate(_SEPARATORS)]
    if not words or limit < 1:
        return []
    wanted = set(LEVELS if levels is None else levels)
    if within is None and _is_code(words[-1]) and len(words[-1]) > 9:
        within = words[-1][:9]  # the first digits of a village's code are its town's
    hits = []
    for spoken in _candidates(within, wanted):
        rank = _rank(words[-1], spoken)
        if rank is not None and _is_below(words[:-1], spoken.place):
            hits.append((rank, LEVELS.index(spoken.place.level), len(spoken.place.name), spoken))
    hits.sort(key=lambda hit: (*hit[:3], hit[3].place.code))
    return [spoken.place for *_, spoken in hits[:limit]]


def _candidates(within: str | None, levels: set[str]) -> Iterator[Spoken]:
    """Searchable places of these levels in and below a place."""
    if within is None:
        yield from (s for s in _upper() if s.place.level in levels)
        return
    if not _is_code(within) or len(within) > 12:
        return
    prefix = within.rstrip("0") if len(within) == 12 else within
    prefix = prefix.ljust(_whole(len(prefix)), "0")
    yield from (s for s in _upper() if s.place.level in levels and s.place.code.startswith(prefix))
    if "village" in levels and len(prefix) >= 4:
        yield from (s for s in _village_index(prefix[:4]) if s.place.code.startswith(prefix))


def _whole(digits: int) -> int:
    """The next length at which a code of this many digits ends a level."""
    return next(size for size in (2, 4, 6, 9, 12) if size >= digits)


def _rank(word: str, spoken: Spoken) -> int | None:
    """0 for the whole name, 1 for its beginning, 2 for a part, None if it does not fit."""
    if _is_code(word):
        return _rank_code(word, spoken.place.code)
    if not word.isascii() and "ü" not in word:
        return _rank_name(word, spoken)
    return _rank_pinyin(word.translate(_SEPARATORS), spoken)


def _rank_code(word: str, code: str) -> int | None:
    if not code.startswith(word):
        return None
    return 0 if not code[len(word) :].strip("0") else 1


def _rank_name(word: str, spoken: Spoken) -> int | None:
    name = spoken.place.name
    if word not in name:
        return None
    if word in (name, spoken.stem):
        return 0
    return 1 if name.startswith(word) else 2


def _rank_pinyin(word: str, spoken: Spoken) -> int | None:
    stem = spoken.syllables[: len(spoken.stem)]
    short = spoken.initials[: len(spoken.stem)]
    if word in (short, spoken.initials, spoken.full) or word == "".join(stem):
        return 0
    if spoken.initials.startswith(word) or spoken.full.startswith(word):
        return 1
    if len(word) < 3 or word not in spoken.full:
        return None
    starts = ("".join(spoken.syllables[i:]) for i in range(1, len(spoken.syllables)))
    return 2 if any(start.startswith(word) for start in starts) else None


def _is_below(words: list[str], place: AtlasPlace) -> bool:
    """Whether each word fits some place above this one."""
    if not words:
        return True
    above = [_spoken_upper()[code] for code in _above(place)]
    return all(any(_rank(word, spoken) is not None for spoken in above) for word in words)


def _above(place: AtlasPlace) -> Iterator[str]:
    parents = tree().parents
    code = f"{place.code[:9]}000" if place.level == "village" else parents[place.code]
    while code:
        yield code
        code = parents[code]


@cache
def _spoken_upper() -> dict[str, Spoken]:
    _, names = readings()
    short = {code.ljust(12, "0"): reading for code, reading in names.items()}
    return {code: _spoken(place, short.get(code)) for code, place in tree().places.items()}


@cache
def _upper() -> tuple[Spoken, ...]:
    return tuple(s for s in _spoken_upper().values() if s.place.name not in FILLERS)


@lru_cache(maxsize=8)
def _village_index(city: str) -> tuple[Spoken, ...]:
    return tuple(_spoken(place) for group in villages_of(city).values() for place in group)


def _spoken(place: AtlasPlace, reading: str | None = None) -> Spoken:
    chars, _ = readings()
    usual = reading.split(" ") if reading else [chars.get(c, c) for c in place.name]
    syllables = tuple(syllable.casefold() for syllable in usual)
    initials = "".join(syllable[0] for syllable in syllables)
    return Spoken(place, _stem(place.name), syllables, "".join(syllables), initials)


def _stem(name: str) -> str:
    """The name without its kind: 盘锦 for 盘锦市; names of two characters stay whole (单县)."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdigit()
