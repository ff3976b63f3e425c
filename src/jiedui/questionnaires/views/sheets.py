"""Sheets filled in: listed, looked at, taken out."""

from collections.abc import Iterable
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiedui.campaigns.models import all_campaigns, give_campaigns
from jiedui.campaigns.playbook.forms import Question
from jiedui.core.doors import may, needs
from jiedui.core.entries import form_page
from jiedui.core.histories import history
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    DateRange,
    Empty,
    Listing,
    Search,
    Tree,
    YesNo,
    listing_view,
)
from jiedui.core.trees import below
from jiedui.core.voiding import VoidForm
from jiedui.places.models import Place
from jiedui.questionnaires import actions, answer_columns, answers, scopes
from jiedui.questionnaires.forms import SUBJECT_NAMES
from jiedui.questionnaires.models import SUBJECTS, Sheet

TAKEN_OUT = Badge(gettext_lazy("taken out"), "grey", "ban")
SENSITIVE = "sensitive.read"
WORDS = {
    "sheet.recorded": gettext_lazy("filled in"),
    "sheet.voided": gettext_lazy("taken out"),
    "sheet.read": gettext_lazy("encrypted answers read"),
}
PLACE_PATHS = (
    *("place__path", "household__place__path", "organisation__place__path"),
    *("member__organisation__place__path", "team__place__path"),
)


def forms() -> Iterable[tuple[str, str]]:
    """Forms of every campaign here; the first to use a key names it."""
    names: dict[str, str] = {}
    for campaign in all_campaigns():
        for form in campaign.playbook.forms:
            names.setdefault(form.key, str(form.name))
    return names.items()


def points_text(sheet: Sheet) -> str:
    points = sheet.points
    return "" if points is None else f"{points} / {sheet.form.full_points}"


class SubjectPlace(Tree):
    """A place and all below it, of whatever kind the sheets are about."""

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if isinstance(value, str):
            return rows.none()
        return rows.filter(reduce(or_, (below(value.path, field=one) for one in PLACE_PATHS)))


class Sheets(Listing[Sheet]):
    key = "sheets"
    url = "questionnaires:list"
    title = gettext_lazy("Forms filled in")
    icon = "clipboard-text"
    model = Sheet
    permission = "registers.read"
    order = ("-day", "-id")
    more = (
        Action(
            gettext_lazy("Questionnaires"), "questionnaires:index", "registers.read", "list-check"
        ),
    )
    card = ("day", "subject")
    columns = (
        Column(
            "form",
            gettext_lazy("Questionnaire"),
            value=lambda row: str(row.form.name),
            link=True,
            panel=True,
        ),
        Column(
            "subject", pgettext_lazy("questionnaire", "About"), value=lambda row: str(row.subject)
        ),
        Column(
            "kind",
            gettext_lazy("Kind"),
            value=lambda row: str(SUBJECT_NAMES[row.subject_kind]),
            shown=False,
        ),
        Column("day", gettext_lazy("Day"), kind="day", sort="day"),
        Column("points", gettext_lazy("Points"), value=points_text),
        Column("answered", gettext_lazy("Answers"), kind="count", value=lambda r: len(r.answers)),
        Column("recorded_by", pgettext_lazy("questionnaire", "Filled in by")),
        Column(
            "state",
            gettext_lazy("State"),
            value=lambda row: TAKEN_OUT if row.voided_on else None,
            kind="badge",
        ),
        Column(
            "recorded_at",
            gettext_lazy("Recorded"),
            kind="moment",
            sort="recorded_at",
            shown=False,
        ),
    )
    filters = (
        Search(
            "household__head",
            "member__name",
            "organisation__name",
            "team__name",
            "place__name",
            hint=gettext_lazy("Name of what it is about"),
        ),
        Choice("form", gettext_lazy("Questionnaire"), forms, field="form_key"),
        DateRange("day", gettext_lazy("Day")),
        SubjectPlace("place", gettext_lazy("Place"), Place),
        YesNo(
            "voided",
            gettext_lazy("Taken out"),
            by=lambda rows, yes: rows.filter(voided_on__isnull=not yes),
        ),
    )
    empty = Empty(
        "clipboard-text",
        gettext_lazy("No form has been filled in yet"),
        gettext_lazy("Surveys, checklists and re-visits are listed here with their answers."),
        "questionnaires:index",
        gettext_lazy("Questionnaires"),
        "registers.read",
    )

    def dress(self, rows: QuerySet[Sheet]) -> QuerySet[Sheet]:
        return rows.select_related(*SUBJECTS)

    def complete(self, rows: list[Any]) -> None:
        give_campaigns(rows)
        if self._has_private_columns:
            self._open(rows)

    def _open(self, rows: list[Sheet]) -> None:
        """Mark those whose encrypted answers the user may read."""
        keys = [row.pk for row in rows]
        for permission, is_confidential in ((SENSITIVE, False), (scopes.SUPERVISION, True)):
            if not may(self.user, permission):
                continue
            held = Sheet.objects.filter(pk__in=keys, is_confidential=is_confidential)
            opened = set(held.permitted(self.user, permission).values_list("pk", flat=True))
            for row in rows:
                row.is_opened = row.is_opened or row.pk in opened

    @cached_property
    def _questions(self) -> list[Question]:
        """Those of the one form the list is narrowed to; none for a list of several forms."""
        key = self.values.get("form")
        if not key:
            return []
        texts = self.filtered.order_by().values_list("playbook_text", "campaign__key").distinct()
        return answer_columns.questions(answer_columns.asked(key, texts))

    @property
    def _may_read_private(self) -> bool:
        return may(self.user, SENSITIVE) or may(self.user, scopes.SUPERVISION)

    @property
    def _has_private_columns(self) -> bool:
        """Only in a workbook: a page never shows what is encrypted in a list."""
        is_workbook = bool(self.needed_permission) and not self.is_on_paper
        return is_workbook and any(one.private for one in self._questions)

    @cached_property
    def workbook_columns(self) -> list[Column]:
        """Of one form, with a column for each question."""
        private = self._may_read_private
        return [
            *super().workbook_columns,
            *answer_columns.columns(self._questions, private=private),
        ]


