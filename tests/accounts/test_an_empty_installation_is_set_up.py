"""From nobody to the first account: the code of the terminal, once, by whoever is first."""

import json
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from jiedui.accounts import setup
from jiedui.accounts.models import User
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.orgs import first_account
from jiedui.orgs.models import Appointment, Organisation
from jiedui.places.models import Place

PAGE = "/setup/"
FACTS = {
    "place": "平江县（430626000000）", "organisation": "中共平江县委组织部",
    "display_name": "罗小青", "username": "luoxq",
    "password": "Xingfu-lu-2026", "again": "Xingfu-lu-2026",
    "administrator_name": "", "administrator": "",
}  # fmt: skip


@pytest.fixture
def code(db):
    return setup.new_code()


@pytest.fixture
def entered(client, code):
    assert client.post(PAGE, {"code": code}).status_code == 302
    return client


@pytest.mark.parametrize("address", ["/", "/households/", "/accounts/login/", "/nowhere/", "/b/1/"])
def test_every_address_leads_to_the_set_up_page(client, db, address):
    answer = client.get(address)
    assert (answer.status_code, answer.get("Location")) == (302, PAGE)


def test_monitors_are_answered_before_anybody_has_an_account(client, db):
    assert client.get("/healthz").status_code == 200


def test_only_a_hash_of_the_code_is_kept(code, settings):
    kept = settings.DATA / setup.FILE
    assert code not in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("typed", [str.upper, lambda code: f"　{code.replace('-', ' ')} "])
def test_the_code_may_be_typed_in_capitals_or_with_blanks(client, code, typed):
    assert client.post(PAGE, {"code": typed(code)}).status_code == 302


def test_without_the_code_nothing_else_is_offered(client, code):
    page = client.post(PAGE, FACTS)
    assert "form" in page.context and "organisation" not in page.context["form"].fields
    assert client.get(reverse("web:setup_places"), {"q": "平江"}).status_code == 404
    assert not User.objects.exists()


def test_a_wrong_code_is_told_and_five_close_the_page_for_a_while(client, code):
    for _try in range(5):
        assert client.post(PAGE, {"code": "dave-kimo-suta-0000"}).context["form"].errors["code"]
    # Another browser is no way round, and the right code has to wait as well.
    assert Client().post(PAGE, {"code": code}).context["form"].errors["code"]
    # Whoever has the terminal gets a new code at once.
    assert client.post(PAGE, {"code": setup.new_code()}).status_code == 302


def test_a_new_code_takes_the_place_of_the_old_one(client, entered, code):
    setup.new_code()
    assert "code" in client.get(PAGE).context["form"].fields
    assert client.post(PAGE, {"code": code}).context["form"].errors["code"]


def test_the_first_account_leads_its_organisation_and_its_county(entered):
    answer = entered.post(PAGE, FACTS)
    assert answer.url == reverse("campaigns:new")
    held = Appointment.objects.select_related("organisation", "place").get()
    assert (held.user.username, held.role) == ("luoxq", "office")
    assert (held.organisation.name, held.place.code) == ("中共平江县委组织部", "430626000000")
    assert Place.objects.filter(path__startswith="430626", level="village").count() > 500
    assert entered.get("/").status_code == 200  # signed in already


def test_setting_up_is_written_into_the_audit_chain(entered):
    entered.post(PAGE, FACTS)
    office = User.objects.get()
    written = AuditEntry.objects.filter(actor_id=office.pk, door="web")
    assert {"account.opened", "organisation.founded", "installation.set_up"} <= set(
        written.values_list("action", flat=True)
    )
    assert "Xingfu" not in json.dumps(list(AuditEntry.objects.values_list("content", flat=True)))


def test_afterwards_the_page_is_nowhere_for_anybody(
    entered, code, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        entered.post(PAGE, FACTS)
    assert not (settings.DATA / setup.FILE).exists()
    for visitor in (entered, Client()):
        assert visitor.get(PAGE).status_code == 404
        assert visitor.post(PAGE, {"code": code}).status_code == 404
        assert visitor.get(reverse("web:setup_places")).status_code == 404
    with pytest.raises(Refused):
        setup.new_code()


def test_the_administrators_first_password_is_shown_once(entered):
    page = entered.post(PAGE, FACTS | {"administrator": "deng", "administrator_name": "邓工"})
    slip = page.context["slips"][0]
    assert slip["password"] in page.content.decode()
    assert User.objects.get(username="deng").roles == {"administrator"}
    values = {"username": "deng", "password": slip["password"]}
    assert Client().post(reverse("accounts:login"), values).status_code == 302


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"again": "Xingfu-lu-2027"}, "again"),
        ({"password": "123456", "again": "123456"}, "password"),
        ({"place": "没有这个县"}, "place"),
        ({"place": "430000000000"}, "place"),
        ({"organisation": " "}, "organisation"),
        ({"administrator": "luoxq"}, "administrator"),
        ({"username": "a b"}, "username"),
    ],
)
def test_what_does_not_fit_is_told_and_makes_nothing(entered, changed, field):
    assert entered.post(PAGE, FACTS | changed).context["form"].errors[field]
    assert not User.objects.exists() and not Organisation.objects.exists()


def test_places_are_offered_by_pinyin(entered):
    offered = entered.get(reverse("web:setup_places"), {"q": "pingjiang"}).content.decode()
    assert "平江县" in offered


def test_who_comes_second_is_told_that_somebody_was_faster(entered):
    entered.post(PAGE, FACTS)
    with pytest.raises(Refused):
        first_account.open_house(
            "two", display_name="", password="x", organisation="二", place_code="430626101000"
        )
    assert User.objects.count() == Organisation.objects.count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one connection writes at a time anyway")
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told_that_somebody_was_faster():
    told: list[object] = []
    start = threading.Barrier(2)

    def set_up(name: str) -> None:
        start.wait()
        try:
            facts = {"display_name": name, "password": "x", "organisation": name}
            told.append(first_account.open_house(name, place_code="430626101000", **facts))
        except Refused as refused:
            told.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=set_up, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in told) == ["Opened", "Refused"]
    assert User.objects.count() == Organisation.objects.count() == 1
