"""Who is answerable for whom, from when to when; and who must keep away."""

from datetime import date

from django.db import models
from django.db.models import Case, DateField, F, Q, Value, When
from django.db.models.functions import Coalesce, Greatest, Least, NullIf
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.declare import Text
from jiedui.core.models import ScopedQuerySet
from jiedui.core.pages import address_of
from jiedui.households.models import Household
from jiedui.orgs.membership import organisation_on
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places.models import Place


def exactly_one(*fields: str) -> Q:
    """Of these columns one is filled and the others are empty."""
    either = Q()
    for one in fields:
        either |= Q(**{f"{field}__isnull": field != one for field in fields})
    return either


# Who carries a pair, and whom or what it is for: once one of them has ended, the pair is over.
_CARRIERS = Q(member__ended=None, team__ended=None) & (
    Q(member__isnull=False) | Q(team__isnull=False) | Q(organisation__ended=None)
)
_PARTNERS = Q(
    household__ended=None,
    place__ended=None,
    partner_member__ended=None,
    partner_organisation__ended=None,
)
_NEVER = Value(date.max, output_field=DateField())
# An organisation that ends matters only where it carries the pair itself.
_OWN_END = Case(When(member=None, team=None, then="organisation__ended"), output_field=DateField())
_ENDS = (
    "ended", "member__ended", "team__ended", _OWN_END, "household__ended", "place__ended",
    "partner_member__ended", "partner_organisation__ended",
)  # fmt: skip


def never_twice(partner: str, carrier: str) -> models.UniqueConstraint:
    """While it is open, the same helper has no second pair of a kind with the same partner."""
    others = {"organisation": ("member", "team"), "team": ("member",), "member": ()}[carrier]
    filled = {f"{name}__isnull": False for name in (partner, carrier)}
    empty = {f"{name}__isnull": True for name in others}
    return models.UniqueConstraint(
        fields=["campaign", "kind", partner, carrier],
        condition=Q(ended=None, **filled, **empty),
        name=f"one_{partner.removeprefix('partner_')}_by_{carrier}",
    )


ROLES = ("first", "second", "third", "fourth", "fifth")


class PairQuerySet(ScopedQuerySet):
    def open(self) -> "PairQuerySet":
        """Not closed: also those that wait for a successor because the helper has left."""
        return self.filter(ended=None)

    def carried(self) -> "PairQuerySet":
        """Whose helper has neither left nor ended."""
        return self.filter(_CARRIERS)

    def current(self) -> "PairQuerySet":
        """Open, and neither who helps nor who is helped has left, ended or been struck off.

        The one meaning of a pair that counts today, in lists, coverage and snapshots alike.
        """
        return self.open().carried().filter(_PARTNERS)

    def with_end(self) -> "PairQuerySet":
        """With `over_on`, the last day of the pair by that meaning; empty for a current one."""
        ends = [Coalesce(one, _NEVER) for one in _ENDS]
        over = Greatest(F("since"), Least(*ends))
        return self.annotate(over_on=NullIf(over, _NEVER))

    def free_role(self) -> str:
        """The first role that none of these open pairs has, of those that stay."""
        taken = set(self.filter(overlap_until=None).values_list("role", flat=True))
        return next((role for role in ROLES if role not in taken), ROLES[-1])


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
        "proposals.Proposal", models.PROTECT, null=True, blank=True, related_name="pairs"
    )

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        indexes = [
            # A column that is mostly empty misleads the planner of SQLite.
            models.Index(
                fields=["campaign", "kind"], condition=Q(ended=None), name="pair_open_kind"
            ),
            models.Index(fields=["campaign", "since", "id"], name="pair_since"),
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
            # In overlap the one before stays beside the successor; otherwise each role is one's.
            models.UniqueConstraint(
                fields=["campaign", "kind", "household", "role"],
                condition=Q(ended=None, overlap_until=None, household__isnull=False),
                name="one_helper_in_each_role",
            ),
            never_twice("household", "team"),
            never_twice("household", "organisation"),
            never_twice("place", "team"),
            never_twice("partner_member", "member"),
            never_twice("partner_member", "team"),
            never_twice("partner_member", "organisation"),
            never_twice("partner_organisation", "member"),
            never_twice("partner_organisation", "team"),
            never_twice("partner_organisation", "organisation"),
            models.CheckConstraint(
                condition=exactly_one(
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
        return address_of(self)

    @property
    def helper(self) -> Member | Team | Organisation:
        """Who carries the pair."""
        return self.member or self.team or self.organisation

    @property
    def partner(self) -> Household | Place | Member | Organisation | None:
        """Who or what it is for."""
        return self.household or self.place or self.partner_member or self.partner_organisation

    def organisation_on(self, day: date) -> Organisation:
        """Whom a visit on this day is credited to: where its helper served then."""
        former = organisation_on(self.member, day) if self.member else None
        return Organisation.objects.get(pk=former) if former else self.organisation

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
