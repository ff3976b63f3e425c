"""Who can act: units, branches and groups at any depth, their members, teams, and appointments."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.roles import Role
from jiedui.core.derived import Derived
from jiedui.core.fields import EncryptedText
from jiedui.core.models import Confidential, ScopedQuerySet, Versioned
from jiedui.core.pages import address_of
from jiedui.core.trees import TreeNode, TreeQuerySet
from jiedui.places.models import Place

STEP = 4


class OrganisationQuerySet(TreeQuerySet):
    def standing(self) -> "OrganisationQuerySet":
        return self.filter(ended=None)


class Organisation(Derived, Versioned, TreeNode):
    STEP = STEP

    class Kind(models.TextChoices):
        AREA = "area", _("area")
        UNIT = "unit", _("unit")
        BRANCH = "branch", _("branch")
        GROUP = "group", _("group")

    number = models.CharField(max_length=30, blank=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    unit_kind = models.CharField(max_length=20, blank=True)
    affiliation = models.CharField(max_length=20, blank=True)  # 隶属关系, of a unit
    classes = models.JSONField(default=list, blank=True)  # what the office calls it besides
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    # What it can give: need kinds (codes.NEED_KIND) it is good at, by its trade.
    strengths = models.JSONField(default=list, blank=True)
    pinyin = models.CharField(max_length=160, blank=True, db_index=True)
    initials = models.CharField(max_length=40, blank=True, db_index=True)
    since = models.DateField(null=True, blank=True)
    ended = models.DateField(null=True, blank=True)
    # Who took over what it had when it ended: it was merged into this one.
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    objects: ClassVar[Any] = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        indexes = [models.Index(fields=["kind", "path"], name="organisation_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="organisation_number"
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(ended__isnull=False),
                name="only_what_ended_has_a_successor",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of(self)

    @property
    def unit(self) -> "Organisation":
        """The unit (单位) a branch or a group belongs to; itself where there is none above."""
        found: Any = self
        while found.kind in (self.Kind.BRANCH, self.Kind.GROUP) and found.parent:
            found = found.parent
        return found

    @property
    def heir(self) -> "Organisation | None":
        """Who answers for what it had: itself while it stands, else who took over, if anybody."""
        found: Any = self
        while found and found.ended:
            found = found.successor
        return found

    @classmethod
    def cuts(cls, path: str) -> list[str]:
        return [path[:n] for n in range(STEP, len(path) + 1, STEP)]


class MemberQuerySet(ScopedQuerySet):
    def serving(self) -> "MemberQuerySet":
        return self.filter(ended=None)


class Member(Derived, Confidential, Versioned):
    IS_PERSON = True

    number = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="members")
    # Dual registration: a member of one branch who reports to the community where they live.
    also_at = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="dual_members"
    )
    rank = models.CharField(max_length=20, blank=True)
    post = models.CharField(max_length=60, blank=True)
    is_leader = models.BooleanField(default=False)
    # Of one's own: at most so many partners in any kind of pair, whatever a playbook allows.
    most_pairs = models.PositiveSmallIntegerField(null=True, blank=True)
    gender = models.CharField(max_length=12, blank=True)
    political = models.CharField(max_length=20, blank=True)
    joined = models.DateField(null=True, blank=True)
    skills = models.JSONField(default=list, blank=True)
    phone = EncryptedText()
    identity = EncryptedText()
    identity_digest = models.CharField(max_length=32, blank=True, db_index=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="member"
    )
    pinyin = models.CharField(max_length=80, blank=True, db_index=True)
    initials = models.CharField(max_length=20, blank=True, db_index=True)
    since = models.DateField(null=True, blank=True)
    ended = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["name"], name="member_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of(self)


class FormerMembership(models.Model):
    """A time that lies behind a member: in another organisation, or before they left and came back.

    The present one is on the member. Both days are included; the first may be unknown.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="former")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="former_members")
    since = models.DateField(null=True, blank=True)
    ended = models.DateField()
    # Why they left the register; empty for one who went to another organisation.
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-ended", "-pk"]
        indexes = [models.Index(fields=["member", "ended"], name="former_member")]
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(since__lte=models.F("ended")),
                name="former_membership_has_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.organisation_id}"


# Kinds are named by the playbooks, in an app above, which adds its function here.
team_kind_names: list[Callable[[], dict[str, str]]] = []


def named_team_kinds() -> dict[str, str]:
    """What playbooks call kinds of teams, by key; call it once a page."""
    return {key: name for names in team_kind_names for key, name in names().items()}


class TeamQuerySet(ScopedQuerySet):
    def active(self) -> "TeamQuerySet":
        return self.filter(ended=None)


class Team(Derived, Versioned):
    """A volunteer team, a dissuasion team, a service station: kinds are named by the playbook."""

    number = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=30)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    pinyin = models.CharField(max_length=160, blank=True, db_index=True)
    initials = models.CharField(max_length=40, blank=True)
    since = models.DateField(null=True, blank=True)
    ended = models.DateField(null=True, blank=True)
    members = models.ManyToManyField(Member, through="TeamMember", related_name="teams")

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("orgs:team", args=[self.pk])


class TeamMember(models.Model):
    team = models.ForeignKey(Team, models.PROTECT, related_name="places_in")
    member = models.ForeignKey(Member, models.PROTECT, related_name="team_places")
    is_head = models.BooleanField(default=False)
    since = models.DateField()
    ended = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "member"], condition=Q(ended=None), name="in_a_team_once"
            ),
            models.UniqueConstraint(
                fields=["team"], condition=Q(ended=None, is_head=True), name="team_has_one_head"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.team_id}"


class AppointmentQuerySet(models.QuerySet[Any]):
    def in_force(self) -> "AppointmentQuerySet":
        """Those that have begun and not ended."""
        return self.filter(ended=None, since__lte=timezone.localdate())


class Appointment(models.Model):
    """A role of a user, over a subtree of organisations, of places, or both."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="appointments")
    role = models.CharField(max_length=16, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateField()
    ended = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = AppointmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "ended"], name="appointment_user")]
        # Empty columns never equal each other, so each way to say where has its own promise.
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation", "place"],
                condition=Q(ended=None, organisation__isnull=False, place__isnull=False),
                name="appointed_there_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(ended=None, organisation__isnull=False, place__isnull=True),
                name="appointed_in_a_unit_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "place"],
                condition=Q(ended=None, organisation__isnull=True, place__isnull=False),
                name="appointed_at_a_place_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ended=None, organisation__isnull=True, place__isnull=True),
                name="appointed_everywhere_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def where(self) -> str:
        """What the appointment reaches, for people to read."""
        return " · ".join(str(one) for one in (self.organisation, self.place) if one)
