"""How a figure is said: exactly, rounded as people write, and what it counts."""

from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from jiedui.core.texts import count_text, is_chinese
from jiedui.engines.rounding import Style, approximate
from jiedui.figures.evaluation import Value

# 人 and 人次, 户 and 人 must never be mixed up: every figure says which it is.
COUNTS: dict[str, str | Promise] = {
    "people": pgettext_lazy("counts", "people: each person once"),
    "person_times": pgettext_lazy("counts", "person-times: each attendance once"),
    "households": pgettext_lazy("counts", "households: each once"),
    "money": pgettext_lazy("counts", "money, goods at their value"),
    "items": pgettext_lazy("counts", "pieces"),
    "places": pgettext_lazy("counts", "places"),
    "organisations": pgettext_lazy("counts", "organisations"),
    "teams": pgettext_lazy("counts", "teams"),
    "activities": pgettext_lazy("counts", "activities"),
    "pairs": pgettext_lazy("counts", "pairs"),
    "issues": pgettext_lazy("counts", "issues"),
    "measures": pgettext_lazy("counts", "measures"),
    "sheets": pgettext_lazy("counts", "questionnaires"),
    "projects": pgettext_lazy("counts", "projects"),
    "requests": pgettext_lazy("counts", "requests"),
    "points": pgettext_lazy("counts", "points"),
    "services": pgettext_lazy("counts", "services, without names"),
    "days": pgettext_lazy("counts", "days"),
    "share": pgettext_lazy("counts", "share"),
}


def exact_text(value: Value) -> str:
    """The number in full: 1,410.51; a dash where it cannot be said."""
    if value.value is None:
        return "—"
    number = value.value
    is_whole = isinstance(number, int) or number == int(number)
    return count_text(int(number)) if is_whole else f"{number:,.2f}"


def rounded_text(value: Value, *, style: Style = "auto", spaced: bool = True) -> str:
    """The figure as a bulletin writes it, with its unit: 40 余万元. Shares and means stay exact."""
    number = value.value
    if number is None:
        return "—"
    if value.counts == "share" or number < 0:
        return exact_text(value) + value.unit
    if isinstance(number, Decimal) and number == int(number):
        number = int(number)
    language = "zh" if is_chinese() else "en"
    return approximate(number, value.unit, style, language=language, spaced=spaced)  # type: ignore[arg-type]


def card(value: Value, *, url: str = "", note: Any = "") -> dict[str, Any]:
    """What the `figure_card` tag shows."""
    return {
        "name": value.name,
        "text": exact_text(value),
        "unit": value.unit,
        "counts": COUNTS[value.counts],
        "as_of": value.as_of,
        "url": url,
        "note": note,
    }
