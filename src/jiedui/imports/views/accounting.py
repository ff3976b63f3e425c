"""What becomes of every row that was read, and what the program adds, above the preview."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from jiedui.core.doors import needs
from jiedui.core.texts import count_text
from jiedui.imports import actions
from jiedui.imports.columns.declarations import Field
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.matching.comparisons import COMPARISONS
from jiedui.imports.models import StagedRow, Upload
from jiedui.imports.staging import additions, row_counts, shown
from jiedui.imports.staging.row_counts import Account
from jiedui.imports.tables.answers import Answers
from jiedui.imports.views.settling import field_options
from jiedui.imports.views.steps import fetch

Outcome = StagedRow.Outcome
SUMS = (
    (pgettext_lazy("row", "new"), (Outcome.NEW,)),
    (pgettext_lazy("row", "changed"), (Outcome.CHANGED,)),
    (pgettext_lazy("row", "unchanged"), (Outcome.SAME,)),
    (gettext_lazy("to be decided"), (Outcome.DOUBTFUL,)),
    (gettext_lazy("with mistakes"), (Outcome.BAD,)),
)
WHY: dict[str, Callable[[int], str]] = {
    "blank": lambda n: ngettext("%(n)s blank row", "%(n)s blank rows", n),
    "total": lambda n: ngettext("%(n)s row of totals", "%(n)s rows of totals", n),
    "remark": lambda n: ngettext("%(n)s remark below the list", "%(n)s remarks below the list", n),
    "heading": lambda n: ngettext("%(n)s repeated heading", "%(n)s repeated headings", n),
    "sample": lambda n: ngettext(
        "%(n)s sample line of the template", "%(n)s sample lines of the template", n
    ),
    "hidden": lambda n: ngettext("%(n)s hidden row", "%(n)s hidden rows", n),
    "unread": lambda n: ngettext(
        "%(n)s row waits for a column that is required",
        "%(n)s rows wait for a column that is required",
        n,
    ),
}


@dataclass(frozen=True)
class Sum:
    """The account of one sheet in words: so many rows are so many of each."""

    account: Account
    parts: Sequence[tuple[str, int]]
    reasons: Sequence[str]


def sums(upload: Upload) -> list[Sum]:
    return [_sum(account) for account in row_counts.read(upload.accounts)]


def _sum(account: Account) -> Sum:
    parts = [(str(word), account.count(*outcomes)) for word, outcomes in SUMS]
    parts = [part for part in parts if part[1]]
    if account.left_out:
        parts.append((pgettext("row", "left out"), account.left_out))
    return Sum(account, parts, list(_reasons(account)))


def _reasons(account: Account) -> list[str]:
    sentences = [
        WHY[reason](times) % {"n": count_text(times)}
        for reason, times in account.passed.items()
        if reason in WHY
    ]
    if skipped := account.count(Outcome.SKIPPED):
        words = ngettext(
            "%(n)s entry, each with its reason below", "%(n)s entries, each with its reason below",
            skipped,
        )  # fmt: skip
        sentences.append(words % {"n": count_text(skipped)})
    return sentences


@dataclass(frozen=True)
class Filled:
    """One field the program fills in: with what, how often, and what may be chosen instead."""

    label: str
    values: Sequence[tuple[str, int]]
    more: int
    is_derived: bool
    key: str  # "" when it cannot be chosen
    options: Sequence[tuple[str, str]]
    now: str


_MOST = 4  # values of one field shown one by one


def filled(upload: Upload) -> list[Filled]:
    """What the program adds to the new records of a list, field by field."""
    found: dict[tuple[str, str, str], list[additions.Addition]] = {}
    for one in additions.read(str(upload.additions)):
        found.setdefault((one.part, one.name, one.by), []).append(one)
    answers = _answers(upload)
    dressed = [
        _filled(upload.kind, part, name, by, added, answers)
        for (part, name, by), added in found.items()
    ]
    # A column the list lacks is asked apart, for the records that are there as well.
    apart = _lacking(upload)
    dressed = [one for one in dressed if one.key not in apart]
    keys = [one.key for one in dressed]
    # A column that fills two registers is asked once.
    return [replace(one, key="") if one.key in keys[:at] else one for at, one in enumerate(dressed)]


def _filled(
    kind: str, part: str, name: str, by: str, added: list[additions.Addition], answers: Any
) -> Filled:
    register, schema = COMPARISONS[kind].parts[part], SCHEMAS[kind]
    field = schema.by_key.get(register.key_of(name))
    is_derived = by == additions.DERIVED
    values = [(shown.text(kind, register, name, one.value), one.times) for one in added]
    return Filled(
        label=shown.label(kind, register, name),
        values=values[:_MOST],
        more=sum(times for _value, times in values[_MOST:]),
        is_derived=is_derived,
        key=field.key if field and not is_derived else "",
        options=field_options(field) if field else (),
        now=answers.get(field.key, "") if field else "",
    )


def lacking(upload: Upload) -> list[Filled]:
    """Columns that this list needs and does not have, to be said once for all its rows."""
    answers = _answers(upload)
    return [
        Filled(field.title, (), 0, False, key, field_options(field), answers.get(key, ""))
        for key, field in _lacking(upload).items()
    ]


def _lacking(upload: Upload) -> dict[str, Field]:
    schema = SCHEMAS[upload.kind]
    sheets = [{column["field"] for column in columns} for columns in upload.sheets.values()]
    return {field.key: field for found in sheets for field in schema.lacking(found)}


def _answers(upload: Upload) -> Mapping[str, str]:
    """What was said once for the whole list: column → what all its rows hold."""
    return Answers.read(str(upload.answers), remembered={}).filled


@needs("import")
@require_POST
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what all new records get where the list says nothing, or has no such column."""
    upload = fetch(request, pk)
    keys = {one.key for one in (*filled(upload), *lacking(upload)) if one.key}
    sent = {key: request.POST.get(f"fill-{key}") for key in keys}
    answers = {key: text.strip() for key, text in sent.items() if text is not None}
    job = actions.settle(upload, filled=answers, by=request.user)
    messages.success(request, _("What you said holds for all rows of this list."))
    return redirect(job)
