"""Something done: kind, day, place and host, the people by name or by count, its outputs."""

import json
from typing import Any

import uuid_utils.compat as uuid7
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from jiedui.campaigns.models import Campaign, Task
from jiedui.campaigns.playbook import work
from jiedui.campaigns.playbook.declare import Text
from jiedui.core.fields import EncryptedText
from jiedui.core.models import Confidential
from jiedui.core.pages import link
from jiedui.core.voiding import Voidable, VoidableQuerySet
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.pairing.models import Pair
from jiedui.places.models import Place


class Activity(Voidable, Confidential):
    """Append-only, keyed by a client-made UUIDv7: recording twice changes nothing.

    People are either named (attendances) or counted (`members_counted`), never both for members;
    the public is always only counted, and apart.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="activities")
    kind = models.CharField(max_length=40)
    day = models.DateField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="activities")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="activities")
    place = models.ForeignKey(Place, models.PROTECT, related_name="activities")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="activities"
    )
    pair = models.ForeignKey(Pair, models.PROTECT, null=True, blank=True, related_name="activities")
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="activities")
    members_counted = models.PositiveIntegerField(default=0)
    cadres_counted = models.PositiveIntegerField(default=0)  # of members_counted, leading cadres
    public_counted = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    topics = models.JSONField(default=list, blank=True)
    # Fields that the playbook asks of this kind, by key; private ones encrypted, as JSON.
    more = models.JSONField(default=dict, blank=True)
    private = EncryptedText()
    # The record this one stands in for; the other one stays readable and counts no more.
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    objects = VoidableQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-id"]
        indexes = [
            models.Index(fields=["campaign", "day", "id"], name="activity_day"),
            models.Index(fields=["household", "day"], name="activity_household"),
            # When a pair met last, read from the index alone.
            models.Index(fields=["pair", "day", "kind", "voided_on"], name="activity_pair"),
            # How far tasks are, by kind and host: read from the index alone.
            models.Index(
                fields=["kind", "campaign", "day", "organisation", "voided_on"],
                name="activity_kind",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cadres_counted__lte=models.F("members_counted")),
                name="cadres_are_members",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"

    def get_absolute_url(self) -> str:
        return link("fieldwork:show", self.pk)

    @property
    def of_kind(self) -> work.Activity | None:
        """What the playbook says of this kind; None when a later playbook dropped it."""
        kinds = self.campaign.playbook.activities
        return next((one for one in kinds if one.key == self.kind), None)

    @cached_property
    def attended(self) -> list[Member]:
        """Who took part by name."""
        return [one.member for one in self.attendances.select_related("member")]

    @property
    def kind_name(self) -> Text:
        kind = self.of_kind
        return kind.name if kind else Text(self.kind, self.kind)

    @property
    def is_call(self) -> bool:
        """Whether somebody went there; a telephone call is none."""
        kind = self.of_kind
        return kind is not None and kind.is_call

    @property
    def private_answers(self) -> dict[str, Any]:
        return json.loads(str(self.private)) if self.holds("private") else {}


class Attendance(models.Model):
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, models.PROTECT, related_name="attendances")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "member"], name="attends_once")]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.activity_id}"


class Output(models.Model):
    """What came of it, in its own unit: letters handed out (封), boards put up (块)."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="outputs")
    kind = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=12, decimal_places=2)
    unit = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "kind"], name="output_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="output_is_something"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity} {self.unit}"
