from django.urls import reverse

from jiedui.handover import actions, bulk_hand_over, change_requests
from jiedui.home.desk import Desk
from jiedui.home.todos import todos
from jiedui.orgs.models import Member


def _texts(user, campaign, today):
    return [one.text for one in todos(Desk(user, campaign, today))]


def test_a_leaver_sees_what_is_still_theirs(client, campaign, helper, he, zhou_and_the_qins, today):
    assert not any("秦安仍由您负责" in one for one in _texts(helper, campaign, today))
    actions.hand_over(zhou_and_the_qins, to=[he], on=today, reason="transfer", by=None)
    assert any("秦安仍由您负责" in one for one in _texts(helper, campaign, today))
    client.force_login(helper)
    page = client.get(reverse("web:home")).content.decode()
    assert "秦安仍由您负责" in page and reverse("notices:mine") in page


def test_who_must_decide_or_tell_is_reminded(
    campaign, office, village_officer, helper, zhou, he, zhou_and_the_qins, today
):
    change_requests.ask(zhou_and_the_qins, side="helper", reason="transfer", text="调走", by=helper)
    assert any("换人申请" in one for one in _texts(office, campaign, today))
    assert not any("换人申请" in one for one in _texts(helper, campaign, today))
    drafted = bulk_hand_over.prepare(
        zhou, fate="stay", on=today, reason="transfer", among=Member.objects.all(), by=office
    )
    assert any("周明" in one for one in _texts(office, campaign, today))
    bulk_hand_over.settle(drafted, by=office)
    assert not any("办完" in one for one in _texts(office, campaign, today))
    assert any("告知 1 户" in one for one in _texts(village_officer, campaign, today))
