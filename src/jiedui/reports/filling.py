"""From a playbook's template to a text with tokens: every number in it is an entry of its own."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import template
from jiedui.campaigns.playbook.publishing import Bulletin as Template
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.figures.models import Snapshot
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place
from jiedui.reports import figure_query, wording
from jiedui.reports.figure_query import Entry, Frame

TOKEN = re.compile(r"\[\[([^\[\]\n]*)\]\]")
BRACKETS = re.compile(r"\[\[|\]\]")
DAYS = ("as_of", "issued_on")  # tokens that stand for days, not figures


class Filling:
    """Renders one template on one snapshot; afterwards `entries` are the figures it used."""

    def __init__(self, campaign: Campaign, *, snapshot: Snapshot, frame: Frame) -> None:
        self.campaign = campaign
        self.snapshot = snapshot
        self.frame = frame
        self.entries: list[Entry] = []
        self._known: dict[str, Entry] = {}

    def text(self, source: Template) -> str:
        return self._rendered(source.text) + "\n"

    def line(self, source: Any) -> str:
        """A line beside the text: title, addressees, copies, signature; "" where there is none."""
        return " ".join(self._rendered(source).split()) if source else ""

    def _rendered(self, source: Any) -> str:
        return self._environment.from_string(str(source)).render(self._context).strip()

    @cached_property
    def _environment(self) -> Any:
        environment = template.environment()
        for name, style in wording.OF_FILTER.items():
            if name:
                environment.filters[name] = self._filter(style)
        return environment

    @cached_property
    def _context(self) -> dict[str, Any]:
        return {**self._variables(), "figure": self.figure}

    def figure(self, key: str, **arguments: Any) -> "Number":
        entry = figure_query.entry_of(
            self.campaign, key, arguments, frame=self.frame, as_of=self.snapshot.as_of
        )
        name = repr(sorted(entry.items()))
        if name not in self._known:
            value = figure_query.values_of(self.snapshot, entry)[0]
            self._known[name] = {
                **entry, "value": figure_query.text_of(value.value), "records": value.records,
            }  # fmt: skip
        return Number(self, self._known[name])

    def use(self, entry: Entry, *, style: str) -> str:
        """Take a figure into the text; the same one worded alike keeps one token."""
        worded = {**entry, "style": style, "shown": wording.shown({**entry, "style": style})}
        for one in self.entries:
            if {**one, "id": ""} == {**worded, "id": ""}:
                return f"[[{one['id']}]]"
        token = f"f{len(self.entries) + 1}"
        self.entries.append({"id": token, **worded})
        return f"[[{token}]]"

    def _filter(self, style: str) -> Any:
        return lambda number: self.use(number.entry, style=style)

    def _variables(self) -> dict[str, str]:
        playbook, frame = self.campaign.playbook, self.frame
        place = Place.objects.filter(path=frame.place).first() if frame.place else None
        unit = (
            Organisation.objects.filter(path=frame.organisation).first()
            if frame.organisation
            else None
        )
        here = place or self.campaign.place
        return {
            "campaign": str(playbook.campaign.full_name),
            "office": str(playbook.campaign.office),
            "as_of": "[[as_of]]",
            "issued_on": "[[issued_on]]",
            "period": period_text(frame.since, frame.until),
            "place": here.name,
            "level": here.level,
            "organisation": (unit or self.campaign.organisation).name,
        }


class Number:
    """A figure inside a template: compares like its value, becomes a token where it is written."""

    def __init__(self, filling: Filling, entry: Entry) -> None:
        self.filling = filling
        self.entry = entry
        self.value = wording.number_of(entry["value"]) or Decimal(0)

    def __str__(self) -> str:
        is_share = self.entry["counts"] == "share" and self.entry["unit"] != "%"
        return self.filling.use(self.entry, style="percent" if is_share else "exact")

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > _bare(other))

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < _bare(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.value >= _bare(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.value <= _bare(other))

    def __eq__(self, other: object) -> bool:
        return bool(self.value == _bare(other))

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        return self.value != 0


def _bare(other: Any) -> Any:
    return other.value if isinstance(other, Number) else other


def period_text(since: date | None, until: date | None) -> str:
    if since and until:
        return _("%(since)s to %(until)s") % {"since": day_text(since), "until": day_text(until)}
    if until:
        return _("up to %(day)s") % {"day": day_text(until)}
    return _("since %(day)s") % {"day": day_text(since)} if since else _("since the beginning")


SENTENCE = re.compile(r"[^。！？.!?\n]+[。！？.!?]*")


def sentences(text: str, entries: list[Entry]) -> list[str]:
    """The sentences of a text, figures by name instead of number: the same words, the same list."""
    names = {one["id"]: f"〔{one['name']}〕" for one in entries}
    named = TOKEN.sub(lambda found: names.get(found[1], found[0]), text)
    return [one.strip() for one in SENTENCE.findall(named) if one.strip()]


def check_tokens(text: str, entries: list[Entry]) -> None:
    """Raises `Refused` with the line of the first token that stands for nothing."""
    known = {*DAYS, *(one["id"] for one in entries)}
    for number, line in enumerate(text.splitlines(), 1):
        for match in TOKEN.finditer(line):
            if match[1] not in known:
                raise Refused(
                    _("Line %(line)s: there is no figure %(token)s in this bulletin.")
                    % {"line": number, "token": match[0]}
                )
        if BRACKETS.search(TOKEN.sub("", line)):
            raise Refused(
                _("Line %(line)s: a figure is not complete; it is written like [[f1]].")
                % {"line": number}
            )


def used(text: str) -> set[str]:
    return {match[1] for match in TOKEN.finditer(text)}


def typed_by_hand(text: str) -> list[str]:
    """Numbers with a unit that are no figures: nobody can recount them."""
    return [match[0].lstrip(",.") for match in template.TYPED.finditer(TOKEN.sub("¤", text))]


def pieces(
    text: str, entries: list[Entry], *, as_of: date, issued_on: date | None
) -> Iterator[tuple[str, Entry | None]]:
    """The text in order: plain stretches, and figures as shown together with their entry."""
    known = {one["id"]: one for one in entries}
    days = {"as_of": day_text(as_of), "issued_on": day_text(issued_on or as_of)}
    at = 0
    for match in TOKEN.finditer(text):
        yield text[at : match.start()], None
        entry = known.get(match[1])
        yield (entry["shown"] if entry else days.get(match[1], match[0])), entry
        at = match.end()
    yield text[at:], None


def plain(text: str, entries: list[Entry], *, as_of: date, issued_on: date | None) -> str:
    return "".join(
        piece for piece, _entry in pieces(text, entries, as_of=as_of, issued_on=issued_on)
    )
