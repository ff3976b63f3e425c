from datetime import date, datetime
from decimal import Decimal

import lists
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedui.core import codes
from jiedui.imports.values.choices import Choice, Choices
from jiedui.imports.values.dates import Day, precision
from jiedui.imports.values.identities import Identity, Phone
from jiedui.imports.values.parsers import (
    Amount,
    Bad,
    Integer,
    Label,
    Money,
    Name,
    Text,
    Words,
    YesNo,
)


@pytest.mark.parametrize(
    ("cell", "day", "how"),
    [
        ("202603", date(2026, 3, 1), "month"),
        (202603.0, date(2026, 3, 1), "month"),
        ("２０２６年３月", date(2026, 3, 1), "month"),
        ("2026-3-1", date(2026, 3, 1), "day"),
        ("2026.03.01", date(2026, 3, 1), "day"),
        ("2026/3/1 00:00:00", date(2026, 3, 1), "day"),
        ("20260301", date(2026, 3, 1), "day"),
        ("二〇二六年三月", date(2026, 3, 1), "month"),
        ("二〇一六年十月八日", date(2016, 10, 8), "day"),
        ("二0一六年十二月", date(2016, 12, 1), "month"),
        ("一九五八年三月二十一号", date(1958, 3, 21), "day"),
        ("1958年元月", date(1958, 1, 1), "month"),
        ("2016、3、5", date(2016, 3, 5), "day"),
        ("2016。3。5", date(2016, 3, 5), "day"),
        ("2016，3，5", date(2016, 3, 5), "day"),
        ("2016 3 5", date(2016, 3, 5), "day"),
        ("2016-03-05 00:00:00.0", date(2016, 3, 5), "day"),
        ("2016-03-05T08:00:00+08:00", date(2016, 3, 5), "day"),
        (46082.0, date(2026, 3, 1), "day"),
        (datetime(2026, 3, 1, 8, 0), date(2026, 3, 1), "day"),
        (2026.03, date(2026, 3, 1), "month"),
        ("1956", date(1956, 1, 1), "year"),
        ("1956年", date(1956, 1, 1), "year"),
    ],
)
def test_dates_are_understood_with_their_precision(cell, day, how):
    read = Day()(cell)
    assert (read, precision(read)) == (day, how)


@pytest.mark.parametrize("cell", ["2026-02-30", "去年", "202613", 2026.1, "98.3", 12345678901.0])
def test_what_is_no_date_says_how_to_write_one(cell):
    bad = Day()(cell)
    assert isinstance(bad, Bad) and bad.severity == "error" and "20" in bad.mend


def test_a_birth_month_is_taken_with_a_warning():
    bad = Day(exact=True)("195803")
    assert (bad.value, bad.severity) == (date(1958, 3, 1), "warning")


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("１，２３４．５元", "1234.50"),
        ("1,234,567", "1234567.00"),
        ("1.2万元", "12000.00"),
        ("￥500", "500.00"),
        (3500.1, "3500.10"),
        ("3千元", "3000.00"),
        ("2千", "2000.00"),
        ("0.5亿", "50000000.00"),
        ("2.8k", "2800.00"),
        ("3000RMB", "3000.00"),
        ("0.28万元", "2800.00"),
    ],
)
def test_money_is_read_as_people_write_it(cell, yuan):
    assert Money()(cell) == Decimal(yuan)


@given(st.decimals(min_value=0, max_value=10**7, places=2))
def test_money_survives_a_number_cell_to_the_last_fen(amount):
    assert Money()(float(amount)) == Amount()(str(amount)) == amount


def test_whole_numbers_refuse_halves_words_and_impossible_sizes():
    people = Integer(1, 30)
    assert [people(cell) for cell in ("3人", 3.0, "３", " 4 口")] == [3, 3, 3, 4]
    assert [people(cell) for cell in ("三", "三口人", "十二", "二十人")] == [3, 3, 12, 20]
    assert all(isinstance(people(cell), Bad) for cell in (2.5, "一般", 0.0, 31, "1,23"))


