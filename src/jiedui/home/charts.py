"""Charts of the desk and the map as ECharts options: plain dicts, unit in the title."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from jiedui.core.texts import is_chinese

WAN = 10_000
GREY = {"color": "#b8b2a7"}  # beside the accent, in both themes


def by_month(
    name: str,
    unit: str,
    months: Sequence[str],
    values: Sequence[Any],
    *,
    before: Sequence[Any] = (),
    address: str = "",
) -> dict[str, Any]:
    """Bars by month from nought; a click on a month opens its records.

    `before` are the values of the same months a year earlier, drawn grey beside them.
    """
    together, shown_unit = in_wan([*values, *before], unit)
    scaled, earlier = together[: len(values)], together[len(values) :]
    last_year = {"type": "bar", "name": _("A year before"), "data": earlier, "itemStyle": GREY}
    return {
        "title": _("%(name)s by month (%(unit)s)") % {"name": name, "unit": shown_unit},
        "xAxis": {"type": "category", "data": [month_text(one) for one in months]},
        "yAxis": {"type": "value"},
        "series": [
            *([last_year] if any(before) else []),
            {"type": "bar", "name": name, "data": scaled},
        ],
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
