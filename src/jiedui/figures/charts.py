"""Charts of a figure's parts, as ECharts options."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _


def by_parts(
    title: str, unit: str, names: Sequence[str], values: Sequence[Any], links: Sequence[str]
) -> dict[str, Any]:
    """Bars, one a part, in the order given; a click opens the part."""
    return {
        "title": _("%(name)s (%(unit)s)") % {"name": title, "unit": unit},
        "xAxis": {"type": "category", "data": list(names)},
        "yAxis": {"type": "value"},
        "series": [
            {
                "type": "bar",
                "name": title,
                "data": [_number(value) for value in values],
                "label": {
                    "show": len(values) <= 24,
                    "position": "top",
                },  # inside, no shade reads well
            }
        ],
        "links": list(links),
    }


def over_time(
    title: str, unit: str, months: Sequence[str], values: Sequence[Any]
) -> dict[str, Any]:
    """A line by month."""
    return {
        "title": _("%(name)s by month (%(unit)s)") % {"name": title, "unit": unit},
        "xAxis": {"type": "category", "data": list(months)},
        "yAxis": {"type": "value"},
        "series": [
            {"type": "line", "name": title, "data": [_number(value) for value in values]},
        ],
    }


def _number(value: Any) -> float | int | None:
    return value if value is None or isinstance(value, int) else float(value)
