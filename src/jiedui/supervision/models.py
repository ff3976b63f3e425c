"""What is wrong, what is done about it, and who checked (问题 · 整改 · 销号)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign
from jiedui.core.models import ScopedQuerySet, Versioned
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place


class MeasureQuerySet(ScopedQuerySet):
    def overdue(self, *, today: date) -> "MeasureQuerySet":
        """Not carried out although their day has passed."""
        return self.filter(done_on=None, due__lt=today)


class Measure(Versioned):
    """One measure may answer many issues."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="measures")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="measures")
    owner = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="measures"
    )
    text = models.CharField(max_length=300)
    since = models.DateField()
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("supervision:measure", args=[self.pk])


class IssueQuerySet(ScopedQuerySet):
    def open(self) -> "IssueQuerySet":
        """Not struck off."""
        return self.exclude(state=Issue.State.CLOSED)

    def overdue(self, *, today: date) -> "IssueQuerySet":
        """Not mended although their day has passed; those waiting for a check are not."""
        return self.filter(due__lt=today, state__in=NOT_MENDED)


class Issue(Versioned):
    """Struck off only after somebody other than its owner has checked; may come back."""

    class State(models.TextChoices):
        OPEN = "open", _("found")
        UNDER_WAY = "under_way", _("being mended")
        TO_CHECK = "to_check", _("waiting for a check")
        CLOSED = "closed", _("struck off")
        REOPENED = "reopened", _("came back")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="issues")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="issues")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    found_on = models.DateField()
    owner = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="issues")
    measures = models.ManyToManyField(Measure, related_name="issues", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    due = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_on = models.DateField(null=True, blank=True)
    times_reopened = models.PositiveSmallIntegerField(default=0)

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-found_on", "-pk"]
        indexes = [models.Index(fields=["campaign", "state"], name="issue_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(checked_by=F("done_by")) | Q(checked_by=None),
                name="checked_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(checked_by__isnull=False),
                name="struck_off_after_a_check",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("supervision:issue", args=[self.pk])


NOT_MENDED = (Issue.State.OPEN, Issue.State.UNDER_WAY, Issue.State.REOPENED)
