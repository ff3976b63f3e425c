"""Hand-overs of pairs, notifications of those concerned, and requests for a change."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiedui.core.models import ScopedQuerySet
from jiedui.notices.models import Notice
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing.models import Pair, exactly_one


class HandOver(models.Model):
    """Pairs that pass on together: of a leaver, of a dissolved organisation, or chosen ones.

    Successors are proposed by the engine, changed by hand, and all confirmed at once. Of
    `member` and `dissolved`, one is set; neither for pairs that somebody chose, whose helpers
    stay. `organisation` is whose pairs these are, for chosen ones the lowest above all of them.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        DONE = "done", _("handed over")
        DISCARDED = "discarded", _("discarded")

    class Fate(models.TextChoices):
        """What becomes of whoever hands over."""

        NOW = "now", _("leaves the register on that day")
        LATER = "later", _("leaves once the successors have taken over")
        MOVE = "move", _("goes to another organisation")
        STAY = "stay", _("stays; only the pairs pass on")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    member = models.ForeignKey(
        Member, models.CASCADE, null=True, blank=True, related_name="hand_overs"
    )
    dissolved = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="hand_overs"
    )
    fate = models.CharField(max_length=5, choices=Fate.choices)
    goes_to = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=20)
    on = models.DateField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    made = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=150, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.CharField(max_length=150, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "pairing_handover"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["member", "state"], name="hand_over_member")]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("member", "dissolved")
                | Q(member=None, dissolved=None, fate="stay"),
                name="hand_over_has_one_giver_or_chosen_pairs",
            )
        ]

    def __str__(self) -> str:
        if self.is_of_chosen:
            return gettext("%(organisation)s, chosen pairs") % {"organisation": self.organisation}
        return str(self.giver)

    def get_absolute_url(self) -> str:
        return reverse("handover:show", args=[self.pk])

    @property
    def is_of_chosen(self) -> bool:
        """Whether these are pairs that somebody chose, and not all of a giver."""
        return self.member_id is None and self.dissolved_id is None

    @property
    def giver(self) -> Member | Organisation:
        """Whose pairs pass on; of chosen ones the organisation above them all."""
        return self.member or self.dissolved or self.organisation


class HandOverLine(models.Model):
    """One pair of a hand-over and who is to take it; without anybody it is left open."""

    hand_over = models.ForeignKey(HandOver, models.CASCADE, related_name="rows")
    pair = models.ForeignKey(Pair, models.CASCADE, related_name="hand_over_lines")
    first = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="+")
    second = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="+")
    # Instead of members, where an organisation answers for a village.
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+"
    )
    distance_m = models.PositiveIntegerField(null=True, blank=True)
    is_by_hand = models.BooleanField(default=False)

    class Meta:
        db_table = "pairing_handoverline"
        constraints = [models.UniqueConstraint(fields=["hand_over", "pair"], name="passed_on_once")]

    def __str__(self) -> str:
        return f"{self.hand_over_id}: {self.pair_id}"

    @property
    def takers(self) -> list[Member | Organisation]:
        return [one for one in (self.organisation, self.first, self.second) if one]


class NotificationQuerySet(ScopedQuerySet):
    def open(self) -> "NotificationQuerySet":
        """Not notified yet: neither marked by somebody nor read by the account it went to."""
        read = Notice.objects.filter(notifications=models.OuterRef("pk"), read__isnull=False)
        return self.filter(~models.Exists(read), told_on=None)


class Notification(models.Model):
    """A recipient who is to be notified that a pair has passed on to another helper."""

    class Whom(models.TextChoices):
        BEFORE = "before", _("helper before")
        AFTER = "after", _("new helper")
        UNIT_BEFORE = "unit_before", _("unit of the helper before")
        UNIT_AFTER = "unit_after", _("unit of the new helper")
        FAMILY = "family", _("the family")

    pair = models.ForeignKey(Pair, models.CASCADE, related_name="notifications")  # the new one
    whom = models.CharField(max_length=11, choices=Whom.choices)
    notices = models.ManyToManyField(Notice, related_name="notifications", blank=True)
    told_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=150, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "pairing_notification"
        indexes = [models.Index(fields=["told_on", "whom"], name="telling_open")]
        constraints = [models.UniqueConstraint(fields=["pair", "whom"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.pair_id} {self.whom}"


class ChangeRequest(models.Model):
    """A helper asks to be released, or a family for another helper; somebody else decides.

    The pair stays until it is handed over.
    """

    class Side(models.TextChoices):
        HELPER = "helper", _("the helper asks to be released")
        FAMILY = "helped", _("the family asks for another helper")

    class State(models.TextChoices):
        WAITING = "waiting", _("to be decided")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("not granted")

    pair = models.ForeignKey(Pair, models.CASCADE, related_name="change_requests")
    side = models.CharField(max_length=6, choices=Side.choices)
    reason = models.CharField(max_length=20)  # a change reason of the playbook
    text = models.CharField(max_length=300)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answer = models.CharField(max_length=300, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        db_table = "pairing_changerequest"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "asked_on"], name="wish_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "side"], condition=Q(state="waiting"), name="wished_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pair_id} {self.side}"

    def get_absolute_url(self) -> str:
        return reverse("handover:change_request", args=[self.pk])
