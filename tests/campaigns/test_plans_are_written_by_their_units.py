import pytest
from django.urls import reverse

from jiedui.campaigns import actions
from jiedui.campaigns.models import Plan


@pytest.fixture
def edit(client, liaison, full_campaign, branch):
    client.force_login(liaison)
    return reverse("campaigns:plan_edit", args=[branch.pk])


def filled(**more):
    facts = {"version": 0, "goals": "每户走到", "part_0": "两处脏乱", "part_1": "一周清完"}
    return {**facts, **more}


def test_a_plan_is_written_under_the_headings_and_handed_in(client, edit, branch):
    client.post(edit, filled(submit=1, brand="红马甲"))
    plan = Plan.objects.get()
    assert plan.submitted_on
    shown = client.get(reverse("campaigns:plan", args=[branch.pk]))
    assert [part for _heading, part in shown.context["parts"]] == ["两处脏乱", "一周清完"]
    assert client.get(edit).context["form"]["part_1"].value() == "一周清完"


def test_lines_below_a_heading_stay_there(client, edit):
    client.post(edit, filled(part_0="一\n二\n\n三"))
    assert client.get(edit).context["form"]["part_0"].value() == "一\n二\n\n三"


def test_when_two_write_both_texts_are_shown_and_nothing_is_lost(
    client, edit, full_campaign, branch
):
    actions.write_plan(
        full_campaign,
        organisation=branch,
        goals="别人的目标",
        text="1、查摆问题：别人写的",
        by=None,
    )
    answer = client.post(edit, filled(goals="我的目标"))
    text = answer.content.decode()
    assert "别人写的" in text
    assert "我的目标" in text
    assert Plan.objects.get().goals == "别人的目标"
    again = answer.context["form"]["version"].value()
    client.post(edit, filled(goals="我的目标", version=again))
    assert Plan.objects.get().goals == "我的目标"


def test_what_only_the_other_changed_stays_when_one_saves_again(client, edit, branch, helper):
    client.post(edit, filled())
    shown = client.get(edit).context["form"].opened
    client.post(edit, filled(goals="甲的目标", version=1))
    answer = client.post(edit, filled(part_1="乙的一段", version=1, shown=shown))
    form = answer.context["form"]
    assert (form["goals"].value(), form["part_1"].value()) == ("甲的目标", "乙的一段")
    again = {name: form[name].value() for name in form.fields} | {"shown": form.opened}
    client.post(edit, again)
    plan = Plan.objects.get()
    assert plan.goals == "甲的目标"
    assert "乙的一段" in plan.text


def test_a_plan_without_goals_cannot_be_handed_in(client, edit):
    answer = client.post(edit, filled(goals="", submit=1))
    assert answer.context["form"].non_field_errors()
    assert not Plan.objects.exclude(submitted_on=None).exists()


def test_the_list_tells_who_has_not_begun(client, edit, branch):
    listed = client.get(reverse("campaigns:plans"), {"state": "missing"})
    assert listed.context["list"].total == 1
    assert "circle-dashed" in listed.content.decode()
    client.post(edit, filled(submit=1))
    listed = client.get(reverse("campaigns:plans"), {"state": "missing"})
    assert listed.context["list"].total == 0
    assert client.get(reverse("campaigns:plans"), {"sort": "-handed_in"}).status_code == 200
    workbook = client.get(reverse("campaigns:plans"), {"export": "xlsx"})
    workbook.close()
    assert workbook.status_code == 200


def test_strangers_and_readers_cannot_write(client, edit, lu, auditor, branch):
    client.force_login(lu)
    assert client.get(reverse("campaigns:plan", args=[branch.pk])).status_code == 404
    assert client.get(edit).status_code == 403
    client.force_login(auditor)
    assert client.post(edit, filled()).status_code == 403


def test_brands_stand_side_by_side(client, edit):
    client.post(edit, filled(brand="红马甲", brand_story="周五见"))
    answer = client.get(reverse("campaigns:brands"), {"q": "周五"})
    assert "红马甲" in answer.content.decode()
    assert not client.get(reverse("campaigns:brands"), {"q": "无"}).context["plans"]
