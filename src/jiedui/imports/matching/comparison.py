"""The comparison all kinds of list share: rows to drafts, existing records, differences."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core.fields import EncryptedText
from jiedui.core.numbering import Numbers
from jiedui.core.users import User
from jiedui.imports.columns.declarations import Schema
from jiedui.imports.matching import time_bounds
from jiedui.imports.matching.broken_rules import report_faults
from jiedui.imports.matching.drafts import Draft, Part, Staged, defaults, plain, settle
from jiedui.imports.matching.likenesses import in_other_characters
from jiedui.imports.matching.place_names import Missing
from jiedui.imports.matching.reach import Reach
from jiedui.imports.matching.twins import Twins
from jiedui.imports.models import StagedRow
from jiedui.imports.tables.answers import cell_key
from jiedui.imports.tables.rows import Mistake, Parsed, Row
from jiedui.imports.values import identities
from jiedui.imports.values.choices import in_words
from jiedui.imports.values.parsers import Bad, Value

Outcome = StagedRow.Outcome
_IDENTITY_LENGTH = 18


@dataclass(frozen=True)
class Decided:
    """The decision of a person on a doubtful row: same (as `target`), new or skip."""

    decision: str
    target: int | None = None


Decisions = Mapping[tuple[str, int], Decided]


class Comparison:
    """A list of one kind compared with the registers; subclasses turn a row into drafts."""

    schema: ClassVar[Schema]
    parts: ClassVar[Mapping[str, Part]]  # in the order they are written

    def __init__(
        self, parsed: Parsed, *, by: User | None, decisions: Decisions | None = None
    ) -> None:
        self.parsed, self.by = parsed, by
        self.decisions = decisions or {}
        self.today: date = timezone.localdate()
        self.reach = Reach(by)
        self.staged: list[Staged] = []
        self._wrong = {(m.sheet, m.row) for m in parsed.errors}
        self._filled = self._read_filled()
        self._defaults = {name: defaults(part) for name, part in self.parts.items()}
        self._limits = {name: self._longest(part) for name, part in self.parts.items()}
        self._taken: dict[tuple[str, int], tuple[str, int]] = {}  # record → place of its row
        self._numbers: dict[str, Numbers] = {}
        self._found_as: set[tuple[str, str, str]] = set()
        self.twins = Twins(parsed)

    def _read_filled(self) -> dict[str, Value]:
        known, found = self.schema.by_key, dict[str, Value]()
        for key, answer in self.parsed.filled.items():
            value = known[key].parser(answer) if key in known else None
            found[key] = value.value if isinstance(value, Bad) else value
        return {key: value for key, value in found.items() if value is not None}

    # To be overridden by subclasses

    def open(self) -> None:
        """Load the records to compare with."""

    def draft(self, row: Row) -> Staged:
        """The drafts of one row; mistakes are reported with `wrong`."""
        raise TypeError(f"{type(self).__name__} must define draft()")

    def look_up(self, row: Row) -> None:
        """For a row with a mistake in a cell: report also names that the registers do not have."""

    def together(self) -> None:
        """Add drafts that depend on several rows, before differences are computed."""

    def follow(self) -> list[Draft]:
        """Add drafts that depend on the valid rows, and return them to be compared."""
        return []

    def settled(self, staged: Staged) -> None:
        """Called for each row when its differences are known."""

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        """Values of a new record for columns the file leaves empty; the preview shows them."""
        return {}

    def complete(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        """Values of a new record that are known only when it is written, e.g. its number."""
        return {}

    # Common to all kinds of list

    def stage(self) -> list[Staged]:
        """Every row with its outcome; nothing is written."""
        self.open()
        self.staged = [one for rows in self.groups() for one in self.judged(rows)]
        return self.staged

    def portions(self) -> Iterator[list[Staged]]:
        """As `stage`, group by group, each forgotten before the next is looked at."""
        self.open()
        for rows in self.groups():
            yield self.judged(rows)
            self.forget()

    def groups(self) -> Iterable[Sequence[Row]]:
        """The rows in groups that are judged by themselves; each looks back at rows above only.

        All are one group unless a subclass knows better.
        """
        return [self.parsed.rows]

    def forget(self) -> None:
        """Forget what only rows of one group ask for."""

    def judged(self, rows: Sequence[Row]) -> list[Staged]:
        """The rows of one group with their outcomes."""
        self.staged = [self._staged(row.whole()) for row in rows]
        self.together()
        settle((draft for one in self.staged for draft in one.drafts), self.parts)
        for one in time_bounds.refuse(self):
            self._broken(one)
        for one in self.staged:
            self._mark_unwritten(one)
            self.settled(one)
        for one in self.staged:
            if not one.outcome and report_faults(self, one):
                one.outcome, one.drafts = Outcome.BAD, []
        settle(self.follow(), self.parts)
        for one in self.staged:
            self._decide_outcome(one)
        for one in self.staged:
            self._show_what_is_added(one)
        return self.staged

    def _mark_unwritten(self, staged: Staged) -> None:
        """Mark values that come from no cell of the row: they fill empty fields and change none."""
        for draft in staged.drafts:
            fields = self.parts[draft.part].fields
            held = {key: name for key, name in fields.items() if name in draft.values}
            draft.derived = [held[key] for key in sorted(staged.row.derived & held.keys())]
            draft.answered = [held[key] for key in sorted(staged.row.answered & held.keys())]
            for name in (*draft.derived, *draft.answered) if not draft.is_new else ():
                if draft.differences.get(name, ("",))[0] not in ("", None):
                    del draft.differences[name]

    def _show_what_is_added(self, staged: Staged) -> None:
        for draft in staged.drafts if staged.outcome in (Outcome.NEW, Outcome.CHANGED) else ():
            if draft.is_new:
                draft.added = self.added(staged, draft)

    def added(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        """All the program adds to a new record; answers for the whole list override defaults."""
        part = self.parts[draft.part]
        answers = {
            part.fields[key]: plain(value)
            for key, value in self._filled.items()
            if key in part.fields
        }
        merged = self._defaults[draft.part] | self.defaults(staged, draft) | answers
        return {name: value for name, value in merged.items() if name not in draft.values}

    def _staged(self, row: Row) -> Staged:
        if (row.sheet, row.number) in self._wrong:
            self.look_up(row)  # report all mistakes of the row at once
            return self._broken(Staged(row, self.title(row)))
        staged = self.draft(row)
        self._refuse_long(staged)
        if (row.sheet, row.number) in self._wrong:
            return self._broken(staged)
        if left := next((draft.left for draft in staged.drafts if draft.left), ""):
            self.leave(staged, left)
            self.hold(staged)
            return staged
        self._apply_decision(staged)
        if (row.sheet, row.number) in self._wrong:
            return self._broken(staged)
        self._refuse_doubles(staged)
        return staged

    def leave(self, staged: Staged, sentence: str) -> None:
        """Leave the row out: it is about a record that has ended, which a list never revives."""
        staged.outcome, staged.reason, staged.is_gone = Outcome.SKIPPED, sentence, True

    def _longest(self, part: Part) -> list[tuple[str, int]]:
        """The longest text that free-text fields can hold; values of code lists always fit."""
        known = self.schema.by_key
        free = {
            name for key, name in part.fields.items() if key in known and not known[key].choices
        }
        return [
            (f.name, f.max_length)
            for f in part.model._meta.concrete_fields
            if f.max_length and f.name in free and not isinstance(f, EncryptedText)
        ]

    def _broken(self, staged: Staged) -> Staged:
        """Mark a row as wrong: it is shown, not written, and nor are rows that refer to it."""
        staged.outcome, staged.drafts = Outcome.BAD, []
        self.hold(staged)
        return staged

    def hold(self, staged: Staged) -> None:
        """Remember a row that others may refer to."""

    def _refuse_long(self, staged: Staged) -> None:
        for draft in staged.drafts:
            limits = self._limits[draft.part]
            for name, longest in limits:
                if len(draft.values.get(name) or "") > longest:
                    self.wrong(
                        staged.row,
                        self.parts[draft.part].key_of(name),
                        _("This text is too long."),
                        _("At most %(most)d characters are kept.") % {"most": longest},
                    )

    def title(self, row: Row) -> str:
        values = row.values
        return str(values.get("name") or values.get("head") or values.get("estate") or "")[:120]

    def _apply_decision(self, staged: Staged) -> None:
        """Apply the decision of a person to a doubtful row."""
        doubtful = [draft for draft in staged.drafts if draft.candidates]
        if not doubtful:
            return
        staged.is_doubtful = True
        decided = self.decisions.get(staged.place)
        if decided is None:
            staged.outcome = Outcome.DOUBTFUL
        elif decided.decision == StagedRow.Decision.SKIP:
            staged.outcome = Outcome.SKIPPED
            staged.reason = _("Left out on purpose.")
        else:
            self._choose(staged, doubtful[0], decided)

    def _choose(self, staged: Staged, draft: Draft, decided: Decided) -> None:
        """Make the candidate that was chosen the target, or the draft a new record."""
        is_same = decided.decision == StagedRow.Decision.SAME
        keys = {key for key, _reason in draft.candidates}
        if is_same and decided.target not in keys:
            staged.outcome = Outcome.DOUBTFUL  # the record decided for is no longer a candidate
        elif is_same and (sentence := draft.gone.get(decided.target or 0)):
            self.leave(staged, sentence)
        else:
            draft.target = decided.target if is_same else None
            self.decided(staged, draft)
            if draft.target is None:
                self.refuse_number(staged.row, draft)

    def find_twins(self, row: Row, draft: Draft, *, name: str, place: Hashable) -> None:
        """For a row without a certain record, add rows above that are probably the same."""
        is_wrong = (row.sheet, row.number) in self._wrong
        if is_wrong or draft.target is not None or draft.left:
            return
        born, identity = birth_of(row), text(row, "identity")
        self.twins.add_candidates(row, draft, name=name, place=place, born=born, identity=identity)

    def refuse_number(self, row: Row, draft: Draft) -> None:
        """A new record cannot have a number that another one has."""
        number = draft.values.get("number")
        if number and number in self.taken.get(draft.part, ()):
            self.wrong(
                row,
                self.parts[draft.part].key_of("number"),
                _("Another entry has this number."),
                _("Give this one a number of its own, or leave the number out."),
            )

    def found_as(self, row: Row, field: str, name: str, *, written: str = "") -> None:
        """Warn, once for each word, that the name found is written in other characters.

        `written` is the word that was looked up, where the cell holds several.
        """
        written = written or text(row, field)
        word = (row.sheet, field, written)
        if word not in self._found_as and in_other_characters(written, name):
            self._found_as.add(word)
            self.wrong(
                row,
                field,
                _("“%(written)s” is taken for “%(name)s”: the same name in other characters.")
                % {"written": written[:40], "name": name},
                _("If another one is meant, write its number or code."),
                is_error=False,
            )

    def out_of_reach(self, row: Row, part: str) -> None:
        """The number belongs to a record of others: nothing about that record is disclosed."""
        self.wrong(
            row,
            self.parts[part].key_of("number"),
            _("This number cannot be used here."),
            _("Correct the number, or leave it out so that one is given."),
        )

    @property
    def taken(self) -> Mapping[str, Collection[str]]:
        """Part → all numbers in use, including those of records the sender may not change."""
        return {}

    def free_number(self, part: str, stem: str, *, mark: str = "-", digits: int) -> str:
        """A free number for a record without one: no record and no row of the list has it."""
        if part not in self._numbers:
            drafts = (draft for one in self.staged for draft in one.drafts if draft.part == part)
            given = {str(draft.values["number"]) for draft in drafts if "number" in draft.values}
            self._numbers[part] = Numbers(given.union(self.taken.get(part, ())))
        return self._numbers[part].next(stem, mark=mark, digits=digits)

    def decided(self, staged: Staged, draft: Draft) -> None:
        """Called when a doubtful draft was decided; other drafts of the row may depend on it."""

    def _refuse_doubles(self, staged: Staged) -> None:
        for draft in staged.drafts:
            if draft.target is None or not self.is_alone(draft):
                continue
            first = self._taken.setdefault((draft.part, draft.target), staged.place)
            if first != staged.place:
                self.wrong(
                    staged.row,
                    "",
                    _("This is the same entry as in row %(row)d.") % {"row": first[1]},
                    _("Delete one of the two rows."),
                )
                staged.outcome, staged.drafts = Outcome.BAD, []
                return

    def is_alone(self, draft: Draft) -> bool:
        """Whether at most one row of the list may refer to the record of this draft."""
        return True

    def _decide_outcome(self, staged: Staged) -> None:
        if staged.outcome:
            return
        if refused := self._refused_link(staged):
            staged.outcome, staged.reason = refused
        elif staged.drafts and staged.drafts[0].is_new:
            staged.outcome = Outcome.NEW
        elif any(draft.is_new or draft.differences for draft in staged.drafts):
            staged.outcome = Outcome.CHANGED
        else:
            staged.outcome = Outcome.SAME

    def _refused_link(self, staged: Staged) -> tuple[str, str] | None:
        """The outcome and reason of a row that refers to a row that is not written."""
        for draft in staged.drafts:
            for ref in draft.links.values():
                holder = self.holder(ref)
                if holder is None or holder is staged:
                    continue
                self._decide_outcome(holder)
                if holder.outcome in (Outcome.BAD, Outcome.SKIPPED, Outcome.DOUBTFUL):
                    reason = _("Row %(row)d, on which it depends, is left out or not decided.")
                    return Outcome.SKIPPED, reason % {"row": holder.row.number}
        return None

    def holder(self, ref: str) -> Staged | None:
        """The row another row's draft refers to."""
        return None

    def wrong(
        self,
        row: Row,
        field: str,
        message: str,
        mend: str,
        *,
        is_error: bool = True,
        is_open: bool = False,
        offers: tuple[str, ...] = (),
    ) -> None:
        """Report a mistake that shows only in comparison with the registers.

        `is_open`: another word (one of `offers`, say) in all cells with this one would mend it.
        """
        value, column = row.values.get(field), self.schema.by_key.get(field)
        self.parsed.mistakes.append(
            Mistake(
                sheet=row.sheet,
                row=row.number,
                column=self.parsed.column(row.sheet, field),
                field=field,
                message=message,
                mend=mend,
                severity="error" if is_error else "warning",
                value=in_words(column.choices if column else None, value)[:100],
                key=cell_key(None if value is None else str(value), sheet=row.sheet),
                offers=offers,
                is_open=is_open and value is not None,
            )
        )
        if is_error:
            self._wrong.add((row.sheet, row.number))

    def missing(self, row: Row, found: Missing) -> None:
        """Report a place or an organisation that was not found."""
        field = found.field
        if not self.parsed.column(row.sheet, field):
            others = ("village", "organisation", "parent")
            field = next((f for f in others if self.parsed.column(row.sheet, f)), field)
        self.wrong(row, field, found.message, found.mend, is_open=True, offers=found.offers)


def text(row: Row, key: str) -> str:
    """A value of a row as text, "" when the cell is empty."""
    value = row.values.get(key)
    return "" if value is None else str(value)


def birth_of(row: Row) -> date | None:
    """When the person of a row was born, as its column or its identity number says."""
    born = row.values.get("birth")
    if isinstance(born, date):
        return born
    number = text(row, "identity")
    return identities.birth(number) if len(number) >= _IDENTITY_LENGTH else None