@pytest.mark.parametrize("cell", ["", None, "-", "——", "无", " ", "/"])
def test_signs_for_nothing_are_nothing(cell):
    assert [parser(cell) for parser in (Money(), Text(), Day(), Phone(), Identity())] == [None] * 5


def test_yes_and_no_have_many_words():
    assert [YesNo()(cell) for cell in ("是", "√", "有", 1.0, True, "已参加")] == [True] * 6
    assert [YesNo()(cell) for cell in ("否", "×", "无", 0.0, False, "未参加")] == [False] * 6
    assert YesNo()("不适用") is None
    assert "neither yes nor no" in YesNo()("也许").message


@pytest.mark.parametrize(
    ("codes_", "cell", "key"),
    [
        (codes.CAUSE, "因病", "illness"),
        (codes.CAUSE, "1.因病", "illness"),
        (codes.CAUSE, " 缺 劳 力 ", "labour"),
        (codes.CAUSE, "Illness", "illness"),
        (codes.RELATION, "01", "head"),
        (codes.RELATION, 1.0, "spouse"),
        (codes.RELATION, "本人或户主", "head"),
        (codes.ETHNIC, "满", "man"),
        (codes.HEALTH, "3", "chronic"),
        (codes.RANK, "副科", "section_deputy"),
        (codes.AFFILIATION, "市(地区)", "prefecture"),
        (codes.LABOUR, "无", "none"),
    ],
)
def test_codes_are_found_by_name_alias_or_number(codes_, cell, key):
    expected = codes_.find("满族").key if key == "man" else key
    assert Choice(codes_)(cell) == expected


def test_an_unknown_word_gets_the_nearest_one_as_a_suggestion():
    bad = Choice(codes.HOUSEHOLD_KIND)("低保护")
    assert bad.severity == "error" and "Did you mean" in bad.mend


def test_of_several_values_in_a_single_column_the_first_is_kept_with_a_warning():
    bad = Choice(codes.CAUSE)("因病,因残")
    assert (bad.value, bad.severity) == ("illness", "warning")
    assert Choices(codes.CAUSE)("因病、因残；因病") == ("illness", "disability")


def test_a_long_number_cell_is_already_damaged_and_is_refused():
    for cell in (211104195803120000.0, "2.11104E+17"):
        bad = Identity()(cell)
        assert bad.severity == "error" and "lost its last digits" in bad.message
        assert "Text" in bad.mend
    assert isinstance(Label()(4.1e17), Bad)


def test_identity_numbers_are_checked_and_kept():
    sound = lists.identity(7)
    assert Identity()(f" {sound[:6]} {sound[6:]} ".lower()) == sound
    assert Identity()(sound + "31") == sound + "31"
    for doubtful in (sound[:-1], sound[:17] + ("1" if sound[17] != "1" else "2"), sound + "81"):
        bad = Identity()(doubtful)
        assert (bad.severity, bad.value) == ("warning", doubtful)


def test_telephone_numbers_are_text_again():
    assert [Phone()(cell) for cell in (13912345678.0, "+86 139-1234-5678")] == ["13912345678"] * 2
    assert Phone()("0427-2820001") == "0427-2820001"
    assert Phone()("13912345678、13800000000").value == "13912345678"
    assert Phone()("1391234567").severity == "warning"


def test_names_lose_blanks_and_remarks_but_not_their_dot():
    assert Name()("张　 三") == "张三"
    assert Name()("李四（户主）") == "李四"
    assert Name()("买买提•吐尔逊") == "买买提·吐尔逊"
    assert Name()("3组").severity == "warning"


def test_enumerations_are_split_and_texts_keep_their_punctuation():
    assert Words()("水电、 义诊;电工／司机") == ("水电", "义诊", "电工", "司机")
    assert Text()("东屋漏雨，需换瓦（２间）") == "东屋漏雨，需换瓦（2间）"
