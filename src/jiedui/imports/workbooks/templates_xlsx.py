"""Empty workbooks to fill in: headings, drop-downs, notes, one sample line, text columns."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from jiedui.core.xlsx import LONGEST_NAME, workbook
from jiedui.imports.columns.declarations import Field, Schema
from jiedui.imports.values import choices
from jiedui.imports.values.choices import Choice
from jiedui.imports.values.parsers import YesNo, sentence

_ROWS = 5_000
_TITLE, _HEADINGS, _SAMPLE, _FIRST = 0, 1, 2, 3


def template(schema: Schema, out: Path | IO[bytes]) -> None:
    """Write the template of one kind of list in the language in force."""
    fields = [field for field in schema.fields if field.is_kept]
    with workbook(out, row_by_row=False) as book:
        styles = _styles(book)
        page = book.add_worksheet(str(schema.title)[:LONGEST_NAME])
        guide = book.add_worksheet(_("How to fill in"))
        _Lists(book, page, fields).add()
        _headings(page, schema, fields, styles)
        _guide(guide, fields, styles)


def _styles(book: Any) -> dict[str, Any]:
    head = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "align": "center"}
    sample = {"italic": True, "font_color": "#7F7F7F"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({**head, "bg_color": "#D9E2F3"}),
        "required": book.add_format({**head, "bg_color": "#F8CBAD"}),
        # "@" keeps identity and household numbers from being turned into numbers.
        "text": book.add_format({"num_format": "@"}),
        "sample": book.add_format({**sample, "num_format": "@"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _headings(page: Any, schema: Schema, fields: list[Field], styles: dict[str, Any]) -> None:
    text = _("%(title)s — columns in red are required; overwrite the grey sample line")
    page.write_string(_TITLE, 0, text % {"title": schema.title}, styles["title"])
    for column, field in enumerate(fields):
        width = max(10, min(30, _width(field.title) + 2))
        style = styles["text"] if field.parser.as_text else None
        page.set_column(column, column, width, style)
        mark = "*" if field.required else ""
        head = styles["required" if field.required else "head"]
        page.write_string(_HEADINGS, column, field.title + mark, head)
        page.write_comment(_HEADINGS, column, explain(field), {"x_scale": 2})
        page.write_string(_SAMPLE, column, field.example, styles["sample"])
    page.set_row(_HEADINGS, 36)
    page.freeze_panes(_FIRST, 1)


def _width(text: str) -> int:
    return sum(1 if char.isascii() else 2 for char in text)


def explain(field: Field) -> str:
    """What may be written in a column, in one or two sentences."""
    need = _("Required.") if field.required else _("May be left empty.")
    return " ".join(filter(None, (need, sentence(field.parser.hint), str(field.note))))


def _guide(page: Any, fields: list[Field], styles: dict[str, Any]) -> None:
    heads = (
        pgettext("sheet", "Column"),
        pgettext("sheet", "Required"),
        pgettext("sheet", "What to write"),
        pgettext("sheet", "Example"),
        pgettext("sheet", "Other names"),
    )
    for column, (head, width) in enumerate(zip(heads, (24, 10, 60, 22, 60), strict=True)):
        page.write_string(0, column, head, styles["head"])
        page.set_column(column, column, width, styles["wrap"])
    for row, field in enumerate(fields, 1):
        page.write_string(row, 0, field.title)
        page.write_string(row, 1, pgettext("sheet", "yes") if field.required else "")
        page.write_string(row, 2, f"{sentence(field.parser.hint)} {field.note}".strip())
        page.write_string(row, 3, field.example)
        page.write_string(row, 4, "、".join(field.aliases))
    page.freeze_panes(1, 0)


class _Lists:
    """Drop-downs: every list stands on a hidden sheet, because a cell rule holds 255 characters."""

    def __init__(self, book: Any, page: Any, fields: list[Field]) -> None:
        self.page, self.fields = page, fields
        self.sheet = book.add_worksheet("lists")
        self.sheet.hide()
        self.next = 0

    def add(self) -> None:
        for column, field in enumerate(self.fields):
            if allowed := _allowed(field):
                self._drop_down(column, allowed)

    def _drop_down(self, column: int, allowed: list[str]) -> None:
        letter = xl_col_to_name(self.next)
        for row, text in enumerate(allowed):
            self.sheet.write_string(row, self.next, text)
        self.next += 1
        rule = {
            "validate": "list",
            "source": f"=lists!${letter}$1:${letter}${len(allowed)}",
            # A warning, not a wall: several systems' own words are understood as well.
            "error_type": "warning",
            "error_title": pgettext("sheet", "Not in the list"),
            "error_message": _("This word is not in the list. Keep it anyway?"),
        }
        self.page.data_validation(_SAMPLE, column, _SAMPLE + _ROWS, column, rule)


def _allowed(field: Field) -> list[str]:
    if isinstance(field.parser, YesNo):
        return ["是", "否"] if (get_language() or "").startswith("zh") else ["Yes", "No"]
    return choices.names(field.parser.codes) if isinstance(field.parser, Choice) else []
