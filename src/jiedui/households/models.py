"""Who is helped: households, the people in them, what they need, and how income changes."""

from django.db import models
from django.db.models import Q

from jiedui.core.derived import Derived
from jiedui.core.fields import EncryptedText
from jiedui.core.models import Confidential, ScopedQuerySet, Versioned, VersionedQuerySet
from jiedui.core.pages import address_of
from jiedui.places.models import Place


class HouseholdQuerySet(ScopedQuerySet):
    def on_register(self) -> "HouseholdQuerySet":
        return self.filter(ended=None)


class Household(Derived, Confidential, Versioned):
    NAME = "head"
    IS_PERSON = True

    number = models.CharField(max_length=30, unique=True)
    head = models.CharField(max_length=40)
    place = models.ForeignKey(Place, models.PROTECT, related_name="households")
    size = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=30)
    monitored = models.CharField(max_length=30, blank=True)
    cause = models.CharField(max_length=30, blank=True)
    other_causes = models.JSONField(default=list, blank=True)
    tags = models.JSONField(default=list, blank=True)
    # 0 to 100; the hardest share goes to leaders (the top person's project).
    difficulty = models.PositiveSmallIntegerField(default=0)
    is_hardest = models.BooleanField(default=False)
    phone = EncryptedText()
    address = EncryptedText()
    coordinates = EncryptedText()
    bank_card = EncryptedText()
    # Columns of the national form that no rule of ours reads (R10), by field key.
    more = models.JSONField(default=dict, blank=True)
    consent_on = models.DateField(null=True, blank=True)
    consent_medium = models.CharField(max_length=20, blank=True)
    pinyin = models.CharField(max_length=80, blank=True, db_index=True)
    initials = models.CharField(max_length=20, blank=True, db_index=True)
    since = models.DateField()
    ended = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, blank=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["head"], name="household_head"),
            # A mostly empty column in front misleads SQLite; at the end, the table is not read.
            models.Index(
                fields=["number", "ended"], condition=Q(ended=None), name="household_on_register"
            ),
            models.Index(fields=["place", "number"], name="household_place"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(difficulty__lte=100), name="difficulty_to_100"),
            models.CheckConstraint(
                condition=Q(ended=None) | Q(ended__gte=models.F("since")),
                name="household_leaves_after_coming",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.head} {self.number}"

    def get_absolute_url(self) -> str:
        return address_of(self)


class PersonQuerySet(ScopedQuerySet):
    def present(self) -> "PersonQuerySet":
        """Who lives in a household that is on the register."""
        return self.filter(ended=None, household__ended=None)


class Person(Derived, Confidential, Versioned):
    IS_PERSON = True

    household = models.ForeignKey(Household, models.PROTECT, related_name="people")
    number = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=40)
    relation = models.CharField(max_length=20, blank=True)
    gender = models.CharField(max_length=12, blank=True)
    born = models.DateField(null=True, blank=True)
    identity = EncryptedText()
    identity_digest = models.CharField(max_length=32, blank=True, db_index=True)
    ethnic = models.CharField(max_length=20, blank=True)
    education = models.CharField(max_length=20, blank=True)
    schooling = models.CharField(max_length=20, blank=True)
    labour = models.CharField(max_length=20, blank=True)
    health = EncryptedText()
    disability = EncryptedText()
    phone = EncryptedText()
    work_months = models.PositiveSmallIntegerField(null=True, blank=True)
    more = models.JSONField(default=dict, blank=True)
    pinyin = models.CharField(max_length=80, blank=True, db_index=True)
    initials = models.CharField(max_length=20, blank=True)
    since = models.DateField()
    ended = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["name"], name="person_name"),
            models.Index(fields=["initials"], name="person_initials"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(relation="head", ended=None),
                name="one_living_head",
            ),
            models.CheckConstraint(
                condition=Q(ended=None) | Q(ended__gte=models.F("since")),
                name="person_leaves_after_coming",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NeedQuerySet(ScopedQuerySet):
    def open(self) -> "NeedQuerySet":
        return self.filter(met_on=None, ended=None)


class Need(Versioned):
    household = models.ForeignKey(Household, models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=30)
    text = models.CharField(max_length=300, blank=True)
    urgency = models.PositiveSmallIntegerField(default=1)  # 1 can wait, 2 soon, 3 urgent
    since = models.DateField()
    met_on = models.DateField(null=True, blank=True)
    ended = models.DateField(null=True, blank=True)
    # What lists say besides: estimated cost, wanted by, claimed by, result, by field key.
    more = models.JSONField(default=dict, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["-urgency", "since"]
        indexes = [models.Index(fields=["kind", "met_on"], name="need_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.household_id}"


class Income(Versioned):
    """Yearly income by source, in fen. Gifts of a campaign never flow in here (R9)."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="incomes")
    year = models.PositiveSmallIntegerField()
    wage_fen = models.BigIntegerField(default=0)
    business_fen = models.BigIntegerField(default=0)
    business_cost_fen = models.BigIntegerField(default=0)
    property_fen = models.BigIntegerField(default=0)
    transfer_fen = models.BigIntegerField(default=0)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["household", "year"], name="income_a_year")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.year}"

    @property
    def net_fen(self) -> int:
        """Wages + business + property + transfers − business costs (R9)."""
        return (
            self.wage_fen
            + self.business_fen
            + self.property_fen
            + self.transfer_fen
            - self.business_cost_fen
        )
