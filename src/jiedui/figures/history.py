"""How a figure went over the last months: a small line on its card, and a sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.campaigns.playbook.tables import TABLES
from jiedui.core.texts import count_text
from jiedui.figures.evaluation import evaluate
from jiedui.figures.models import Snapshot

MONTHS = 12


def is_dated(figure: Figure) -> bool:
    """Whether its records have days of their own, so that each month has a number."""
    return bool(figure.over and TABLES[figure.over].period and figure.measure in ("count", "sum"))


def lines(snapshot: Snapshot, figures: Sequence[Figure]) -> dict[str, dict[str, Any]]:
    """By figure what its card needs for the line; none of those without at least two months.

    The running month is left out: it is not over, and would look like a fall.
    """
    dated = [figure for figure in figures if is_dated(figure)]
    found: dict[str, dict[str, Any]] = {figure.key: {} for figure in dated}
    for value in evaluate(snapshot, dated, by="month"):
        if value.part:
            found[value.key][value.part] = value.value or 0
    keys = month_keys(snapshot.as_of.strftime("%Y-%m"), MONTHS + 1)[:-1]
    return {key: _line(months, keys) for key, months in found.items() if len(months) > 2}


def month_keys(until: str, count: int) -> list[str]:
    """So many months up to this one: 2025-12, 2026-01."""
    year, month = (int(part) for part in until.split("-"))
    last = year * 12 + month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(last - count + 1, last + 1)]


def _line(months: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    values = [months.get(key, 0) for key in keys]
    text = _("Last %(n)s months: least %(least)s, most %(most)s, last month %(last)s") % {
        "n": len(values),
        "least": count_text(round(min(values))),
        "most": count_text(round(max(values))),
        "last": count_text(round(values[-1])),
    }
    return {"history": [float(value) for value in values], "history_text": text}
