"""Charts of the desk and the map as ECharts options: plain dicts, unit in the title."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.core.texts import is_chinese
from jiedui.figures.parts import Part

WAN = 10_000


def by_month(
    name: str, unit: str, months: Sequence[str], values: Sequence[Any], address: str = ""
) -> dict[str, Any]:
    """Bars by month from nought; a click on a month opens its records."""
    scaled, said = in_wan(values, unit)
    return {
        "title": _("%(name)s by month (%(unit)s)") % {"name": name, "unit": said},
        "xAxis": {"type": "category", "data": [month_text(one) for one in months]},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "name": name, "data": scaled}],
        "links": [_month_link(address, one) for one in months] if address else [],
    }


def month_text(key: str) -> str:
    year, month = key.split("-")
    return f"{year[2:]}年{int(month)}月" if is_chinese() else f"{month}/{year[2:]}"


def _month_link(address: str, key: str) -> str:
    from calendar import monthrange

    year, month = (int(part) for part in key.split("-"))
    last = monthrange(year, month)[1]
    return f"{address}?since={key}-01&until={key}-{last:02}"


def in_wan(values: Sequence[Any], unit: str) -> tuple[list[Any], str]:
    """Large numbers in ten thousands, as Chinese readers count; others as they are."""
    numbers = [plain(value) for value in values]
    top = max((abs(one) for one in numbers if one is not None), default=0)
    if top < 10 * WAN or not is_chinese():
        return numbers, unit
    return [None if one is None else round(one / WAN, 2) for one in numbers], f"万{unit}"


def plain(value: Any) -> float | int | None:
    """JSON knows no decimals."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == int(value) else float(value)


def by_part(figure: Figure, found: Sequence[Part], links: Sequence[str]) -> dict[str, Any]:
    """Lying bars, the largest on top, each with its number beside it."""
    values, unit = in_wan([part.value.value for part in found], str(figure.unit))
    return {
        "title": _("%(name)s by area (%(unit)s)") % {"name": figure.name, "unit": unit},
        "yAxis": {"type": "category", "inverse": True, "data": [part.name for part in found]},
        "xAxis": {"type": "value", "axisLabel": {"show": False}, "splitLine": {"show": False}},
        "series": [
            {
                "type": "bar",
                "name": str(figure.name),
                "data": values,
                "label": {"show": True, "position": "right"},
            }
        ],
        "grid": {"left": 8, "right": 64, "top": 8, "bottom": 8, "containLabel": True},
        "links": list(links),
    }
