"""The packed area tree: complete, quick to reach, found as people look for places."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from jiedui import demo
from jiedui.places import atlas, shapes

PANJIN = Path(demo.__file__).parent / "panjin_places.toml"


@pytest.fixture(scope="module")
def liaoning() -> list[atlas.AtlasPlace]:
    return list(atlas.subtree("21"))


def names(places: list[atlas.AtlasPlace]) -> list[str]:
    return [place.name for place in places]


def test_the_pack_holds_the_country_to_village_level() -> None:
    assert atlas.meta()["counts"] == {
        "province": 34,
        "city": 342,
        "county": 2975,
        "town": 41351,
        "village": 620572,
    }


def test_a_province_has_unique_codes_of_twelve_digits(liaoning: list[atlas.AtlasPlace]) -> None:
    codes = [place.code for place in liaoning]
    assert len(codes) == len(set(codes)) > 10_000
    assert {len(code) for code in codes} == {12}


def test_every_place_comes_after_its_parent(liaoning: list[atlas.AtlasPlace]) -> None:
    seen = {""}
    for place in liaoning:
        above = atlas.parent(place.code)
        assert (above.code if above else "") in seen
        seen.add(place.code)


def test_a_subtree_is_what_its_parts_add_up_to(liaoning: list[atlas.AtlasPlace]) -> None:
    county = list(atlas.subtree("211104"))
    assert county == [place for place in liaoning if place.code.startswith("211104")]
    assert Counter(place.level for place in county) == {"county": 1, "town": 16, "village": 192}


def test_kinds_tell_streets_townships_villages_and_communities_apart() -> None:
    kinds = Counter(place.kind for place in atlas.subtree("340404"))
    assert kinds == {
        "county": 1,
        "street": 5,
        "township": 6,
        "village": 56,
        "community": 37,
        "community_like": 1,
        "village_like": 1,
    }


@pytest.mark.parametrize(
    ("letters", "name"),
    [
        ("cq", "重庆市"),
        ("chongqing", "重庆市"),
        ("xm", "厦门市"),
        ("xiamen", "厦门市"),
        ("la", "六安市"),
        ("bb", "蚌埠市"),
        ("bz", "亳州市"),
        ("yueqing", "乐清市"),
        ("laoting", "乐亭县"),
        ("guoyang", "涡阳县"),
        ("shanxian", "单县"),
        ("lvliang", "吕梁市"),
        ("Lüliang", "吕梁市"),
        ("xi'an", "西安市"),
        ("XJJQ", "谢家集区"),
    ],
)
def test_pinyin_finds_places_by_their_local_reading(letters: str, name: str) -> None:
    assert atlas.search(letters)[0].name == name


def test_the_whole_name_comes_before_names_that_contain_it() -> None:
    assert names(atlas.search("朝阳", levels=["city", "county"]))[:2] == ["朝阳市", "朝阳区"]
    assert names(atlas.search("盘锦", limit=1)) == ["盘锦市"]


def test_words_before_the_last_one_name_places_above() -> None:
    assert [place.code for place in atlas.search("盘锦 清水镇")] == ["211104106000"]
    assert atlas.search("pj qsz") == atlas.search("盘锦 清水镇")


def test_villages_are_found_within_a_county_only() -> None:
    assert names(atlas.search("hcg", within="211104")) == ["红草沟村委会"]
    assert names(atlas.search("红草沟", within="211100000000")) == ["红草沟村委会"]
    assert atlas.search("红草沟", within="211122") == []
    assert atlas.search("红草沟", within="211104", levels=["town"]) == []


def test_a_code_finds_its_place_first() -> None:
    assert names(atlas.search("2111"))[0] == "盘锦市"
    assert names(atlas.search("211104106200")) == ["立新村委会"]
    assert atlas.search("999999") == []


def test_nodes_that_only_fill_a_gap_are_left_out_of_names_and_searches() -> None:
    assert atlas.full_name("500101") == "重庆市万州区"
    assert names(atlas.ancestors("500101")) == ["重庆市", "市辖区"]
    assert "市辖区" not in names(atlas.search("市辖区"))


def test_a_city_without_counties_has_its_towns_directly_below() -> None:
    assert {place.level for place in atlas.children("4419")} == {"town"}
    assert names(atlas.ancestors("441900003000")) == ["广东省", "东莞市"]


def test_counties_directly_under_a_province_have_their_node() -> None:
    assert "济源市" in names(atlas.children("4190"))


@pytest.mark.parametrize("code", ["", "2", "21110", "99", "211199", "abc", "２１", "2111041062009"])
def test_an_unknown_code_is_refused_by_get_and_none_by_find(code: str) -> None:
    assert atlas.find(code) is None
    with pytest.raises(atlas.UnknownPlaceError):
        atlas.get(code)


@pytest.mark.parametrize("text", ["", "  ", "'", "💥", "%", "盘锦 💥", "x" * 5000, "\0", "..."])
def test_odd_texts_find_nothing_and_raise_nothing(text: str) -> None:
    assert atlas.search(text) == []


@pytest.mark.parametrize("within", ["", "zz", "9" * 30])
def test_an_odd_within_raises_nothing(within: str) -> None:
    assert len(atlas.search("清水", within=within)) <= 20


def test_a_limit_is_kept() -> None:
    assert len(atlas.search("朝阳", limit=3)) == 3
    assert atlas.search("朝阳", limit=0) == []


def test_a_citys_shapes_are_its_counties_with_names_and_centres() -> None:
    features = shapes.shapes("2111")["features"]
    assert [f["properties"]["name"] for f in features] == names(atlas.children("2111"))
    assert {f["geometry"]["type"] for f in features} == {"MultiPolygon"}


def test_a_town_shows_its_countys_outline_and_a_zone_none() -> None:
    (feature,) = shapes.shapes("211104106")["features"]
    assert feature["properties"]["code"] == "211104000000"
    assert shapes.shapes("130171")["features"] == []
    assert shapes.centre("130171") is None


def test_an_operators_own_shapes_replace_ours(tmp_path: Path) -> None:
    square = [[[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]]
    properties = {"code": "211104000000", "name": "own", "centre": [0.5, 0.5]}
    geometry = {"type": "MultiPolygon", "coordinates": square}
    own = {"features": [{"type": "Feature", "properties": properties, "geometry": geometry}]}
    (tmp_path / "2111.geojson").write_text(json.dumps(own), encoding="utf-8")
    assert shapes.centre("211104", folder=tmp_path) == (0.5, 0.5)
    assert len(shapes.shapes("3404", folder=tmp_path)["features"]) > 1
    longitude, latitude = shapes.centre("211104106200", folder=tmp_path) or (9, 9)
    assert 0 < longitude < 1 and 0 < latitude < 1


def test_made_up_centres_are_spread_out_and_always_the_same() -> None:
    villages = [p.code for p in atlas.subtree("211104") if p.level == "village"]
    points = [shapes.centre(code) for code in villages]
    assert len(set(points)) == len(villages)
    assert points == [shapes.centre(code) for code in villages]


def test_panjin_as_its_campaign_knew_it_adds_up_to_the_published_counts() -> None:
    facts = tomllib.loads(PANJIN.read_text(encoding="utf-8"))
    outside = {row["code"] for row in facts["outside"]}
    kept = [place for place in atlas.subtree(facts["root"]) if place.code not in outside]
    kinds = Counter(place.kind for place in kept if place.level in ("town", "village"))
    kinds.update(row["kind"] for row in facts["place"])
    assert kinds == facts["totals"]
    assert kinds == {"street": 29, "township": 27, "village": 309, "community": 183}


def test_every_historical_place_of_panjin_has_a_parent_and_a_code_of_its_own() -> None:
    facts = tomllib.loads(PANJIN.read_text(encoding="utf-8"))
    known = {place.code for place in atlas.subtree(facts["root"])}
    added = {row["code"] for row in facts["place"]}
    assert not known & added
    assert {row["parent"] for row in facts["place"]} <= known | added
    assert {town for zone in facts["zone"] for town in zone["towns"]} <= known | added
