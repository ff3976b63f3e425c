"""Charts are dicts; the map and its table say the same numbers."""

from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from jiedui.figures import actions
from jiedui.home import charts, progress
from jiedui.ledger.models import Gift
from jiedui.places.models import Place


def test_bars_by_month_open_the_records_of_the_month():
    option = charts.by_month("走访", "人次", ["2026-01", "2026-02"], [3, 5], "/figures/x/")
    assert option["series"][0]["data"] == [3, 5]
    assert option["links"][1] == "/figures/x/?since=2026-02-01&until=2026-02-28"
    assert "人次" in option["title"]


def test_large_sums_are_told_in_ten_thousands():
    assert charts.in_wan([Decimal("1234567.00"), 0], "元") == ([123.46, 0.0], "万元")
    assert charts.in_wan([99_999], "元") == ([99_999], "元")


def test_a_month_without_records_is_nought():
    assert progress.last_months({"2026-01": 4}, "2026-02", count=3) == [0, 4, 0]


def test_month_keys_cross_the_year():
    assert progress.month_keys("2026-02", 3) == ["2025-12", "2026-01", "2026-02"]


def test_the_map_and_the_table_say_the_same(client, told, leader):
    client.force_login(leader)
    page = client.get(reverse("home:map"), {"figure": "gifts.value"})
    data = page.context["option"]["series"][0]["data"]
    rows = [(part.name, part.value.value) for part, _url in page.context["rows"]]
    assert [(one["name"], one["value"]) for one in data] == [(n, int(v)) for n, v in rows]
    assert rows == [("大洼区", Decimal("90300.00"))]


def test_one_goes_down_to_the_towns(client, told, leader):
    client.force_login(leader)
    page = client.get(reverse("home:map"), {"figure": "gifts.value", "place": "211104"})
    ((part, url),) = page.context["rows"]
    assert part.name == "柳河镇"
    assert "place=211104100" in url


def test_places_outside_are_not_found(client, told, leader, lu):
    client.force_login(leader)
    assert client.get(reverse("home:map"), {"place": "11"}).status_code == 404
    client.force_login(lu)
    assert client.get(reverse("home:map"), {"place": "211104"}).status_code == 404


def test_outlines_are_kept_by_the_browser(client, told, leader):
    client.force_login(leader)
    answer = client.get(reverse("places:shapes", args=["211100000000"]))
    assert answer.json()["type"] == "FeatureCollection"
    assert "max-age" in answer["Cache-Control"]
    assert client.get(reverse("places:shapes", args=["999999"])).status_code == 404


def test_a_helper_may_not_read_figures(client, told, helper):
    client.force_login(helper)
    assert client.get(reverse("home:map")).status_code == 403


def test_areas_without_outlines_are_compared_by_bars(client, told, leader, bureau, city, today):
    county = Place.objects.get(path="211104")
    town = Place.objects.create(
        parent=county, path="211104101", code="211104101000", name="东风镇", level="town"
    )
    Gift.objects.create(
        campaign=told, day=today, kind="cash", value_fen=10_000_000, giver=bureau, place=town,
        recorded_at=timezone.now(),
    )  # fmt: skip
    actions.take(told)
    client.force_login(leader)
    page = client.get(reverse("home:map"), {"figure": "gifts.value", "place": "211104"})
    assert page.context["option"] is None
    bars = page.context["bars"]
    assert bars["yAxis"]["data"] == ["东风镇", "柳河镇"]
    assert bars["series"][0]["data"] == [10.0, 9.03]
    assert "place=211104101" in bars["links"][0]
