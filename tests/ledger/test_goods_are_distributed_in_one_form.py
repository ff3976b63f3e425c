from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.households.models import Household
from jiedui.ledger import actions
from jiedui.ledger.distributions import MOST, split
from jiedui.ledger.models import Fund, FundEntry, Gift
from jiedui.places.models import Place

NUMBER = "018f0000-0000-7000-8000-00000000003{}"


@pytest.fixture
def villages(city, today):
    """Twelve villages of one town, with 1 to 12 households on the register."""
    town = Place.objects.get(path="211104100")
    made = []
    for n in range(1, 13):
        code = f"2111041003{n:02}"
        village = Place.objects.create(
            parent=town, path=code, code=code, name=f"前进{n}村", level="village", kind="village"
        )
        Household.objects.bulk_create(
            Household(
                number=f"Q{n}-{k}", head=f"户{n}之{k}", place=village, kind="allowance",
                since=today,
            )
            for k in range(n)
        )  # fmt: skip
        made.append(village)
    return made


@pytest.fixture
def page(client, office, campaign):
    client.force_login(office)
    return reverse("ledger:distribute")


def filled(today, **more):
    facts = {
        "id": NUMBER.format(1), "good": "rice", "total": "206", "day": today.isoformat(),
        "giver": "农业局", "is_steady": "0", "way": "evenly",
    }  # fmt: skip
    return {**facts, **more}


def of_rows(rows, **changes):
    """What a browser sends of the list of receivers as it is shown."""
    sent = {"to": [row.key for row in rows], "take": [row.key for row in rows if row.is_taken]}
    for row in rows:
        sent[f"quantity_{row.key}"] = row.quantity
        sent[f"computed_{row.key}"] = row.computed
    return {**sent, **changes}


def preview(client, page, today, **more):
    return client.post(page, filled(today, **more)).context["form"]


def quantities(gifts=None):
    rows = Gift.objects.filter(voided_on=None) if gifts is None else gifts
    return [gift.quantity for gift in rows.order_by("place__path")]


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        ("206", [1] * 12, [18] * 2 + [17] * 10),
        ("10", [1, 1, 1], [4, 3, 3]),
        ("10", [5, 3, 2], [5, 3, 2]),
        ("100", [333, 333, 334], [33, 33, 34]),
        ("0.5", [1, 1, 1], ["0.17", "0.17", "0.16"]),
        ("2", [1, 1, 1], [1, 1, 0]),
        ("0", [1, 1], [0, 0]),
    ],
)
def test_parts_add_up_to_exactly_the_total(total, weights, parts):
    found = split(Decimal(total), weights={f"{n:02}": w for n, w in enumerate(weights)})
    assert list(found.values()) == [Decimal(part) for part in parts]
    assert sum(found.values()) == Decimal(total)


def test_206_quilts_to_the_12_villages_of_a_town(client, page, villages, today):
    form = preview(client, page, today, step="villages", area="柳河镇")
    assert [row.to for row in form.rows] == villages
    assert (form.given_out, form.left) == (206, 0)
    answer = client.post(page, filled(today, step="save", **of_rows(form.rows)))
    gifts = Gift.objects.all()
    assert sorted(quantities()) == [17] * 10 + [18] * 2
    assert {g.place for g in gifts} == set(villages)
    assert {(g.item, g.unit, g.valuation_source) for g in gifts} == {("大米", "袋", "市场价")}
    assert sum(g.value_fen for g in gifts) == 206 * 6_000
    assert answer.url == gifts[0].distribution_url
    assert AuditEntry.objects.filter(action="gift.recorded").count() == 12
    page = client.get(answer.url).content.decode()
    assert "206" in page
    assert "12,360.00" in page


def test_it_is_split_by_households(client, page, villages, today):
    form = preview(
        client, page, today, step="villages", area="柳河镇", way="households", total="78"
    )
    assert [row.households for row in form.rows] == list(range(1, 13))
    assert [row.quantity for row in form.rows] == [str(n) for n in range(1, 13)]


def test_what_is_typed_by_hand_stays_and_the_others_share_the_rest(client, page, villages, today):
    form = preview(client, page, today, step="villages", area="柳河镇")
    by_hand = {f"quantity_{form.rows[0].key}": "50"}
    form = preview(client, page, today, step="split", **of_rows(form.rows, **by_hand))
    assert form.rows[0].is_by_hand
    assert [row.quantity for row in form.rows[:3]] == ["50", "15", "15"]
    assert form.left == 0
    without = [row.key for row in form.rows[:2]]
    form = preview(client, page, today, step="split", **of_rows(form.rows, take=without))
    assert [row.quantity for row in form.rows[:2]] == ["50", "156"]


def test_without_a_remainder_of_nothing_nothing_is_written(client, page, villages, today):
    form = preview(client, page, today, step="villages", area="柳河镇")
    for total, word in (("207", "1"), ("200", "6")):
        answer = client.post(page, filled(today, total=total, **of_rows(form.rows)))
        (mistake,) = answer.context["form"].non_field_errors()
        assert word in mistake
        assert abs(answer.context["form"].left) == int(word)
    assert not Gift.objects.exists()


