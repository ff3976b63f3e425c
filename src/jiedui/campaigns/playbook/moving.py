"""A playbook made one's own: moved by whole years, and called by one's own names.

Festivals and seasons must stay where they are in the year.
"""

import calendar
import re
from datetime import date
from typing import Any

YEAR_IN_TEXT = re.compile(r"\byear=(\d{4})\b")


def by_years(source: str, years: int) -> str:
    """The text of a valid playbook with every date so many years later; comments are kept."""
    import tomlkit

    if not years:
        return source
    document: Any = tomlkit.parse(source)
    _move(document, years)
    return YEAR_IN_TEXT.sub(lambda found: f"year={int(found[1]) + years}", tomlkit.dumps(document))


def beginning(source: str, since: date) -> str:
    """The text of a valid playbook whose campaign begins on this day.

    Dates move by the whole years that bring the beginning nearest; then campaign and first phase
    begin on the day itself, and what would lie before it is cut off.
    """
    import tomlkit

    about: Any = tomlkit.parse(source)["campaign"]
    years = min(
        (since.year - about["starts"].year + n for n in (-1, 0, 1)),
        key=lambda years: abs((_later(about["starts"], years) - since).days),
    )
    document: Any = tomlkit.parse(by_years(source, years))
    phases = sorted(document.get("phases", []), key=lambda phase: phase["starts"])
    for phase in phases:
        if phase is phases[0] or phase["starts"] < since:
            phase["starts"] = since
    document["campaign"]["starts"] = since
    return tomlkit.dumps(document)


def called(
    source: str, *, name: str, full_name: str, office: str, document_word: str, place: str
) -> str:
    """The text of a valid playbook with these names and this area; what is the same stays.

    An empty name keeps the playbook's; one that is changed is written in both languages, since
    nobody has translated it. Where bulletins and tasks speak of the campaign, they follow.
    """
    import tomlkit

    document: Any = tomlkit.parse(source)
    about = document["campaign"]
    old_name, old_full = _chinese(about["name"]), _chinese(about["full_name"])
    if full_name:
        _reword(document, old_full, full_name)
    if name:
        _reword(document, f"“{old_name}”", f"“{name}”")
    for key, text in (("name", name), ("full_name", full_name), ("office", office)):
        if text and _chinese(about.get(key)) != text:
            about[key] = tomlkit.inline_table().append("zh", text).append("en", text)
    if about.get("document_word", "") != document_word:
        about["document_word"] = document_word
    if not place.startswith(str(about["place"])):
        about["place"] = place
    return tomlkit.dumps(document)


def _reword(node: Any, old: str, new: str) -> None:
    import tomlkit

    if old == new:
        return
    for place, value in _items(node):
        if isinstance(value, (dict, list)):
            _reword(value, old, new)
        elif isinstance(value, str) and old in value:
            text = value.replace(old, new)
            node[place] = tomlkit.string(text, multiline="\n" in text)


def _chinese(text: Any) -> str:
    return str(text.get("zh", "")) if isinstance(text, dict) else str(text or "")


def _move(node: Any, years: int) -> None:
    for place, value in _items(node):
        if isinstance(value, date):
            node[place] = _later(value, years)
        elif isinstance(value, (dict, list)):
            _move(value, years)


def _items(node: Any) -> list[tuple[Any, Any]]:
    return list(node.items()) if isinstance(node, dict) else list(enumerate(node))


def _later(day: date, years: int) -> date:
    """The same day years later; 29 February becomes the 28th where there is none."""
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
