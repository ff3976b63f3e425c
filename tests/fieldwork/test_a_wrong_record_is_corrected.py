"""更正: the record as it should have been stands, and the old one stays readable."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from jiedui.core.models import AuditEntry, Submission
from jiedui.core.refusals import Refused
from jiedui.fieldwork import actions
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.models import Activity
from jiedui.ledger import actions as ledger
from jiedui.ledger.models import Gift
from page_forms import forms_of


@pytest.fixture
def written(client, helper, zhou_and_the_qins, he, today):
    """A visit as its helper sent it, with companions and something brought along."""
    client.force_login(helper)
    url = f"{reverse('fieldwork:visit')}?pair={zhou_and_the_qins.pk}"
    form = next(one for one in forms_of(client.get(url).content.decode()) if one.number)
    sent = {**form.fields, "note": "身体好", "companions": "何静（M2）", "cash": "200"}
    assert client.post(url, sent).status_code == 302
    return Activity.objects.get()


def opened(client, url):
    return next(one for one in forms_of(client.get(url).content.decode()) if one.number).fields


def test_the_form_is_filled_in_and_the_new_record_stands(client, written, he, zhou):
    url = reverse("fieldwork:correct", args=[written.pk])
    fields = opened(client, url)
    assert fields["note"] == ["身体好"]
    assert fields["companions"] == ["何静（M2）"]
    answer = client.post(url, {**fields, "note": "身体不太好", "minutes": "30"})
    new = Activity.objects.standing().get()
    assert answer.url == new.get_absolute_url()
    assert (new.note, new.minutes, new.corrects) == ("身体不太好", 30, written)
    assert {one.member for one in new.attendances.all()} == {zhou, he}
    written.refresh_from_db()
    assert written.voided_on and written.note == "身体好"
    assert new.get_absolute_url() in client.get(written.get_absolute_url()).content.decode()
    page = client.get(new.get_absolute_url()).content.decode()
    assert written.get_absolute_url() in page
    assert "200.00" in page  # what was brought along stays, and stays with the visit
    assert Gift.objects.standing().count() == 1


def test_a_record_is_corrected_once(client, written):
    url = reverse("fieldwork:correct", args=[written.pk])
    first, second = opened(client, url), opened(client, url)
    client.post(url, {**first, "note": "甲"})
    assert client.post(url, {**second, "note": "乙"}).status_code == 302
    assert Activity.objects.standing().get().note == "甲"
    again = client.post(url, {**first, "note": "甲"})
    assert again.status_code == 302  # the same sent twice is answered with the first
    assert Activity.objects.count() == 2
    with pytest.raises(Refused):
        actions.visit(
            written.pair, Done("visit", written.day, note="丙"), by=None, corrects=written
        )


def test_a_stranger_corrects_nothing(client, written, lu):
    client.force_login(lu)
    assert client.get(reverse("fieldwork:correct", args=[written.pk])).status_code == 404
    assert client.post(reverse("fieldwork:undo", args=[written.pk])).status_code == 404


def test_answers_the_writer_may_not_read_stay(client, written, zhou_and_the_qins):
    Activity.objects.filter(pk=written.pk).update(private='{"q": "只给自己看"}')
    written.refresh_from_db()
    from jiedui.fieldwork.views.correcting import _with_unreadable_answers

    class Reader:
        is_authenticated = True

        def may(self, _permission):
            return False

    done = _with_unreadable_answers(Done("visit", written.day, note="x"), written, Reader())
    new = actions.visit(zhou_and_the_qins, done, by=None, corrects=written)
    assert new.private_answers == {"q": "只给自己看"}


def test_what_was_just_saved_is_taken_back_with_what_was_given(client, written):
    page = client.get(reverse("fieldwork:recorded", args=[written.pk])).content.decode()
    undo = reverse("fieldwork:undo", args=[written.pk])
    assert undo in page
    assert client.post(undo).status_code == 302
    assert not Activity.objects.standing().exists()
    assert not Gift.objects.standing().exists()
    assert client.post(undo).status_code == 404


def test_a_correction_taken_back_leaves_the_old_record_standing(client, written):
    url = reverse("fieldwork:correct", args=[written.pk])
    client.post(url, {**opened(client, url), "note": "别的"})
    new = Activity.objects.standing().get()
    client.post(reverse("fieldwork:undo", args=[new.pk]))
    assert Activity.objects.standing().get() == written
    assert Gift.objects.standing().count() == 1
    assert AuditEntry.objects.filter(action="activity.restored").exists()


def test_later_or_by_somebody_else_there_is_no_undo(client, written, office):
    undo = reverse("fieldwork:undo", args=[written.pk])
    client.force_login(office)
    client.post(undo)
    assert Activity.objects.standing().exists()
    Submission.objects.update(at=timezone.now() - timedelta(minutes=5))
    client.force_login(written.pair.member.user)
    client.post(undo)
    assert Activity.objects.standing().exists()


def test_a_group_activity_is_corrected(client, office, campaign, bureau, willow_village, he, today):
    done = Done("cleaning", today, members=[he], public_counted=4, outputs={"letters": Decimal(5)})
    old = actions.activity(campaign, done, organisation=bureau, place=willow_village, by=office)
    client.force_login(office)
    url = reverse("fieldwork:correct", args=[old.pk])
    fields = opened(client, url)
    assert fields["out_letters"] == ["5.00"]
    assert client.post(url, {**fields, "out_letters": "50"}).status_code == 302
    new = Activity.objects.standing().get()
    assert new.outputs.get().quantity == 50
    assert (new.corrects, new.public_counted) == (old, 4)
    assert {one.member for one in new.attendances.all()} == {he}


@pytest.fixture
def fund(campaign, bureau, office, today):
    fund = ledger.open_fund(campaign, organisation=bureau, name="基金", since=today, by=office)
    ledger.contribute(fund, amount_fen=100_000, day=today, donor_name="某人", by=office)
    return fund


def test_a_gift_is_corrected_and_its_fund_follows(
    client, office, campaign, bureau, qin_family, fund, today
):
    client.force_login(office)
    old = ledger.give(
        campaign, ledger.Given("cash", today, 60_000), giver=bureau, household=qin_family,
        fund=fund, by=office,
    )  # fmt: skip
    url = reverse("ledger:gift_correct", args=[old.pk])
    fields = opened(client, url)
    assert fields["cash"] == ["600"] and fields["fund"] == [str(fund.pk)]
    assert client.post(url, {**fields, "cash": "90"}).status_code == 302
    fund.refresh_from_db()
    assert fund.balance_fen == 91_000
    new = Gift.objects.standing().get()
    assert (new.value_fen, new.corrects) == (9_000, old)
    assert old.get_absolute_url() in client.get(new.get_absolute_url()).content.decode()
    client.post(reverse("ledger:gift_undo", args=[fields["id"][0]]))
    fund.refresh_from_db()
    assert (fund.balance_fen, Gift.objects.standing().get()) == (40_000, old)
    ledger.void(Gift.objects.get(pk=old.pk), reason="错了", by=office)
    fund.refresh_from_db()
    assert fund.balance_fen == 100_000


def test_what_was_brought_along_goes_with_the_visit_also_once_corrected(client, written, office):
    for cash in ("60", "70"):
        url = reverse("ledger:gift_correct", args=[Gift.objects.standing().get().pk])
        assert client.post(url, {**opened(client, url), "cash": cash}).status_code == 302
    assert "70.00" in client.get(written.get_absolute_url()).content.decode()
    actions.void(written, reason="没有去", by=office, with_gifts=True)
    assert not Gift.objects.standing().exists()


def test_goods_come_back_into_their_own_line(client, office, campaign, bureau, qin_family, today):
    rice = ledger.Given(
        "goods",
        today,
        12_000,
        item="大米",
        quantity=Decimal(2),
        unit="袋",
        valuation_source="市场价",
    )  # fmt: skip
    other = ledger.Given(
        "goods", today, 500, item="毛巾", quantity=Decimal(1), unit="条", valuation_source="发票"
    )
    client.force_login(office)
    for given, name, value in ((rice, "goods_rice", "2"), (other, "item_0", "毛巾")):
        gift = ledger.give(campaign, given, giver=bureau, household=qin_family, by=office)
        fields = opened(client, reverse("ledger:gift_correct", args=[gift.pk]))
        assert fields[name][0].startswith(value)