listing = listing_view(Sheets)


@needs("registers.read")
def show(request: HttpRequest, pk: str) -> HttpResponse:
    rows = Sheet.objects.visible_to(request.user).select_related(
        "campaign", "corrects", "corrected_by", *SUBJECTS
    )
    sheet = get_object_or_404(rows, pk=pk)
    values = dict(sheet.answers)
    if request.method == "POST":  # opened on purpose
        values |= actions.read_private(sheet, by=request.user)
    context = {
        "sheet": sheet,
        "asked": sheet.form,
        "about": SUBJECT_NAMES[sheet.subject_kind],
        "lines": _lines(sheet, values),
        "points": points_text(sheet),
        "has_private": sheet.holds("private")
        and request.method != "POST"
        and actions.may_read_private(sheet, request.user),
        "history": history(sheet, words=WORDS),
        "may_change": not sheet.voided_on
        and scopes.changeable(request.user).filter(pk=sheet.pk).exists(),
        "void": VoidForm(),
    }
    return render(request, "questionnaires/sheet.html", context)


def _lines(sheet: Sheet, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions in order with what was answered; those that were not asked are left out."""
    found: list[dict[str, Any]] = []
    group = None
    for question in sheet.form.questions:
        if not answers.is_shown(question, values):
            continue
        heading, group = (question.group if question.group != group else None), question.group
        is_sealed = question.private and question.key not in values and sheet.holds("private")
        text = answers.display(question, values[question.key]) if question.key in values else ""
        found.append(
            {"question": question, "heading": heading, "text": text, "is_sealed": is_sealed}
        )
    return found


@needs(*scopes.RECORDS)
def void(request: HttpRequest, pk: str) -> HttpResponse:
    rows = scopes.changeable(request.user).select_related("campaign", *SUBJECTS)
    sheet = get_object_or_404(rows, pk=pk)

    def act(typed: dict[str, Any]) -> None:
        actions.void(sheet, by=request.user, **typed)

    return form_page(
        request,
        VoidForm(request.POST or None),
        act,
        title=_("Take out a record"),
        back=sheet.get_absolute_url(),
        done=_("The record is out of every figure. Its reason is kept."),
        save=_("Take out"),
    )