def test_a_list_is_pasted_with_quantities_and_saved_at_once(client, page, villages, today):
    lines = ["前进1村\t100", "211104100302,60", "柳河镇前进3村 40袋", "Q4-1 5", "前进5村：1"]
    client.post(page, filled(today, pasted="\n".join(lines)))
    assert quantities() == [100, 60, 40, 5, 1]
    assert Gift.objects.get(household__number="Q4-1").place == villages[3]


@pytest.mark.parametrize(
    "written", ["荒地村", "荒地", "荒地村委会", "柳河镇荒地村", "柳河镇 荒地 7"]
)
def test_a_village_is_found_as_people_write_it(client, page, villages, today, written):
    Place.objects.filter(pk=villages[0].pk).update(name="荒地村委会")
    form = preview(client, page, today, step="split", pasted=written)
    assert [row.to for row in form.rows] == villages[:1]


def test_a_line_that_is_not_found_is_said_and_stays(client, page, villages, today):
    lines = "前进1村\n不存在村 3\n前进2村\n前进2村 4\n乱写"
    form = preview(client, page, today, step="split", pasted=lines)
    assert [row.to for row in form.rows] == villages[:2]
    assert len(form.errors["pasted"]) == 3
    for word in ("不存在村", "前进2村 4", "乱写"):
        assert any(word in sentence for sentence in form.errors["pasted"])
    assert form.data["pasted"] == "不存在村 3\n前进2村 4\n乱写"
    again = client.post(page, filled(today, pasted=lines))
    assert again.context["form"].errors["pasted"]
    assert not Gift.objects.exists()


def test_of_two_villages_of_one_name_the_one_in_the_area_is_meant(client, page, villages, today):
    county = Place.objects.get(path="211104")
    other = Place.objects.create(
        parent=county, path="211104101", code="211104101000", name="别镇", level="town"
    )
    Place.objects.create(
        parent=other, path="211104101200", code="211104101200", name="前进1村", level="village"
    )
    form = preview(client, page, today, step="split", pasted="前进1村")
    assert "211104101200" in form.errors["pasted"][0]
    form = preview(client, page, today, step="split", pasted="前进1村", area="柳河镇")
    assert [row.to for row in form.rows] == villages[:1]
    form = preview(client, page, today, step="split", pasted="别镇前进1村")
    assert [row.to.parent for row in form.rows] == [other]


def test_households_of_a_village_get_cash(client, page, villages, today):
    form = preview(
        client, page, today, step="households", area="211104100303", good="cash", total="1000"
    )
    client.post(page, filled(today, good="cash", total="1000", **of_rows(form.rows)))
    assert sorted(g.value_fen for g in Gift.objects.all()) == [33_300, 33_300, 33_400]
    assert {g.household.place for g in Gift.objects.all()} == {villages[2]}


def test_other_goods_say_what_they_are_and_their_value_is_split_without_loss(
    client, page, villages, today
):
    own = {"good": "other", "item": "棉被", "unit": "床", "worth": "100", "source": "发票"}
    form = preview(client, page, today, step="villages", area="柳河镇", **own)
    sent = of_rows(form.rows)
    for name in ("item", "unit", "worth", "source"):
        answer = client.post(page, filled(today, **sent, **{**own, name: ""}))
        assert answer.context["form"].errors[name]
    client.post(page, filled(today, **sent, **own))
    assert sum(g.value_fen for g in Gift.objects.all()) == 10_000
    assert {g.what for g in Gift.objects.all()} == {"棉被"}


def test_words_for_other_goods_are_not_dropped_in_silence(client, page, villages, today):
    answer = client.post(page, filled(today, pasted="前进1村 206", item="棉被"))
    assert answer.context["form"].errors["item"]
    cash = filled(today, good="cash", pasted="前进1村 206", worth="5")
    assert client.post(page, cash).context["form"].errors["worth"]
    assert not Gift.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"total": ""}, "total"),
        ({"total": "many"}, "total"),
        ({"good": "gold"}, "good"),
        ({"giver": "不存在的单位"}, "giver"),
        ({"day": "yesterday"}, "day"),
        ({"pasted": ""}, "__all__"),
        ({"pasted": "前进1村 200\n前进2村"}, "__all__"),
        ({"pasted": "", "to": "place-0"}, "__all__"),
    ],
)
def test_a_mistake_is_said_where_it_is(client, page, villages, today, more, field):
    answer = client.post(page, filled(today, **{"pasted": "前进1村 206", **more}))
    assert answer.context["form"].errors[field]
    assert not Gift.objects.exists()


@pytest.fixture
def fund(campaign, bureau, today):
    fund = actions.open_fund(campaign, organisation=bureau, name="爱心基金", since=today, by=None)
    actions.contribute(fund, amount_fen=1_500_000, day=today, donor=bureau, by=None)
    return fund


