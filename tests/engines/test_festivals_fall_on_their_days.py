from datetime import date

import pytest

from jiedui.engines import seasons
from jiedui.engines.seasons import Farm, Festival, Months, Once, Quarterly, Window, Yearly

# R13, copied by hand: the engine's own table must not be its own witness.
R13 = """
2024 01-18 02-10 02-24 06-10 09-17 10-11
2025 01-07 01-29 02-12 05-31 10-06 10-29
2026 01-26 02-17 03-03 06-19 09-25 10-18
2027 01-15 02-06 02-20 06-09 09-15 10-08
2028 01-04 01-26 02-09 05-28 10-03 10-26
2029 01-22 02-13 02-27 06-16 09-22 10-16
2030 01-11 02-03 02-17 06-05 09-12 10-05
"""
COLUMNS = ["laba", "spring_festival", "lantern", "dragon_boat", "mid_autumn", "double_ninth"]
CELLS = [
    (name, int(year), date.fromisoformat(f"{year}-{day}"))
    for year, *days in (line.split() for line in R13.split("\n") if line)
    for name, day in zip(COLUMNS, days, strict=True)
]


@pytest.mark.parametrize(("festival", "year", "day"), CELLS)
def test_every_cell_of_the_table_holds_and_is_what_lunar_python_computes(festival, year, day):
    assert seasons.festival_day(festival, year=year) == day
    assert seasons.computed_lunar_days(festival, year=year) == [day]


def test_the_two_new_years_that_icu_gets_wrong():
    assert seasons.festival_day("spring_festival", year=2027) == date(2027, 2, 6)
    assert seasons.festival_day("spring_festival", year=2030) == date(2030, 2, 3)


def test_a_year_past_the_table_is_computed():
    assert seasons.festival_day("spring_festival", year=2031) == date(2031, 1, 23)
    assert seasons.festival_day("laba", year=2031) == date(2031, 1, 1)


def test_laba_came_twice_in_2022_and_not_at_all_in_2023():
    found = seasons.windows(
        Festival(festival="laba", before=0), date(2022, 1, 1), date(2023, 12, 31)
    )
    assert [one.starts for one in found] == [date(2022, 1, 10), date(2022, 12, 30)]
    with pytest.raises(ValueError, match="inside 2023"):
        seasons.festival_day("laba", year=2023)


def test_qingming_follows_the_sun():
    days = {year: seasons.festival_day("qingming", year=year).day for year in (2024, 2026, 2027)}
    assert days == {2024: 4, 2026: 5, 2027: 5}


def test_every_named_festival_has_a_day_and_a_name():
    assert {*seasons.FIXED, *seasons.LUNAR, "qingming"} == set(seasons.FESTIVAL_NAMES)
    for festival in seasons.FESTIVAL_NAMES:
        assert seasons.festival_day(festival, year=2026).year == 2026


def test_an_unknown_festival_is_refused_by_name():
    with pytest.raises(ValueError, match="halloween"):
        seasons.festival_day("halloween", year=2026)


def test_the_window_before_spring_festival_is_found_from_the_year_before():
    rule = Festival(festival="new_year", before=10)
    assert seasons.windows(rule, date(2026, 12, 25), date(2026, 12, 26)) == [
        Window(date(2026, 12, 22), date(2027, 1, 1), "2027年元旦")
    ]


def test_farm_work_has_its_days_by_region():
    rice = Farm(season="transplanting", region="northeast_rice")
    assert seasons.windows(rice, date(2026, 1, 1), date(2026, 12, 31)) == [
        Window(date(2026, 5, 11), date(2026, 6, 10), "2026年插秧")
    ]
    with pytest.raises(ValueError, match="huanghuai"):
        seasons.windows(Farm(season="seedlings", region="huanghuai"), date.min, date.max)


def test_a_county_may_bring_its_own_farm_table():
    table = {("ours", "summer"): ((6, 1), (6, 9))}
    found = seasons.windows(
        Farm(season="summer", region="ours", before=1), date(2026, 6, 1), date(2026, 6, 1),
        seasons=table,
    )  # fmt: skip
    assert found == [Window(date(2026, 5, 31), date(2026, 6, 9), "2026年三夏")]


def test_a_yearly_window_may_run_over_new_year():
    rule = Yearly(starts=(12, 20), ends=(1, 10), name="冬季走访")
    assert seasons.windows(rule, date(2027, 1, 5), date(2027, 1, 5)) == [
        Window(date(2026, 12, 20), date(2027, 1, 10), "2026年冬季走访")
    ]


@pytest.mark.parametrize(
    ("key", "starts", "ends"),
    [
        ("first_friday", date(2026, 3, 6), date(2026, 3, 6)),
        ("third_wednesday", date(2026, 3, 18), date(2026, 3, 18)),
        ("day_5", date(2026, 3, 5), date(2026, 3, 5)),
        ("day_15", date(2026, 3, 15), date(2026, 3, 22)),  # a Sunday: a week to make up for it
        ("day_31", date(2026, 3, 31), date(2026, 3, 31)),
    ],
)
def test_the_theme_day_of_march_2026(key, starts, ends):
    found = seasons.windows(
        seasons.monthly(key, name="主题党日"), date(2026, 3, 1), date(2026, 3, 31)
    )
    assert [one for one in found if one.name == "2026年3月主题党日"] == [
        Window(starts, ends, "2026年3月主题党日")
    ]


def test_the_31st_is_the_last_day_of_a_shorter_month():
    found = seasons.windows(seasons.monthly("day_31"), date(2027, 2, 1), date(2027, 2, 28))
    assert any(one.starts == date(2027, 2, 28) for one in found)


def test_a_month_without_a_fifth_friday_has_no_window():
    found = seasons.windows(seasons.monthly("fifth_friday"), date(2026, 2, 1), date(2026, 2, 28))
    assert found == []


@pytest.mark.parametrize("key", ["day_0", "day_32", "day_x", "sixth_friday", "first_freitag", ""])
def test_a_day_that_is_no_day_is_refused(key):
    with pytest.raises(ValueError, match="day_5 or first_friday"):
        seasons.monthly(key)


def test_quarters_months_and_single_stretches():
    quarters = seasons.windows(Quarterly(name="党课"), date(2026, 2, 1), date(2026, 4, 1))
    assert [one.name for one in quarters] == ["2026年第一季度党课", "2026年第二季度党课"]
    months = seasons.windows(Months(months=(2, 3)), date(2028, 1, 1), date(2028, 12, 31))
    assert [(w.starts, w.ends) for w in months] == [
        (date(2028, 2, 1), date(2028, 2, 29)),
        (date(2028, 3, 1), date(2028, 3, 31)),
    ]
    once = Once(starts=date(2026, 1, 1), ends=date(2026, 1, 9), name="动员")
    assert len(seasons.windows(once, date(2026, 1, 9), date(2026, 2, 1))) == 1
    assert seasons.windows(once, date(2026, 1, 10), date(2026, 2, 1)) == []


def test_working_days_leave_out_holidays_and_count_the_days_worked_instead():
    # 2026: Spring Festival rests 15–23 February; Saturday the 14th is worked instead.
    assert seasons.due_on(date(2026, 2, 13), days=2, working=True) == date(2026, 2, 24)
    assert seasons.due_on(date(2026, 2, 13), days=2) == date(2026, 2, 15)


def test_in_a_year_without_a_published_list_fixed_holidays_still_rest():
    assert seasons.is_rest_day(date(2040, 10, 1))
    assert seasons.is_rest_day(seasons.festival_day("mid_autumn", year=2040))
    assert not seasons.is_rest_day(date(2040, 10, 9))
