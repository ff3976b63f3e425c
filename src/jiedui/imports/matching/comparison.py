"""What every kind of list does: turn rows into drafts, find what exists, say what would change."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
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
from jiedui.imports.matching.broken_rules import tell_faults
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
    """What somebody decided about a doubtful row: same (as `target`), new or skip."""

    decision: str
    target: int | None = None


Decisions = Mapping[tuple[str, int], Decided]


class Comparison:
    """One kind of list being compared with the registers; subclasses say what a row means."""

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
        self._taken: dict[tuple[str, int], Staged] = {}
        self._numbers: dict[str, Numbers] = {}
        self._found_as: set[tuple[str, str, str]] = set()
        self.twins = Twins(parsed)

    def _read_filled(self) -> dict[str, Value]:
        known, found = self.schema.by_key, dict[str, Value]()
        for key, answer in self.parsed.filled.items():
            value = known[key].parser(answer) if key in known else None
            found[key] = value.value if isinstance(value, Bad) else value
        return {key: value for key, value in found.items() if value is not None}

    # What a subclass says

    def open(self) -> None:
        """Load what the registers know."""

    def draft(self, row: Row) -> Staged:
        """The drafts of one row; mistakes are reported with `wrong`."""
        raise TypeError(f"{type(self).__name__} must say what a row means")

    def look_up(self, row: Row) -> None:
        """Tell what the registers do not know of a row that has another mistake already."""

    def together(self) -> None:
        """What follows from all rows together, before they are compared with the registers."""

    def follow(self) -> list[Draft]:
        """What follows from the rows that come in; returns the drafts that are to be compared."""
        return []

    def settled(self, staged: Staged) -> None:
        """Look at a row whose differences are known by now."""

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        """What a new record gets where the file says nothing; the preview shows it."""
        return {}

    def complete(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        """What a new record needs that is known only when it is written: its number."""
        return {}

    # What all do

    def stage(self) -> list[Staged]:
        """Every row with its outcome; nothing is written."""
        self.open()
        self.staged = [self._staged(row) for row in self.parsed.rows]
        self.together()
        settle((draft for one in self.staged for draft in one.drafts), self.parts)
        for one in time_bounds.refuse(self):
            self._broken(one)
        for one in self.staged:
            self._mark_unwritten(one)
            self.settled(one)
        for one in self.staged:
            if not one.outcome and tell_faults(self, one):
                one.outcome, one.drafts = Outcome.BAD, []
        settle(self.follow(), self.parts)
        for one in self.staged:
            self._decide_outcome(one)
        for one in self.staged:
            self._show_what_is_added(one)
        return self.staged

    def _mark_unwritten(self, staged: Staged) -> None:
        """What stands in no cell of the row fills what is empty, and changes nothing."""
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
        """All the program adds to a new record: answers for the whole list go first."""
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
            self.look_up(row)  # all mistakes at once: those of the registers as well
            return self._broken(Staged(row, self.title(row)))
        staged = self.draft(row)
        self._refuse_long(staged)
        if (row.sheet, row.number) in self._wrong:
            return self._broken(staged)
        if left := next((draft.left for draft in staged.drafts if draft.left), ""):
            self.leave(staged, left)
            self.hold(staged)
            return staged
        self._obey(staged)
        if (row.sheet, row.number) in self._wrong:
            return self._broken(staged)
        self._refuse_doubles(staged)
        return staged

    def leave(self, staged: Staged, sentence: str) -> None:
        """A list of last year brings nobody back, and changes nothing of what has ended."""
        staged.outcome, staged.reason, staged.is_gone = Outcome.SKIPPED, sentence, True

    def _longest(self, part: Part) -> list[tuple[str, int]]:
        """Fields of free text and how many characters the register keeps; codes always fit."""
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
        """A row with a mistake: shown, never written; rows that refer to it wait too."""
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

    def _obey(self, staged: Staged) -> None:
        """Do to a doubtful row what somebody decided."""
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
            self._follow(staged, doubtful[0], decided)

    def _follow(self, staged: Staged, draft: Draft, decided: Decided) -> None:
        """It is one of the candidates, or it is somebody else."""
        is_same = decided.decision == StagedRow.Decision.SAME
        keys = {key for key, _reason in draft.candidates}
        if is_same and decided.target not in keys:
            staged.outcome = Outcome.DOUBTFUL  # the one meant is no candidate any more
        elif is_same and (sentence := draft.gone.get(decided.target or 0)):
            self.leave(staged, sentence)
        else:
            draft.target = decided.target if is_same else None
            self.decided(staged, draft)
            if draft.target is None:
                self.refuse_number(staged.row, draft)

    def ask_of_twins(self, row: Row, draft: Draft, *, name: str, place: Hashable) -> None:
        """Whether a row above is the same as this one, which the registers do not surely know."""
        is_wrong = (row.sheet, row.number) in self._wrong
        if is_wrong or draft.target is not None or draft.left:
            return
        born, identity = birth_of(row), text(row, "identity")
        self.twins.ask(row, draft, name=name, place=place, born=born, identity=identity)

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
        """Say once of every word that what it names is written in other characters.

        `written` is the word in question, where the cell says more than one.
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
        """Part → all numbers there are, also out of the sender's reach."""
        return {}

    def free_number(self, part: str, stem: str, *, mark: str = "-", digits: int) -> str:
        """A number for what has none, which no record and no row of the list has."""
        if part not in self._numbers:
            drafts = (draft for one in self.staged for draft in one.drafts if draft.part == part)
            given = {str(draft.values["number"]) for draft in drafts if "number" in draft.values}
            self._numbers[part] = Numbers(given.union(self.taken.get(part, ())))
        return self._numbers[part].next(stem, mark=mark, digits=digits)

    def decided(self, staged: Staged, draft: Draft) -> None:
        """A doubtful draft has been settled; other drafts of the row may follow from it."""

    def _refuse_doubles(self, staged: Staged) -> None:
        for draft in staged.drafts:
            if draft.target is None or not self.is_alone(draft):
                continue
            first = self._taken.setdefault((draft.part, draft.target), staged)
            if first is not staged:
                self.wrong(
                    staged.row,
                    "",
                    _("This is the same entry as in row %(row)d.") % {"row": first.row.number},
                    _("Delete one of the two rows."),
                )
                staged.outcome, staged.drafts = Outcome.BAD, []
                return

    def is_alone(self, draft: Draft) -> bool:
        """Whether only one row may speak of the record of this draft."""
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
        """A row that refers to one that is left out is left out too."""
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
        """Tell a mistake that only the registers reveal.

        `is_open` when another word in all cells that say the same would mend it, as `offers`.
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
        """Tell that a place or an organisation was not found."""
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
