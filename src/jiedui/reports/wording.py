"""How a figure is written in a text: exact, rounded with a word, in ten thousands, as per cent.

The exact value never changes with the wording, and a word is offered only where it is true.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from jiedui.core.texts import is_chinese
from jiedui.engines.rounding import WAN, approximate, round_with_word

# The style of a template's filter, and the styles a person may choose instead.
STYLES = ("exact", "auto", "yu", "duo", "jin", "yue", "wan", "percent")
OF_FILTER = {"approx": "auto", "wan": "wan", "percent": "percent", "plain": "plain", "": "exact"}
MISSING = "—"

Entry = Mapping[str, Any]


def number_of(value: str | None) -> Decimal | None:
    """The exact number of an entry; None where the figure has no value."""
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        return None


def shown(entry: Entry) -> str:
    """What stands in the text for this entry."""
    return written(number_of(entry["value"]), style=entry["style"])


def written(number: Decimal | None, *, style: str) -> str:
    if number is None:
        return MISSING
    if style == "percent":
        return f"{exact(number)}%"
    if style == "wan":
        return f"{exact(round(number / WAN, 2))}万" if is_chinese() else exact(number)
    if style in ("exact", "plain"):
        return exact(number, grouped=style == "exact" and not is_chinese())
    language = "zh" if is_chinese() else "en"
    whole = int(number) if number == int(number) else number
    return approximate(whole, style=style, language=language, spaced=False)  # type: ignore[arg-type]


def exact(number: Decimal, *, grouped: bool = False) -> str:
    """All digits, without idle noughts behind the point; Chinese letters do not group digits."""
    number = Decimal(int(number)) if number == int(number) else number.normalize()
    return f"{number:,f}" if grouped else f"{number:f}"


def offers(entry: Entry) -> list[tuple[str, str]]:
    """The wordings that are true of this entry, each as it would stand in the text."""
    number = number_of(entry["value"])
    if number is None:
        return [(entry["style"], MISSING)]
    if entry["counts"] == "share":
        return [(one, written(number, style=one)) for one in ("percent", "exact")]
    fitting = [one for one in STYLES[:-1] if _fits(number, one)]
    chosen = entry["style"]
    keys = fitting if chosen in fitting else [*fitting, chosen]
    different: dict[str, str] = {}
    for key in sorted(keys, key=lambda one: one != chosen):  # the chosen one keeps its place
        different.setdefault(written(number, style=key), key)
    return sorted(
        ((key, text) for text, key in different.items()), key=lambda one: keys.index(one[0])
    )


def _fits(number: Decimal, style: str) -> bool:
    if style == "exact":
        return True
    if style == "wan":
        return is_chinese() and number >= WAN
    return round_with_word(number, style=style).word != "exact"  # type: ignore[arg-type]
