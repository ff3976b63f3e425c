"""The content of a document, without its layout."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from jiedui.engines import words
from jiedui.reports import filling
from jiedui.reports.figure_query import Entry
from jiedui.reports.models import Bulletin


@dataclass(frozen=True)
class Content:
    """`number` is empty while it is a draft; `address` is where anybody can verify it."""

    title: str
    number: str
    word: str
    campaign: str
    office: str
    signed: str
    to: str
    copies: str
    text: str
    day: date
    as_of: date
    snapshot: str
    figures: tuple[Entry, ...]
    address: str
    chain: str = ""  # how far the audit chain went when it was frozen


def content_of(bulletin: Bulletin, *, address: str) -> Content:
    """Figures in the order they stand in the text; those not used are left out."""
    playbook = bulletin.campaign.playbook.campaign
    entries = {one["id"]: one for one in bulletin.figures}
    order = dict.fromkeys(m[1] for m in filling.TOKEN.finditer(bulletin.text))
    with bulletin.in_own_language():
        text = filling.plain(
            bulletin.text,
            bulletin.figures,
            as_of=bulletin.snapshot.as_of,
            issued_on=bulletin.issued_on or timezone.localdate(),
        )
    # What was frozen before titles and texts were cleaned at the door must still be readable.
    text, title = words.without_unfit(text), words.without_unfit(bulletin.title)
    return Content(
        title=title,
        number=bulletin.number,
        word=playbook.document_word,
        campaign=str(playbook.name.zh),
        office=bulletin.office,
        signed=bulletin.head("signed"),
        to=bulletin.head("to"),
        copies=bulletin.head("copies"),
        text=text,
        day=bulletin.issued_on or timezone.localdate(),
        as_of=bulletin.snapshot.as_of,
        snapshot=bulletin.snapshot.key,
        figures=tuple(entries[token] for token in order if token in entries),
        address=address,
        chain=bulletin.chain,
    )
