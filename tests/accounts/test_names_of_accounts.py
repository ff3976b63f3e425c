"""What an account is called comes from the register or the administrator; the chain says who."""

from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.orgs import actions, appointments

PROFILE = "/accounts/profile/"


def test_nobody_renames_the_own_account(client, helper):
    client.force_login(helper)
    assert (
        client.post(PROFILE, {"display_name": "陈书记", "language": "zh-hans"}).status_code == 302
    )
    assert User.objects.get(pk=helper.pk).display_name == "helper"
    assert 'name="display_name"' not in client.get(PROFILE).content.decode()


def test_the_administrator_does_and_the_chain_keeps_both_names(client, helper, administrator):
    client.force_login(administrator)
    address = reverse("orgs:user_change", args=[helper.pk])
    client.post(address, {"display_name": "周明", "is_active": "on", "version": 1})
    entry = AuditEntry.objects.get(action="account.changed")
    assert entry.content["before"]["display_name"] == "helper"
    assert entry.content["after"]["display_name"] == "周明"


def test_an_account_follows_the_name_in_the_register(helper, zhou, office):
    zhou.refresh_from_db()
    actions.amend_member(zhou, {"name": "周小明"}, by=office)
    assert User.objects.get(pk=helper.pk).display_name == "周小明"
    entry = AuditEntry.objects.get(action="account.renamed")
    assert (entry.subject, entry.actor_id) == (str(helper.pk), office.pk)


def test_tying_an_account_to_a_member_names_it(leader, he, administrator):
    appointments.tie(leader, he, by=administrator)
    assert User.objects.get(pk=leader.pk).display_name == "何静"


def test_renaming_does_not_blur_who_did_it(office):
    User.objects.filter(pk=office.pk).update(display_name="陈卫东")
    audit.record("thing.done", by=User.objects.get(pk=office.pk))
    User.objects.filter(pk=office.pk).update(display_name="王芳")
    audit.record("thing.done", by=User.objects.get(pk=office.pk))
    done = AuditEntry.objects.filter(action="thing.done").order_by("pk")
    assert list(done.values_list("actor", flat=True)) == ["陈卫东（office）", "王芳（office）"]
    assert "office" in User(username="u" * 140 + "office", display_name="长" * 60).signature
