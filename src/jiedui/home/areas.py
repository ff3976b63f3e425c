"""A figure area by area: its level on a scale of colours, its number, and where a click leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.core.texts import count_text
from jiedui.core.trees import below
from jiedui.figures.parts import Part
from jiedui.places.models import Place
from jiedui.places.pictures import LINE, Picture, Shape

LEVELS = 5  # shades that the eye still tells apart
# Type sizes in the units of the picture: on a desk it is shown about full size, on a phone half.
SIZES = {"wide": 14, "narrow": 25}


@dataclass(frozen=True)
class Area:
    """`level`: 0 for nought, up to `LEVELS`; None where nothing is known."""

    path: str
    name: str
    text: str
    level: int | None
    url: str

    @property
    def shade(self) -> str:
        return "unknown" if self.level is None else str(self.level)


@dataclass(frozen=True)
class Scale:
    """Equal steps from nought, so that twice the number is twice the way up the scale."""

    step: Decimal
    used: int
    is_whole: bool

    def level(self, value: Any) -> int | None:
        if value is None:
            return None
        steps = (Decimal(value) / self.step).to_integral_value(ROUND_CEILING)
        return max(0, min(int(steps), LEVELS))

    def legend(self) -> list[tuple[int, str]]:
        """Each shade in use with the numbers it stands for."""
        return [(0, "0"), *((n, self._span(n)) for n in range(1, self.used + 1))]

    def _span(self, level: int) -> str:
        low, high = self.step * (level - 1), self.step * level
        if not self.is_whole:
            return f"{low.normalize():,f}–{high.normalize():,f}"
        first = count_text(int(low) + 1)
        return first if self.step == 1 else f"{first}–{count_text(int(high))}"


def scale_of(values: Sequence[Any]) -> Scale:
    known = [Decimal(one) for one in values if one is not None]
    top = max(known, default=Decimal(0))
    is_whole = all(one == int(one) for one in known)
    step = _nice(top / LEVELS, is_whole=is_whole)
    return Scale(step, min(LEVELS, int((top / step).to_integral_value(ROUND_CEILING))), is_whole)


def _nice(least: Decimal, *, is_whole: bool) -> Decimal:
    """The smallest of 1, 2, 5, 10, 20, 50 … (or their decimal parts) that is not less."""
    if least <= 0 or (is_whole and least <= 1):
        return Decimal(1)
    unit = Decimal(10) ** least.adjusted()
    return next(unit * one for one in (1, 2, 5, 10) if unit * one >= least)


def areas_below(
    place: Place, figure: Figure, found: Sequence[Part], *, by: str, url: Callable[[str], str]
) -> tuple[list[Area], Scale]:
    """Every area one level down, the largest number first; `url` says where a path leads.

    Of a count an area without records has nought; of a share nothing is known there.
    """
    by_path = {part.path: part for part in found}
    empty = "0" if figure.measure in ("count", "sum") else "—"
    scale = scale_of([part.value.value for part in found])
    children = dict(_children(place, by))
    areas = []
    for path, name in ({part.path: part.name for part in found} | children).items():
        part = by_path.get(path)
        value = part.value.value if part else (0 if empty == "0" else None)
        text = part.text if part else empty
        link = url(path) if path in children else ""
        areas.append((value, Area(path, name, text, scale.level(value), link)))
    areas.sort(key=lambda one: (one[0] is None, -(one[0] or 0), one[1].path))
    return [area for _value, area in areas], scale


def _children(place: Place, level: str) -> Any:
    rows = Place.objects.standing().filter(below(place.path), level=level)
    return rows.exclude(pk=place.pk).values_list("path", "name")


@dataclass(frozen=True)
class Label:
    """Lines of text in the middle of an area; `kind` is the width of screen it is for."""

    kind: str
    size: int
    lines: tuple[tuple[float, str], ...]  # height, text


@dataclass(frozen=True)
class Drawn:
    area: Area
    shape: Shape
    labels: tuple[Label, ...]


def drawn(picture: Picture, areas: Sequence[Area]) -> tuple[list[Drawn], list[Area]]:
    """Areas with an outline, labelled where a label fits; and those that have none."""
    cut = len(areas[0].path) if areas else 0
    shapes = {shape.code[:cut]: shape for shape in picture.shapes}
    with_outline = [
        Drawn(area, shapes[area.path], _labels(area, shapes[area.path]))
        for area in areas
        if area.path in shapes
    ]
    return with_outline, [area for area in areas if area.path not in shapes]


def _labels(area: Area, shape: Shape) -> tuple[Label, ...]:
    return tuple(
        label for kind, size in SIZES.items() if (label := _label(area, shape, kind, size))
    )


def _label(area: Area, shape: Shape, kind: str, size: int) -> Label | None:
    """Name and number where both fit, else the name, else the number, else nothing."""
    for lines in ((area.name, area.text), (area.name,), (area.text,)):
        if shape.fits(*lines, size=size):
            middle = shape.centre[1] + size * 0.36  # letters stand on their line
            first = middle - size * LINE * (len(lines) - 1) / 2
            placed = ((round(first + size * LINE * n, 1), line) for n, line in enumerate(lines))
            return Label(kind, size, tuple(placed))
    return None
