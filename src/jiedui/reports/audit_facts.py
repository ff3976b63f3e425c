"""Entries of the audit chain in words: the record they are about, and the values.

The chain keeps the names of fields and the keys of records. Here each becomes what people call it.
Names of records are looked up for all entries at once, and only of records the reader may see.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.forms import Field
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jiedui.accounts.roles import Role
from jiedui.campaigns.models import Campaign
from jiedui.core import codes, kinds
from jiedui.core.audit_texts import COLUMN_TITLES, WORDINGS
from jiedui.core.lists import LISTINGS, Choice, Filter
from jiedui.core.models import AuditEntry, ScopedQuerySet
from jiedui.core.personal import HIDDEN
from jiedui.core.refusals import Refused
from jiedui.core.texts import count_text, day_text, masked_name, yuan_text
from jiedui.core.users import User
from jiedui.proposals.forms import ProposalForm
from jiedui.reports.audit_words import (
    CODED,
    FIELDS,
    FOR_MACHINES,
    KINDS,
    MISSING,
    PAPER_LISTS,
    PAPERS,
    PARTS,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

autodiscover_modules("audit_texts")  # what only the apps know fills WORDINGS and COLUMN_TITLES

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MADE_UP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a UUID, no use to readers
LISTED = 6  # records of one fact by name; of more the number
# Facts that hold keys of records, by their name: of which records.
RECORDS = {
    "behind": "pairing.pair",
    "campaign": "campaigns.campaign",
    "gift": "ledger.gift",
    "household": "households.household",
    "households": "households.household",
    "issues": "supervision.issue",
    "measure": "supervision.measure",
    "member": "orgs.member",
    "members": "orgs.member",
    "organisation": "orgs.organisation",
    "pair": "pairing.pair",
    "place": "places.place",
    "successor": "orgs.organisation",
    "successors": "pairing.pair",
    "team": "orgs.team",
    "user": "accounts.user",
}
# What a record is called beyond its kind, where its own text is none for people. Names of people
# are masked, as the chain keeps them: the page that the record leads to shows who may see them.
NAMES: dict[str, Callable[[Any], str]] = {
    "households.household": lambda row: f"{masked_name(row.head)} {row.number}",
    "households.person": lambda row: masked_name(row.name),
    "orgs.member": lambda row: masked_name(row.name),
    "pairing.pair": lambda row: f"{_masked(row.helper)} – {_masked(row.partner)}",
    "handover.handover": lambda row: str(row) if row.is_of_chosen else _masked(row.giver),
    "fieldwork.activity": lambda row: day_text(row.day),
    "needs.needrequest": lambda row: _short(row.public_text),
    "questionnaires.sheet": lambda row: f"{row.form.name} {day_text(row.day)}",
    "projects.project": lambda row: _short(row.name),
    "handover.changerequest": lambda row: str(row.pk),
    "ledger.gift": lambda row: f"{row.item} {day_text(row.day)}".strip(),
    "proposals.proposal": lambda row: str(row.pk),
    "supervision.issue": lambda row: _short(row.text),
    "supervision.measure": lambda row: _short(row.text),
}
JOINED = {
    "pairing.pair": (
        "household", "place", "member", "team", "organisation",
        "partner_member", "partner_organisation",
    ),
    "handover.handover": ("member", "dissolved", "organisation"),
    "households.person": ("household",),
    "questionnaires.sheet": ("campaign",),
}  # fmt: skip
# Fields and facts that hold keys of the playbook, by name: of which of its sections.
SECTIONS = {
    "activity_kind": ("activities",),
    "form": ("forms",),
    "form_key": ("forms",),
    "end_reason": ("change_reasons",),
    "figure": ("figures",),
    "kind": (
        "pairings",
        "activities",
        "issue_kinds",
        "team_kinds",
        "bulletins",
        "funds",
        "projects",
        "needs",
    ),
    "rank": ("ranks",),
    "reason": ("change_reasons",),
    "source": ("issue_sources",),
}
STORED_AS = {"how": "confirmed_how"}  # facts that are values of a field of another name
SEEN_BY_ALL = ("accounts.user", "campaigns.campaign")  # by all who read the chain
Key = tuple[str, str]  # kind of record, its key
Words = Mapping[tuple[str, str], str]  # field, key in the playbook → what it is called


@dataclass(frozen=True)
class Fact:
    """One value of an entry; before is "" where none was recorded, or there was nothing."""

    label: str
    text: str = ""
    before: str = ""

    def __str__(self) -> str:
        change = f"{self.before} → {self.text or '—'}" if self.before else self.text
        return f"{self.label}: {change}" if change else self.label


@dataclass(frozen=True)
class Record:
    name: str
    url: str = ""


@dataclass(frozen=True)
class EntryText:
    """One entry in words."""

    subject: str
    url: str
    facts: tuple[Fact, ...]


def in_words(entries: Sequence[AuditEntry], *, user: User, is_open: bool) -> dict[int, EntryText]:
    """What each entry says, by its number. Values and names only where `is_open`: else which.

    One query for each kind of record that is named, however many entries there are.
    """
    wanted = {key for entry in entries for key in _mentioned(entry)} if is_open else set()
    known = _records(wanted, user=user)
    words = _playbook_words() | _choice_words(entries) if is_open else {}
    return {entry.pk: entry_text(entry, known, words, is_open=is_open) for entry in entries}


def entry_text(
    entry: AuditEntry, known: Mapping[Key, Record], words: Words, *, is_open: bool
) -> EntryText:
    kind = kinds.present(entry.kind)
    record = known.get((kind, entry.subject))
    number = "" if record or MADE_UP.fullmatch(entry.subject) else entry.subject
    name = record.name if record else number
    subject = f"{KINDS.get(kind, kind)} {name}".strip()
    facts = _facts(entry, known, words) if is_open else map(Fact, _labels(entry))
    return EntryText(subject if kind else "", record.url if record else "", tuple(facts))


def _labels(entry: AuditEntry) -> Iterator[str]:
    for name, _before, _after in _values(entry):
        yield label_of(name, kinds.present(entry.kind))


def _facts(entry: AuditEntry, known: Mapping[Key, Record], words: Words) -> Iterator[Fact]:
    kind = kinds.present(entry.kind)
    text_of = partial(_value_text, kind=kind, known=known, words=words)
    for name, before, after in _values(entry):
        label = label_of(name, kind)
        if HIDDEN in (before, after):
            yield Fact(label, _("changed"))
        elif name == "columns":
            yield Fact(label, _columns(after, entry.content.get("listing", "")))
        elif isinstance(after, dict):
            yield from _nested(name, after, entry, words, text_of)
        else:
            yield Fact(label, text_of(name, after), text_of(name, before))


def _nested(
    name: str,
    values: Mapping[str, Any],
    entry: AuditEntry,
    words: Words,
    text_of: Callable[[str, Any], str],
) -> Iterator[Fact]:
    """The parts of a fact that is a mapping, as the app that records it words them."""
    if worded := WORDINGS.get((entry.action, name)):
        yield from (Fact(label, text) for label, text in worded(entry.content))
    elif name == "filters":
        yield from _filters(values, entry.content.get("listing", ""), words)
    else:
        kind = kinds.present(entry.kind)
        parts = ((key, value) for key, value in values.items() if key not in FOR_MACHINES)
        yield from (Fact(label_of(key, kind), text_of(key, value)) for key, value in parts)


def _columns(keys: Sequence[str], listing: str) -> str:
    found = LISTINGS.get(listing)
    titles = {column.key: str(column.label) for column in found.columns} if found else {}
    return "、".join(titles.get(key) or label_of(key) for key in keys)


def _filters_of(listing: str) -> dict[str, Filter]:
    """The filters of a list, or of the list that a paper is of, by their keys."""
    found = LISTINGS.get(PAPER_LISTS.get(listing, listing))
    return {one.key: one for one in found.filters} if found else {}


def _choice_words(entries: Sequence[AuditEntry]) -> dict[tuple[str, str], str]:
    """What the options of the filters in these entries are called; each filter is asked once."""
    used = {
        (entry.content.get("listing", ""), key)
        for entry in entries
        for key in entry.content.get("filters") or ()
    }
    return {
        (f"{listing}.{key}", value): str(label)
        for listing, key in used
        if isinstance(found := _filters_of(listing).get(key), Choice)
        for value, label in found.choices
    }


def _filters(values: Mapping[str, Any], listing: str, words: Words) -> Iterator[Fact]:
    """The filters a list was taken away with, on paper or not."""
    known = _filters_of(listing)
    for key, value in values.items():
        if found := known.get(key):
            worded = words.get((f"{listing}.{key}", str(value)))
            hidden = pgettext("audit", "not kept") if value == HIDDEN else ""
            text = hidden or worded or found.fact_text(value)
            yield Fact(str(found.label), text)
        elif key not in FOR_MACHINES:  # of a list or a filter that there was before
            yield Fact(label_of(key), str(value))


def _values(entry: AuditEntry) -> Iterator[tuple[str, Any, Any]]:
    """Name, value before, value after of all that is worth saying."""
    content = entry.content
    before, after = content.get("before") or {}, content.get("after") or {}
    for name in {**after, **before}:
        if name not in FOR_MACHINES:
            yield name.removesuffix("_id"), before.get(name), after.get(name)
    for name, value in content.items():
        if name not in ("before", "after", *FOR_MACHINES) and value not in (None, "", [], {}):
            yield name, None, value


def label_of(name: str, kind: str = "") -> str:
    """What people call a field of a record, or an option of a pairing proposal."""
    if option := _option(name, kind):
        return str(option.label)
    if name in FIELDS:
        return str(FIELDS[name])
    return str(COLUMN_TITLES.get(name.removeprefix("more."), name))


def _option(name: str, kind: str) -> Field | None:
    return ProposalForm.base_fields.get(name) if kind == "proposals.proposal" else None


# Values


def _value_text(
    name: str, value: Any, *, kind: str, known: Mapping[Key, Record], words: Words
) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if choices := getattr(_option(name, kind), "choices", ()):
        return str(dict(choices).get(value, value))
    if target := _target(name, kind):
        return _named(target, value, known)
    if isinstance(value, list):
        some = [_value_text(name, one, kind=kind, known=known, words=words) for one in value]
        return "、".join(some) if len(some) <= LISTED else _records_text(len(some))
    if name.endswith("_fen"):
        return _("%(yuan)s yuan") % {"yuan": yuan_text(value)}
    if isinstance(value, int) and name != "year":
        return count_text(value)
    return _word(name, str(value), kind=kind, words=words)


def _named(target: str, value: Any, known: Mapping[Key, Record]) -> str:
    keys = value if isinstance(value, list) else [value]
    names = [record.name for key in keys if (record := known.get((target, str(key))))]
    if len(names) == len(keys) and len(keys) <= LISTED:
        return "、".join(names)
    if len(keys) > 1:
        return _records_text(len(keys))
    return str(keys[0])


def _records_text(number: int) -> str:
    return ngettext("%(n)s record", "%(n)s records", number) % {"n": count_text(number)}


def _word(name: str, text: str, *, kind: str, words: Words) -> str:
    if DAY.fullmatch(text):
        return day_text(date.fromisoformat(text))
    if name == "fields":
        return words.get(("fields", text)) or label_of(text)
    if name == "missing":
        return str(MISSING.get(text, text))
    if name == "model":
        return str((KINDS | PARTS).get(kinds.present(text), text))
    if name in ("listing", "kind") and (found := LISTINGS.get(text.removeprefix("import."))):
        return str(found.title)
    if name == "listing":
        return str(PAPERS.get(text, text))
    if name == "role":
        return str(dict(Role.choices).get(text, text))
    return words.get((name, text)) or str(_coded(name, text, kind))


def _coded(name: str, text: str, kind: str) -> "StrOrPromise":
    field = _field(kind, STORED_AS.get(name, name))
    words = dict(getattr(field, "flatchoices", None) or ())
    if text in words:
        return words[text]
    lists = (getattr(codes, one) for one in CODED.get(name, ()))
    return next((one.name(text) for one in lists if text in one.by_key), text)


def _playbook_words() -> dict[tuple[str, str], str]:
    """What the playbooks of all campaigns call their entries; the newest campaign's word counts."""
    found: dict[tuple[str, str], str] = {}
    for campaign in Campaign.objects.select_related("playbook_text").order_by("pk"):
        try:
            playbook = campaign.playbook
        except Refused:  # of an older version: its keys stay keys
            continue
        for name, sections in SECTIONS.items():
            entries = [one for section in sections for one in getattr(playbook, section)]
            found |= {(name, one.key): str(one.name) for one in entries}
        states = [state for one in playbook.projects for state in one.states]
        found |= {("state_key", one.key): str(one.name) for one in states}
        asked = [field for one in playbook.activities for field in one.fields]
        found |= {("fields", field.key): str(field.name) for field in asked}
        questions = [one for form in playbook.forms for one in form.questions]
        found |= {("fields", one.key): str(one.name) for one in questions}
    return found


