"""How the text of a bulletin and its figures look on a page."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from jiedui.reports import filling, wording
from jiedui.reports.figure_query import Entry
from jiedui.reports.models import Bulletin

NO_STYLES: Mapping[str, str] = {}


def figure_rows(bulletin: Bulletin, styles: Mapping[str, str] = NO_STYLES) -> list[dict[str, Any]]:
    """The figures of a bulletin with their wordings; `styles` are chosen and not yet saved."""
    used = filling.used(bulletin.text)
    with bulletin.in_own_language():
        offers = {one["id"]: wording.offers(one) for one in bulletin.figures}
    return [
        {
            **one,
            "style": styles.get(one["id"], one["style"]),
            "exact": exact(one),
            "offers": offers[one["id"]],
            "is_used": one["id"] in used,
            "records_url": records_url(bulletin, one),
        }
        for one in bulletin.figures
    ]


def exact(entry: Entry) -> str:
    number = wording.number_of(entry["value"])
    return wording.MISSING if number is None else wording.exact(number, grouped=True)


def records_url(bulletin: Bulletin, entry: Entry) -> str:
    """The page of the figure with its records, for the same place, unit and days."""
    query = {
        name: entry[name] for name in ("place", "organisation", "since", "until") if entry[name]
    }
    address = reverse("figures:show", args=[bulletin.campaign.key, entry["key"]])
    return f"{address}?{urlencode(query)}" if query else address


def preview_lines(bulletin: Bulletin, text: str, entries: list[Entry]) -> list[dict[str, Any]]:
    """Paragraphs as they will look: each a level and its pieces, figures linked to records."""
    with bulletin.in_own_language():
        found = list(
            filling.pieces(
                text, entries, as_of=bulletin.snapshot.as_of, issued_on=bulletin.issued_on
            )
        )
    lines: list[list[dict[str, Any]]] = [[]]
    for piece, entry in found:
        if entry:
            lines[-1].append({"text": piece, "entry": entry, "exact": exact(entry),
                              "url": records_url(bulletin, entry)})  # fmt: skip
            continue
        first, *rest = piece.split("\n")
        lines[-1].append({"text": first})
        lines.extend([{"text": one}] for one in rest)
    return [
        {"level": _level(pieces[0]["text"]), "pieces": pieces}
        for pieces in lines
        if any(one["text"].strip() for one in pieces)
    ]


def _level(text: str) -> str:
    from jiedui.reports.documents.paper import SECTION, SUBSECTION

    return "1" if SECTION.match(text) else "2" if SUBSECTION.match(text) else ""
