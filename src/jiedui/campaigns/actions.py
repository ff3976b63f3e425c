"""Starting a campaign from its playbook, its tasks, and the plans of its units."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns import playbook as playbooks
from jiedui.campaigns.models import Campaign, Plan, PlaybookText, Task, TaskReport
from jiedui.campaigns.playbook.windows import spans
from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.orgs.membership import check_home, check_standing
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place


@transaction.atomic
def start(source: str, *, organisation: Organisation, place: Place, by: User | None) -> Campaign:
    """Start a campaign from the text of a playbook, and write its tasks down.

    Its key is the playbook's, or `panjin-2` for the next round of the same one. Raises `Refused`
    with the first mistakes, each with its line, when the playbook has any; and for a campaign that
    has been started already, word for word, by the same organisation in the same place.
    """
    try:
        playbook = playbooks.load_new(source)
    except playbooks.InvalidPlaybook as invalid:
        lines = "; ".join(f"{m.line}: {m.problem}" for m in invalid.mistakes[:5])
        raise Refused(_("The playbook has mistakes. %(lines)s") % {"lines": lines}) from invalid
    _refuse_twin(source, organisation=organisation, place=place)
    campaign = Campaign.objects.create(
        key=free_key(playbook.key),
        name=playbook.campaign.name.zh,
        name_en=playbook.campaign.name.en,
        playbook_text=PlaybookText.keep(source),
        organisation=organisation,
        place=place,
        starts=playbook.campaign.starts,
        ends=playbook.campaign.ends,
    )
    write_tasks(campaign)
    audit.record("campaign.started", campaign, by=by, playbook=playbook.key, key=campaign.key)
    return campaign


def _refuse_twin(source: str, *, organisation: Organisation, place: Place) -> None:
    """A form sent twice starts one campaign."""
    same = Campaign.objects.filter(
        organisation__name=organisation.name, place=place, playbook_text__text=source
    ).first()
    if same:
        raise Refused(_("%(name)s has been set up already, with these dates.") % {"name": same})


def free_key(wanted: str) -> str:
    """`wanted`, or with the next number behind it that no campaign here has."""
    longest: int = Campaign._meta.get_field("key").max_length or 0
    wanted = wanted.replace(".", "-")[:longest]  # it stands in addresses
    taken, key, number = set(Campaign.objects.values_list("key", flat=True)), wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted[: longest - len(str(number)) - 1]}-{number}"
    return key


def write_tasks(campaign: Campaign) -> int:
    """Prescribed tasks for every window of the campaign; those that stand already stay.

    Returns how many were added.
    """
    playbook = campaign.playbook
    until = campaign.ends or playbook.campaign.ends
    rows = [
        Task(
            campaign=campaign,
            key=task.key,
            name=task.name.zh,
            name_en=task.name.en,
            per=task.per,
            activity_kind=task.activity or "",
            output_kind=task.output or "",
            form_key=task.form or "",
            wanted=task.wanted,
            starts=span.starts,
            due=span.ends,
        )
        for task in playbook.tasks
        if task.choice == "prescribed"
        for span in spans(playbook, task, since=campaign.starts, until=until)
    ]
    before = Task.objects.filter(campaign=campaign).count()
    Task.objects.bulk_create(rows, ignore_conflicts=True)
    return Task.objects.filter(campaign=campaign).count() - before


@transaction.atomic
def choose_task(
    campaign: Campaign,
    *,
    organisation: Organisation,
    name: str,
    starts: date,
    due: date,
    by: User | None,
    activity_kind: str = "",
    form_key: str = "",
    wanted: int = 1,
) -> Task:
    """A unit adds a task of its own (自选动作)."""
    check_home(organisation, on=timezone.localdate())
    if due < starts:
        raise Refused(_("The task cannot be due before it begins."))
    if not name.strip():
        raise Refused(_("Give the task a name."))
    if activity_kind and form_key:
        raise Refused(_("A task is counted from one kind of activity or from one form."))
    number = Task.objects.filter(campaign=campaign, organisation=organisation).count() + 1
    task = Task.objects.create(
        campaign=campaign,
        key=f"own-{organisation.pk}-{number}",
        name=name.strip(),
        is_prescribed=False,
        organisation=organisation,
        per=organisation.kind,
        activity_kind=activity_kind,
        form_key=form_key,
        wanted=wanted,
        starts=starts,
        due=due,
    )
    audit.record("task.chosen", task, by=by, organisation=organisation.pk)
    return task


@transaction.atomic
def report_task(
    task: Task, *, organisation: Organisation, done_on: date, by: User | None, note: str = ""
) -> TaskReport:
    """An organisation says a task is done that leaves no records of its own."""
    if task.is_counted:
        raise Refused(_("This task is counted from its records; record what was done."))
    if done_on > timezone.localdate() or done_on < task.starts:
        raise Refused(_("The day must lie between the beginning of the task and today."))
    check_standing(organisation, on=done_on)
    if TaskReport.objects.filter(task=task, organisation=organisation).exists():
        raise Refused(_("This task has been reported as done already."))
    report = TaskReport.objects.create(
        task=task, organisation=organisation, done_on=done_on, note=note.strip()
    )
    audit.record("task.reported", task, by=by, organisation=organisation.pk, day=done_on)
    return report


@transaction.atomic
def write_plan(
    campaign: Campaign,
    *,
    organisation: Organisation,
    goals: str,
    text: str,
    by: User | None,
    brand: str = "",
    brand_story: str = "",
    version: int = 0,
    submit: bool = False,
) -> Plan:
    """Write a unit's own plan; `version` is the one the writer started from (0: none yet).

    Raises `Refused` when somebody else changed it in between: nothing is overwritten silently.
    """
    check_home(organisation, on=timezone.localdate())
    due = campaign.playbook.plan.due if campaign.playbook.plan else None
    Plan.objects.get_or_create(
        campaign=campaign, organisation=organisation, defaults={"due": due, "version": 0}
    )
    same = Plan.objects.filter(campaign=campaign, organisation=organisation, version=version)
    fields: dict[str, Any] = {
        "goals": goals.strip(),
        "text": text.strip(),
        "brand": brand.strip(),
        "brand_story": brand_story.strip(),
    }
    if submit:
        if not goals.strip():
            raise Refused(_("A plan needs its goals before it is handed in."))
        fields["submitted_on"] = timezone.localdate()
    if not same.update(version=F("version") + 1, **fields):
        raise Refused(_("Somebody else changed this plan meanwhile; look at it again, then save."))
    plan: Plan = Plan.objects.get(campaign=campaign, organisation=organisation)
    audit.record("plan.written", plan, by=by, submitted=submit)
    return plan
