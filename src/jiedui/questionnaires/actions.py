"""Filling in a form of the playbook. Pages, phone and import all come through here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import by_key
from jiedui.campaigns.playbook.forms import Form
from jiedui.core import audit, readings, submissions, voiding
from jiedui.core.doors import may
from jiedui.core.locking import held
from jiedui.core.refusals import Refused
from jiedui.core.submissions import Sent
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.questionnaires import answers
from jiedui.questionnaires.models import SUBJECT_MODELS, Sheet


@dataclass(frozen=True)
class Filled:
    """What somebody wrote into a form: answers by key of the question."""

    form: str
    day: date
    subject: Any
    answers: Mapping[str, Any] = field(default_factory=dict)
    id: UUID | None = None  # made by the client; recording it twice changes nothing


@transaction.atomic
@audit.gathered()
def record(campaign: Campaign, filled: Filled, *, by: User | None) -> Sheet:
    """Keep a form that was filled in.

    Raises `Refused` where an answer is missing or does not fit, and where what it is about was
    not there on that day.
    """
    form = by_key(campaign.playbook.forms).get(filled.form)
    if form is None:
        raise Refused(_("The playbook has no form “%(key)s”.") % {"key": filled.form[:40]})
    known: Form = form
    return _once(
        filled, [campaign, filled.subject], lambda: _write(campaign, known, filled, by=by), by
    )


@transaction.atomic
@audit.gathered()
def correct(old: Sheet, filled: Filled, *, by: User | None) -> Sheet:
    """Keep the form as it should have been filled in; the old sheet counts no more.

    It is asked as it was asked then, also where the form has changed since.
    """

    def work() -> Sheet:
        void(old, reason=_("Corrected"), by=by)
        return _write(old.campaign, old.form, filled, corrects=old, by=by)

    return _once(filled, [old], work, by)


def _once(filled: Filled, beside: list[Any], work: Any, by: User | None) -> Sheet:
    """Under a number that was used before, the sheet made then, if all of it was the same."""
    if filled.id is None:
        found: Sheet = work()
        return found
    sent = Sent.by_action(filled.id, kind="sheet", content=[filled, beside])
    return submissions.once(sent, by=by, work=work, again=lambda row: Sheet.objects.get(pk=row.pk))


def _write(
    campaign: Campaign,
    form: Form,
    filled: Filled,
    *,
    by: User | None,
    corrects: Sheet | None = None,
) -> Sheet:
    _check_subject(form, filled, corrects)
    values = answers.read(form.questions, filled.answers, of=_("“%(name)s”") % {"name": form.name})
    if not values:
        raise Refused(_("Nothing is answered yet."))
    row = Sheet(
        id=filled.id or uuid7.uuid7(),
        campaign=campaign,
        playbook_text_id=corrects.playbook_text_id if corrects else campaign.playbook_text_id,
        form_key=form.key,
        is_confidential=form.filled_by == "supervision",
        day=filled.day,
        **{form.about: filled.subject},
        answers=answers.part(form.questions, values, private=False),
        private=answers.sealed(answers.part(form.questions, values, private=True)),
        corrects=corrects,
        recorded_at=timezone.now(),
        recorded_by=audit.signed(by),
    )
    if Sheet.objects.filter(pk=row.pk).exists():
        raise Refused(_("This form has been saved already, with other content. Open a new one."))
    row.save(force_insert=True)
    audit.record("sheet.recorded", row, by=by, form=form.key, day=filled.day)
    return row


def _check_subject(form: Form, filled: Filled, corrects: Sheet | None) -> None:
    """The day is neither to come nor outside the days of what the sheet is about."""
    if not isinstance(filled.subject, SUBJECT_MODELS[form.about]):
        raise Refused(_("“%(name)s” is not filled in about this.") % {"name": form.name})
    if filled.day > timezone.localdate():
        raise Refused(_("The day lies in the future."))
    if corrects and (corrects.day, corrects.subject) == (filled.day, filled.subject):
        return
    now = held(filled.subject)
    since, ended = getattr(now, "since", None), now.ended
    if since and filled.day < since:
        raise Refused(
            _("%(name)s is on the register since %(day)s; the sheet cannot be earlier.")
            % {"name": now, "day": day_text(since)}
        )
    if ended and filled.day > ended:
        raise Refused(
            _("%(name)s ended on %(day)s; nothing new is written down for it.")
            % {"name": now, "day": day_text(ended)}
        )


@transaction.atomic
def void(sheet: Sheet, *, reason: str, by: User | None) -> None:
    """Take a wrong sheet out of every figure; it stays readable, with the reason."""
    audit.record("sheet.voided", sheet, by=by, reason=voiding.void(sheet, reason=reason))


@transaction.atomic
def read_private(sheet: Sheet, *, by: User | None) -> dict[str, Any]:
    """Answers kept encrypted, for whoever's role needs them; that they were read is recorded."""
    if not may_read_private(sheet, by):
        raise Refused(_("Your role does not include reading these details."))
    with readings.unseen():  # the entry names each answer
        kept = sheet.private_answers
    audit.read(sheet, kept, by=by)
    return kept


def may_read_private(sheet: Sheet, user: User | None) -> bool:
    """Supervision reads what it asked; else it takes the right to sensitive details."""
    return may(user, "checks.record" if sheet.is_confidential else "sensitive.read", on=sheet)
