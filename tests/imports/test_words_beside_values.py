"""What stood beside a value is said, never taken off in silence."""

from datetime import date

import lists
import pytest
from django.utils import timezone

from jiedui.core import codes
from jiedui.engines import words
from jiedui.imports.columns.household_fields import HOUSEHOLD_FIELDS
from jiedui.imports.columns.person_fields import PERSON_FIELDS
from jiedui.imports.values.choices import Choice, find, nearest
from jiedui.imports.values.dates import Day, precision
from jiedui.imports.values.identities import Identity, Phone
from jiedui.imports.values.parsers import Bad, Integer, Money, Name

COLUMNS = {field.key: field.parser for field in HOUSEHOLD_FIELDS + PERSON_FIELDS}
DANGEROUS, PEOPLE, MONTHS = (COLUMNS[key] for key in ("dangerous_house", "size", "work_months"))
YEARLY, MONTHLY = COLUMNS["income"], COLUMNS["work_wage"]


@pytest.mark.parametrize(
    ("parser", "cell", "value", "taken"),
    [
        (Name(), "韦卜乐（已故）", "韦卜乐", "（已故）"),
        (Name(), "韦卜乐 [迁出]", "韦卜乐", "[迁出]"),
        (Name(), "蓝妈养*", "蓝妈养", "*"),
        (Name(), "韦卜乐 人去世", "韦卜乐", "人去世"),
        (Name(), "韦卜乐已故", "韦卜乐", "已故"),
        (Name(), "已故韦卜乐", "韦卜乐", "已故"),
        (Name(), "（已故）韦卜乐", "韦卜乐", "已故"),
        (Name(), "韦卜乐去世", "韦卜乐", "去世"),
        (Name(), "韦卜乐，2019年3月已迁出", "韦卜乐", "年月已迁出"),
        (Name(), "韦卜乐因病去世（户主）", "韦卜乐", "因病去世"),
        (Name(), "韦卜乐在外打工", "韦卜乐", "在外打工"),
        (Money(), "约2800", 2800, "约"),
        (Money(), "近3000元左右", 3000, "左右"),
        (Money(), "20多万元", 200_000, "多"),
        (Money(), "3000元/人", 3000, "人"),
        (Integer(1, 30), "3人去世", 3, "人去世"),
        (Integer(1, 30), "3人(1人去世)", 3, "人去世"),
        (Phone(), "13807781234（儿子）", "13807781234", "儿子"),
        (Phone(), "村医 0778-6812345", "0778-6812345", "村医"),
    ],
)
def test_words_beside_a_value_are_doubts(parser, cell, value, taken):
    bad = parser(cell)
    assert isinstance(bad, Bad) and (bad.value, bad.severity) == (value, "warning")
    assert all(sign in bad.message for sign in taken if sign.isalpha())


@pytest.mark.parametrize("cell", ["死亡", "已故", "全家外出"])
def test_what_happened_is_nobodys_name(cell):
    assert Name()(cell).severity == "error"


@pytest.mark.parametrize("cell", ["李先生", "韦去世", "韦卜乐 蓝妈养"])
def test_what_may_be_no_name_or_several_is_a_doubt(cell):
    assert Name()(cell).severity == "warning"
    assert Name()("欧阳 修文") == "欧阳修文"


@pytest.mark.parametrize(
    ("parser", "cell", "offers"),
    [
        (YEARLY, "800元/月", ("9600",)),
        (YEARLY, "800每月", ("9600",)),
        (YEARLY, "800元/人/月", ()),
        (YEARLY, "50斤", ()),
        (YEARLY, "80%", ()),
        (YEARLY, "3亩", ()),
        (YEARLY, "3000年", ()),
        (Money(), "300元/月", ()),
        (MONTHLY, "36000元/年", ("3000",)),
        (MONTHS, "1年", ("12",)),
        (MONTHS, "三年", ()),
        (MONTHS, "6天", ()),
        (MONTHS, "5小时", ()),
        (PEOPLE, "3户", ()),
    ],
)
def test_a_number_of_another_unit_is_never_taken_as_it_stands(parser, cell, offers):
    bad = parser(cell)
    assert (bad.severity, bad.value, bad.offers) == ("error", None, offers)
    assert "another unit" in bad.message


