"""Writing bulletins: begun from a template, edited, counted anew, frozen by a second person."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import by_key
from jiedui.core import audit, jobs, typed
from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.figures import actions as figures
from jiedui.figures.models import Snapshot
from jiedui.orgs import persons
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place
from jiedui.reports import documents, figure_query, filling, recounting, wording
from jiedui.reports.figure_query import Entry, Frame
from jiedui.reports.models import LONGEST_TEXT, LONGEST_TITLE, Bulletin

VERIFY_CHAIN = "audit.verify"
HEADS = {
    "to": gettext_lazy("Addressees"),
    "copies": gettext_lazy("Copies to"),
    "signed": gettext_lazy("Signature"),
}
LONGEST_HEAD = 200  # characters


def begin(
    campaign: Campaign,
    *,
    kind: str,
    by: User | None,
    since: date | None = None,
    until: date | None = None,
    place: Place | None = None,
    organisation: Organisation | None = None,
    snapshot: Snapshot | None = None,
) -> Bulletin:
    """A draft from a template of the playbook, its figures counted on the newest snapshot.

    Takes a snapshot when there is none. Raises `Refused` for an unknown template, or one that asks
    for a place, organisation or window that does not exist.
    """
    template = by_key(campaign.playbook.bulletins).get(kind)
    if template is None:
        raise Refused(_("The playbook has no bulletin %(key)s.") % {"key": kind})
    if since and until and until < since:
        raise Refused(_("The period cannot end before it begins."))
    snapshot = snapshot or figures.latest(campaign) or figures.take(campaign, by=by)
    frame = Frame(
        since, until, place.path if place else "", organisation.path if organisation else ""
    )
    filled = filling.Filling(campaign, snapshot=snapshot, frame=frame)
    heads = {name: filled.line(getattr(template, name)) for name in HEADS}
    heads["signed"] = heads["signed"] or str(campaign.playbook.campaign.office)
    title, text = _typed(filled.line(template.title), filled.text(template))
    with transaction.atomic():
        bulletin: Bulletin = Bulletin.objects.create(
            campaign=campaign,
            kind=kind,
            title=title,
            heads=heads,
            since=since,
            until=until,
            place=place,
            organisation=organisation,
            language=translation.get_language() or "zh-hans",
            text=text,
            figures=filled.entries,
            snapshot=snapshot,
            written_by_id=by.pk if by else None,
            writers=[by.pk] if by else [],
        )
        audit.record("bulletin.begun", bulletin, by=by, kind=kind, snapshot=snapshot.key)
    return bulletin


def write(
    bulletin: Bulletin,
    *,
    title: str,
    text: str,
    version: int,
    by: User | None,
    styles: dict[str, str] | None = None,
    heads: Mapping[str, str] | None = None,
) -> None:
    """Keep what was written; `version` is the one the writer started from.

    `heads` are addressees, copies and signature; those not given stay. Raises `Refused` for a token
    that stands for nothing, and when somebody else wrote meanwhile.
    """
    title, text = _typed(title, text)
    filling.check_tokens(text, bulletin.figures)
    entries = [
        _styled(bulletin, one, (styles or {}).get(one["id"], "")) for one in bulletin.figures
    ]
    merged_heads = {name: bulletin.head(name) for name in HEADS} | _checked_heads(heads or {})
    _change(
        bulletin, version=version, by=by, title=title, text=text, figures=entries,
        heads=merged_heads,
    )  # fmt: skip


def _checked_heads(heads: Mapping[str, str]) -> dict[str, str]:
    cleaned = {name: _line(" ".join(heads[name].split())) for name in HEADS if name in heads}
    for name, text in cleaned.items():
        if len(text) > LONGEST_HEAD:
            raise Refused(
                _("%(what)s: at most %(most)d characters.")
                % {"what": HEADS[name], "most": LONGEST_HEAD}
            )
        if filling.BRACKETS.search(text):
            raise Refused(_("%(what)s: no figure can stand here.") % {"what": HEADS[name]})
    if not cleaned.get("signed", "-"):
        raise Refused(_("A bulletin needs a signature: the office that issues it."))
    return cleaned


def _line(text: str) -> str:
    return _cleaned(text, is_line=True)


def _cleaned(text: str, *, is_line: bool) -> str:
    try:
        return typed.cleaned(text, is_line=is_line).strip()
    except ValidationError as error:
        raise Refused(error.messages[0]) from error


def _typed(title: str, text: str) -> tuple[str, str]:
    """Title and text in one spelling; `Refused` where a document could not hold them."""
    title, text = _line(title), _cleaned(text, is_line=False) + "\n"
    if not title:
        raise Refused(_("A bulletin needs a title."))
    for most, written in ((LONGEST_TITLE, title), (LONGEST_TEXT, text)):
        if len(written) > most:
            facts = {"count": len(written), "most": most}
            raise Refused(_("This is too long: %(count)d characters of %(most)d.") % facts)
    return title, text


def add_figure(bulletin: Bulletin, *, key: str, by: User | None) -> Entry:
    """One more figure of the playbook, ready to be put into the text. Returns its entry."""
    if key not in by_key(bulletin.campaign.playbook.figures):
        raise Refused(_("The campaign has no figure %(key)s.") % {"key": key})
    with bulletin.in_own_language():
        frame = _frame(bulletin)
        as_of = bulletin.snapshot.as_of
        entry = figure_query.entry_of(bulletin.campaign, key, {}, frame=frame, as_of=as_of)
        number = max((int(one["id"][1:]) for one in bulletin.figures), default=0) + 1
        style = "percent" if entry["counts"] == "share" else "exact"
        worded = _counted(bulletin.snapshot, {"id": f"f{number}", **entry, "style": style})
    _change(bulletin, version=bulletin.version, by=by, figures=[*bulletin.figures, worded])
    return worded


@dataclass(frozen=True)
class Refreshed:
    """What counting anew changed: how many figures, and which sentences of the template no longer
    stand with the new figures, or now do. `is_rewritten`: the text was replaced."""

    changed: int
    gone: list[str] = field(default_factory=list)
    come: list[str] = field(default_factory=list)
    is_rewritten: bool = False


def refresh(bulletin: Bulletin, *, by: User | None) -> Refreshed:
    """Count every figure of a draft on the newest snapshot.

    Where the template yields other sentences for the new figures, a text nobody edited is
    rewritten; for an edited text the differences are only returned.
    """
    snapshot = figures.latest(bulletin.campaign) or bulletin.snapshot
    with bulletin.in_own_language():
        entries = [_counted(snapshot, one) for one in bulletin.figures]
        before, now = _filled(bulletin, bulletin.snapshot), _filled(bulletin, snapshot)
    changed = sum(
        new["value"] != old["value"] for new, old in zip(entries, bulletin.figures, strict=True)
    )
    old_sentences, new_sentences = filling.sentences(*before), filling.sentences(*now)
    is_rewritten = old_sentences != new_sentences and _is_untouched(bulletin, *before)
    text, kept = now if is_rewritten else (bulletin.text, entries)
    _change(bulletin, version=bulletin.version, by=by, figures=kept, snapshot=snapshot, text=text)
    gone = [one for one in old_sentences if one not in new_sentences]
    come = [one for one in new_sentences if one not in old_sentences]
    return Refreshed(changed, gone, come, is_rewritten)


def _is_untouched(bulletin: Bulletin, text: str, entries: list[Entry]) -> bool:
    """Whether text, figures and their wording are as the template gave them."""
    styles = [[one["style"] for one in entries] for entries in (bulletin.figures, entries)]
    return bulletin.text == text and styles[0] == styles[1]


def _filled(bulletin: Bulletin, snapshot: Snapshot) -> tuple[str, list[Entry]]:
    """The template as it would be filled in on this snapshot, with its figures."""
    if bulletin.template is None:
        return "", []
    filled = filling.Filling(bulletin.campaign, snapshot=snapshot, frame=_frame(bulletin))
    return filled.text(bulletin.template), filled.entries


@transaction.atomic
def freeze(
    bulletin: Bulletin, *, issued_on: date, by: User | None, serial: int | None = None
) -> None:
    """Fix text, figures and snapshot for ever, under the next number of the year.

    Raises `Refused` when the freezer wrote at it, somebody changed it meanwhile, a token stands for
    nothing, or a figure no longer comes to what the text says.
    """
    _check_second_person(bulletin, by)
    filling.check_tokens(bulletin.text, bulletin.figures)
    if not recounting.is_equal(bulletin):
        raise Refused(_("A figure of this draft cannot be recounted; refresh its figures first."))
    series = bulletin.own_series()
    taken = Bulletin.objects.filter(series=series, year=issued_on.year)
    wanted = serial or (taken.aggregate(last=Max("serial"))["last"] or 0) + 1
    fixed: dict[str, Any] = {"year": issued_on.year, "serial": wanted, "issued_on": issued_on}
    digest = bulletin.digest_with(**fixed)
    _check_document(bulletin, **fixed)
    try:
        with transaction.atomic():
            frozen = _same_draft(bulletin, bulletin.version).update(
                state=Bulletin.State.FROZEN,
                frozen_at=timezone.now(),
                frozen_by=by,
                digest=digest,
                series=series,
                chain=audit.end(),
                version=F("version") + 1,
                **fixed,
            )
    except IntegrityError as error:
        raise Refused(
            _("The number %(number)s has been given already.") % {"number": wanted}
        ) from error
    if not frozen:
        raise Refused(_("Somebody changed this bulletin meanwhile; read it again first."))
    figures.pin(bulletin.snapshot, by=by)
    bulletin.refresh_from_db()
    audit.record(
        "bulletin.frozen", bulletin, by=by, digest=digest, number=bulletin.number,
        snapshot=bulletin.snapshot.key,
    )  # fmt: skip


@transaction.atomic
def discard(bulletin: Bulletin, *, by: User | None) -> None:
    """Throw a draft away; the audit chain keeps that it was there."""
    pk, title = bulletin.pk, bulletin.title
    audit.record("bulletin.discarded", bulletin, by=by, title=title)
    if not Bulletin.objects.filter(pk=pk, state=Bulletin.State.DRAFT).delete()[0]:
        raise Refused(_("A frozen bulletin stays."))


def verified_chain(*also: str) -> audit.Verdict:
    """The chain, held against what frozen bulletins say of it, and against other ends named."""
    frozen = Bulletin.objects.exclude(chain="").values_list("chain", flat=True)
    return audit.verify(also=[*frozen, *also])


@jobs.runner(VERIFY_CHAIN, lane=Job.Lane.LONG)
def verify_chain(subject: str, progress: jobs.Progress) -> str:
    """Walk the audit chain; what came out stands in the chain itself."""
    progress(0, total=1, message=_("Walking the audit chain"))
    verdict = verified_chain()
    audit.record(
        "audit.verified", entries=verdict.entries, broken=verdict.broken, lost=verdict.lost,
        missing=verdict.missing, head=verdict.head,
    )  # fmt: skip
    progress(1, total=1)
    return reverse("reports:audit")


def _frame(bulletin: Bulletin) -> Frame:
    place, unit = bulletin.place, bulletin.organisation
    return Frame(
        bulletin.since, bulletin.until, place.path if place else "", unit.path if unit else ""
    )


def _counted(snapshot: Snapshot, entry: Entry) -> Entry:
    value = figure_query.values_of(snapshot, entry)[0]
    fresh = {**entry, "value": figure_query.text_of(value.value), "records": value.records}
    return {**fresh, "shown": wording.shown(fresh)}


def _styled(bulletin: Bulletin, entry: Entry, style: str) -> Entry:
    with bulletin.in_own_language():
        if style not in {key for key, _text in wording.offers(entry)}:
            return entry
        return {**entry, "style": style, "shown": wording.shown({**entry, "style": style})}


def _same_draft(bulletin: Bulletin, version: int) -> Any:
    return Bulletin.objects.filter(pk=bulletin.pk, version=version, state=Bulletin.State.DRAFT)


def is_writer(bulletin: Bulletin, user: User) -> bool:
    """Whether the user wrote at the bulletin, under whatever account."""
    return persons.behind(user).is_one_of(bulletin.writers)


def _check_document(bulletin: Bulletin, **fixed: Any) -> None:
    """Whether the document can be made: afterwards nobody could mend what is in its way."""
    trial = copy(bulletin)
    for name, value in fixed.items():
        setattr(trial, name, value)
    try:
        _typed(trial.title, trial.text)
        documents.build(trial, address="https://jiedui.invalid/")
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise Refused(
            _("The document of this bulletin cannot be made (%(why)s). Change its text first.")
            % {"why": str(error)[:100]}
        ) from error


def _check_second_person(bulletin: Bulletin, by: User | None) -> None:
    if bulletin.is_frozen:
        raise Refused(_("This bulletin is frozen already."))
    if by is None or is_writer(bulletin, by):
        raise Refused(
            _("Whoever wrote at a bulletin cannot freeze it; ask somebody else to read it.")
        )


@transaction.atomic
def _change(bulletin: Bulletin, *, version: int, by: User | None, **fields: Any) -> None:
    writers = sorted({*bulletin.writers, *([by.pk] if by else [])})
    done = _same_draft(bulletin, version).update(
        version=F("version") + 1, writers=writers, written_by=by or bulletin.written_by, **fields
    )
    if not done:
        now = Bulletin.objects.filter(pk=bulletin.pk).values_list("state", flat=True).first()
        if now == Bulletin.State.FROZEN:
            raise Refused(_("This bulletin is frozen; it can no longer be changed."))
        raise Refused(
            _("Somebody else changed this bulletin meanwhile; look at it again, then save.")
        )
    audit.record("bulletin.written", bulletin, by=by, fields=sorted(fields))
    bulletin.refresh_from_db()
