from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.fieldwork import actions, rhythm
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.models import Activity
from jiedui.ledger.models import Gift

NUMBER = "018f0000-0000-7000-8000-00000000000{}"


@pytest.fixture
def page(client, helper, zhou_and_the_qins):
    """The helper's form for the Qins."""
    client.force_login(helper)
    return f"{reverse('fieldwork:visit')}?pair={zhou_and_the_qins.pk}"


def filled(today, number=1, **more):
    return {"id": NUMBER.format(number), "day": today.isoformat(), "note": "都好", **more}


def test_a_helper_with_one_pair_is_taken_straight_to_its_form(client, page):
    assert client.get(reverse("fieldwork:visit")).url == page
    answer = client.get(page)
    assert "秦安" in answer.content.decode()
    assert answer.context["form"]["day"].value() is not None


def test_one_tick_or_word_beside_what_is_filled_in_is_enough(client, page, zhou, today):
    answer = client.get(page)
    form = answer.context["form"]
    sent = {"id": form["id"].value(), "day": form["day"].value().isoformat(), "minutes": 30}
    done = client.post(page, sent, follow=True)
    visit = Activity.objects.get()
    assert (visit.kind, visit.day, visit.household.head) == ("visit", today, "秦安")
    assert visit.attendances.get().member == zhou
    assert done.context["visit"] == visit
    assert done.context["may_change"]


def test_sending_twice_records_once(client, page, today):
    first = client.post(page, filled(today, cash="200"))
    second = client.post(page, filled(today, cash="200"))
    assert first.url == second.url
    assert (Activity.objects.count(), Gift.objects.count()) == (1, 1)


def test_a_used_form_with_other_content_is_refused_not_swallowed(client, page, today):
    client.post(page, filled(today))
    again = client.post(page, filled(today, note="另一次"))
    assert again.status_code == 409
    assert "另一次" in again.content.decode()
    assert Activity.objects.get().note == "都好"


def test_companions_come_by_name_from_the_same_unit_only(client, page, he, bureau, city, today):
    from jiedui.orgs.models import Member, Organisation

    away = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    Member.objects.create(number="M7", name="孙远", organisation=away)
    refused = client.post(page, filled(today, companions="何静、孙远"))
    assert "孙远" in refused.context["form"].errors["companions"][0]
    assert not Activity.objects.exists()
    client.post(page, filled(today, companions="何 静"))
    names = {a.member.name for a in Activity.objects.get().attendances.all()}
    assert names == {"周明", "何静"}


def test_two_of_one_name_are_told_apart_by_number(client, page, he, branch, today):
    from jiedui.orgs.models import Member

    Member.objects.create(number="M3", name="何静", organisation=branch)
    refused = client.post(page, filled(today, companions="何静"))
    assert "何静（M2）、何静（M3）" in refused.context["form"].errors["companions"][0]
    client.post(page, filled(today, companions="何静（M3）"))
    assert Activity.objects.get().attendances.filter(member__number="M3").exists()


def test_every_type_of_field_is_asked_and_kept(client, rich, page, today):
    sent = filled(
        today,
        topics=["talk"],
        f_met="head",
        f_illness="老伴腰疼",
        f_rooms="3",
        f_dry="0",
        f_again=today.isoformat(),
        f_area="1.5",
        f_seen=["rice", "coal"],
        minutes="30",
    )
    assert client.post(page, sent).status_code == 302
    visit = Activity.objects.get()
    assert visit.topics == ["talk"]
    assert visit.minutes == 30
    assert visit.more == {
        "met": "head", "rooms": 3, "dry": False, "again": today.isoformat(), "area": "1.5",
        "seen": ["rice", "coal"],
    }  # fmt: skip
    assert visit.private_answers == {"illness": "老伴腰疼"}


def test_private_answers_open_on_purpose_and_the_reading_is_recorded(client, rich, page, today):
    client.post(page, filled(today, f_illness="老伴腰疼"))
    visit = Activity.objects.get()
    assert "老伴腰疼" not in client.get(visit.get_absolute_url()).content.decode()
    assert "老伴腰疼" in client.post(visit.get_absolute_url()).content.decode()
    assert AuditEntry.objects.filter(action="activity.read", subject=str(visit.pk)).count() == 1


@pytest.mark.parametrize("more", [{"f_met": "cat"}, {"f_rooms": "many"}, {"topics": ["boats"]}])
def test_a_wrong_answer_is_said_beside_its_field_and_nothing_is_saved(
    client, rich, page, today, more
):
    answer = client.post(page, filled(today, cash="100", **more))
    assert answer.status_code == 200
    assert next(iter(more)) in answer.context["form"].errors
    assert not Activity.objects.exists()
    assert not Gift.objects.exists()


def test_a_day_before_the_pair_is_answered_with_a_sentence(client, page, today):
    early = today - timedelta(days=400)
    answer = client.post(page, filled(today, day=early.isoformat()))
    assert answer.context["form"].non_field_errors()
    assert not Activity.objects.exists()


def test_the_rules_of_conduct_stand_before_the_form(client, rich, page):
    assert "先打电话再上门" in client.get(page).content.decode()


def test_what_was_given_is_recorded_with_the_visit(client, rich, page, today, zhou, qin_family):
    client.post(page, filled(today, cash="200.50", goods_rice="2", goods_clothes="3",
                             value_clothes="90"))  # fmt: skip
    gifts = {gift.what: gift for gift in Gift.objects.all()}
    assert sorted(gift.value_fen for gift in gifts.values()) == [9000, 12000, 20050]
    assert (gifts["大米"].quantity, gifts["大米"].valuation_source) == (Decimal(2), "市场价")
    assert {gift.household for gift in gifts.values()} == {qin_family}
    assert {gift.member for gift in gifts.values()} == {zhou}


