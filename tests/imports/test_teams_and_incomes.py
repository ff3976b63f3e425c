"""Lists of teams with who is in them, and the income columns of the national form."""

from datetime import date

import lists
import pytest
from registers import bring_in, done, everything, home, send

from jiedui.households.models import Household, Income
from jiedui.imports import actions
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.matching.comparisons import COMPARISONS
from jiedui.imports.models import Kind
from jiedui.orgs.models import Member, Team, TeamMember

TEAM_HEAD = ["队伍名称", "队伍类型", "所属组织", "地点", "队长", "队员", "成立时间"]
# Columns by which a row is found, or which are kept together with another one.
HELPING = {"code", "county", "township", "village", "household_code", "head", "parent", "relation",
           "identity", "state", "branch", "group", "place", "income_year",
           "disability_level"}  # fmt: skip


@pytest.mark.parametrize("kind", Kind.values)
def test_every_column_reaches_a_register_or_says_why_not(kind):
    reaching = set().union(*(part.fields for part in COMPARISONS[kind].parts.values())) | HELPING
    lost = {f.key for f in SCHEMAS[kind].fields if f.key not in reaching and not f.why_not}
    assert lost == set()


@pytest.mark.django_db
class TestTeams:
    def _list(self, *rows):
        return lists.xlsx([["志愿服务队台账"], TEAM_HEAD, *rows])

    def test_a_team_comes_with_its_head_and_its_members(self, office, zhou, he, willow_village):
        row = ["柳树劝导队", "劝导队", "农业局机关党支部", "柳树村", "周明", "周明、何静", "202403"]
        content = self._list(row)
        bring_in("teams", content, by=office)
        team = Team.objects.get()
        assert (team.organisation, team.place) == (zhou.organisation, willow_village)
        assert (team.number, team.since, team.pinyin) == ("B1-T01", date(2024, 3, 1), team.pinyin)
        seats = team.places_in.order_by("member__number").values_list("member", "is_head")
        assert list(seats) == [(zhou.pk, True), (he.pk, False)]
        before = everything()
        assert bring_in("teams", content, by=office).counts["same"] == 1
        assert everything() == before

    def test_another_head_steps_in_and_the_former_one_stays_in_the_team(self, office, zhou, he):
        row = ["柳树劝导队", "劝导队", "农业局机关党支部", "", "周明", "", ""]
        bring_in("teams", self._list(row), by=office)
        row[4] = "M2"
        upload = bring_in("teams", self._list(row), by=office)
        assert upload.counts["changed"] == 1
        heads = TeamMember.objects.values_list("member__name", "is_head")
        assert set(heads) == {("周明", False), ("何静", True)}
        done(actions.undo(upload, by=office), upload)
        assert list(TeamMember.objects.values_list("member__name", "is_head")) == [("周明", True)]

    def test_who_is_no_member_is_left_out_and_told(self, office, zhou):
        row = ["柳树劝导队", "劝导队", "农业局机关党支部", "", "无名氏", "", ""]
        upload = bring_in("teams", self._list(row), by=office)
        assert (upload.counts["new"], upload.counts["warnings"]) == (1, 1)
        assert not TeamMember.objects.exists()

    def test_a_kind_no_playbook_names_is_a_mistake(self, office, campaign, zhou):
        from jiedui.orgs.models import named_team_kinds

        row = ["柳树劝导队", "天外来客队", "农业局机关党支部", "", "", "", ""]
        flaws = send("teams", self._list(row), by=office).flaws.filter(is_error=True)
        known = named_team_kinds()
        assert flaws.exists() is bool(known)
        for key, name in known.items():
            row[1] = name
            upload = send("teams", self._list(row), by=office)
            assert upload.counts["new"] == 1
            assert f'"kind": "{key}"' in str(upload.rows.get().drafts)

    def test_a_member_joins_the_team_the_list_names(self, office, zhou):
        team = Team.objects.create(
            number="T1", name="柳树劝导队", kind="x", organisation=zhou.organisation
        )
        head = ["姓名", "所在支部", "志愿服务队"]
        content = lists.xlsx([head, ["何静", "农业局机关党支部", "柳树劝导队"]])
        bring_in("members", content, by=office)
        assert Member.objects.get(name="何静").teams.get() == team
        assert bring_in("members", content, by=office).counts["same"] == 1


