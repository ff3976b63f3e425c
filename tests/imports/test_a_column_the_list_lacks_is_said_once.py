"""A column that the list has not, and that is needed, is said once for all rows on the page."""

import lists
import pytest
from django.urls import reverse
from registers import bring_in, done, send

from jiedui.households.models import Income, Person
from jiedui.imports import actions
from jiedui.imports.models import Upload
from jiedui.orgs.models import Organisation, Team
from jiedui.places.models import Place

pytestmark = pytest.mark.django_db


def _say(client, upload, **said):
    """As the page sends it; the page offers every one of these columns."""
    page = client.get(reverse("imports:mistakes", args=[upload.pk])).content.decode()
    shown = client.get(reverse("imports:show", args=[upload.pk])).content.decode()
    for key in said:
        assert f'name="fill-{key}"' in page
        assert f'name="fill-{key}"' in shown
    answers = {f"fill-{key}": value for key, value in said.items()}
    client.post(reverse("imports:fill", args=[upload.pk]), answers)
    return done(Upload.objects.get(pk=upload.pk).job, upload)


def test_people_without_a_relation(client, office, qin_family):
    client.force_login(office)
    rows = [["户编号", "姓名", "性别"], ["H1", "秦小雨", "女"], ["H1", "秦大山", "男"]]
    upload = send("people", lists.xlsx(rows), by=office)
    upload = _say(client, upload, relation="子")
    page = client.get(reverse("imports:show", args=[upload.pk])).content.decode()
    assert page.count("为整份名单填写") == 2
    done(actions.apply(upload, by=office), upload)
    assert set(Person.objects.values_list("relation", flat=True)) == {"son"}


def test_what_the_register_knows_is_not_overwritten(client, office, qin_family):
    client.force_login(office)
    head = ["户编号", "姓名", "与户主关系"]
    bring_in("people", lists.xlsx([head, ["H1", "秦小雨", "孙女"]]), by=office)
    upload = send("people", lists.xlsx([head[:2], ["H1", "秦小雨"], ["H1", "秦大山"]]), by=office)
    upload = _say(client, upload, relation="子")
    assert (upload.counts["new"], upload.counts["same"]) == (1, 1)
    upload = _say(client, upload, relation="")
    assert '"son"' not in "".join(str(row.drafts) for row in upload.rows.all())


def test_nobody_is_made_head_by_the_way(client, office, qin_family):
    client.force_login(office)
    rows = [["户编号", "姓名"], ["H1", "秦小雨"]]
    upload = _say(client, send("people", lists.xlsx(rows), by=office), relation="户主")
    assert upload.counts["bad"] == 1
    assert "is the head of this household" in upload.flaws.get(is_error=True).message


def test_the_village_of_a_list_of_people_and_of_needs(client, office, qin_family):
    client.force_login(office)
    rows = [["户主姓名", "姓名", "与户主关系"], ["秦安", "秦小雨", "孙女"]]
    upload = send("people", lists.xlsx(rows), by=office)
    assert upload.counts["bad"] == 1
    assert _say(client, upload, village="柳树村").counts["new"] == 1
    rows = [["户主姓名", "需求类型", "需求内容"], ["秦安", "住房", "修屋顶"]]
    upload = send("needs", lists.xlsx(rows), by=office)
    assert _say(client, upload, village="柳树村").counts["new"] == 1


def test_the_organisation_of_teams_and_of_units(client, office, zhou):
    client.force_login(office)
    upload = send("teams", lists.xlsx([["编号", "队伍名称"], ["T1", "柳树劝导队"]]), by=office)
    assert upload.counts["bad"] == 1
    upload = _say(client, upload, organisation="农业局机关党支部")
    done(actions.apply(upload, by=office), upload)
    assert Team.objects.get().organisation == zhou.organisation
    upload = send("organisations", lists.xlsx([["编号", "名称"], ["U9", "种子站"]]), by=office)
    upload = _say(client, upload, parent="农业局")
    done(actions.apply(upload, by=office), upload)
    assert Organisation.objects.get(number="U9").parent.name == "农业局"


def test_the_village_and_kind_of_places_and_the_year_of_an_income(client, office, willow_village):
    client.force_login(office)
    upload = send("places", lists.xlsx([["编号", "名称"], ["", "东头值班点"]]), by=office)
    assert upload.counts["bad"] == 1
    upload = _say(client, upload, village="柳树村", kind="岗位")
    done(actions.apply(upload, by=office), upload)
    assert Place.objects.get(name="东头值班点").level == "post"
    rows = [["村", "户主姓名", "工资性收入"], ["柳树村", "李安平", 1000]]
    upload = _say(client, send("households", lists.xlsx(rows), by=office), income_year="2019")
    done(actions.apply(upload, by=office), upload)
    assert Income.objects.get().year == 2019


def test_a_list_that_has_the_column_is_not_asked(client, office, qin_family):
    client.force_login(office)
    rows = [["户编号", "姓名", "与户主关系"], ["H1", "秦小雨", "孙女"]]
    upload = send("people", lists.xlsx(rows), by=office)
    page = client.get(reverse("imports:show", args=[upload.pk])).content.decode()
    assert 'name="fill-relation"' not in page
