"""How a list is laid out: what was read of the file, and what only the sender knows of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from jiedui.core.doors import needs
from jiedui.core.lists import Badge
from jiedui.core.texts import count_text
from jiedui.imports import actions
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.tables import layouts
from jiedui.imports.tables.blocks import HEADLESS, HIDDEN_ROWS, READ
from jiedui.imports.tables.filling import ABOVE
from jiedui.imports.views.steps import context, fetch


@dataclass(frozen=True)
class ShownQuestion:
    """One question as its page shows it; `answers` are (value, sentence, is chosen)."""

    key: str
    title: str
    examples: list[str]
    answers: list[tuple[str, str, bool]]


@needs("import")
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    upload = fetch(request, pk)
    if request.method == "POST":
        known = layouts.answers(upload)
        answers = {key: str(value) for key, value in request.POST.items() if key in known}
        job = actions.lay_out(upload, answers, by=request.user)
        messages.success(request, _("The list is read again as you said."))
        return redirect(job)
    questions = [_question(upload.kind, question) for question in upload.layout_questions]
    offers = [_offered(upload.kind, offer) for offer in upload.layout_offers]
    page = {
        "questions": questions,
        "offers": offers,
        "blocks": [shown(block) for block in upload.blocks],
    }
    return render(request, "imports/layout.html", context(upload, "layout") | page)


@dataclass(frozen=True)
class Shown:
    """One list of the file as the page shows it: `offers` are (key, answer, words) of buttons."""

    key: str
    area: str
    rows: int
    badge: Badge
    why: str
    skipped: list[tuple[str, int]]
    offers: list[tuple[str, str, str]]


def shown(block: dict[str, Any]) -> Shown:
    """A block with its reason in words and the buttons that change it."""
    badge = Badge(pgettext("sheet", "read"), "green", "check") if block["is_read"] else _left_out()
    skipped = [(str(ROWS_LEFT[why]), count) for why, count in block["skipped"].items()]
    return Shown(
        block["key"], block["area"], block["rows"], badge, _why(block),
        skipped, list(_offers(block)),
    )  # fmt: skip


def _why(block: dict[str, Any]) -> str:
    if block["is_read"] and (hidden := block["hidden_rows"]):
        sentence = ngettext("%(n)s of them is hidden.", "%(n)s of them are hidden.", hidden)
        return sentence % {"n": count_text(hidden)}
    return str(WHY.get(block["reason"], ""))


def _left_out() -> Badge:
    return Badge(pgettext("sheet", "left out"), "amber", "minus")


def _offers(block: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if block["is_read"]:
        yield READ + block["key"], "no", _("Leave it out")
    elif block["reason"] != "no_required":
        yield READ + block["key"], "yes", _("Read it all the same")
    if block["has_headings"] and not block.get("has_known_headings", True):
        yield READ + block["key"], HEADLESS, _("Its first row is an entry")
    if block["is_read"] and block["skipped"].get("hidden"):
        yield HIDDEN_ROWS + block["key"], "yes", _("Read the hidden rows as well")
    elif block["is_read"] and block["hidden_rows"]:
        yield HIDDEN_ROWS + block["key"], "no", _("Leave the hidden rows out")


WHY = {
    "hidden": gettext_lazy("The sheet is hidden."),
    "few_headings": gettext_lazy("Its headings are not those of such a list."),
    "no_headings": gettext_lazy("It has no row of headings."),
    "chosen": gettext_lazy("You said so."),
    "no_required": gettext_lazy("A column that is needed is missing."),
}
ROWS_LEFT = {
    "total": gettext_lazy("totals"),
    "remark": gettext_lazy("remarks"),
    "heading": gettext_lazy("repeated headings"),
    "sample": gettext_lazy("sample lines of the template"),
    "hidden": gettext_lazy("hidden rows"),
    "unread": gettext_lazy("waiting for a column"),
}


def _question(kind: str, question: dict[str, Any]) -> ShownQuestion:
    key, rows = question["key"], question["rows"]
    if key == "families":
        title, answers = _of_families(rows)
    elif key == "members":
        title, answers = _of_members(rows)
    else:
        title, answers = _of_empty_cells(SCHEMAS[kind].by_key[key].title, rows)
    chosen = question["answer"]
    return ShownQuestion(
        key,
        title,
        question["examples"],
        [(value, sentence, value == chosen) for value, sentence in answers],
    )


@dataclass(frozen=True)
class Offered:
    """A column with empty cells below values, of which the sender may say what they mean."""

    key: str
    column: str
    rows: int
    examples: list[str]
    is_chosen: bool


def _offered(kind: str, offer: dict[str, Any]) -> Offered:
    field = SCHEMAS[kind].by_key[offer["key"].removeprefix(ABOVE)]
    is_chosen = offer["answer"] == "yes"
    return Offered(offer["key"], field.title, offer["rows"], offer["examples"], is_chosen)


def answers_of(key: str) -> dict[str, str]:
    """The answers to a question that has to be answered, each as its page says it."""
    if key == "families":
        return dict(_of_families(1)[1])
    if key == "members":
        return dict(_of_members(1)[1])
    return dict(_of_empty_cells("", 1)[1])


def _of_families(rows: int) -> tuple[str, list[tuple[str, str]]]:
    title = ngettext(
        "%(rows)s row names no household. Whose family is it?",
        "%(rows)s rows name no household. Whose family are they?",
        rows,
    )
    return title % {"rows": count_text(rows)}, [
        (
            "above",
            _("Each family begins with its number or its head: they belong to the row above"),
        ),
        ("below", _("Each family ends with its number or its head: they belong to the row below")),
        ("apart", _("Neither, or not always: leave these rows out")),
    ]


def _of_members(rows: int) -> tuple[str, list[tuple[str, str]]]:
    title = ngettext(
        "%(rows)s row has no household number and no relation. Whose is it?",
        "%(rows)s rows have no household number and no relation. Whose are they?",
        rows,
    )
    above, below, apart = _of_families(rows)[1]
    own = ("own", _("Each of them is a household of its own"))
    return title % {"rows": count_text(rows)}, [own, above, below, apart]


def _of_empty_cells(column: str, rows: int) -> tuple[str, list[tuple[str, str]]]:
    title = ngettext(
        "In the column “%(column)s” %(rows)s cell below a value is empty. What does it mean?",
        "In the column “%(column)s” %(rows)s cells below a value are empty. What do they mean?",
        rows,
    )
    return title % {"column": column, "rows": count_text(rows)}, [
        ("above", _("The value above")),
        ("empty", _("Nothing: the value is not known")),
    ]
