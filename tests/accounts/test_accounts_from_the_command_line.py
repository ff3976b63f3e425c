"""`jiedui account …`, and a demonstration that keeps away from real accounts."""

import json

import pytest
from click.testing import CliRunner
from django.test import Client

from jiedui.accounts import setup
from jiedui.accounts.models import User
from jiedui.cli import main
from jiedui.core.refusals import Refused
from jiedui.demo import loading
from jiedui.orgs.models import Appointment, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_gathering(monkeypatch, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"


def signs_in(told):
    values = {"username": told["username"], "password": told["password"]}
    return Client().post("/accounts/login/", values).status_code == 302


def jiedui(*words, status=0):
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == status, done.output
    return done.output


def test_a_headless_operator_opens_the_first_account():
    words = ("--role", "office", "--name", "罗小青", "--place", "430626101000")
    told = json.loads(
        jiedui("account", "add", "luoxq", *words, "--organisation", "安定镇党委", "--json")
    )
    assert signs_in(told)
    held = Appointment.objects.get()
    assert (held.organisation.name, held.place.name) == ("安定镇党委", "安定镇")


def test_the_next_accounts_stand_below_what_is_there(bureau, city):
    jiedui("account", "add", "fang", "--role", "liaison", "--organisation", "U1")
    assert Appointment.objects.get(user__username="fang").organisation == bureau
    refused = jiedui(
        "account", "add", "x", "--role", "liaison", "--organisation", "无此局", status=1
    )
    assert "无此局" in refused
    assert Organisation.objects.filter(parent=None).count() == 1


@pytest.mark.parametrize(
    "words", [("--role", "king"), ("--role", "liaison"), ("--role", "office", "--place", "无此县")]
)
def test_what_does_not_fit_is_said_in_a_sentence(words):
    assert "Error:" in jiedui("account", "add", "luoxq", *words, status=1)
    assert not User.objects.exists()


def test_a_new_password_is_printed_once(helper):
    told = json.loads(jiedui("account", "reset", "helper", "--json"))
    assert signs_in(told)
    assert "nobody" in jiedui("account", "reset", "nobody", status=1)


def test_accounts_are_listed_with_their_roles(office, helper):
    told = json.loads(jiedui("account", "list", "--json"))
    assert [(one["username"], one["roles"]) for one in told] == [
        ("helper", ["helper"]),
        ("office", ["office"]),
    ]


def test_a_code_is_printed_only_while_nobody_has_an_account(client):
    code = jiedui("account", "code").strip()
    assert client.post("/setup/", {"code": code}).status_code == 302
    User.objects.create_user("somebody")
    jiedui("account", "code", status=1)


def test_the_first_account_of_the_command_line_spends_the_code(django_capture_on_commit_callbacks):
    setup.new_code()
    with django_capture_on_commit_callbacks(execute=True):
        jiedui("account", "add", "root", "--role", "administrator")
    assert not (setup.Path(setup.settings.DATA) / setup.FILE).exists()


def test_a_demonstration_is_refused_beside_real_accounts():
    User.objects.create_user("somebody")
    with pytest.raises(Refused):
        loading.load("panjin", scale=0.01)
    assert not Organisation.objects.exists()