@pytest.mark.django_db
class TestIncomes:
    HEAD = ["户编号", "村", "户主", "工资性收入", "生产经营性收入", "生产经营性支出", "财产性收入",
            "转移性收入", "收入年度"]  # fmt: skip

    def _row(self, *yuan, year="2025"):
        return ["H7", "柳树村", "李安平", *yuan, year]

    def test_each_source_goes_to_the_income_of_its_year(self, office, willow_village):
        content = lists.xlsx([self.HEAD, self._row(12000, "3,000.50", 800, "", "0.1万元")])
        bring_in("households", content, by=office)
        row = Income.objects.get()
        assert (row.year, row.wage_fen, row.business_fen) == (2025, 1_200_000, 300_050)
        assert (row.business_cost_fen, row.property_fen, row.transfer_fen) == (80_000, 0, 100_000)
        assert "wage_income" not in Household.objects.get().more
        assert bring_in("households", content, by=office).counts["same"] == 1
        other = lists.xlsx([self.HEAD, self._row(13000, "", "", "", "")])
        upload = bring_in("households", other, by=office)
        assert upload.counts["changed"] == 1
        row.refresh_from_db()
        assert (row.wage_fen, row.business_fen) == (1_300_000, 300_050)
        done(actions.undo(upload, by=office), upload)
        row.refresh_from_db()
        assert row.wage_fen == 1_200_000

    @pytest.mark.parametrize(
        ("dated", "year"), [("202603", 2025), ("202611", 2026), ("2025", 2025)]
    )
    def test_the_year_follows_the_date_of_the_data(self, office, willow_village, dated, year):
        head = ["户编号", "村", "户主", "工资性收入", "数据日期"]
        content = lists.xlsx([head, ["H7", "柳树村", "李安平", 12000, dated]])
        bring_in("households", content, by=office)
        assert Income.objects.get().year == year

    def test_a_list_that_does_not_say_the_year_is_asked_once(self, office, willow_village, today):
        head = ["户编号", "村", "户主", "工资性收入"]
        rows = [[f"H{n}", "柳树村", name, 12000] for n, name in enumerate(("李安平", "王秋月"))]
        upload = bring_in("households", lists.xlsx([head, *rows]), by=office)
        assert upload.counts["warnings"] == 1
        assert set(Income.objects.values_list("year", flat=True)) == {today.year - 1}

    def test_a_total_that_is_not_the_sum_is_doubtful(self, office, willow_village):
        head = [*self.HEAD, "家庭纯收入"]
        rows = [[*self._row(100, 200, 50, 0, 0), 250], [*self._row(1000, 0, 0, 0, 0), 9000]]
        rows[1][0:3] = ["H8", "柳树村", "王秋月"]
        upload = send("households", lists.xlsx([head, *rows]), by=office)
        (flaw,) = upload.flaws.filter(field="income")
        assert flaw.row == 3

    def test_a_doubtful_household_keeps_its_income_until_it_is_decided(
        self, office, willow_village
    ):
        from registers import sheet

        bring_in("households", sheet(home(number="", name="李安平", born="")), by=office)
        head = ["村", "户主", "工资性收入", "收入年度"]
        content = lists.xlsx([head, ["柳树村", "李按平", 12000, 2025]])
        upload = send("households", content, by=office)
        row = upload.rows.get()
        assert row.outcome == "doubtful"
        actions.decide(upload, [row.pk], "same", by=office)
        done(actions.apply(upload, by=office), upload)
        assert Income.objects.get().household == Household.objects.get()
