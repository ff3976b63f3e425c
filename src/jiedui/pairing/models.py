"""Who is answerable for whom, from when to when; and plans of pairs waiting to be approved."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.declare import Text
from jiedui.core.models import Job, ScopedQuerySet
from jiedui.households.models import Household
from jiedui.notices.models import Notice
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places.models import Place


def _exactly_one(*fields: str) -> Q:
    either = Q()
    for one in fields:
        either |= Q(**{f"{field}__isnull": field != one for field in fields})
    return either


class PairQuerySet(ScopedQuerySet):
    def open(self) -> "PairQuerySet":
        return self.filter(ended=None)


class Pair(models.Model):
    """A helper (member, team or organisation) and who or what it answers for.

    `organisation` is the member's or team's own at the time, or the one that is paired itself.
    Exactly one of household, place, partner_member and partner_organisation is set.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pairs")
    kind = models.CharField(max_length=30)
    role = models.CharField(max_length=10, default="first")  # first, second
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="pairs")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="pairs")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="pairs")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="pairs"
    )
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="pairs")
    partner_member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="pairs_as_partner"
    )
    partner_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="pairs_as_partner"
    )
    since = models.DateField()
    ended = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, blank=True)
    # The last day of the overlap: the predecessor stays answerable until then.
    overlap_until = models.DateField(null=True, blank=True)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors"
    )
    proposal = models.ForeignKey(
        "Proposal", models.PROTECT, null=True, blank=True, related_name="pairs"
    )

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        indexes = [
            models.Index(fields=["campaign", "kind", "ended"], name="pair_kind"),
            models.Index(fields=["household", "ended"], name="pair_household"),
            models.Index(fields=["member", "ended"], name="pair_member"),
            models.Index(fields=["place", "ended", "kind"], name="pair_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "household", "member"],
                condition=Q(ended=None, household__isnull=False, member__isnull=False),
                name="no_pair_twice",
            ),
            models.UniqueConstraint(
                fields=["campaign", "kind", "place", "member"],
                condition=Q(ended=None, place__isnull=False, member__isnull=False),
                name="no_place_twice",
            ),
            models.UniqueConstraint(
                fields=["campaign", "kind", "place", "organisation"],
                condition=Q(
                    ended=None, place__isnull=False, member__isnull=True, team__isnull=True
                ),
                name="no_village_twice",
            ),
            models.CheckConstraint(
                condition=_exactly_one(
                    "household", "place", "partner_member", "partner_organisation"
                ),
                name="pair_has_one_receiver",
            ),
            models.CheckConstraint(
                condition=Q(ended__isnull=True) | Q(ended__gte=models.F("since")),
                name="pair_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helper} – {self.partner}"

    def get_absolute_url(self) -> str:
        return reverse("pairing:show", args=[self.pk])

    @property
    def helper(self) -> Member | Team | Organisation:
        """Who carries the pair."""
        return self.member or self.team or self.organisation

    @property
    def partner(self) -> Household | Place | Member | Organisation | None:
        """Who or what it is for."""
        return self.household or self.place or self.partner_member or self.partner_organisation

    @property
    def kind_name(self) -> Text:
        """The playbook's name of this kind; the key when a later playbook dropped it."""
        names = {one.key: one.name for one in self.campaign.playbook.pairings}
        return names.get(self.kind, Text(self.kind, self.kind))

    @property
    def is_handing_over(self) -> bool:
        return self.ended is None and self.overlap_until is not None


class Avoidance(models.Model):
    """A near relative or creditor: declared by the helper, decided by a reviewer (R12)."""

    class State(models.TextChoices):
        DECLARED = "declared", _("declared")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    member = models.ForeignKey(Member, models.PROTECT, related_name="avoidances")
    household = models.ForeignKey(Household, models.PROTECT, related_name="avoidances")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DECLARED)
    declared_on = models.DateField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "household"], name="avoidance_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} – {self.household_id}"


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
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("pairing:proposal", args=[self.pk])


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
        constraints = [
            models.UniqueConstraint(fields=["proposal", "household"], name="proposed_once")
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.household_id} – {self.member_id}"


