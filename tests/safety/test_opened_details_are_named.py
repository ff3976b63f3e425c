"""Opening masked details says whose and which; a helper opens no more than a visit needs."""

import pytest
from django.urls import reverse

from addresses import content
from jiedui.core.models import AuditEntry

IDENTITY, BANK = "211104195801017778", "6222020200112233445"


@pytest.fixture
def family(qin_family, zhou_and_the_qins, today):
    from jiedui.households.models import Person

    qin_family.phone, qin_family.address, qin_family.bank_card = "13998765432", "七组十二", BANK
    qin_family.save()
    Person.objects.create(
        household=qin_family, number="H1-01", name="秦小禾", identity=IDENTITY, health="chronic",
        phone="13911112222", since=today,
    )  # fmt: skip
    Person.objects.create(household=qin_family, number="H1-02", name="秦小苗", since=today)
    return qin_family


def opened(client, user, family):
    client.force_login(user)
    return content(client.post(reverse("profiles:household_details", args=[family.pk])))


def test_a_helper_opens_what_a_visit_needs(client, helper, family):
    said = opened(client, helper, family)
    assert "13998765432" in said
    assert "七组十二" in said
    assert "13911112222" in said
    for closed in (IDENTITY[-4:], BANK, "身份证", "健康", "银行卡"):
        assert closed not in said


def test_an_officer_opens_what_the_register_needs_the_identity_still_masked(
    client, village_officer, family
):
    said = opened(client, village_officer, family)
    assert BANK in said
    assert IDENTITY[-4:] in said
    assert IDENTITY not in said


@pytest.mark.parametrize(
    ("who", "home", "person"),
    [
        ("helper", ["address", "phone"], ["phone"]),
        ("village_officer", ["address", "bank_card", "phone"], ["health", "identity", "phone"]),
    ],
)
def test_the_chain_names_the_fields_and_whose_they_are(client, request, family, who, home, person):
    user = request.getfixturevalue(who)
    opened(client, user, family)
    read = AuditEntry.objects.filter(action__endswith=".read").order_by("pk")
    told = [(one.kind, one.subject, one.actor_id, one.content["fields"]) for one in read]
    whose = family.people.get(number="H1-01")  # nothing is kept of the other, so nothing was read
    assert told == [
        ("households.household", str(family.pk), user.pk, home),
        ("households.person", str(whose.pk), user.pk, person),
    ]


def test_who_may_open_nothing_leaves_no_trace_of_reading(client, supervisor, family):
    said = opened(client, supervisor, family)
    assert "13998765432" not in said
    assert not AuditEntry.objects.filter(action__endswith=".read").exists()
