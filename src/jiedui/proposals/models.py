"""Plans of pairs waiting to be approved, and what is kept of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign
from jiedui.core.models import Job, ScopedQuerySet
from jiedui.households.models import Household
from jiedui.orgs.models import Member


class Proposal(models.Model):
    """A plan of pairs: queued, solved by the engine, reviewed and approved by people."""

    class State(models.TextChoices):
        SOLVING = "solving", _("being worked out")
        READY = "ready", _("waiting for review")
        APPROVED = "approved", _("approved")
        DISCARDED = "discarded", _("discarded")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=9, choices=State.choices, default=State.SOLVING)
    rules = models.JSONField(default=dict)
    seed = models.PositiveIntegerField(default=0)
    engine = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=dict, blank=True)
    loads = models.JSONField(default=dict, blank=True)  # new pairs by rank and by unit
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=150, blank=True)
    approved_by = models.CharField(max_length=150, blank=True)
    approved_on = models.DateField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "pairing_proposal"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("proposals:show", args=[self.pk])


class ProposedPair(models.Model):
    """One row of a proposal; without a member the household could not be covered."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="rows")
    household = models.ForeignKey(Household, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="+")
    cost = models.BigIntegerField(default=0)
    distance_m = models.PositiveIntegerField(null=True, blank=True)
    is_by_hand = models.BooleanField(default=False)
    is_left_out = models.BooleanField(default=False)

    class Meta:
        db_table = "pairing_proposedpair"
        constraints = [
            models.UniqueConstraint(fields=["proposal", "household"], name="proposed_once")
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.household_id} – {self.member_id}"


class ApprovalQuerySet(models.QuerySet[Any]):
    def waiting(self) -> "ApprovalQuerySet":
        """Asked for, and a job is still to do it."""
        return self.filter(done=None, job__state__in=(Job.State.QUEUED, Job.State.RUNNING))


class Approval(models.Model):
    """That somebody approved a proposal, or rows of it, and what came of it.

    A large one waits for its job, which writes in portions: until `done` some pairs may be open.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="approvals")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    signed = models.CharField(max_length=150, blank=True)
    rows = models.JSONField(null=True, blank=True)  # keys of the rows meant; empty: all of them
    reason = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, blank=True)  # of the reasons given for refused rows
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    asked = models.DateTimeField(auto_now_add=True)
    done = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list, blank=True)  # [key of the household, why]

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        db_table = "pairing_approval"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.signed}"

    @property
    def is_waiting(self) -> bool:
        return self.done is None and self.job is not None and not self.job.is_over

    @property
    def written(self) -> int:
        """Pairs opened or handed over so far."""
        return self.opened + self.changed

    @property
    def failure(self) -> str:
        """Why it stopped before its end; "" while it waits and once it is done."""
        job = self.job
        is_lost = self.done is None and job is not None and job.state == Job.State.FAILED
        return job.message if job and is_lost else ""


class StoredPlan(models.Model):
    """The problem a plan solves, the plan and its proof, packed (`stored_plans`).

    Keys and whole numbers only, never a name; so an auditor can work the plan out again, and
    anybody can be told why this helper. It goes with its proposal.
    """

    class Goal(models.TextChoices):
        CHANGE = "change", _("least change")
        COST = "cost", _("least cost")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="stored_plans")
    goal = models.CharField(max_length=6, choices=Goal.choices)
    data = models.BinaryField()
    seal = models.CharField(max_length=64)  # sha256 of data; the audit chain holds it as well
    digest = models.CharField(max_length=64)  # of the problem
    result = models.JSONField(default=dict)
    # The last time it was worked out again, what was found, and who asked.
    replay = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "pairing_storedplan"
        constraints = [
            models.UniqueConstraint(fields=["proposal", "goal"], name="kept_once_for_each_goal")
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.goal}"
