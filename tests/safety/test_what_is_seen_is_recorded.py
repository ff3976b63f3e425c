"""Whoever sees a confidential value, or many people at once, leaves a mark in the audit chain."""

import pytest
from absurd import listening
from django.urls import reverse

from addresses import addresses, content, undone
from jiedui.core.models import AuditEntry
from jiedui.households.models import Household, Person

PHONE, IDENTITY, HEALTH = "13998765432", "211104195801017778", "慢性肾病"  # of the world
CONFIDENTIAL = (PHONE, IDENTITY, HEALTH, "门牌十二", "只给自己看丁", "问卷病情午")
MANY = 60  # of a list's page there may be 100; these are on no page of 25
FORMATS = ("", "print=1", "export=xlsx")


def marks():
    looked = AuditEntry.objects.filter(
        action__regex=r"(\.read|\.read_many|_read|\.printed|\.exported|\.asked|\.received)$"
    )
    return looked.count()


@pytest.fixture
def village_of_many(world, willow_village, today):
    for number in range(120):
        home = Household.objects.create(
            number=f"V{number}", head=f"满村{number:03d}", place=willow_village, kind="allowance",
            size=1, since=today,
        )  # fmt: skip
        Person.objects.create(household=home, number=f"V{number}-1", name=home.head, since=today)
    return world


@pytest.mark.parametrize("who", ["office", "helper", "village_officer"])
def test_no_answer_shows_a_confidential_value_unrecorded(client, request, world, who):
    client.force_login(request.getfixturevalue(who))
    unrecorded, opened = [], set()
    for one in addresses():
        for method in (client.get, client.post):
            with undone():
                before = marks()
                said = content(method(world.url(one)))
                seen = [word for word in CONFIDENTIAL if word in said]
                if seen and marks() == before:
                    unrecorded.append((method.__name__, one.name, seen))
                opened.update(seen)
    assert unrecorded == []
    assert {PHONE, "门牌十二"} <= opened or who != "office"


@pytest.mark.parametrize("who", ["office", "leader"])
def test_no_answer_shows_many_people_unrecorded(client, request, settings, village_of_many, who):
    client.force_login(request.getfixturevalue(who))
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "absurd.spy"]
    unrecorded = []
    for one in addresses():
        for query in FORMATS:
            with undone(), listening() as read:
                before = marks()
                said = content(client.get(f"{village_of_many.url(one)}?{query}"))
                names = sum(f"满村{number:03d}" in said for number in range(120))
                if names > MANY and marks() == before:
                    unrecorded.append((one.name, query, names))
            if not read["GET"] & {"print", "export"}:
                break  # it looks the same in every format
    assert unrecorded == []


def test_an_empty_answer_to_the_edit_form_is_reading(client, office, world):
    client.force_login(office)
    household = world.rows["household"]
    answer = client.post(reverse("households:edit", args=[household.pk]), {})
    assert PHONE in content(answer)
    entry = AuditEntry.objects.get(action="household.read")
    assert (entry.kind, entry.subject) == ("households.household", str(household.pk))
    assert (entry.actor_id, entry.content["fields"]) == (office.pk, ["address", "phone"])


def test_saving_the_form_is_no_reading(client, office, world):
    client.force_login(office)
    row = world.rows["household"]
    sent = {
        "head": row.head, "number": row.number, "place": "柳树村（211104100200）", "size": 3,
        "kind": row.kind, "difficulty": 0, "since": row.since.isoformat(), "version": row.version,
        "phone": PHONE, "address": "柳树村七组门牌十三",
    }  # fmt: skip
    answer = client.post(reverse("households:edit", args=[row.pk]), sent)
    assert answer.status_code == 302
    assert not AuditEntry.objects.filter(action="household.read").exists()
    after = AuditEntry.objects.get(action="household.amended").content["after"]
    assert after["address"] == "•••"


def test_printing_asks_for_the_permission_to_export(client, leader, office, world):
    address = reverse("households:list") + "?print=1"
    client.force_login(leader)
    assert client.get(address).status_code == 403
    assert "print=1" not in content(client.get(reverse("households:list")))
    client.force_login(office)
    assert client.get(address).status_code == 200
    entry = AuditEntry.objects.get(action="register.printed")
    assert entry.content["listing"] == "households"
    assert entry.content["rows"] == 2


def test_a_masked_number_is_no_reading(client, office, world):
    client.force_login(office)
    said = content(client.get(world.rows["household"].get_absolute_url()))
    assert "139****5432" in said
    assert not AuditEntry.objects.filter(action__endswith=".read").exists()
