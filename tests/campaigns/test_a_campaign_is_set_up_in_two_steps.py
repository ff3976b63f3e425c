from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.conftest import SMALL_PLAYBOOK

from jiedui.campaigns.models import Campaign
from jiedui.orgs.models import Organisation


@pytest.fixture
def new(client, office):
    client.force_login(office)
    return reverse("campaigns:new")


def file(text, name="mine.toml"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def test_the_wizard_begins_with_the_own_place_organisation_and_names(client, new, bureau):
    form = client.post(new, {"shipped": "xiejiaji"}).context["form"]
    assert "盘锦市" in str(form["place"].value())
    assert form["organisation"].value() == "盘锦市（0001）"
    assert form["office"].value() == "盘锦市办公室"
    assert form["document_word"].value() == ""


def test_every_mistake_of_an_upload_is_in_a_table(client, new):
    text = SMALL_PLAYBOOK.replace('helper = "member"', 'helper = "nobody"')
    text = text.replace('festival = "spring_festival"', 'festival = "spring_festivl"')
    answer = client.post(new, {"file": file(text)})
    mistakes = answer.context["mistakes"]
    assert len(mistakes) == 2
    page = answer.content.decode()
    assert all(str(one.line) in page and one.path in page for one in mistakes)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"", b"= = =", b"PK\x03\x04\x00\x00"])
def test_a_file_that_is_no_playbook_is_answered_with_a_sentence(client, new, content):
    answer = client.post(new, {"file": file(content)})
    assert answer.status_code == 200
    assert answer.context["form"].errors or answer.context["mistakes"]


def test_a_campaign_starts_years_later_with_everything_below_its_place(client, new, bureau):
    facts = {
        "source": SMALL_PLAYBOOK, "place": "大洼区（211104000000）", "organisation": "盘锦市",
        "new_organisation": "", "since": "2027-03-01",
    }  # fmt: skip
    answer = client.post(new, facts)
    campaign = Campaign.objects.get()
    assert answer.url == reverse("campaigns:show", args=[campaign.pk])
    assert campaign.starts == date(2027, 3, 1)
    assert campaign.place.code == "211104000000"
    assert campaign.organisation == bureau.parent
    assert campaign.tasks.exists()


def test_a_new_leading_organisation_may_be_named(client, new):
    facts = {"source": SMALL_PLAYBOOK, "place": "211104000000", "since": "2026-03-01"}
    both = {**facts, "organisation": "盘锦市", "new_organisation": "行动办"}
    assert client.post(new, both).context["form"].non_field_errors()
    client.post(new, {**facts, "new_organisation": "行动办"})
    assert Campaign.objects.get().organisation.name == "行动办"


def test_an_unknown_place_is_named(client, new):
    facts = {
        "source": SMALL_PLAYBOOK,
        "place": "没有这地方",
        "new_organisation": "甲",
        "since": "2026-03-01",
    }
    assert client.post(new, facts).context["form"].errors["place"]


def test_a_form_sent_twice_starts_one_campaign(client, new):
    facts = {"source": SMALL_PLAYBOOK, "place": "211104000000", "new_organisation": "甲",
             "since": "2026-03-01"}  # fmt: skip
    assert client.post(new, facts).status_code == 302
    assert client.post(new, facts).context["form"].non_field_errors()
    assert Campaign.objects.count() == Organisation.objects.filter(name="甲").count() == 1


def test_the_same_playbook_serves_the_next_round_as_well(client, new, campaign, bureau):
    begun = client.post(new, {"file": file(SMALL_PLAYBOOK)}).context["form"]
    assert begun["name"].value().startswith("小行动（")
    facts = {field.name: field.value() or "" for field in begun} | {"since": "2027-03-01"}
    answer = client.post(new, facts)
    second = Campaign.objects.exclude(pk=campaign.pk).get()
    assert answer.url == reverse("campaigns:show", args=[second.pk])
    assert (campaign.key, second.key) == ("small", "small-2")
    assert second.name != campaign.name
    client.post(new, facts | {"since": "2028-03-01"})
    assert Campaign.objects.filter(key="small-3").exists()


@pytest.mark.parametrize("key", ["a.round", "r" * 60])
def test_any_key_of_a_playbook_fits_into_addresses(client, new, bureau, key):
    source = SMALL_PLAYBOOK.replace('key = "small"', f'key = "{key}"')
    facts = {"source": source, "place": "211104000000", "organisation": "盘锦市"}
    for year in (2027, 2028):
        client.post(new, facts | {"since": f"{year}-03-01"})
    keys = list(Campaign.objects.values_list("key", flat=True))
    assert len(keys) == 2 and all(len(one) <= 50 for one in keys)
    assert all(client.get(reverse("figures:index", args=[one])).status_code == 200 for one in keys)


def test_places_are_offered_while_typing(client, new):
    answer = client.get(reverse("campaigns:place_offers"), {"q": "pjdw"})
    assert answer.status_code == 200
    assert "大洼区" in client.get(reverse("campaigns:place_offers"), {"q": "大洼"}).content.decode()


def test_an_edited_copy_is_checked_without_changing_anything(client, new, campaign):
    check = reverse("campaigns:check")
    begun = client.get(check, {"campaign": campaign.pk})
    assert begun.context["form"]["text"].value() == campaign.source
    right = client.post(check, {"text": campaign.source})
    assert right.context["mistakes"] == []
    wrong = client.post(check, {"text": campaign.source.replace("[[phases]]", "[[phasen]]", 1)})
    assert wrong.context["mistakes"]


def test_only_the_office_sets_campaigns_up(client, new, liaison):
    client.force_login(liaison)
    assert client.get(new).status_code == 403


def begun(client, new):
    form = client.post(new, {"shipped": "panjin"}).context["form"]
    return {field.name: field.value() or "" for field in form}


def test_a_shipped_playbook_is_called_by_our_own_names(client, new, bureau):
    facts = begun(client, new) | {
        "name": "一户一帮", "full_name": "大洼区“一户一帮”活动", "office": "大洼区一户一帮办公室",
        "document_word": "洼帮办", "since": "2027-01-05", "place": "211104000000",
    }  # fmt: skip
    client.post(new, facts)
    campaign = Campaign.objects.get()
    about = campaign.playbook.campaign
    assert (campaign.name, str(about.office)) == ("一户一帮", "大洼区一户一帮办公室")
    assert about.document_word == "洼帮办"
    assert "“走亲戚 在行动”" not in campaign.playbook.bulletins[0].text.zh
    assert "“一户一帮”" in campaign.playbook.bulletins[0].text.zh


def test_a_campaign_begins_on_the_day_one_says_and_seasons_stay(client, new, bureau):
    client.post(new, begun(client, new) | {"since": "2027-01-05"})
    campaign = Campaign.objects.get()
    first, second = campaign.playbook.phases[:2]
    assert campaign.starts == first.starts == date(2027, 1, 5)
    assert second.starts == date(2028, 7, 1)  # 1 July 2012 in the playbook, whole years later


@pytest.mark.parametrize("name", ['一"户', "一\\户", "一'户", "“一户”", '一"""户'])
def test_whatever_a_campaign_is_called_the_playbook_stays_sound(client, new, bureau, name):
    client.post(new, begun(client, new) | {"name": name, "full_name": name})
    assert str(Campaign.objects.get().playbook.campaign.full_name) == name
