"""Forms of the playbook filled in about households, places, teams and so on."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.forms import Form
from jiedui.core.refusals import Refused
from jiedui.demo.answers import Answers
from jiedui.demo.context import Context
from jiedui.demo.declaration import Sheets
from jiedui.demo.registers import Registers
from jiedui.questionnaires.models import Sheet

SUPERVISION = "督查组"
FEWEST = 60  # at a small scale, so that a list has more than a page


def write_sheets(context: Context, registers: Registers) -> None:
    """As many sheets of each form as declared, each about another of those it is for."""
    for declared in context.declared.sheets:
        form = context.playbook.form(declared.form)
        rows = _rows(context, registers, form, declared)
        columns = (
            f"id campaign playbook_text form_key is_confidential day {form.about} answers private"
            " recorded_at recorded_by"
        )
        context.writer.write(Sheet, rows, columns=columns)


def _rows(
    context: Context, registers: Registers, form: Form, declared: Sheets
) -> list[tuple[object, ...]]:
    first = max(context.starts, context.today - timedelta(days=declared.last_days))
    subjects = _subjects(registers, form, first)
    _check(context, form, declared, len(subjects))
    number = min(context.scaled(declared.count, least=min(FEWEST, declared.count)), len(subjects))
    answers = Answers(context.rng, form.questions, declared.texts)
    rows = [
        _row(context, form, answers, subject, first)
        for subject in context.rng.sample(subjects, k=number)
    ]
    return sorted(rows, key=lambda row: str(row[0]))


def _check(context: Context, form: Form, declared: Sheets, subjects: int) -> None:
    wanted = context.scaled(declared.count, least=0)
    if wanted > subjects:
        problem = _("%(wanted)s sheets of “%(form)s” cannot be reached: there are %(subjects)s"
                    " it may be about.")  # fmt: skip
        raise Refused(problem % {"wanted": wanted, "form": form.key, "subjects": subjects})
    known = {question.key for question in form.questions}
    if unknown := sorted(set(declared.texts) - known):
        problem = _("“%(form)s” does not ask “%(keys)s”.")
        raise Refused(problem % {"form": form.key, "keys": ", ".join(unknown)})


def _subjects(registers: Registers, form: Form, first: date) -> Sequence[Any]:
    """Those on the register from this day to the end."""
    if form.about == "household":
        return [one for one in registers.households if one.since <= first and one.ended is None]
    if form.about == "place":
        places = [*registers.places, *registers.own_places]
        return [one for one in places if one.level == form.place_level]
    if form.about == "team":
        wanted = form.team_kinds
        return [one for one in registers.teams if not wanted or one.kind in wanted]
    if form.about == "organisation":
        wanted = form.organisation_kinds
        found = registers.organisations.all
        return [one for one in found if not wanted or one.kind in wanted]
    return [one for group in registers.members.by_organisation.values() for one in group]


def _row(
    context: Context, form: Form, answers: Answers, subject: Any, first: date
) -> tuple[object, ...]:
    day = context.day_between(first, context.today)
    moment = context.moment(day)
    given, private = answers.drawn(day, {})
    key = subject.pk if hasattr(subject, "pk") else subject.id
    is_confidential = form.filled_by == "supervision"
    by = SUPERVISION if is_confidential else str(context.campaign.organisation)
    return (
        context.record_id(moment), context.campaign.pk, context.campaign.playbook_text_id,
        form.key, is_confidential, day, key, given, private, moment, by,
    )  # fmt: skip
