"""Published texts with figures: drafts that people write, and frozen ones that never change."""

import hashlib
import json
import secrets
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.publishing import Bulletin as Template
from jiedui.core.models import ScopedQuerySet
from jiedui.figures.models import Snapshot
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

LONGEST_TITLE, LONGEST_TEXT = 120, 50_000  # characters


def new_token() -> str:
    return secrets.token_urlsafe(16)


class Bulletin(models.Model):
    """A notice (通报) or brief (简报). `text` holds tokens such as [[f3]] where figures stand.

    `figures` is a list of entries, each `{id, key, name, unit, counts, place, organisation, since,
    until, window, style, value, shown, records}`; values are text, so that they stay exact. What an
    entry shows follows from its value and style (`wording`) in the bulletin's own language. The
    snapshot says which records were counted.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        FROZEN = "frozen", _("frozen")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="bulletins")
    kind = models.CharField(max_length=40)  # key of the playbook's [[bulletins]]
    title = models.CharField(max_length=LONGEST_TITLE)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    serial = models.PositiveIntegerField(null=True, blank=True)  # given when it is frozen
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=10, default="zh-hans")
    text = models.TextField(max_length=LONGEST_TEXT)
    # Addressees, copies and signature; empty in bulletins of before, which say the playbook's.
    heads = models.JSONField(default=dict, blank=True)
    figures = models.JSONField(default=list)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="bulletins")
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    issued_on = models.DateField(null=True, blank=True)
    made = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    writers = models.JSONField(default=list)  # keys of all users who wrote at it
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    series = models.CharField(max_length=80, blank=True)  # the row of numbers it stands in
    digest = models.CharField(max_length=64, blank=True)  # of everything that was frozen
    # Number and seal of the last entry of the audit chain at that moment: printed with it, so that
    # an end cut off the chain later can be told from any copy on paper.
    chain = models.CharField(max_length=90, blank=True)
    token = models.CharField(max_length=32, unique=True, default=new_token)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["campaign", "state"], name="bulletin_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "serial"],
                condition=Q(serial__isnull=False),
                name="bulletin_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(frozen_by=F("written_by")) | Q(frozen_by=None),
                name="frozen_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(serial__isnull=False, issued_on__isnull=False, frozen_at__isnull=False),
                name="frozen_has_a_number",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:bulletin", args=[self.pk])

    @property
    def is_frozen(self) -> bool:
        return self.state == self.State.FROZEN

    @property
    def template(self) -> Template | None:
        """What the playbook says of this kind; None when a later playbook dropped it."""
        known = self.campaign.playbook.bulletins
        return next((one for one in known if one.key == self.kind), None)

    @property
    def layout(self) -> str:
        """notice or brief."""
        return self.template.kind if self.template else "notice"

    @property
    def number(self) -> str:
        """盘走亲办〔2026〕3号, 第3期; "" while it is a draft."""
        if self.serial is None:
            return ""
        if self.layout == "brief":
            return f"第{self.serial}期"
        return f"{self.campaign.playbook.campaign.document_word}〔{self.year}〕{self.serial}号"

    def own_series(self) -> str:
        """Notices of one document word are numbered in one row, whatever their kind or round.

        A brief counts its own issues, round after round of the same office.
        """
        if self.layout == "brief":
            return f"{self.campaign.organisation_id} {self.kind}"
        return self.campaign.playbook.campaign.document_word

    def head(self, name: str) -> str:
        """The addressees (`to`), `copies` or signature (`signed`) as printed on this bulletin."""
        if self.heads:
            return str(self.heads.get(name, ""))
        with self.in_own_language():
            text = str(getattr(self.template, name, None) or "")
            return text or (self.office if name == "signed" else "")

    @property
    def office(self) -> str:
        """The office whose mark stands on top, in the language of the bulletin."""
        with self.in_own_language():
            return str(self.campaign.playbook.campaign.office)

    def in_own_language(self) -> Any:
        """Everything inside is written in the language of the bulletin, not of its reader."""
        return translation.override(self.language)

    def entry(self, token: str) -> dict[str, Any] | None:
        return next((one for one in self.figures if one["id"] == token), None)

    def digest_with(self, *, year: int | None, serial: int | None, issued_on: date | None) -> str:
        """The hash of everything a reader of the frozen bulletin is told."""
        facts = [
            self.campaign.key, self.kind, self.title, self.text, self.figures,
            self.snapshot.key, year, serial, str(issued_on),
        ]  # fmt: skip
        if self.heads:
            facts.append(self.heads)
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