@pytest.mark.parametrize("cell", ["3千米", "3余百千", "1万2", "3000(千元)"])
def test_thousands_nobody_can_be_sure_of_are_no_number(cell):
    assert Money()(cell).severity == "error"


def test_a_column_takes_its_own_units_without_a_word():
    assert [YEARLY(cell) for cell in ("800元/年", "800/年", "800元/户")] == [800] * 3
    assert [MONTHLY(cell) for cell in ("800元/月", "800元/人/月")] == [800] * 2
    assert [MONTHS(cell) for cell in ("6个月", "六个月", "6月")] == [6] * 3


def test_what_a_sentence_says_of_a_telephone_is_not_the_number():
    assert "13" not in Phone()("1380778123").message
    assert "lost its last digits" in Phone()("1.38E+10").message


def test_units_are_no_words_taken_off():
    assert [Money()(cell) for cell in ("3,200元", "共300元整", "￥500")] == [3200, 300, 500]
    assert Name()("李四（户主）") == "李四"


@pytest.mark.parametrize(
    ("cell", "day", "how"),
    [
        ("16-3-5", date(2016, 3, 5), "day"),
        ("58.3.12", date(1958, 3, 12), "day"),
        ("16年3月", date(2016, 3, 1), "month"),
        ("160305", date(2016, 3, 5), "day"),
        ("580312", date(1958, 3, 12), "day"),
    ],
)
def test_a_century_is_thought_of_with_a_doubt(cell, day, how):
    bad = Day()(cell)
    assert (bad.value, precision(bad.value), bad.severity) == (day, how, "warning")
    assert day.isoformat()[:7] in bad.mend


def test_a_year_is_thought_of_with_a_doubt_and_never_for_a_birth():
    today = timezone.localdate()
    past, coming = Day()("10月8日"), Day(ahead=True)("10月8日")
    assert (past.value.month, past.value.day, past.severity) == (10, 8, "warning")
    assert past.value <= today <= coming.value
    assert (coming.value - past.value).days < 367
    assert Day(exact=True)("10月8日").severity == "error"
    assert Day()("13月8日").severity == "error"


def test_a_month_that_lost_its_zero_offers_both():
    assert Day()(2016.1).offers == ("2016-01", "2016-10")


@pytest.mark.parametrize("cell", ["20163", 20163.0])
def test_the_number_of_a_day_that_may_be_a_month_is_asked(cell):
    bad = Day()(cell)
    assert (bad.severity, bad.value) == ("error", None)
    assert bad.offers == ("2016-03", "1955-03-15")
    born = Day(exact=True)(cell)
    assert (born.severity, born.value) == ("warning", date(1955, 3, 15))
    assert Day()("20160") == date(1955, 3, 12)  # there is no month 0


@pytest.mark.parametrize(
    ("cell", "offers"),
    [
        ("16-03", ("2016-03",)),
        ("98.3", ("1998-03",)),
        ("16年", ("2016",)),
        ("2016年3月初", ("2016-03",)),
        ("2016年底", ("2016",)),
        ("5/3/2016", ("2016-05-03", "2016-03-05")),
        ("25/3/2016", ("2016-03-25",)),
    ],
)
def test_what_only_may_be_a_date_offers_it(cell, offers):
    bad = Day()(cell)
    assert (bad.severity, bad.value, bad.offers) == ("error", None, offers)