def test_the_fund_pays_for_all_or_for_nothing(client, page, villages, fund, today):
    form = preview(client, page, today, step="villages", area="柳河镇", fund=str(fund.pk))
    sent = filled(today, fund=str(fund.pk), **of_rows(form.rows))
    assert client.post(page, sent).status_code == 302
    fund.refresh_from_db()
    assert fund.balance_fen == 1_500_000 - 206 * 6_000
    assert FundEntry.objects.filter(gift__isnull=False).count() == 12
    assert FundEntry.objects.order_by("pk").last().balance_fen == fund.balance_fen
    refused = client.post(page, {**sent, "id": NUMBER.format(2)})
    assert refused.context["form"].non_field_errors()
    assert Gift.objects.count() == 12
    fund.refresh_from_db()
    assert fund.balance_fen == 264_000


def test_sent_twice_it_is_written_once(client, page, villages, today):
    sent = filled(today, pasted="前进1村 200\n前进2村 6")
    first = client.post(page, sent)
    assert client.post(page, sent).url == first.url
    assert Gift.objects.count() == 2
    assert client.post(page, {**sent, "total": "207"}).status_code == 409


def test_it_can_be_taken_back_at_once_and_taken_out_later(client, page, villages, fund, today):
    sent = filled(today, pasted="前进1村 100\n前进2村 106", fund=str(fund.pk))
    url = client.post(page, sent).url
    client.post(reverse("ledger:distribution_undo", args=[sent["id"]]))
    assert quantities() == []
    assert Fund.objects.get().balance_fen == 1_500_000
    client.post(page, {**sent, "id": NUMBER.format(2)})
    void = reverse("ledger:distribution_void", args=[NUMBER.format(2)])
    assert client.post(void, {"reason": ""}).context["form"].errors["reason"]
    client.post(void, {"reason": "发错了"})
    assert quantities() == []
    assert Fund.objects.get().balance_fen == 1_500_000
    assert client.get(url).status_code == 200


def test_the_sheet_has_a_line_to_sign_for_each(client, page, villages, today):
    form = preview(client, page, today, step="villages", area="柳河镇")
    client.post(page, filled(today, **of_rows(form.rows)))
    sheet = reverse("ledger:distribution_sheet", args=[NUMBER.format(1)])
    answer = client.get(sheet)
    assert [gift.place for gift in answer.context["gifts"]] == villages
    assert "206" in answer.content.decode()
    assert AuditEntry.objects.get(action="register.printed").content["rows"] == 12


def test_a_corrected_part_stays_in_its_distribution(client, page, villages, today):
    url = client.post(page, filled(today, pasted="前进1村 200\n前进2村 6")).url
    part = Gift.objects.get(place=villages[1])
    form = client.get(reverse("ledger:gift_correct", args=[part.pk])).context["form"]
    facts = {"id": NUMBER.format(3), "place": "前进2村", "giver": "农业局", "day": today,
             "is_steady": "0", "goods_rice": "5"}  # fmt: skip
    assert form["goods_rice"].value() == 6
    client.post(reverse("ledger:gift_correct", args=[part.pk]), facts)
    assert client.get(url).context["quantity"] == 205


def test_who_may_not_give_there_is_refused_and_a_stranger_sees_nothing(
    client, page, villages, lu, helper, auditor, today
):
    url = client.post(page, filled(today, pasted="前进1村 206")).url
    client.force_login(lu)
    answer = client.post(page, filled(today, id=NUMBER.format(4), pasted="前进1村 206"))
    assert answer.context["form"].errors["pasted"]
    sheet, void = (
        reverse(f"ledger:distribution_{name}", args=[NUMBER.format(1)])
        for name in ("sheet", "void")
    )
    for address in (url, sheet, void):
        assert client.get(address).status_code == 404
    client.force_login(auditor)
    assert client.get(page).status_code == 403
    assert client.get(url).status_code == 200
    assert client.get(void).status_code == 403
    client.force_login(helper)
    assert client.get(sheet).status_code == 403


def test_five_hundred_are_the_most(client, page, villages, today):
    town = Place.objects.get(path="211104100")
    codes = [f"211104100{n}" for n in range(400, 890)]
    Place.objects.bulk_create(
        Place(parent=town, path=code, code=code, name=f"{code}村", level="village")
        for code in codes
    )
    form = preview(client, page, today, step="villages", area="柳河镇")
    assert "500" in form.non_field_errors()[0]
    assert len(form.rows) == MOST


def test_more_receivers_ask_no_more_of_the_database(client, page, villages, today):
    def asked(lines, number):
        pasted = "\n".join(f"{village.name} 1" for village in villages[:lines])
        sent = filled(today, total=str(lines), id=NUMBER.format(number), pasted=pasted)
        with CaptureQueriesContext(connection) as preview_queries:
            client.post(page, {**sent, "step": "split"})
        with CaptureQueriesContext(connection) as queries:
            client.post(page, sent)
        return len(preview_queries), len(queries)

    asked(1, 1)
    assert asked(2, 2) == asked(12, 3)
