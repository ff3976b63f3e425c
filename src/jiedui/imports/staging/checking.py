"""Reading a file and comparing its rows with the registers; nothing in the registers changes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jiedui.core import bulk
from jiedui.core.jobs import let_others_write
from jiedui.core.refusals import Refused
from jiedui.imports.matching.comparison import Comparison, Decided, Decisions
from jiedui.imports.matching.comparisons import COMPARISONS
from jiedui.imports.matching.drafts import Staged
from jiedui.imports.models import ColumnMemory, Flaw, StagedRow, Upload, WordMemory
from jiedui.imports.reading import reader
from jiedui.imports.staging import additions, row_counts
from jiedui.imports.staging.row_counts import Sums
from jiedui.imports.tables import blocks
from jiedui.imports.tables.answers import Answers
from jiedui.imports.tables.blocks import Block, Found
from jiedui.imports.tables.parsing import parse
from jiedui.imports.tables.questions import open_questions
from jiedui.imports.tables.rows import Parsed

_AT_ONCE = 500  # rows in one transaction
_JSON = json.JSONEncoder(ensure_ascii=False)
ReportProgress = Callable[[int, str], None]  # percent, message


def silent(_percent: int, _message: str) -> None:
    """Reports to nobody."""


@dataclass
class Analysis:
    """The content of a file, compared with the registers; `staged` are all its rows."""

    comparison: Comparison
    parsed: Parsed
    signatures: dict[str, str]
    answers: Answers
    staged: list[Staged] = dataclasses.field(default_factory=list)

    @cached_property
    def seal(self) -> str:
        seal = Seal()
        for one in self.staged:
            seal.add(one, stored_drafts(one))
        return seal.digest


class Seal:
    """A digest of all that the preview shows: another one when anything of it changes."""

    def __init__(self) -> None:
        self._sealed = hashlib.sha256()

    def add(self, one: Staged, drafts: str) -> None:
        self._sealed.update(f"{one.place} {one.outcome} {drafts}\n".encode())

    @property
    def digest(self) -> str:
        return self._sealed.hexdigest()


def stored_drafts(one: Staged) -> str:
    """The drafts of a row as JSON; "" where the row would change nothing."""
    if one.outcome == StagedRow.Outcome.SAME:
        return ""
    return _JSON.encode([draft.facts() for draft in one.drafts])


def analyse(upload: Upload, *, report: ReportProgress = silent) -> Analysis:
    """Read, check and compare. Raises BadWorkbook as reading does."""
    analysis = _parsed(upload, report)
    analysis.staged = analysis.comparison.stage()
    additions.mark_above(analysis.staged, analysis.comparison.schema)
    return analysis


def check(upload: Upload, *, report: ReportProgress, state: str) -> None:
    """As `analyse` and `save`, but no more rows are held than are looked at together."""
    analysis = _parsed(upload, report)
    _store(upload, analysis, analysis.comparison.portions(), state=state)


def _parsed(upload: Upload, report: ReportProgress) -> Analysis:
    """What the file says, ready to be compared. The cells it was read from are forgotten."""
    if not upload.path.is_file():  # e.g. after a backup was restored
        raise Refused(_("The file of this list is no longer here. Please send it again."))
    report(5, _("Reading the file"))
    workbook = reader.read(upload.path, name=upload.name)
    comparison_class = COMPARISONS[upload.kind]
    found = blocks.find(workbook, comparison_class.schema, layout=upload.layout)
    signatures = _signatures(found)
    report(20, _("Checking the cells"))
    answers = answers_of(upload)
    parsed = parse(
        workbook,
        comparison_class.schema,
        corrections=_corrections(upload),
        remembered=_remembered(upload.kind, signatures),
        answers=answers,
        layout=upload.layout,
        found=found,
    )
    report(50, _("Comparing with the registers"))
    comparison = comparison_class(parsed, by=upload.owner, decisions=_decisions(upload))
    return Analysis(comparison, parsed, signatures, answers)


def answers_of(upload: Upload) -> Answers:
    """Answers given for all rows of this list, and those on words given for earlier lists."""
    words: dict[str, dict[str, str]] = {}
    rows = WordMemory.objects.filter(kind=upload.kind)
    for field, word, means in rows.values_list("field", "word", "means"):
        words.setdefault(field, {})[word] = means
    return Answers.read(str(upload.answers), remembered=words)


def _corrections(upload: Upload) -> dict[str, dict[int, str]]:
    return {
        sheet: {int(column): field for column, field in columns.items()}
        for sheet, columns in upload.corrections.items()
    }


def _signatures(found: Found) -> dict[str, str]:
    """Block → the signature of its headings."""
    return {
        table.sheet: hashlib.sha256("\n".join(h.text for h in table.headings).encode()).hexdigest()
        for table in found.tables
    }


def _remembered(kind: str, signatures: dict[str, str]) -> dict[str, str]:
    rows = ColumnMemory.objects.filter(kind=kind, signature__in=signatures.values())
    return dict(rows.values_list("heading", "field"))


def _decisions(upload: Upload) -> dict[tuple[str, int], Decided]:
    rows = upload.rows.exclude(decision="").values_list("sheet", "number", "decision", "target")
    return {(sheet, number): Decided(decision, target) for sheet, number, decision, target in rows}


def save(upload: Upload, analysis: Analysis, *, state: str = Upload.State.CHECKED) -> None:
    """Store the analysis for the preview, in place of an earlier one."""
    _store(upload, analysis, [analysis.staged], state=state)


def _store(
    upload: Upload, analysis: Analysis, portions: Iterable[list[Staged]], *, state: str
) -> None:
    """Store rows as they are judged, in short transactions, then forget those of an earlier look.

    Until then these stand beside: they hold what people have decided, also when this is
    interrupted. Where it fails, they alone stay. The preview opens only when the state allows it.
    """
    finish(upload)
    newest = [rows.aggregate(newest=Max("pk"))["newest"] or 0 for rows in _stored(upload)]
    upload.unfinished = {"keep": "old", "newest": newest}
    Upload.objects.filter(pk=upload.pk).update(seal="", unfinished=upload.unfinished)
    try:
        _store_new(upload, analysis, portions)
    except Exception:
        finish(upload)
        raise
    upload.unfinished = {"keep": "new", "newest": newest}
    upload.save(update_fields=_LOOKED)
    finish(upload)
    upload.state, upload.problem = state, ""
    upload.save(update_fields=["state", "problem"])


def finish(upload: Upload) -> None:
    """Where the rows of two looks stand side by side, forget those that do not stay."""
    if not upload.unfinished:
        return
    side = "pk__gt" if upload.unfinished["keep"] == "old" else "pk__lte"
    for rows, newest in zip(_stored(upload), upload.unfinished["newest"], strict=True):
        _forget(rows.filter(**{side: newest}))
    upload.unfinished = {}
    upload.save(update_fields=["unfinished"])


def _store_new(upload: Upload, analysis: Analysis, portions: Iterable[list[Staged]]) -> None:
    """Store the rows and mistakes of this look; what is known of all of them is set on `upload`."""
    sums, seal = Sums(), Seal()
    for portion in portions:
        additions.mark_above(portion, analysis.comparison.schema)
        _keep(StagedRow, _ROW, _sealed_rows(upload, portion, analysis.comparison.decisions, seal))
        sums.add(portion)
    _keep(Flaw, _FLAW, (_flaw(upload, one) for one in analysis.parsed.mistakes))
    upload.columns = json.dumps(_columns(analysis), ensure_ascii=False)
    upload.questions = open_questions(
        analysis.parsed, analysis.comparison.schema, analysis.answers
    ).written()
    upload.additions = additions.written(sums.additions)
    upload.accounts = [one.facts() for one in row_counts.draw_up(analysis.parsed, sums.outcomes)]
    upload.found = json.dumps(_found(analysis), ensure_ascii=False)
    upload.counts = _counts(analysis.parsed, sums)
    upload.seal = seal.digest


def _sealed_rows(
    upload: Upload, portion: Iterable[Staged], decisions: Decisions, seal: Seal
) -> Iterator[list[Any]]:
    for one in portion:
        drafts = stored_drafts(one)
        seal.add(one, drafts)
        yield _row(upload, one, decisions, drafts)


_LOOKED = [
    *("columns", "questions", "additions", "accounts", "found", "counts", "seal", "unfinished"),
]


def clear(upload: Upload) -> None:
    """Forget the rows and mistakes of a list."""
    for rows in _stored(upload):
        _forget(rows)


def _stored(upload: Upload) -> tuple[Any, Any]:
    return upload.rows.order_by("pk"), upload.flaws.order_by("pk")


def _forget(rows: Any) -> None:
    while keys := list(rows.values_list("pk", flat=True)[:_AT_ONCE]):
        rows.filter(pk__in=keys).delete()
        let_others_write()


def _keep(model: type[models.Model], names: Sequence[str], rows: Iterable[list[Any]]) -> None:
    waiting = iter(rows)
    while some := list(islice(waiting, _AT_ONCE)):
        with transaction.atomic():
            bulk.insert(model, names, some)
        let_others_write()


_ROW = (
    *("upload", "sheet", "number", "outcome", "decision", "target", "is_doubtful"),
    *("title", "where", "reason", "is_targeted", "drafts", "before"),
)
_FLAW = ["upload", "sheet", "row", "column", "field", "is_error", "message", "mend", "value"]


def _row(upload: Upload, one: Staged, decisions: Decisions, drafts: str) -> list[Any]:
    decided = decisions.get(one.place) or Decided("")
    return [
        *(upload.pk, one.row.sheet[:100], one.row.number, one.outcome, decided.decision),
        *(decided.target, one.is_doubtful, one.title[:120], one.where[:160], one.reason[:200]),
        *(one.is_targeted, drafts, ""),
    ]


def _flaw(upload: Upload, one: Any) -> list[Any]:
    return [
        *(upload.pk, one.sheet[:100], one.row, one.column, one.field, one.severity == "error"),
        *(one.message[:300], one.mend[:600], one.value),
    ]


def _columns(analysis: Analysis) -> dict[str, list[dict[str, Any]]]:
    return {
        sheet: [
            {
                "column": found.column,
                "letter": found.letter,
                "heading": found.heading,
                "field": found.field or "",
                "confidence": found.confidence,
                "by": found.by,
                "samples": list(found.samples),
            }
            for found in matches
        ]
        for sheet, matches in analysis.parsed.matches.items()
    }


def _found(analysis: Analysis) -> dict[str, Any]:
    parsed = analysis.parsed
    read = Counter(row.sheet for row in parsed.rows)
    return {
        "questions": [asdict(question) for question in parsed.layout],
        "offers": [asdict(offer) for offer in parsed.offers],
        "blocks": [asdict(_accounted(block, parsed, read)) for block in parsed.blocks],
    }


def _accounted(block: Block, parsed: Parsed, read: Counter[str]) -> Block:
    """A block with its rows counted: the entries read, and the rows that are no entries."""
    if not block.is_read:
        return block
    skipped = Counter(why for _number, why in parsed.skipped[block.key] if why != "blank")
    rows = read[block.key]
    if not rows and block.rows > skipped["sample"]:
        return replace(block, is_read=False, reason="no_required", skipped=dict(skipped))
    return replace(block, rows=rows, skipped=dict(skipped))


def _counts(parsed: Parsed, sums: Sums) -> dict[str, int]:
    """Rows by outcome, mistakes and warnings; `duplicates` are rows that had to be decided on."""
    outcomes = sum(sums.outcomes.values(), Counter[str]())
    return {
        "rows": outcomes.total(),
        **{name: outcomes[name] for name in StagedRow.Outcome.values},
        "duplicates": sums.doubtful,
        "mistakes": len(parsed.errors),
        "warnings": len(parsed.warnings),
    }


def remember(upload: Upload, chosen: dict[str, dict[str, str]], signatures: dict[str, str]) -> None:
    """Store the corrected columns (sheet → heading → field) for files with these headings."""
    for sheet, headings in chosen.items():
        for heading, field in headings.items():
            ColumnMemory.objects.update_or_create(
                kind=upload.kind,
                signature=signatures.get(sheet, ""),
                heading=heading[:200],
                defaults={"field": field},
            )