def test_a_pair_of_numbers_may_be_a_month_or_a_day():
    month, day = Day()("10-8").offers
    assert (month, day[4:]) == ("2010-08", "-10-08")
    assert Day(exact=True)("10-8").offers == ("2010-08",)
    assert Day()("10月").offers[0].endswith("-10")
    assert Day(exact=True)("10月").offers == ()


def test_a_number_of_fifteen_digits_is_written_with_eighteen_and_said():
    sound = lists.identity(3, birth="19821214")
    bad = Identity()(sound[:6] + sound[8:17])
    assert (bad.value, bad.severity) == (sound, "warning")
    assert words.identity_problem(bad.value) == ""
    assert Identity()("45272782133425").severity == "warning"


@pytest.mark.parametrize(
    ("code_list", "cell", "key"),
    [
        (codes.HOUSEHOLD_KIND, "五保", "extreme"),
        (codes.HOUSEHOLD_KIND, "农村低保", "allowance"),
        (codes.CAUSE, "自身动力不足", "motivation"),
        (codes.EDUCATION, "学前", "preschool"),
        (codes.SCHOOLING, "学前", "preschool"),
        (codes.RANK, "管理九级", "staff"),
        (codes.RELATION, "养子", "son"),
        (codes.HOUSEHOLD_KIND, "集中供养", "extreme"),
        (codes.HOUSEHOLD_KIND, "低边户", "allowance_edge"),
    ],
)
def test_usual_words_are_known(code_list, cell, key):
    assert Choice(code_list)(cell) == key


@pytest.mark.parametrize(
    ("code_list", "cell", "key"),
    [
        (codes.HOUSEHOLD_KIND, "农村低保A类", "allowance"),
        (codes.HOUSEHOLD_KIND, "边缘户", "allowance_edge"),
        (codes.HOUSEHOLD_KIND, "低保护", "allowance"),
        (codes.HEALTH, "长期慢性病(高血压)", "chronic"),
        (codes.HOUSEHOLD_KIND, "边缘易致贫户", "ordinary"),
        (codes.HOUSEHOLD_KIND, "脱贫不稳定户", "lifted"),
        (codes.HOUSEHOLD_KIND, "监测户", "lifted"),
        (codes.HOUSEHOLD_KIND, "低收入", "allowance_edge"),
        (codes.HOUSEHOLD_KIND, "C级", "allowance"),
        (codes.HOUSEHOLD_KIND, "重度残疾户", "other_hardship"),
        (codes.RANK, "技术十二级", "unranked"),
        (codes.RANK, "专技十级", "unranked"),
        (codes.RELATION, "儿", "son"),
    ],
)
def test_the_nearest_word_comes_first(code_list, cell, key):
    assert nearest(code_list, cell)[0] == key


def test_no_word_of_a_list_means_two_codes():
    for name in codes.__all__:
        code_list = getattr(codes, name)
        if name in ("Code", "CodeList"):
            continue
        told = [text for code in code_list for text in {code.zh, *code.aliases}]
        assert len(told) == len(set(told)), (name, {t for t in told if told.count(t) > 1})


def test_a_grade_of_a_house_offers_the_answer_it_comes_nearest_to():
    assert DANGEROUS("C级").offers == ("是", "否")
    assert DANGEROUS("A级").offers == ("否", "是")
    assert DANGEROUS("已改造").offers == ("否", "是")
    assert DANGEROUS("未改造").offers == ("是", "否")


def test_a_question_for_danger_is_not_answered_yes_by_safety():
    assert [DANGEROUS(cell) for cell in ("安全", "无危房", "已解决", "否")] == [False] * 4
    assert [DANGEROUS(cell) for cell in ("不安全", "危房", "是")] == [True] * 3
    assert COLUMNS["safe_water"]("安全") is True


def test_words_that_are_only_near_are_never_taken():
    for name in codes.__all__:
        code_list = getattr(codes, name)
        for code in code_list if name not in ("Code", "CodeList") else ():
            assert not any(find(code_list, word) for word in code.near), (name, code.key)
