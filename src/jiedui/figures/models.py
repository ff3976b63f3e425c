"""Snapshots of a campaign, and the figures already counted from them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign


class Snapshot(models.Model):
    """A set of Parquet files without names or numbers of persons; `key` is the hash of them all."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="snapshots")
    key = models.CharField(max_length=64, unique=True)
    as_of = models.DateField()  # rows of later days are not in it
    made = models.DateTimeField()
    # Number of the newest entry of the audit chain among what it has read (`actions.last_change`).
    last_entry = models.BigIntegerField(default=0)
    code = models.CharField(max_length=64, default="")  # hash of the code that has read it
    folder = models.CharField(max_length=200)  # below the data folder
    # {name: {"rows", "sha256", "files": [{"part", "rows", "sha256", "digest"}]}}
    tables = models.JSONField(default=dict)
    pinned = models.BooleanField(default=False)  # a frozen bulletin stands on it: never removed

    class Meta:
        ordering = ["-made", "-pk"]
        indexes = [models.Index(fields=["campaign", "-made"], name="snapshot_latest")]

    def __str__(self) -> str:
        return _("%(campaign)s as of %(day)s") % {"campaign": self.campaign, "day": self.as_of}

    @property
    def rows(self) -> int:
        return sum(int(table["rows"]) for table in self.tables.values())

    def files(self, table: str) -> list[dict[str, Any]]:
        """The parts of a table: {"part", "rows", "sha256", "digest"}."""
        return list(self.tables[table]["files"])


class FigureValue(models.Model):
    """What a figure came to on a snapshot: kept, because neither of the two ever changes.

    `digest` is the hash of the figure's definition and of what it was asked (scope, period, parts).
    `result` is a list of [part, value, records]; values are text, so that they stay exact.
    """

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="values")
    digest = models.CharField(max_length=64)
    result = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "digest"], name="figure_counted_once")
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.digest[:12]}"
