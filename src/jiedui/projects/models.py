"""What is built or renovated: its state, its days, its money, how it was before and is after."""

from __future__ import annotations

from datetime import date, timedelta

import uuid_utils.compat as uuid7
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import by_key
from jiedui.campaigns.playbook.projects import ProjectKind, ProjectState
from jiedui.core.models import Versioned
from jiedui.core.pages import link
from jiedui.core.voiding import Voidable, VoidableQuerySet
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place


class ProjectQuerySet(VoidableQuerySet):
    def open(self) -> ProjectQuerySet:
        """Neither done nor stopped."""
        return self.filter(stage__in=OPEN)

    def overdue(self, *, today: date) -> ProjectQuerySet:
        """Not finished although their day has passed."""
        return self.open().filter(due__lt=today)


class Project(Versioned, Voidable):
    """Keyed by a client-made UUIDv7. State, stage and due day are those of its last step."""

    class Stage(models.TextChoices):
        """How far it is, whatever the playbook calls its states."""

        PLANNED = "planned", _("not begun")
        UNDER_WAY = "under_way", _("under way")
        DONE = "done", _("finished")
        STOPPED = "stopped", _("stopped")

    id = models.UUIDField(primary_key=True, default=uuid7.uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="projects")
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    text = models.CharField(max_length=300, blank=True)  # what is to be done
    place = models.ForeignKey(Place, models.PROTECT, related_name="projects")
    # Who answers for it.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="projects")
    state_key = models.CharField(max_length=40)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    since = models.DateField(null=True, blank=True)  # when it is to begin
    due = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    times_moved = models.PositiveSmallIntegerField(default=0)  # the due day, to a later one
    # Fen by key of the playbook's source of money; `budget_fen` is their sum.
    funds = models.JSONField(default=dict, blank=True)
    budget_fen = models.BigIntegerField(null=True, blank=True)
    # By key of the playbook's question.
    answers_before = models.JSONField(default=dict, blank=True)
    answers_after = models.JSONField(default=dict, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["campaign", "kind", "state_key", "due"], name="project_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage="done", done_on__isnull=False)
                | (~Q(stage="done") & Q(done_on=None)),
                name="project_done_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(due=None) | Q(due__gte=F("since")),
                name="project_due_after",
            ),
            models.CheckConstraint(
                condition=Q(budget_fen=None) | Q(budget_fen__gte=0), name="project_budget"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return link("projects:show", self.pk)

    @property
    def asked(self) -> ProjectKind | None:
        """Its kind as the playbook has it now; None where it has it no more."""
        return by_key(self.campaign.playbook.projects).get(self.kind)

    @property
    def state(self) -> ProjectState | None:
        return self.asked.state(self.state_key) if self.asked else None

    def days_late(self, today: date) -> int:
        """Days by which it was finished, or still is not, after its due day; 0 for none."""
        if self.due is None or self.stage == Project.Stage.STOPPED:
            return 0
        return max(timedelta(0), (self.done_on or today) - self.due).days

    def is_late(self, today: date) -> bool:
        """Not finished although its day has passed."""
        return self.stage in OPEN and self.days_late(today) > 0


OPEN = (Project.Stage.PLANNED, Project.Stage.UNDER_WAY)


class ProjectStep(models.Model):
    """How a project stood from a day on, with what was said of it; never changed."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="steps")
    day = models.DateField()
    state_key = models.CharField(max_length=40)
    due = models.DateField(null=True, blank=True)
    text = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.state_key} {self.day}"
