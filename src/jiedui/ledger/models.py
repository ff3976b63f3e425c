"""Cash and goods from somebody to somebody, directly or through a fund, each at a value in fen."""

import uuid_utils.compat as uuid7
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign
from jiedui.core.models import ScopedQuerySet, Versioned
from jiedui.core.pages import link
from jiedui.core.voiding import Voidable, VoidableQuerySet
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place


class Fund(Versioned):
    """A purse with a balance that never goes below zero: the database itself refuses."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="funds")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="funds")
    name = models.CharField(max_length=80)
    balance_fen = models.BigIntegerField(default=0)
    since = models.DateField()
    ended = models.DateField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(balance_fen__gte=0), name="fund_not_negative"),
            models.UniqueConstraint(fields=["campaign", "name"], name="fund_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return link("ledger:fund", self.pk)


class Gift(Voidable):
    """One kind of thing, or a sum of money, from a giver to a household or a place. Append-only.

    A wrong gift is voided with a reason, never changed. `value_fen` is the cash, or the goods at
    their valuation, whose source is kept (折合).
    """

    class Kind(models.TextChoices):
        CASH = "cash", _("cash")
        GOODS = "goods", _("goods")

    class How(models.TextChoices):
        SIGNATURE = "signature", _("signature")
        FINGERPRINT = "fingerprint", _("fingerprint")
        ORAL = "oral", _("by word of mouth, with a witness")

    id = models.UUIDField(primary_key=True, default=uuid7.uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="gifts")
    day = models.DateField()
    kind = models.CharField(max_length=5, choices=Kind.choices)
    item = models.CharField(max_length=40, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    unit = models.CharField(max_length=10, blank=True)
    value_fen = models.BigIntegerField()
    valuation_source = models.CharField(max_length=80, blank=True)
    # Steady help (work, school, treatment, repair, farming) as against a one-off present.
    is_steady = models.BooleanField(default=False)
    giver = models.ForeignKey(Organisation, models.PROTECT, related_name="gifts")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="gifts")
    fund = models.ForeignKey(Fund, models.PROTECT, null=True, blank=True, related_name="gifts")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="gifts"
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="gifts")
    occasion = models.CharField(max_length=40, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirmed_how = models.CharField(max_length=20, blank=True, choices=How.choices)
    witness = models.CharField(max_length=60, blank=True)  # where the word of the receiver stands
    # The gift this one stands in for; the other one stays readable and counts no more.
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    # The number of the form that gave parts of one total to many receivers; none for other gifts.
    distribution = models.UUIDField(null=True, blank=True, editable=False)

    objects = VoidableQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-id"]
        indexes = [
            models.Index(fields=["campaign", "day", "id"], name="gift_day"),
            # What the search box reads: gifts of the households it finds, in order; these words.
            models.Index(fields=["household", "campaign", "day", "id"], name="gift_of_household"),
            models.Index(fields=["campaign", "item", "occasion", "household"], name="gift_words"),
            models.Index(fields=["campaign", "occasion"], name="gift_occasion"),
            # The ledger of goods by place and kind: read from the index alone. The campaign does
            # not come first: SQLite would take it for every question about a campaign.
            models.Index(
                fields=[
                    "kind",
                    "campaign",
                    "item",
                    "unit",
                    "place",
                    "voided_on",
                    "household",
                    "quantity",
                    "value_fen",
                ],
                name="gift_goods",
            ),
            # Few of very many: asked for on the desk of everybody who gives.
            models.Index(
                fields=["campaign", "place"],
                condition=Q(confirmed_on=None, voided_on=None),
                name="gift_to_confirm",
            ),
            models.Index(
                fields=["distribution"],
                condition=Q(distribution__isnull=False),
                name="gift_distribution",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(value_fen__gt=0), name="gift_has_a_value"),
            models.CheckConstraint(
                condition=Q(kind="cash") | (Q(quantity__gt=0) & ~Q(unit="") & ~Q(item="")),
                name="goods_have_unit_and_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item or self.kind} {self.day}"

    def get_absolute_url(self) -> str:
        return link("ledger:gift", self.pk)

    @property
    def distribution_url(self) -> str:
        """The page of all that was given out with it; "" for a gift of its own."""
        known = self.distribution
        return link("ledger:distribution", known) if known else ""

    @property
    def receiver(self) -> "Household | Place":
        found: Household | Place = self.household or self.place
        return found

    @property
    def what(self) -> str:
        """The goods by their name, or the word for cash."""
        return self.item or str(self.get_kind_display())

    @property
    def is_goods(self) -> bool:
        return self.kind == self.Kind.GOODS

    @property
    def unit_price_fen(self) -> int | None:
        """Value of one unit, in fen, rounded; None for cash."""
        return round(self.value_fen / self.quantity) if self.is_goods else None


class FundEntry(models.Model):
    """Money into or out of a fund; the balance after it is kept so that the ledger reads alone."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="entries")
    day = models.DateField()
    amount_fen = models.BigIntegerField()  # positive in, negative out
    balance_fen = models.BigIntegerField()
    donor = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    donor_name = models.CharField(max_length=80, blank=True)
    gift = models.OneToOneField(
        Gift, models.PROTECT, null=True, blank=True, related_name="fund_entry"
    )
    # The entry that this one takes back.
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    note = models.CharField(max_length=200, blank=True)
    # The number of the client's form: sending it twice moves the money once.
    form = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="fund_entry_moves_money"),
            models.CheckConstraint(condition=Q(balance_fen__gte=0), name="fund_entry_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.day} {self.amount_fen}"

    @property
    def spent_fen(self) -> int:
        """What went out, as a positive number."""
        return -self.amount_fen

    @property
    def is_taken_back(self) -> bool:
        return hasattr(self, "reversed_by")


class JoinedName(models.Model):
    """Another name of the same goods: gifts keep `name` as written, sums count it as `means`."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    means = models.CharField(max_length=40)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["means", "name"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="goods_joined_once"),
            models.CheckConstraint(
                condition=~Q(name=models.F("means")), name="goods_mean_another_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.means}"
