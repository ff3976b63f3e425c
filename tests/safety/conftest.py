"""Something of everything in Willow village and the bureau, all of it foreign to Lu."""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone

from addresses import Address

PHONE, IDENTITY, HEALTH = "13998765432", "211104195801017778", "慢性肾病"


@dataclass(frozen=True)
class World:
    """The rows of the foreign village, and the words that must not leave it."""

    rows: dict[str, object]
    secrets: tuple[str, ...]

    def url(self, address: Address) -> str:
        return address.url(self.rows)


@pytest.fixture(autouse=True)
def _no_cache():
    cache.clear()


@pytest.fixture
def world(
    campaign, zhou_and_the_qins, qin_family, willow_village, bureau, branch, zhou, he, today,
    office, leader,
):  # fmt: skip
    from jiedui.campaigns.models import Plan, Task
    from jiedui.core.models import Job
    from jiedui.fieldwork.models import Activity, Attendance
    from jiedui.figures import actions as figures
    from jiedui.handover import bulk_hand_over, change_requests
    from jiedui.households.models import Household, Need, Person
    from jiedui.imports.models import Flaw, StagedRow, Upload
    from jiedui.ledger.models import Fund, FundEntry, Gift, JoinedName
    from jiedui.needs import actions as needs
    from jiedui.notices.models import Complaint
    from jiedui.orgs.models import Member, Team, TeamMember
    from jiedui.pairing.models import Avoidance, Pair
    from jiedui.projects import actions as projects
    from jiedui.proposals.models import Proposal, ProposedPair
    from jiedui.questionnaires.models import Sheet
    from jiedui.reports import actions as reports
    from jiedui.supervision.models import Issue, Measure

    Household.objects.filter(pk=qin_family.pk).update(size=3)
    qin_family.phone, qin_family.address = PHONE, "柳树村七组门牌十二"
    qin_family.save()
    now = timezone.now()
    person = Person.objects.create(
        household=qin_family, number="H1-01", name="秦小禾", identity=IDENTITY, health=HEALTH,
        since=today,
    )  # fmt: skip
    need = Need.objects.create(
        household=qin_family, kind="medical", text="秦家求医甲", since=today
    )  # fmt: skip
    team = Team.objects.create(
        number="T1", name="柳树宣讲队乙", kind="volunteer", organisation=branch, since=today
    )
    TeamMember.objects.create(team=team, member=he, since=today)
    keeper = Pair.objects.create(
        campaign=campaign, kind="kinship", member=he, organisation=branch, place=willow_village,
        since=today,
    )  # fmt: skip
    lone = Household.objects.create(
        number="H8", head="秦孤舟", place=willow_village, kind="allowance", size=1, since=today
    )
    visit = Activity.objects.create(
        campaign=campaign, kind="visit", day=today, organisation=branch, place=willow_village,
        household=qin_family, pair=zhou_and_the_qins, recorded_at=now, note="走访笔记丙",
        private='{"q": "只给自己看丁"}',
    )  # fmt: skip
    Attendance.objects.create(activity=visit, member=zhou)
    sheet = Sheet.objects.create(
        campaign=campaign, playbook_text=campaign.playbook_text, form_key="survey", day=today,
        household=qin_family, answers={"safe": True, "wish": "问卷心愿巳"}, recorded_at=now,
        private='{"ill": "问卷病情午"}',
    )  # fmt: skip
    project = projects.register(
        campaign,
        projects.Planned(
            kind="road", name="柳树路未", text="路面说明申", place=willow_village,
            organisation=branch, state="building", day=today, due=today,
            before={"said": "坑洼酉"},
        ),
        by=None,
    )  # fmt: skip
    need_request = needs.ask(
        campaign,
        needs.Asked(
            kind="wish", public_text="心愿公开戌", day=today, household=qin_family,
            detail="心愿详情亥",
        ),
        by=None,
    )  # fmt: skip
    fund = Fund.objects.create(
        campaign=campaign, organisation=bureau, name="柳树基金戊", since=today, balance_fen=100
    )
    entry = FundEntry.objects.create(fund=fund, day=today, amount_fen=100, balance_fen=100)
    joined = JoinedName.objects.create(campaign=campaign, name="柳树大米戊", means="柳树米戊")
    number = uuid4()  # of the gift, and of the distribution it is a part of
    gift = Gift.objects.create(
        id=number, distribution=number,
        campaign=campaign, day=today, kind="cash", value_fen=4_321_987, giver=bureau, member=zhou,
        household=qin_family, place=willow_village, recorded_at=now, confirmed_by="",
    )  # fmt: skip
    # A second one, so that the published sum is not the amount of one household.
    Gift.objects.create(
        campaign=campaign, day=today, kind="cash", value_fen=100, giver=bureau,
        household=lone, place=willow_village, recorded_at=now,
    )  # fmt: skip
    measure = Measure.objects.create(
        campaign=campaign, organisation=branch, owner=zhou, text="措施文字己", since=today,
        due=today,
    )  # fmt: skip
    issue = Issue.objects.create(
        campaign=campaign, organisation=branch, place=willow_village, kind="style", source="own",
        text="问题文字庚", found_on=today, owner=zhou, state="to_check", due=today,
    )  # fmt: skip
    measure.issues.add(issue)
    avoidance = Avoidance.objects.create(
        member=he, household=qin_family, reason="回避缘由辛", declared_on=today
    )
    proposal = Proposal.objects.create(
        campaign=campaign, kind="kinship", state="ready", rules={"by": office.pk}, made_by="office"
    )
    row = ProposedPair.objects.create(proposal=proposal, household=lone, member=he, cost=1)
    upload = Upload.objects.create(
        kind="households", name="柳树名单壬.xlsx", size=1, sha256="0" * 64, file="nothing",
        owner=office, state="checked", seal="s", columns="{}",
        counts={"rows": 1, "new": 1, "mistakes": 1},
    )  # fmt: skip
    StagedRow.objects.create(
        upload=upload, sheet="表1", number=3, outcome="new", title="秦安", where="柳树村",
        drafts="[]",
    )  # fmt: skip
    Flaw.objects.create(
        upload=upload, sheet="表1", row=3, column="A", is_error=True, message="错", mend="改",
        value=PHONE,
    )  # fmt: skip
    job = Job.objects.create(runner="listing.export", subject="x" * 24, owner_id=office.pk)
    complaint = Complaint.objects.create(text="意见文字癸", contact=PHONE, origin="o")
    Plan.objects.create(campaign=campaign, organisation=bureau, brand="柳树品牌子", text="计划丑")
    own_task = Task.objects.create(
        campaign=campaign, key="own-1", name="自选动作寅", is_prescribed=False, per="unit",
        organisation=bureau, starts=today, due=today + timedelta(days=9),
    )  # fmt: skip
    figures.take(campaign)
    draft = reports.begin(campaign, kind="monthly", by=office)
    draft.title = "通报草稿卯"
    draft.save()
    hand_over = bulk_hand_over.prepare(
        zhou, fate="later", on=today, reason="transfer", among=Member.objects.all(), by=office
    )
    change_request = change_requests.ask(
        zhou_and_the_qins, side="helped", reason="transfer", text="换人愿望辰", by=None
    )
    rows = {
        "household": qin_family, "person": person, "need": need, "member": zhou,
        "organisation": bureau, "team": team, "place": willow_village, "pair": zhou_and_the_qins,
        "keeper": keeper, "lone": lone, "visit": visit, "fund": fund, "gift": gift,
        "entry": entry, "joined": joined, "sheet": sheet, "project": project,
        "need_request": need_request,
        "measure": measure, "issue": issue, "avoidance": avoidance, "proposal": proposal,
        "proposed": row, "upload": upload, "job": job, "complaint": complaint, "task": own_task,
        "bulletin": draft, "campaign": campaign, "user": office,
        "appointment": office.appointments.get(), "seat": team.places_in.get(),
        "hand_over": hand_over, "hand_over_line": hand_over.rows.get(),
        "change_request": change_request,
        "figure": SimpleNamespace(pk="households"), "form": SimpleNamespace(pk="survey"),
        "project_kind": SimpleNamespace(pk="road"),
        "need_kind": SimpleNamespace(pk="wish"),
    }  # fmt: skip
    secrets = (
        "秦安", "秦小禾", "秦孤舟", "周明", "何静", PHONE, IDENTITY, HEALTH, "门牌十二",
        "秦家求医甲", "柳树宣讲队乙", "走访笔记丙", "只给自己看丁", "柳树基金戊", "43,219.87",
        "措施文字己", "问题文字庚", "回避缘由辛", "柳树名单壬", "意见文字癸", "柳树品牌子",
        "计划丑", "自选动作寅", "通报草稿卯", "换人愿望辰", "问卷心愿巳", "问卷病情午",
        "柳树路未", "路面说明申", "坑洼酉",
        "心愿公开戌", "心愿详情亥",
    )  # fmt: skip
    return World(rows, secrets)
