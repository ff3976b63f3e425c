"""What is asked for (需求单, 微心愿): checked, claimed, done, confirmed by who asked for it."""

from __future__ import annotations

from datetime import date
from typing import Any

import uuid_utils.compat as uuid7
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import by_key
from jiedui.campaigns.playbook.needs import NeedKind
from jiedui.core.fields import EncryptedText
from jiedui.core.models import Confidential, Versioned
from jiedui.core.pages import link
from jiedui.core.voiding import Voidable, VoidableQuerySet
from jiedui.households.models import Household, Need
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places.models import Place


class State(models.TextChoices):
    """How far a request is; follows from its days alone (`NeedRequest.state`)."""

    ASKED = "asked", pgettext_lazy("request", "to be checked")
    OPEN = "open", pgettext_lazy("request", "to be claimed")
    CLAIMED = "claimed", pgettext_lazy("request", "being done")
    DONE = "done", pgettext_lazy("request", "to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("request", "settled")
    DECLINED = "declined", pgettext_lazy("request", "turned down")


# Each request is in exactly one of these; `NeedRequest.state` says the same of a single row.
CONDITIONS: dict[str, Q] = {
    State.DECLINED: Q(declined_on__isnull=False),
    State.ASKED: Q(declined_on=None, checked_on=None),
    State.OPEN: Q(declined_on=None, checked_on__isnull=False, claimed_on=None),
    State.CLAIMED: Q(declined_on=None, claimed_on__isnull=False, done_on=None),
    State.DONE: Q(declined_on=None, done_on__isnull=False, confirmed_on=None),
    State.CONFIRMED: Q(declined_on=None, confirmed_on__isnull=False),
}
RUNNING = (State.ASKED, State.OPEN, State.CLAIMED, State.DONE)


class NeedRequestQuerySet(VoidableQuerySet):
    def in_state(self, *states: str) -> NeedRequestQuerySet:
        condition = Q()
        for state in states:
            condition |= CONDITIONS[state]
        return self.filter(condition)

    def running(self) -> NeedRequestQuerySet:
        """Neither settled nor turned down."""
        return self.filter(declined_on=None, confirmed_on=None)

    def overdue(self, *, today: date) -> NeedRequestQuerySet:
        """Whose next step should have been taken before today."""
        return self.running().filter(due__lt=today)

    def on_board(self) -> NeedRequestQuerySet:
        """Published, and waiting for somebody to claim them."""
        return self.filter(CONDITIONS[State.OPEN], is_public=True, voided_on=None)


class NeedRequest(Versioned, Voidable, Confidential):
    """Keyed by a client-made UUIDv7. `due` is the day by which its next step is to be taken."""

    id = models.UUIDField(primary_key=True, default=uuid7.uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="need_requests")
    kind = models.CharField(max_length=40)
    place = models.ForeignKey(Place, models.PROTECT, related_name="need_requests")
    # Who asked: a household, an organisation, or with neither the place itself.
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="need_requests"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="need_requests"
    )
    # What the household lacks for longer; met when this is settled.
    need = models.ForeignKey(
        Need, models.SET_NULL, null=True, blank=True, related_name="need_requests"
    )
    public_text = models.CharField(max_length=200)  # holds nobody's name
    detail = EncryptedText()  # for who is to do it
    urgency = models.PositiveSmallIntegerField(default=1)  # 1 can wait, 2 soon, 3 urgent
    is_public = models.BooleanField(default=False)  # stands on the board until claimed
    due = models.DateField(null=True, blank=True)
    asked_on = models.DateField()
    checked_on = models.DateField(null=True, blank=True)
    declined_on = models.DateField(null=True, blank=True)
    decline_reason = models.CharField(max_length=200, blank=True)
    claimed_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_text = models.CharField(max_length=300, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    rating = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 poor to 5 good
    rating_text = models.CharField(max_length=200, blank=True)
    times_returned = models.PositiveSmallIntegerField(default=0)  # said to be done, and was not

    objects = NeedRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["campaign", "checked_on", "claimed_on"], name="request_open"),
            models.Index(fields=["due"], condition=Q(due__isnull=False), name="request_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(household=None) | Q(organisation=None), name="request_of_one"
            ),
            models.CheckConstraint(
                condition=Q(declined_on=None) | (Q(done_on=None) & ~Q(decline_reason="")),
                name="request_declined_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(checked_on=None) | Q(checked_on__gte=F("asked_on")),
                name="request_checked_after_asked",
            ),
            models.CheckConstraint(
                condition=Q(claimed_on=None) | Q(claimed_on__gte=F("checked_on"))
                & Q(checked_on__isnull=False),
                name="request_claimed_after_check",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(done_on__gte=F("claimed_on"))
                & Q(claimed_on__isnull=False),
                name="request_done_after_claim",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on=None) | Q(confirmed_on__gte=F("done_on"))
                & Q(done_on__isnull=False),
                name="request_confirmed_after_done",
            ),
            models.CheckConstraint(
                condition=Q(rating=None)
                | Q(rating__gte=1, rating__lte=5, confirmed_on__isnull=False),
                name="request_rated_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(done_by=None) | ~Q(confirmed_by=F("done_by")),
                name="request_confirmed_by_somebody_else",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.public_text

    def get_absolute_url(self) -> str:
        return link("needs:show", self.pk)

    @property
    def asked(self) -> NeedKind | None:
        """Its kind as the playbook has it now; None where it has it no more."""
        return by_key(self.campaign.playbook.needs).get(self.kind)

    @property
    def asker(self) -> str:
        """Who asked, as `NeedKind.asked_for` calls it."""
        if self.household_id:
            return "household"
        return "organisation" if self.organisation_id else "place"

    @property
    def state(self) -> State:
        if self.declined_on:
            return State.DECLINED
        if self.checked_on is None:
            return State.ASKED
        if self.claimed_on is None:
            return State.OPEN
        if self.done_on is None:
            return State.CLAIMED
        return State.DONE if self.confirmed_on is None else State.CONFIRMED

    def is_late(self, today: date) -> bool:
        return self.state in RUNNING and self.due is not None and self.due < today


class ClaimQuerySet(models.QuerySet[Any]):
    def open(self) -> ClaimQuerySet:
        return self.filter(ended=None)


class Claim(models.Model):
    """Who took on a request, or was sent to it, from when to when; never removed.

    `organisation` is the claimer itself, or that of the member or team.
    """

    class Ending(models.TextChoices):
        SETTLED = "settled", _("settled")
        GIVEN_BACK = "given_back", _("given back")
        WITHDRAWN = "withdrawn", _("no longer asked for")

    request = models.ForeignKey(NeedRequest, models.CASCADE, related_name="claims")
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="need_claims"
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="need_claims"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="need_claims")
    is_dispatched = models.BooleanField(default=False)
    since = models.DateField()
    ended = models.DateField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    reason = models.CharField(max_length=200, blank=True)  # why it was given back
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["organisation", "ended"], name="claim_organisation")]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(ended=None), name="request_claimed_once"
            ),
            models.CheckConstraint(
                condition=Q(member=None) | Q(team=None), name="claim_of_member_or_team"
            ),
            models.CheckConstraint(
                condition=Q(ended=None, ending="")
                | Q(ended__gte=F("since")) & ~Q(ending=""),
                name="claim_ends_for_a_cause",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.claimer)

    @property
    def claimer(self) -> Member | Team | Organisation:
        return self.member or self.team or self.organisation

    @property
    def claimer_kind(self) -> str:
        """As `NeedKind.claimed_by` calls it."""
        if self.member_id:
            return "member"
        return "team" if self.team_id else "organisation"
