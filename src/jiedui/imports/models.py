"""Uploaded lists: the file, its staged rows and mistakes, remembered headings and words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core.fields import EncryptedText
from jiedui.core.models import Confidential, Job, ScopedQuerySet
from jiedui.core.readings import Key


class Kind(models.TextChoices):
    HOUSEHOLDS = "households", pgettext_lazy("list", "Households")
    PEOPLE = "people", pgettext_lazy("list", "People")
    NEEDS = "needs", pgettext_lazy("list", "Needs")
    ORGANISATIONS = "organisations", pgettext_lazy("list", "Organisations")
    MEMBERS = "members", pgettext_lazy("list", "Members")
    TEAMS = "teams", pgettext_lazy("list", "Teams")
    PLACES = "places", pgettext_lazy("list", "Places below the village")


class Upload(Confidential):
    """One uploaded file in all its states; the registers change only when it is applied."""

    class State(models.TextChoices):
        READING = "reading", _("being checked")
        REFUSED = "refused", _("cannot be read")
        CHECKED = "checked", _("ready to look at")
        APPLYING = "applying", _("being written")
        APPLIED = "applied", _("in the registers")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("dropped")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=64)  # a random name below DATA/uploads; "" once deleted
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=10, default="zh-hans")
    state = models.CharField(max_length=8, choices=State.choices, default=State.READING)
    problem = models.CharField(max_length=400, blank=True)
    # sheet → column number → field key ("" leaves the column out), as a person corrected it
    corrections = models.JSONField(default=dict, blank=True)
    # The field recognised for each column, with sample cells, as JSON: samples may be sensitive.
    columns = EncryptedText()
    # Answers that hold for all rows, and the open questions, as JSON.
    answers = EncryptedText()
    questions = EncryptedText()
    additions = EncryptedText()  # values the program adds where the list has none, as JSON
    # Answers of a person on the layout of the list: question → answer (see `joining`).
    layout = models.JSONField(default=dict, blank=True)
    # What was found in the file as JSON, with examples: sheets and blocks, open questions.
    found = EncryptedText()
    counts = models.JSONField(default=dict, blank=True)
    # For each list of a sheet, the outcomes of its rows (`row_counts.Account`).
    accounts = models.JSONField(default=list, blank=True)
    # SHA-256 of the previewed rows; applying is refused when they differ by then.
    seal = models.CharField(max_length=64, blank=True)
    # While the rows of two looks stand side by side: which of them is kept ("old" or "new"), and
    # the newest row and mistake of the old one.
    unfinished = models.JSONField(default=dict, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)
    applied = models.DateTimeField(null=True, blank=True)
    undone = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["owner", "-made"], name="upload_owner")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("imports:show", args=[self.pk])

    @property
    def path(self) -> Path:
        """Where the file lies while it is needed."""
        return Path(settings.DATA) / "uploads" / self.file

    @property
    def is_open(self) -> bool:
        """Whether columns and decisions can still be changed."""
        return self.state == self.State.CHECKED

    @property
    def sheets(self) -> dict[str, list[dict[str, Any]]]:
        """Sheet → its columns: column, letter, heading, field, confidence, by, samples."""
        return dict(json.loads(str(self.columns))) if self.columns else {}

    @property
    def layout_questions(self) -> list[dict[str, Any]]:
        """Questions on the layout that only the sender can answer: key, rows, examples, answer."""
        return list(json.loads(str(self.found))["questions"]) if self.found else []

    @property
    def layout_offers(self) -> list[dict[str, Any]]:
        """Optional questions on columns with empty cells, in the same form."""
        return list(json.loads(str(self.found)).get("offers", ())) if self.found else []

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Every list of the file, read or left out, as fields of `blocks.Block`."""
        return list(json.loads(str(self.found))["blocks"]) if self.found else []

    @property
    def unanswered(self) -> int:
        """Questions about the layout nobody has answered."""
        return sum(not question["answer"] for question in self.layout_questions)

    def count(self, name: str) -> int:
        return int(self.counts.get(name, 0))


class StagedRow(Confidential):
    """One row of a file: the records it would add or change, and the decision of a person on it."""

    class Outcome(models.TextChoices):
        NEW = "new", pgettext_lazy("row", "new")
        CHANGED = "changed", pgettext_lazy("row", "changed")
        SAME = "same", pgettext_lazy("row", "unchanged")
        DOUBTFUL = "doubtful", pgettext_lazy("row", "probably a duplicate")
        BAD = "bad", pgettext_lazy("row", "has a mistake")
        SKIPPED = "skipped", pgettext_lazy("row", "left out")

    class Decision(models.TextChoices):
        OPEN = "", pgettext_lazy("decision", "not decided")
        SAME = "same", pgettext_lazy("decision", "the same")
        NEW = "new", pgettext_lazy("decision", "somebody else")
        SKIP = "skip", pgettext_lazy("decision", "leave out")

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    decision = models.CharField(max_length=4, choices=Decision.choices, blank=True, default="")
    target = models.BigIntegerField(null=True, blank=True)  # decided to be the same as this one
    is_doubtful = models.BooleanField(default=False)  # a person has, or had, to decide
    # Whether the household is one of those a campaign pairs; None where that does not arise.
    is_targeted = models.BooleanField(null=True, blank=True)
    title = models.CharField(max_length=120)  # whom or what the row is about
    where = models.CharField(max_length=160, blank=True)
    reason = models.CharField(max_length=200, blank=True)  # why it is bad, left out or refused
    # The drafts of this row as JSON: its parts, their targets, values and differences.
    drafts = EncryptedText()
    # The changes it made, as JSON with the values before, so that they can be undone.
    before = EncryptedText()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["upload", "outcome"], name="staged_outcome"),
            models.Index(fields=["upload", "is_doubtful", "decision"], name="staged_doubtful"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number} {self.title}"

    def read_as(self) -> Key:
        return self._meta.app_label + ".upload", str(self.upload_id)


class Flaw(Confidential):
    """One mistake or warning of a file, at its cell."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="flaws")
    sheet = models.CharField(max_length=100)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=4, blank=True)
    field = models.CharField(max_length=40, blank=True)
    is_error = models.BooleanField()
    message = models.CharField(max_length=300)
    mend = models.CharField(max_length=600)
    value = EncryptedText()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["upload", "is_error", "field"], name="flaw_upload")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.cell} {self.message}"

    def read_as(self) -> Key:
        return self._meta.app_label + ".upload", str(self.upload_id)

    @property
    def cell(self) -> str:
        return f"{self.column}{self.row}"


class ColumnMemory(models.Model):
    """The field a person chose for a heading, reused for files with the same headings."""

    kind = models.CharField(max_length=16, choices=Kind.choices)
    signature = models.CharField(max_length=64)  # SHA-256 of all headings in order
    heading = models.CharField(max_length=200)
    field = models.CharField(max_length=40, blank=True)  # "" leaves the column out

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "signature", "heading"], name="column_remembered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.field}"


class WordMemory(models.Model):
    """The value a person chose for a word of a column, reused for later lists of that kind.

    Only for columns with a code list, so that no personal data is kept here.
    """

    kind = models.CharField(max_length=16, choices=Kind.choices)
    field = models.CharField(max_length=40)
    word = models.CharField(max_length=100)
    means = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "field", "word"], name="word_remembered_once")
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.means}"


class WritingTurn(models.Model):
    """A lock of one row: the upload that is being written into the registers at present."""

    token = models.CharField(max_length=16, blank=True)
    upload = models.BigIntegerField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_turn_to_write")]

    def __str__(self) -> str:
        return self.token
