"""Charts are dicts; the map and its table say the same numbers."""

from decimal import Decimal

import pytest
from django.urls import reverse

from jiedui.home import areas, charts, progress
from jiedui.places import pictures
from jiedui.places.models import Place


def test_bars_by_month_open_the_records_of_the_month():
    option = charts.by_month("走访", "人次", ["2026-01", "2026-02"], [3, 5], address="/figures/x/")
    assert option["series"][0]["data"] == [3, 5]
    assert option["links"][1] == "/figures/x/?since=2026-02-01&until=2026-02-28"
    assert "人次" in option["title"]


def test_large_sums_are_told_in_ten_thousands():
    assert charts.in_wan([Decimal("1234567.00"), 0], "元") == ([123.46, 0.0], "万元")
    assert charts.in_wan([99_999], "元") == ([99_999], "元")


def test_month_keys_cross_the_year():
    assert progress.month_keys("2026-02", 3) == ["2025-12", "2026-01", "2026-02"]


def test_the_map_and_the_table_say_the_same(client, counted, leader):
    client.force_login(leader)
    page = client.get(reverse("home:map"), {"figure": "gifts.value"})
    (shape,) = page.context["shapes"]
    (area,) = page.context["areas"]
    assert shape.area is area
    assert (area.name, area.text, area.level) == ("大洼区", "90,300", 5)
    assert page.context["legend"][-1] == (5, "80,001–100,000")
    text = page.content.decode()
    assert 'aria-label="大洼区: 90,300 元"' in text
    assert text.count("90,300") >= 3  # in the area, its title, and the table


SHARE = """
[[figures]]
key = "visits.share"
name = { zh = "户均走访", en = "Visits per household" }
unit = { zh = "%", en = "%" }
counts = "share"
measure = "ratio"
parts = ["visits.person_times", "households"]

[[dashboards]]
"""


def test_the_map_begins_with_a_share_not_with_a_size(client, counted, leader):
    client.force_login(leader)
    assert client.get(reverse("home:map")).context["figure"].key == "households"
    counted.source = counted.source.replace("[[dashboards]]", SHARE, 1)
    counted.save()
    page = client.get(reverse("home:map"))
    assert page.context["figure"].key == "visits.share"
    assert [(one.name, one.text) for one in page.context["areas"]] == [("大洼区", "300")]


def test_one_goes_down_to_towns_and_villages(client, counted, leader):
    client.force_login(leader)
    page = client.get(reverse("home:map"), {"figure": "gifts.value", "place": "211104"})
    (town,) = page.context["tiles"]
    assert town.name == "柳河镇"
    assert page.context["picture"] is None
    below = client.get(town.url)
    (village,) = below.context["tiles"]
    assert village.name == "柳树村"
    assert "place=211104100200" in village.url
    assert client.get(village.url).context["figure"].key == "gifts.value"


def test_of_a_count_an_area_without_records_has_nought(client, counted, leader):
    county = Place.objects.get(path="211104")
    Place.objects.create(
        parent=county, path="211104101", code="211104101000", name="东风镇", level="town"
    )
    client.force_login(leader)
    page = client.get(reverse("home:map"), {"figure": "gifts.value", "place": "211104"})
    assert [(one.name, one.text, one.level) for one in page.context["tiles"]] == [
        ("柳河镇", "90,300", 5), ("东风镇", "0", 0),
    ]  # fmt: skip


def test_labels_stand_in_their_areas_or_not_at_all():
    """Every label of the real outlines of a city lies wholly inside; what is too small has none."""
    city = Place(path="2111", code="211100000000", name="盘锦市", level="city")
    shapes = {shape.name: shape for shape in pictures.picture(city).shapes}
    assert shapes["大洼区"].fits("大洼区", "90,300", size=14)
    assert not shapes["双台子区"].fits("双台子区双台子区双台子区", size=40)
    for shape in shapes.values():
        label = areas._label(areas.Area("", shape.name, "12.34", 1, ""), shape, "narrow", 25)
        if label:
            assert shape.fits(*(line for _y, line in label.lines), size=25)


@pytest.mark.parametrize(
    ("values", "legend"),
    [
        ([3, 1, None], ["0", "1", "2", "3"]),
        ([23, 7], ["0", "1–5", "6–10", "11–15", "16–20", "21–25"]),
        ([Decimal("1.41"), Decimal("0.2")], ["0", "0–0.5", "0.5–1", "1–1.5"]),
        ([], ["0"]),
    ],
)
def test_a_scale_begins_at_nought_and_has_round_steps(values, legend):
    assert [text for _level, text in areas.scale_of(values).legend()] == legend


def test_places_outside_are_not_found(client, counted, leader, lu):
    client.force_login(leader)
    assert client.get(reverse("home:map"), {"place": "11"}).status_code == 404
    client.force_login(lu)
    assert client.get(reverse("home:map"), {"place": "211104"}).status_code == 404


def test_outlines_are_kept_by_the_browser(client, counted, leader):
    client.force_login(leader)
    answer = client.get(reverse("places:shapes", args=["211100000000"]))
    assert answer.json()["type"] == "FeatureCollection"
    assert "max-age" in answer["Cache-Control"]
    assert client.get(reverse("places:shapes", args=["999999"])).status_code == 404


def test_a_helper_may_not_read_figures(client, counted, helper):
    client.force_login(helper)
    assert client.get(reverse("home:map")).status_code == 403