# Records


def _mentioned(entry: AuditEntry) -> Iterator[Key]:
    kind = kinds.present(entry.kind)
    if kind and entry.subject:
        yield kind, entry.subject
    for name, before, after in _values(entry):
        if target := _target(name, kind):
            for value in (before, after):
                keys = value if isinstance(value, list) else [value]
                if len(keys) <= LISTED:
                    yield from ((target, str(key)) for key in keys if key)


def _target(name: str, kind: str) -> str:
    """Of which kind of record a value is the key; "" where it is none."""
    field = _field(kind, name)
    if isinstance(field, models.ForeignKey):
        return str(field.related_model._meta.label_lower)
    return "" if field else RECORDS.get(name, "")


def _field(kind: str, name: str) -> Any:
    model = _model(kind)
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _model(kind: str) -> type[models.Model] | None:
    try:
        return apps.get_model(kind) if kind else None
    except LookupError:
        return None


def _records(wanted: Iterable[Key], *, user: User) -> dict[Key, Record]:
    keys: dict[str, set[str]] = defaultdict(set)
    for kind, key in wanted:
        keys[kind].add(key)
    return {
        (kind, str(row.pk)): Record(NAMES.get(kind, str)(row), _page(row))
        for kind, some in keys.items()
        for row in _visible(kind, some, user=user)
    }


def _page(row: models.Model) -> str:
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""


def _visible(kind: str, keys: set[str], *, user: User) -> Iterable[Any]:
    """Of these records those the user may see."""
    model = _model(kind)
    if model is None:
        return []
    rows = model._default_manager.filter(pk__in=[*_keys(model, keys)])
    if kind in SEEN_BY_ALL:
        return rows
    if not isinstance(rows, ScopedQuerySet) or not hasattr(model, "get_absolute_url"):
        return []
    return rows.visible_to(user).select_related(*JOINED.get(kind, ()))


def _keys(model: type[models.Model], texts: Iterable[str]) -> Iterator[Any]:
    """Keys as the model has them, numbers or UUIDs; a text that is none names no record."""
    for text in texts:
        with suppress(ValidationError):
            yield model._meta.pk.to_python(text)


def _masked(row: models.Model | None) -> str:
    if row is None:
        return ""
    return NAMES.get(row._meta.label_lower, str)(row)


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:24]}…"
