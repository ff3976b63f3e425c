import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.conftest import SMALL_PLAYBOOK

from jiedui.campaigns.models import Campaign


@pytest.fixture
def new(client, office):
    client.force_login(office)
    return reverse("campaigns:new")


def file(text, name="mine.toml"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def test_a_shipped_playbook_leads_to_place_and_organisation(client, new):
    answer = client.post(new, {"shipped": "xiejiaji"})
    assert "谢家集" in str(answer.context["form"]["place"].value())


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
        "new_organisation": "", "year": 2027,
    }  # fmt: skip
    answer = client.post(new, facts)
    campaign = Campaign.objects.get()
    assert answer.url == reverse("campaigns:show", args=[campaign.pk])
    assert campaign.starts.year == 2027
    assert campaign.place.code == "211104000000"
    assert campaign.organisation == bureau.parent
    assert campaign.tasks.exists()


def test_a_new_leading_organisation_may_be_named(client, new):
    facts = {"source": SMALL_PLAYBOOK, "place": "211104000000", "year": 2026}
    both = {**facts, "organisation": "盘锦市", "new_organisation": "行动办"}
    assert client.post(new, both).context["form"].non_field_errors()
    client.post(new, {**facts, "new_organisation": "行动办"})
    assert Campaign.objects.get().organisation.name == "行动办"


def test_an_unknown_place_is_named(client, new):
    facts = {
        "source": SMALL_PLAYBOOK,
        "place": "没有这地方",
        "new_organisation": "甲",
        "year": 2026,
    }
    assert client.post(new, facts).context["form"].errors["place"]


def test_the_same_campaign_cannot_run_twice(client, new, campaign):
    facts = {"source": SMALL_PLAYBOOK, "place": "211104000000", "new_organisation": "甲",
             "year": 2026}  # fmt: skip
    assert client.post(new, facts).context["form"].non_field_errors()
    assert Campaign.objects.count() == 1


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
