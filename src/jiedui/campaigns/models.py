"""Campaigns, each run by its playbook, with their tasks and the units' own plans."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from jiedui.campaigns.playbook import FORMAT, InvalidPlaybook, Playbook, load
from jiedui.campaigns.playbook.declare import Text
from jiedui.core.models import ScopedQuerySet
from jiedui.core.once import once
from jiedui.core.refusals import Refused
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place


class PlaybookText(models.Model):
    """The text of a playbook, kept apart from campaigns, whose rows are joined to every record.

    Its key is the hash of the text: campaigns of one playbook share it, and it never changes.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()  # TOML
    format = models.PositiveSmallIntegerField(default=FORMAT)

    def __str__(self) -> str:
        return self.digest[:12]

    @classmethod
    def keep(cls, text: str) -> "PlaybookText":
        """The row of this text, made if there is none yet."""
        digest = sha256(text.encode()).hexdigest()
        return cls.objects.get_or_create(digest=digest, defaults={"text": text})[0]


@lru_cache(maxsize=64)
def playbook_of(digest: str, name: str) -> Playbook:
    """The playbook of a text that is kept, of the campaign with this key.

    Raises `Refused` if this version cannot read it.
    """
    kept = PlaybookText.objects.get(pk=digest)
    try:
        return load(kept.text, name=name)
    except InvalidPlaybook as invalid:
        first = invalid.mistakes[0]
        raise Refused(
            _(
                "The playbook of %(campaign)s was kept by another version of this program "
                "(format %(theirs)s, here %(ours)s) and cannot be read: line %(line)s, %(problem)s"
            )
            % {
                "campaign": name, "theirs": kept.format, "ours": FORMAT,
                "line": first.line, "problem": first.problem,
            }
        ) from invalid  # fmt: skip


class Campaign(models.Model):
    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    playbook_text = models.ForeignKey(PlaybookText, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-starts", "key"]

    def __str__(self) -> str:
        return self.name

    @property
    def playbook(self) -> Playbook:
        """What the campaign runs by. Raises `Refused` if this version cannot read it."""
        return playbook_of(self.playbook_text_id, self.key)

    @property
    def source(self) -> str:
        """The playbook as TOML."""
        return self.playbook_text.text

    @source.setter
    def source(self, text: str) -> None:
        self.playbook_text = PlaybookText.keep(text)

    @property
    def title(self) -> Text:
        return Text(self.name, self.name_en or self.name)


def all_campaigns() -> list[Campaign]:
    """Every campaign with its organisation and place, the newest first; read once a page."""
    return once("campaigns", _newest_first)


def _newest_first() -> list[Campaign]:
    # Ordered here: Django compares what it orders by with each of the forty columns it reads.
    rows = Campaign.objects.select_related("organisation", "place").order_by()
    return sorted(rows, key=lambda one: (-one.starts.toordinal(), one.key))


def give_campaigns(rows: Iterable[Any]) -> None:
    """Let rows of a list know their campaign: one object for all, where a join makes one for each.

    A row of a campaign that came this very moment reads it by itself.
    """
    known = {one.pk: one for one in all_campaigns()}
    for row in rows:
        if found := known.get(row.campaign_id):
            row.campaign = found


def earlier_playbooks(campaign: Campaign) -> list[Playbook]:
    """Other texts of the same playbook that are kept and can still be read."""
    own, found = campaign.playbook.campaign.key, []
    others = PlaybookText.objects.exclude(pk=campaign.playbook_text_id).order_by("pk")
    for digest in others.values_list("pk", flat=True):
        try:
            playbook = playbook_of(digest, campaign.key)
        except Refused:
            continue
        if playbook.campaign.key == own:
            found.append(playbook)
    return found


class Task(models.Model):
    """What must be done (prescribed, by every organisation of a kind) or what one unit chose."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="tasks")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    is_prescribed = models.BooleanField(default=True)
    # Empty for prescribed tasks; the unit that chose it otherwise.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="own_tasks"
    )
    # Key of the playbook's organisation kind, team kind or pairing that has to do it.
    per = models.CharField(max_length=40)
    activity_kind = models.CharField(max_length=40, blank=True)
    output_kind = models.CharField(max_length=40, blank=True)
    form_key = models.CharField(max_length=40, blank=True)
    wanted = models.PositiveIntegerField(default=1)
    starts = models.DateField()
    due = models.DateField()

    class Meta:
        ordering = ["due", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "key", "starts"],
                condition=Q(organisation=None),
                name="task_once_a_window",
            ),
            models.CheckConstraint(condition=Q(due__gte=models.F("starts")), name="task_due_after"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> Text:
        return Text(self.name, self.name_en or self.name)

    @property
    def is_counted(self) -> bool:
        """Whether records say how far it is; otherwise the organisation reports it as done."""
        return bool(self.activity_kind or self.output_kind or self.form_key)


class TaskReport(models.Model):
    """An organisation says a task without records of its own is done."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="reports")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="task_reports")
    done_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "organisation"], name="task_reported_once")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.organisation_id}"


class Plan(models.Model):
    """A unit's own plan, with its brand (one branch, one brand) where the playbook asks for one."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="plans")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="plans")
    goals = models.TextField(blank=True)
    text = models.TextField(blank=True)
    brand = models.CharField(max_length=60, blank=True)
    brand_story = models.TextField(blank=True)
    due = models.DateField(null=True, blank=True)
    submitted_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organisation"], name="one_plan_a_unit")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.organisation_id}"
