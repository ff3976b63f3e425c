"""What the audit page says of a list: how it was laid out, put right, and what came of its rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from jiedui.core.audit_texts import COLUMN_TITLES, wording
from jiedui.core.texts import count_text
from jiedui.imports.columns.declarations import Field
from jiedui.imports.columns.schemas import HOUSEHOLDS, SCHEMAS
from jiedui.imports.models import StagedRow
from jiedui.imports.tables.blocks import HEADLESS, HIDDEN_ROWS, READ
from jiedui.imports.tables.filling import ABOVE
from jiedui.imports.views.layout import answers_of

COUNTS = {
    "rows": gettext_lazy("rows"),
    **dict(StagedRow.Outcome.choices),
    "duplicates": gettext_lazy("perhaps known already"),
    "mistakes": gettext_lazy("mistakes"),
    "warnings": gettext_lazy("warnings"),
}


def _title_text(column: Field) -> str:
    return column.title


_title_of = lazy(_title_text, str)
for _schema in (HOUSEHOLDS, *SCHEMAS.values()):  # most columns that several share are of households
    for _column in _schema.fields:
        COLUMN_TITLES.setdefault(_column.key, _title_of(_column))


@wording("import.applied", "counts")
def outcomes(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Rows by what became of them, mistakes and warnings; only what there is."""
    for name, title in COUNTS.items():
        if number := content["counts"].get(name):
            yield str(title), count_text(number)


@wording("import.settled", "words")
def words(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Columns with how many of their words were put right."""
    for key, number in content["words"].items():
        text = ngettext("%(n)s word put right", "%(n)s words put right", number)
        yield _title(key, content), text % {"n": count_text(number)}


@wording("import.settled", "remembered")
def remembered(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Columns with the words that later lists may say as well, and what each means."""
    for key, meanings in content["remembered"].items():
        yield (
            _title(key, content),
            "、".join(f"{word} → {means}" for word, means in meanings.items()),
        )


@wording("import.laid_out", "said")
def layout(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Questions on the layout and what was answered."""
    for key, answer in content["said"].items():
        yield _question(key, content), _answer(key, answer)


def _question(key: str, content: Mapping[str, Any]) -> str:
    if key == "families":
        return _("rows that name no household")
    if key == "members":
        return _("rows without household number and relation")
    if key.startswith(HIDDEN_ROWS):
        return _("hidden rows of %(sheet)s") % {"sheet": key.removeprefix(HIDDEN_ROWS)}
    if key.startswith(READ):
        return key.removeprefix(READ)
    return _("empty cells of “%(column)s”") % {"column": _title(key.removeprefix(ABOVE), content)}


def _answer(key: str, answer: str) -> str:
    if key.startswith((READ, HIDDEN_ROWS)):
        words = {
            "yes": pgettext("sheet", "read"),
            HEADLESS: _("Its first row is an entry"),
            "no": pgettext("sheet", "left out"),
        }
    elif key.startswith(ABOVE):
        words = {"yes": _("The value above"), "no": _("Nothing: the value is not known")}
    else:
        words = answers_of(key)
    return words.get(answer, answer)


def _title(key: str, content: Mapping[str, Any]) -> str:
    """What the column is called in lists of this kind; versions before did not write the kind."""
    schema = SCHEMAS.get(content.get("kind", ""))
    column = schema.by_key.get(key) if schema else None
    return column.title if column else str(COLUMN_TITLES.get(key, key))