class KeptPlan(models.Model):
    """The question a plan answers, the plan and its proof, packed (`keeping`).

    Keys and whole numbers only, never a name; so an auditor can work the plan out again, and
    anybody can be told why this helper. It goes with its proposal.
    """

    class Goal(models.TextChoices):
        CHANGE = "change", _("least change")
        COST = "cost", _("least cost")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="kept")
    goal = models.CharField(max_length=6, choices=Goal.choices)
    data = models.BinaryField()
    seal = models.CharField(max_length=64)  # sha256 of data; the audit chain holds it as well
    digest = models.CharField(max_length=64)  # of the question
    result = models.JSONField(default=dict)
    # The last time it was worked out again, what was found, and who asked.
    replay = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "goal"], name="kept_once_for_each_goal")
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.goal}"


class HandOver(models.Model):
    """Pairs that pass on together: a member leaves, or an organisation is dissolved.

    Successors are proposed by the engine, changed by hand, and all confirmed at once. Of
    `member` and `dissolved`, one is set; `organisation` is whose pairs these are.
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
        ordering = ["-pk"]
        indexes = [models.Index(fields=["member", "state"], name="hand_over_member")]
        constraints = [
            models.CheckConstraint(
                condition=_exactly_one("member", "dissolved"), name="hand_over_has_one_giver"
            )
        ]

    def __str__(self) -> str:
        return str(self.member or self.dissolved)

    def get_absolute_url(self) -> str:
        return reverse("pairing:hand_over_plan", args=[self.pk])


class PassedOn(models.Model):
    """One pair of a hand-over and who is to take it; without anybody it is left open."""

    hand_over = models.ForeignKey(HandOver, models.CASCADE, related_name="rows")
    pair = models.ForeignKey(Pair, models.CASCADE, related_name="passed_on")
    first = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="+")
    second = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="+")
    # Instead of members, where an organisation answers for a village.
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+"
    )
    distance_m = models.PositiveIntegerField(null=True, blank=True)
    is_by_hand = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hand_over", "pair"], name="passed_on_once")]

    def __str__(self) -> str:
        return f"{self.hand_over_id}: {self.pair_id}"

    @property
    def takers(self) -> list[Member | Organisation]:
        return [one for one in (self.organisation, self.first, self.second) if one]


class TellingQuerySet(ScopedQuerySet):
    def open(self) -> "TellingQuerySet":
        """Not told yet: neither marked by somebody nor read by the account it went to."""
        read = Notice.objects.filter(tellings=models.OuterRef("pk"), read__isnull=False)
        return self.filter(~models.Exists(read), told_on=None)


class Telling(models.Model):
    """Somebody who is to hear that a pair has passed on to another helper."""

    class Whom(models.TextChoices):
        BEFORE = "before", _("helper before")
        AFTER = "after", _("new helper")
        UNIT_BEFORE = "unit_before", _("unit of the helper before")
        UNIT_AFTER = "unit_after", _("unit of the new helper")
        FAMILY = "family", _("the family")

    pair = models.ForeignKey(Pair, models.CASCADE, related_name="tellings")  # the new one
    whom = models.CharField(max_length=11, choices=Whom.choices)
    notices = models.ManyToManyField(Notice, related_name="tellings", blank=True)
    told_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=150, blank=True)

    objects = TellingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["told_on", "whom"], name="telling_open")]
        constraints = [models.UniqueConstraint(fields=["pair", "whom"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.pair_id} {self.whom}"


class Wish(models.Model):
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

    pair = models.ForeignKey(Pair, models.CASCADE, related_name="wishes")
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
        return reverse("pairing:wish", args=[self.pk])
