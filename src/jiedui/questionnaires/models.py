"""A form of the playbook filled in about something on a day: a sheet with its answers."""

from __future__ import annotations

import json
from typing import Any

import uuid_utils.compat as uuid7
from django.db import models
from django.db.models import Q

from jiedui.campaigns.models import Campaign, PlaybookText, playbook_of
from jiedui.campaigns.playbook.forms import Form
from jiedui.core.fields import EncryptedText
from jiedui.core.models import Confidential
from jiedui.core.pages import link
from jiedui.core.voiding import Voidable, VoidableQuerySet
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places.models import Place

SUBJECTS = ("household", "member", "organisation", "team", "place")
SUBJECT_MODELS: dict[str, Any] = {
    "household": Household, "member": Member, "organisation": Organisation, "team": Team,
    "place": Place,
}  # fmt: skip


def _about_one() -> Q:
    """Exactly one of the subjects is named."""
    either = Q()
    for name in SUBJECTS:
        either |= Q(**{f"{one}__isnull": one != name for one in SUBJECTS})
    return either


class Sheet(Voidable, Confidential):
    """Append-only, keyed by a client-made UUIDv7: recording twice changes nothing.

    It belongs to the text of the playbook it was asked by, so that a form that changes later
    changes nothing of what was answered.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="sheets")
    playbook_text = models.ForeignKey(PlaybookText, models.PROTECT, related_name="+")
    form_key = models.CharField(max_length=40)
    # Filled in by supervision, and read by it alone.
    is_confidential = models.BooleanField(default=False)
    day = models.DateField()
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="sheets"
    )
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="sheets")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="sheets"
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="sheets")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="sheets")
    # By key of the question; those that are private encrypted, as JSON.
    answers = models.JSONField(default=dict, blank=True)
    private = EncryptedText()
    # The sheet this one stands in for; the other one stays readable and counts no more.
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    # Whether the reader of a list may read what is encrypted; the list says so row by row.
    is_opened: bool = False

    objects = VoidableQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-id"]
        indexes = [
            models.Index(fields=["campaign", "form_key", "day", "id"], name="sheet_form"),
        ]
        constraints = [models.CheckConstraint(condition=_about_one(), name="sheet_about_one")]

    def __str__(self) -> str:
        return f"{self.form_key} {self.day}"

    def get_absolute_url(self) -> str:
        return link("questionnaires:show", self.pk)

    @property
    def form(self) -> Form:
        """The form as it was when this was asked."""
        return playbook_of(self.playbook_text_id, self.campaign.key).form(self.form_key)

    @property
    def subject_kind(self) -> str:
        return next(name for name in SUBJECTS if getattr(self, f"{name}_id") is not None)

    @property
    def subject(self) -> Any:
        """What it is about: a household, member, organisation, team or place."""
        return getattr(self, self.subject_kind)

    @property
    def private_answers(self) -> dict[str, Any]:
        return json.loads(str(self.private)) if self.holds("private") else {}

    @property
    def points(self) -> int | None:
        """The points given in all; None where none were."""
        return self.form.points_of(self.answers)
