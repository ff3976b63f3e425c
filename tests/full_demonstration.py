"""A small demonstration on one fixed day, filled up until every list has more than two pages."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, Model, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.campaigns.models import Campaign, Task
from jiedui.core import audit
from jiedui.core.models import Job
from jiedui.demo.loading import load
from jiedui.fieldwork.models import Activity
from jiedui.figures import actions as figures
from jiedui.handover.models import ChangeRequest, HandOver, Notification
from jiedui.households.models import Household, Need
from jiedui.imports import actions as imports
from jiedui.imports.models import Kind, StagedRow
from jiedui.ledger.models import Fund, Gift, JoinedName
from jiedui.needs import actions as needs
from jiedui.needs.models import NeedRequest
from jiedui.notices.models import Complaint
from jiedui.orgs.models import Appointment, Member, Organisation, Team, TeamMember
from jiedui.pairing.models import Avoidance, Pair
from jiedui.places.models import Place
from jiedui.projects import actions as projects
from jiedui.projects.models import Project
from jiedui.proposals.models import Proposal
from jiedui.questionnaires.models import Sheet
from jiedui.reports import actions as reports
from jiedui.reports.models import new_token
from jiedui.supervision.models import Issue, Measure
from jiedui.web import jobs

DAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 2, 30, tzinfo=UTC)
SCALE = 0.01
MORE = 60  # rows of each list that is short; a page has 25 or 50


def account(role: Role) -> User:
    """The account of this role."""
    return User.objects.get(username=f"panjin-{role.replace('_', '-')}")


def full_demonstration() -> dict[str, Any]:
    """The row for each parameter of an address (`addresses`): one with much on its page."""
    load("panjin", scale=SCALE, today=DAY)
    campaign, office = Campaign.objects.get(), account(Role.OFFICE)
    return {
        "campaign": campaign,
        **_registers(),
        **_pairs(),
        **_work(campaign, office),
        **_lists(office),
    }


def copies(row: Model, **each: Callable[[int], Any]) -> list[Any]:
    """`MORE` rows like this one; `each` gives a field its value by number."""
    fields = [one for one in row._meta.concrete_fields if not one.primary_key]
    like = {one.name: getattr(row, one.name) for one in fields}
    made = (like | {name: value(n) for name, value in each.items()} for n in range(MORE))
    return list(type(row)._default_manager.bulk_create(type(row)(**values) for values in made))


def among(rows: QuerySet[Any]) -> Callable[[int], Any]:
    """The rows in turn, by number."""
    found = list(rows.order_by("pk"))
    return lambda number: found[number % len(found)]


def most(rows: QuerySet[Any], name: str) -> Any:
    """The row with most of these."""
    return rows.annotate(times=Count(name)).order_by("-times", "pk")[0]


def _registers() -> dict[str, Any]:
    office, helper = account(Role.OFFICE), account(Role.HELPER)
    units = Organisation.objects.filter(kind="unit")
    branches = Organisation.objects.filter(kind="branch")
    member = Member.objects.get(user=helper)
    pair = Pair.objects.open().filter(member=member, household__isnull=False).order_by("pk")[0]
    household = pair.household
    for number, place in enumerate(Place.objects.filter(level="village").order_by("pk")[:MORE]):
        Household.objects.create(
            number=f"L{number}", head=f"孤{number}", place=place, kind=household.kind, since=DAY
        )
    in_turn = among(branches)
    teams = Team.objects.bulk_create(
        Team(number=f"T{n}", name=f"宣讲队{n}", kind="volunteer", organisation=in_turn(n),
             since=DAY) for n in range(MORE)
    )  # fmt: skip
    members = among(Member.objects.filter(ended=None))
    seats = TeamMember.objects.bulk_create(
        TeamMember(team=team, member=members(2 * n + k), since=DAY, is_head=not k)
        for n, team in enumerate(teams) for k in range(2)
    )  # fmt: skip
    unit = units.order_by("pk")[0]
    more = copies(unit, number=lambda n: f"U{n}", name=lambda n: f"局{n}",
                  path=lambda n: f"{unit.path[:-4]}9{n:03}")  # fmt: skip
    users = copies(office, username=lambda n: f"user{n}")
    Appointment.objects.bulk_create(
        Appointment(user=one, role=role, organisation=where, since=DAY)
        for one, where in zip(users, more, strict=True) for role in (Role.LIAISON, Role.LEADER)
    )  # fmt: skip
    copies(Complaint(text="意见", contact="", answer="已办", answered=NOW),
           answered_by=lambda n: users[n])  # fmt: skip
    return {
        "user": users[0], "appointment": users[0].appointments.first(),
        "household": household, "person": household.people.order_by("pk")[0], "member": member,
        "organisation": unit, "team": teams[0], "seat": seats[0], "place": household.place,
        "need": Need.objects.open().order_by("pk")[0], "pair": pair,
        "complaint": Complaint.objects.order_by("pk")[0],
        "lone": Household.objects.get(number="L0"),
    }  # fmt: skip


def _pairs() -> dict[str, Any]:
    """What happens to pairs: keeping, avoiding, passing on, being asked for, being proposed."""
    office = account(Role.OFFICE)
    running = Pair.objects.open().filter(household__isnull=False, overlap_until=None)
    in_turn = among(running.exclude(change_requests__state="waiting"))
    households, members = among(Household.objects.all()), among(Member.objects.filter(ended=None))
    Avoidance.objects.all().delete()
    avoidances = Avoidance.objects.bulk_create(
        Avoidance(member=members(n), household=households(n), reason="亲属", declared_on=DAY)
        for n in range(MORE)
    )
    hand_over = HandOver.objects.get()
    copies(hand_over, member=members, state=lambda _n: HandOver.State.DONE)
    line = hand_over.rows.order_by("pk")[0]
    kept = set(hand_over.rows.values_list("pair", flat=True))
    others = [pair for pair in map(in_turn, range(2 * MORE)) if pair.pk not in kept]
    copies(line, pair=lambda n: others[n], first=members)
    Notification.objects.all().delete()
    Notification.objects.bulk_create(
        Notification(pair=in_turn(n), whom=Notification.Whom.FAMILY) for n in range(MORE)
    )
    asked = ChangeRequest.objects.filter(state="waiting").order_by("pk")[0]
    copies(asked, pair=in_turn, asked_by=lambda _n: office)
    proposal = Proposal.objects.get()
    copies(proposal, state=lambda _n: Proposal.State.DISCARDED)
    return {
        "keeper": Pair.objects.open().filter(place__isnull=False).order_by("pk")[0],
        "avoidance": avoidances[0], "hand_over": hand_over, "hand_over_line": line,
        "change_request": asked, "proposal": proposal,
        "proposed": proposal.rows.order_by("pk")[0],
    }  # fmt: skip


def _work(campaign: Campaign, office: User) -> dict[str, Any]:
    """What is done and given, what is wrong, and what is published of it."""
    units, members = among(Organisation.objects.filter(kind="unit")), among(Member.objects.all())
    fund = most(Fund.objects.all(), "entries")
    copies(fund, name=lambda n: f"基金{n}", organisation=units)
    gift = Gift.objects.filter(household__isnull=False, fund=None).order_by("-value_fen", "day")[0]
    gift.distribution = gift.pk  # its address is that of a distribution, too
    gift.save()
    measure = most(Measure.objects.all(), "issues")
    issue = most(Issue.objects.all(), "measures")
    measures = copies(measure, organisation=units, owner=members)
    issues = copies(issue, organisation=units, owner=members)
    links = Issue.measures.through
    links.objects.bulk_create(
        links(issue=a, measure=b) for a, b in zip(issues, measures, strict=True)
    )
    figures.take(campaign)
    bulletin = reports.begin(campaign, kind=campaign.playbook.bulletins[0].key, by=office)
    copies(bulletin, token=lambda _n: new_token(), title=lambda n: f"通报{n}")
    task = most(Task.objects.filter(campaign=campaign), "reports")
    visits = Activity.objects.filter(pair__member__user=account(Role.HELPER))
    project = _projects(campaign, office)
    return {
        "fund": fund, "entry": fund.entries.order_by("pk")[0], "gift": gift,
        "joined": JoinedName.objects.create(campaign=campaign, name="大米袋", means="大米"),
        "measure": measure, "issue": issue, "bulletin": bulletin, "task": task,
        "visit": visits.order_by("day", "recorded_at")[0],
        "figure": SimpleNamespace(pk="households.covered"),
        "form": SimpleNamespace(pk="revisit"), "sheet": Sheet.objects.order_by("pk")[0],
        "project": project, "project_kind": SimpleNamespace(pk="road"),
        "need_request": _requests(campaign, office), "need_kind": SimpleNamespace(pk="wish"),
    }  # fmt: skip


PROJECTS = """
[[projects]]
key = "road"
name = { zh = "修路", en = "Road" }
states = [
  { key = "listed", name = { zh = "已立项", en = "Listed" }, stage = "planned" },
  { key = "building", name = { zh = "施工中", en = "Being built" }, stage = "under_way" },
  { key = "built", name = { zh = "已完工", en = "Built" }, stage = "done" },
]
sources = [{ key = "county", name = { zh = "县级财政", en = "County budget" } }]
questions = [{ key = "paved", type = "number", name = { zh = "硬化路", en = "Paved road" } }]
"""


def _projects(campaign: Campaign, office: User) -> Project:
    """Roads in each state; the playbook that ships has none."""
    campaign.source = campaign.source + PROJECTS
    campaign.save()
    villages = among(Place.objects.filter(level="village"))
    units = among(Organisation.objects.filter(kind="unit"))
    made = [
        projects.register(
            campaign,
            projects.Planned(
                kind="road", name=f"路{n}", place=villages(n), organisation=units(n),
                state=("listed", "building", "built")[n % 3], day=DAY, funds={"county": n * 100},
                before={"paved": n},
            ),
            by=office,
        )
        for n in range(MORE)
    ]  # fmt: skip
    return made[0]


NEEDS = """
[[needs]]
key = "wish"
name = { zh = "微心愿", en = "Small wish" }
asked_for = ["household", "place"]
meets = ["health"]
"""


def _requests(campaign: Campaign, office: User) -> NeedRequest:
    """Wishes of families, most of them on the board; the playbook that ships has none."""
    campaign.source = campaign.source + NEEDS
    campaign.save()
    homes = among(Household.objects.filter(ended=None))
    made = [
        needs.ask(
            campaign,
            needs.Asked(kind="wish", public_text=f"书桌{n % 9}", day=DAY, household=homes(n)),
            by=office,
        )
        for n in range(2 * MORE)
    ]
    for row in made[MORE // 2 :]:
        needs.check(row, is_public=True, by=office)
    for n, row in enumerate(made[MORE + MORE // 2 :]):
        needs.claim(row, among(Member.objects.filter(ended=None))(n), by=office)
    return made[0]


def _lists(office: User) -> dict[str, Any]:
    """Uploaded lists with their rows and mistakes, what was read, and a job."""
    village = Place.objects.filter(level="village").order_by("pk")[0].name
    lines = [f"{village},N{n},李{chr(0x4E00 + n)},低保户,{n % 2 or '错'}" for n in range(2 * MORE)]
    text = "\n".join(["行政村,户编号,户主姓名,户类型,人口数", *lines])
    upload = imports.receive("households", "名单.csv", [text.encode()], by=office)
    imports.check(upload, by=office)
    jobs.load_runners()
    while job := jobs.claim():
        jobs.run(job)
    upload.refresh_from_db()
    other = copies(upload, kind=lambda _n: Kind.TEAMS)[0]
    for number in range(MORE):
        StagedRow.objects.create(
            upload=other, sheet="表1", number=number, outcome="new", title=f"队{number}",
            drafts="[]",
        )  # fmt: skip
    for complaint in Complaint.objects.order_by("pk"):
        audit.record("complaint.made", complaint)
    return {"upload": upload, "other_upload": other, "job": Job.objects.order_by("pk")[0]}
