"""Every row people edit has a version; two who started from the same one do not both save."""

import pytest
from django.apps import apps

from jiedui.core import changes
from jiedui.core.models import Versioned
from jiedui.households import actions as households
from jiedui.households.models import Household
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member

EDITED = {
    "accounts.User", "households.Household", "households.Income", "households.Need",
    "households.Person", "ledger.Fund", "orgs.Member", "orgs.Organisation", "orgs.Team",
    "places.Place", "supervision.Issue", "supervision.Measure",
}  # fmt: skip


def test_what_people_edit_has_a_version():
    assert {one._meta.label for one in apps.get_models() if issubclass(one, Versioned)} >= EDITED


def test_of_two_changes_from_one_version_the_second_is_refused(office, zhou):
    first, second = Member.objects.get(pk=zhou.pk), Member.objects.get(pk=zhou.pk)
    orgs.amend_member(first, {"post": "主任"}, by=office)
    with pytest.raises(changes.Stale, match="其他人"):
        orgs.amend_member(second, {"rank": "head"}, by=office)
    assert Member.objects.values_list("post", "rank", "version").get() == ("主任", "clerk", 2)
    orgs.amend_member(first, {"post": "副主任"}, by=office)
    assert Member.objects.get().version == first.version == 3


def test_an_ending_raises_the_version_too(office, qin_family, today):
    open_form = Household.objects.get()
    households.strike(qin_family, on=today, reason="moved", by=office)
    assert Household.objects.get().version == 2
    with pytest.raises(changes.Stale):
        households.amend(open_form, {"size": 9}, version=1, by=office)