def test_a_refused_gift_leaves_no_visit_behind(client, rich, page, today):
    answer = client.post(page, filled(today, goods_clothes="3"))
    assert answer.context["form"].non_field_errors()
    assert not Activity.objects.exists()
    assert not Gift.objects.exists()


def test_what_is_due_next_is_said_after_saving(client, rich, page, today):
    done = client.post(page, filled(today), follow=True)
    assert done.context["due"].day == rhythm.months_after(today, 2)


def test_the_pair_that_is_due_first_stands_first(
    client, rich, liaison, wang, zhou_and_the_qins, today
):
    actions.visit(
        zhou_and_the_qins, Done("call_on", today - timedelta(days=100), note="都好"), by=None
    )
    client.force_login(liaison)
    cards = client.get(reverse("fieldwork:visit")).context["cards"]
    assert [card.pair for card in cards] == [zhou_and_the_qins, wang]
    assert [card.is_late for card in cards] == [True, False]


def test_pairs_are_found_by_name_and_by_pinyin(client, liaison, wang, zhou_and_the_qins):
    client.force_login(liaison)
    for words in ("王", "wf", "WangF", "H2"):
        cards = client.get(reverse("fieldwork:visit"), {"q": words}).context["cards"]
        assert [card.pair for card in cards] == [wang], words


def test_the_page_asks_no_more_for_more_pairs(
    client, liaison, wang, zhou_and_the_qins, django_assert_max_num_queries
):
    client.force_login(liaison)
    with django_assert_max_num_queries(14):
        client.get(reverse("fieldwork:visit"))


def test_a_helper_records_for_the_own_pairs_only(client, page, wang, today):
    other = f"{reverse('fieldwork:visit')}?pair={wang.pk}"
    assert client.get(other).status_code == 404
    assert client.post(other, filled(today)).status_code == 404
    assert not Activity.objects.exists()


def test_a_liaison_records_for_members_of_the_unit(client, liaison, wang, today):
    client.force_login(liaison)
    client.post(f"{reverse('fieldwork:visit')}?pair={wang.pk}", filled(today))
    assert Activity.objects.get().attendances.get().member.name == "吴刚"


@pytest.mark.parametrize("number", ["999999", "x", "1e3"])
def test_a_pair_that_is_not_there_is_404(client, helper, number):
    client.force_login(helper)
    assert client.get(reverse("fieldwork:visit"), {"pair": number}).status_code == 404


def test_a_stranger_sees_neither_the_form_nor_the_visit(client, lu, zhou_and_the_qins, page, today):
    client.post(page, filled(today))
    visit = Activity.objects.get()
    client.force_login(lu)
    assert client.get(page).status_code == 404
    for name in ("recorded", "show", "void"):
        assert client.get(reverse(f"fieldwork:{name}", args=[visit.pk])).status_code == 404
    pair = zhou_and_the_qins.pk
    assert client.get(reverse("fieldwork:companions", args=[pair])).status_code == 404


def test_who_only_reads_may_not_record(client, leader, zhou_and_the_qins):
    client.force_login(leader)
    assert client.get(reverse("fieldwork:visit")).status_code == 403


def test_taking_it_back_needs_a_reason_and_takes_the_gifts_along(client, page, today):
    client.post(page, filled(today, cash="100"))
    visit = Activity.objects.get()
    url = reverse("fieldwork:void", args=[visit.pk])
    assert client.post(url, {"reason": " "}).status_code == 200
    assert Activity.objects.standing().exists()
    client.post(url, {"reason": "记错了户", "with_gifts": "on"})
    assert not Activity.objects.standing().exists()
    assert not Gift.objects.standing().exists()
    again = client.post(url, {"reason": "再来"})
    assert again.context["form"].non_field_errors()


def test_a_note_is_shown_as_text(client, page, today):
    client.post(page, filled(today, note="<script>alert(1)</script>"))
    shown = client.get(Activity.objects.get().get_absolute_url()).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_names_are_offered_while_one_types(client, page, he, zhou_and_the_qins):
    url = reverse("fieldwork:companions", args=[zhou_and_the_qins.pk])
    assert "何静（M2）" in client.get(url, {"q": "何"}).content.decode()
    assert "周明" not in client.get(url).content.decode()


def test_an_empty_visit_is_refused_with_a_sentence(client, page, today):
    answer = client.post(page, filled(today, note=""))
    assert answer.context["form"].non_field_errors()
    assert not Activity.objects.exists()


def test_a_second_visit_on_one_day_is_asked_about_once(client, page, today):
    client.post(page, filled(today))
    other = filled(today, id="018f0000-0000-7000-8000-0000000000ff", note="下午又去")
    asked = client.post(page, other)
    assert asked.status_code == 200
    assert 'name="second"' in asked.content.decode()
    assert Activity.objects.count() == 1
    assert client.post(page, {**other, "second": "on"}).status_code == 302
    assert Activity.objects.count() == 2


def test_a_visit_taken_out_is_no_first_one(client, page, today, office):
    client.post(page, filled(today))
    actions.void(Activity.objects.get(), reason="记错了", by=office)
    other = filled(today, id="018f0000-0000-7000-8000-0000000000fe")
    assert client.post(page, other).status_code == 302
