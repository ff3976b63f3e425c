"""An installation where no campaign runs yet: whoever may start one is led there."""

import pytest
from django.urls import reverse

PAGES = (
    "figures:list", "campaigns:tasks", "campaigns:task_new", "campaigns:plans", "campaigns:brands",
    "campaigns:calendar", "pairing:list", "proposals:list", "proposals:new",
    "pairing:uncovered", "pairing:keepers", "ledger:new", "fieldwork:new",
    "supervision:issue_new", "home:map", "reports:bulletin_new",
)  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_the_office_is_led_to_the_wizard(client, office, name):
    client.force_login(office)
    answer = client.get(reverse(name))
    page = answer.content.decode()
    assert answer.status_code == 200
    main = page[page.index("<main") :]
    assert f'href="{reverse("campaigns:new")}"' in main
    assert "行动" not in main


@pytest.mark.parametrize("name", ["figures:list", "campaigns:tasks", "pairing:list"])
def test_others_hear_who_starts_one(client, leader, name):
    client.force_login(leader)
    page = client.get(reverse(name)).content.decode()
    main = page[page.index("<main") :]
    assert "由活动办公室启动" in main
    assert reverse("campaigns:new") not in main


def test_a_program_still_gets_its_sentence(client, office):
    client.force_login(office)
    answer = client.get(reverse("pairing:list"), headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert answer.json()["refused"]
