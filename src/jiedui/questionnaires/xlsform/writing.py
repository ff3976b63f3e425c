"""A form of the playbook as the sheets of an XLSForm, and what ODK cannot do of it."""

from collections.abc import Iterator
from itertools import groupby
from typing import IO

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.declare import Text
from jiedui.campaigns.playbook.forms import SCALE5, YES_NO, Form, Question
from jiedui.core.xlsx import workbook
from jiedui.questionnaires.answers import answer_text, limits
from jiedui.questionnaires.xlsform import columns, conditions

Row = list[str]
NOTHING = Text("", "")


def write(form: Form, out: IO[bytes]) -> None:
    """The workbook of a form. Every cell is text: nothing typed becomes a formula."""
    with workbook(out, row_by_row=False) as book:
        for name, rows in sheets(form).items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for at, text in enumerate(row):
                    if text:
                        sheet.write_string(line, at, text)
            sheet.set_column(0, len(rows[0]), 22)
            sheet.freeze_panes(1, 0)


def sheets(form: Form) -> dict[str, list[Row]]:
    """The rows of `survey`, `choices` and `settings`, and of a sheet that says what is missing."""
    notes = [[_("What ODK does not do of this form")], *([line] for line in losses(form))]
    return {
        "survey": [list(columns.SURVEY), *_survey(form)],
        "choices": [list(columns.CHOICES), *_choices(form)],
        "settings": [list(columns.SETTINGS), _settings(form)],
        columns.NOTES: notes,
    }


def losses(form: Form) -> list[str]:
    """What ODK cannot do of the form; here it comes back by columns of our own."""
    found = [_("ODK does not ask what the form is about: add a question for it.")]
    if form.filled_by == "supervision":
        found.append(_("Who may fill it in and read it, which is supervision alone."))
    for question in form.questions:
        found += [f"{question.name}: {line}" for line in _losses(question)]
    texts = [form.name, *([form.purpose] if form.purpose else [])]
    if any("${" in one.zh + one.en for one in [*texts, *_texts(form)]):
        found.append(_("Texts with “${”: ODK takes it for the name of a question."))
    return found


def _losses(question: Question) -> Iterator[str]:
    if question.private:
        yield _("the answer is not kept encrypted.")
    if question.points:
        yield _("the points of all questions are not added up.")
    if question.compare != "none":
        yield _("the answer is not looked at beside our records.")


def _texts(form: Form) -> Iterator[Text]:
    for question in form.questions:
        yield from (one for one in (question.name, question.hint, question.group) if one)
        yield from (option.name for option in question.options)


def _survey(form: Form) -> Iterator[Row]:
    taken = {question.key for question in form.questions}
    if form.purpose:
        yield _row(type="note", name=columns.PURPOSE, label=form.purpose)
    multiple = {one.key for one in form.questions if one.type == "choices"}
    number = 0
    for group, same in groupby(form.questions, key=lambda one: one.group):
        if group:
            number = next(n for n in range(number + 1, 10**6) if f"group{n}" not in taken)
            yield _row(type="begin_group", name=f"group{number}", label=group)
        for question in same:
            yield _question(question, multiple)
        if group:
            yield _row(type="end_group")


def _question(question: Question, multiple: set[str]) -> Row:
    unit = question.unit or NOTHING
    name = Text(*(f"{text}（{of}）" if of else text for text, of in (
        (question.name.zh, unit.zh), (question.name.en, unit.en),
    )))  # fmt: skip
    list_name = _list_of(question)
    return _row(
        type=f"{columns.ODK_TYPES[question.type]} {list_name}".strip(),
        name=question.key,
        label=name,
        hint=question.hint,
        required="yes" if question.required else "",
        relevant=conditions.relevant(question.shown_when, multiple),
        constraint=conditions.constraint(*limits(question)),
        appearance="multiline" if question.type == "long_text" else "",
        jiedui_type=question.type,
        jiedui_unit_zh=unit.zh,
        jiedui_unit_en=unit.en,
        jiedui_private="yes" if question.private else "",
        jiedui_compare="" if question.compare == "none" else question.compare,
    )


def _list_of(question: Question) -> str:
    known = {"yes_no": columns.YES_NO_LIST, "scale5": columns.SCALE5_LIST}
    return known.get(question.type) or (question.key if question.options else "")


def _row(*, label: Text | None = None, hint: Text | None = None, **cells: str) -> Row:
    label, hint = label or NOTHING, hint or NOTHING
    texts = {
        f"label::{columns.ZH}": label.zh, f"label::{columns.EN}": label.en,
        f"hint::{columns.ZH}": hint.zh, f"hint::{columns.EN}": hint.en,
    }  # fmt: skip
    return [(texts | cells).get(column, "") for column in columns.SURVEY]


def _choices(form: Form) -> Iterator[Row]:
    types = {question.type for question in form.questions}
    fixed = {"yes_no": (columns.YES_NO_LIST, YES_NO), "scale5": (columns.SCALE5_LIST, SCALE5)}
    for kind, (list_name, words) in fixed.items():
        if kind in types:
            for word in words:
                yield _choice(list_name, word, answer_text(kind, word))
    for question in form.questions:
        for option in question.options:
            yield _choice(question.key, option.key, option.name)


def _choice(list_name: str, name: str, label: Text) -> Row:
    return [list_name, name, label.zh, label.en]


def _settings(form: Form) -> Row:
    cells = {
        "form_title": form.name.zh,
        "form_id": form.key,
        "default_language": columns.ZH,
        "jiedui_title_en": form.name.en,
        "jiedui_about": form.about,
        "jiedui_place_level": form.place_level or "",
        "jiedui_organisation_kinds": " ".join(form.organisation_kinds),
        "jiedui_team_kinds": " ".join(form.team_kinds),
        "jiedui_filled_by": form.filled_by,
    }
    return [cells[column] for column in columns.SETTINGS]
