"""What can be put right once for all rows, on the page of mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiedui.core.doors import needs
from jiedui.imports import actions
from jiedui.imports.columns.declarations import Field
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.models import Upload
from jiedui.imports.staging import checking
from jiedui.imports.tables.answers import EMPTY, is_closed
from jiedui.imports.tables.questions import Question, Questions
from jiedui.imports.values import choices
from jiedui.imports.views.steps import fetch

AS_IT_IS, LEFT_EMPTY = "", "-"  # what a form sends for a word nothing is said about, or dropped


@dataclass(frozen=True)
class Line:
    """One word with its answers; without `options` something else is typed."""

    question: Question
    options: Sequence[tuple[str, str]]
    now: str


@dataclass(frozen=True)
class Column:
    """The questions of one column."""

    field: Field
    lines: list[Line]
    more: int
    is_empty: bool

    @property
    def times(self) -> int:
        return sum(line.question.times for line in self.lines)

    @property
    def open(self) -> int:
        """Rows about which nobody said anything; what helps most stands first."""
        return sum(line.question.times for line in self.lines if line.question.replacement is None)

    @property
    def may_be_empty(self) -> bool:
        return not self.field.required


def columns(upload: Upload) -> list[Column]:
    """The columns with something to put right, or that was."""
    schema = SCHEMAS[upload.kind]
    questions, answers = Questions.read(str(upload.questions)), checking.answers_of(upload)
    found: dict[str, list[Line]] = {key: [] for key in answers.empty}
    for question in questions.items:
        field = schema.by_key[question.field]
        found.setdefault(field.key, []).append(_line(field, question))
    dressed = [
        Column(schema.by_key[key], lines, (questions.more or {}).get(key, 0), key in answers.empty)
        for key, lines in found.items()
        if key in schema.by_key
    ]
    return sorted(dressed, key=lambda column: -column.open)


def _line(field: Field, question: Question) -> Line:
    replacement = LEFT_EMPTY if question.replacement == EMPTY else question.replacement
    options = _options(field, question)
    if options and replacement and replacement not in dict(options):
        options = [*options, (replacement, replacement)]
    return Line(question, options, replacement or AS_IT_IS)


def _options(field: Field, question: Question) -> list[tuple[str, str]]:
    """All values of a column that knows them, else those that may be meant; nearest first."""
    whole = dict(field_options(field))
    known = dict.fromkeys(question.offers) | dict.fromkeys(whole)
    return [(value, whole.get(value, value)) for value in known]


def field_options(field: Field) -> list[tuple[str, str]]:
    """All values of a column that knows them, as they are written and as they are shown."""
    if not is_closed(field):
        return []
    titles = _titles(field)
    return [(value, titles[value]) for value in _values(field)]


def _values(field: Field) -> list[str]:
    return [code.zh for code in field.choices] if field.choices else ["是", "否"]


def _titles(field: Field) -> dict[str, str]:
    if field.choices:
        shown = choices.names(field.choices)
        return {code.zh: name for code, name in zip(field.choices, shown, strict=True)}
    return {"是": _("yes"), "否": _("no")}


@needs("import")
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    upload = fetch(request, pk)
    words: dict[str, dict[str, str | None]] = {}
    for question in Questions.read(str(upload.questions)).items:
        answer = request.POST.get(question.name)
        if answer is not None and answer.strip() != (_sent(question)):
            words.setdefault(question.field, {})[question.key] = _means(answer.strip())
    fields = SCHEMAS[upload.kind].by_key
    empty = [key for key in request.POST.getlist("empty") if key in fields]
    job = actions.settle(upload, words=words, empty=empty, by=request.user)
    messages.success(request, _("What you said holds for all rows of this list."))
    return redirect(job)


def _sent(question: Question) -> str:
    """What the form showed as the answer there is."""
    return LEFT_EMPTY if question.replacement == EMPTY else question.replacement or AS_IT_IS


def _means(answer: str) -> str | None:
    if answer == AS_IT_IS:
        return None
    return EMPTY if answer == LEFT_EMPTY else answer
