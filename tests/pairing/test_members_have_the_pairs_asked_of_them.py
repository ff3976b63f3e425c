"""Every member claims at least one (认领): who has none is named, counted and reminded."""

import pytest
from django.urls import reverse
from django.utils import timezone

from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.households.models import Household
from jiedui.notices.models import Notice
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import load_reminders
from jiedui.pairing.models import Pair

LOAD = "load = { leader = { fewest = 0, most = 3 }, ordinary = { fewest = 0, most = 2 } }"
ASKED = "load = { leader = { fewest = 2, most = 3 }, ordinary = { fewest = 1, most = 2 } }"


@pytest.fixture
def asked(campaign):
    assert LOAD in campaign.source
    campaign.source = campaign.source.replace(LOAD, ASKED)
    campaign.save()
    return campaign


@pytest.fixture
def pairing(asked):
    return asked.playbook.pairing("kinship")


def paired(campaign, member, household, **more):
    return Pair.objects.create(
        campaign=campaign, kind="kinship", member=member, organisation=member.organisation,
        household=household, since=campaign.starts, **more,
    )  # fmt: skip


def another(household, n):
    return Household.objects.create(
        number=f"A{n}", head=f"另{n}", kind="allowance", place=household.place
    )


def test_who_has_nobody_stands_first_and_is_counted(client, office, asked, zhou, he, qin_family):
    paired(asked, he, qin_family)
    client.force_login(office)
    page = client.get(reverse("pairing:members"))
    text = page.content.decode()
    everybody = Member.objects.serving().count()
    assert f"{everybody} 人中有 {everybody - 1} 人没有结对" in text
    assert text.index(zhou.name) < text.index(he.name)
    idle = client.get(reverse("pairing:members"), {"state": "none"}).content.decode()
    assert zhou.name in idle
    assert he.name not in idle


def test_a_cap_of_one_s_own_is_the_most(client, office, asked, zhou, qin_family):
    Member.objects.filter(pk=zhou.pk).update(most_pairs=1)
    paired(asked, zhou, qin_family)
    client.force_login(office)
    full = client.get(reverse("pairing:members"), {"state": "full"}).content.decode()
    assert zhou.name in full


def test_those_with_accounts_are_reminded_once_a_week(client, office, helper, zhou, pairing, asked):
    client.force_login(office)
    address = reverse("pairing:members_remind")
    assert ">提醒 1 人" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    (notice,) = Notice.objects.filter(kind=load_reminders.KIND)
    assert notice.to == helper
    assert AuditEntry.objects.filter(action="loads.reminded").count() == 1
    again = client.get(address).content.decode()
    assert "7天内已提醒过" in again
    assert ">提醒 1 人" not in again
    with pytest.raises(Refused):
        load_reminders.remind(Member.objects.all(), asked, pairing, by=office)


def test_a_notice_says_what_is_missing_now_and_nothing_once_it_is_there(
    client, office, helper, zhou, pairing, asked, qin_family
):
    load_reminders.remind(Member.objects.all(), asked, pairing, by=office)
    client.force_login(helper)
    mine = reverse("notices:mine")
    assert "现有 0" in client.get(mine).content.decode()
    pair = paired(asked, zhou, qin_family)
    if zhou.rank != "clerk":
        paired(asked, zhou, another(qin_family, 1))
    assert "现有 0" not in client.get(mine).content.decode()
    pair.ended = timezone.localdate()
    pair.save()
    assert "现有" in client.get(mine).content.decode()


def test_a_liaison_reads_and_reminds_the_own_members_alone(client, liaison, asked, zhou, he):
    other = Organisation.objects.create(
        parent=asked.organisation, path=f"{asked.organisation.path}0888", name="别家", kind="unit"
    )
    stranger = Member.objects.create(
        number="S1", name="生人甲", organisation=other, rank="clerk", user=None
    )
    client.force_login(liaison)
    text = client.get(reverse("pairing:members")).content.decode()
    assert zhou.name in text
    assert stranger.name not in text
    own = load_reminders.plan(
        Member.objects.visible_to(liaison, permission="pair.tell"), asked,
        asked.playbook.pairing("kinship"),
    )  # fmt: skip
    assert own.members == Member.objects.serving().exclude(pk=stranger.pk).count()


@pytest.mark.parametrize("who", ["helper", "auditor", "leader"])
def test_who_may_not_tell_helpers_may_not_remind(client, who, asked, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("pairing:members_remind")).status_code in (403, 404)
    assert client.post(reverse("pairing:members_remind")).status_code in (403, 404)
    assert not Notice.objects.exists()
