import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from jiedui.engines import words

NAMES = st.text("王芳方张章红洪曾晓小明铭欧阳峯峰堃坤李丽莉", min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("name", "heard", "letters"),
    [
        ("曾晓明", "zengxiaoming", "zxm"),
        ("单立人", "shanliren", "slr"),
        ("仇和平", "qiuheping", "qhp"),
        ("解小军", "xiexiaojun", "xxj"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("尉健行", None, None),
        ("朴顺姬", "piaoshunji", "psj"),
        ("盖叫天", "gejiaotian", "gjt"),
        ("查良镛", "zhaliangyong", "zly"),
        ("任长霞", None, None),
        ("万俟雪", "moqixue", "mqx"),
        ("吕布", "lvbu", "lb"),
        ("区 振 华", "ouzhenhua", "ozh"),
    ],
)
def test_surnames_are_read_as_surnames(name, heard, letters):
    surname = {"尉健行": "wei", "任长霞": "ren"}.get(name)
    if surname:
        assert words.pinyin(name).startswith(surname)
    else:
        assert (words.pinyin(name), words.initials(name)) == (heard, letters)


def test_places_are_read_as_words_and_not_as_persons():
    assert words.initials("单家村", is_person=False) == "djc"
    assert words.pinyin("盘锦市", is_person=False) == "panjinshi"


def test_every_surname_reading_has_a_syllable_a_character():
    from jiedui.engines.words.names import COMPOUND_SURNAMES, SURNAME_READINGS

    assert all(len(k) == len(v) for k, v in SURNAME_READINGS.items())
    assert {k for k in SURNAME_READINGS if len(k) == 2} <= COMPOUND_SURNAMES


@pytest.mark.parametrize(
    ("first", "second"),
    [("李秀峯", "李秀峰"), ("王堃", "王坤"), ("張國強", "张国强"), ("王　芳", "王芳"),
     ("买买提•阿依", "买买提·阿依"), ("趙甯", "赵宁"), ("ＡＢ", "ab")],
)  # fmt: skip
def test_spellings_of_one_name_are_one(first, second):
    assert words.fold_name(first) == words.fold_name(second)
    assert words.name_similarity(first, second) == 1


@pytest.mark.parametrize(
    ("first", "second", "at_least", "at_most"),
    [
        ("王芳", "王方", 0.95, 0.95),
        ("张红霞", "章洪霞", 0.92, 0.94),
        ("刘宁", "牛林", 0.75, 0.75),
        ("陈兰", "陈南", 0.87, 0.88),  # n and l
        ("张三", "臧三", 0.87, 0.88),  # zh and z
        ("王小芳", "王芳", 0.66, 0.67),
        ("王芳", "李芳", 0.5, 0.5),
        ("王芳", "李强", 0.0, 0.0),
        ("欧阳晓明", "欧阳小明", 0.97, 0.98),
        ("", "王芳", 0.0, 0.0),
    ],
)
def test_likeness_goes_by_character_and_by_ear(first, second, at_least, at_most):
    assert at_least <= words.name_similarity(first, second) <= at_most


@given(first=NAMES, second=NAMES)
def test_likeness_is_even_handed_and_between_nothing_and_one(first, second):
    likeness = words.name_similarity(first, second)
    assert 0 <= likeness <= 1
    assert likeness == words.name_similarity(second, first)
    assert (likeness == 1) == (words.fold_name(first) == words.fold_name(second))


@given(name=NAMES)
def test_names_that_fold_alike_sound_alike(name):
    assert words.homophone_key(name) == words.homophone_key(words.fold_name(name))


def test_homophones_share_a_key_and_others_do_not():
    assert words.homophone_key("张红") == words.homophone_key("章洪") == "zhang hong"
    assert words.homophone_key("张红") != words.homophone_key("张华")


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("张小三", "张*"), ("欧阳修", "欧阳*"), ("阿依·买买提", "阿*"), ("", "")],
)
def test_a_published_name_is_the_surname_and_a_star(name, masked):
    assert words.mask_name(name) == masked


def test_folding_sees_through_width_and_invisible_marks():
    assert words.fold("\ufeff２１１１２１　（Ａ）\u200b ") == "211121 (A)"


HAN = "".join(map(chr, (*range(0x3400, 0xA000), *range(0x20000, 0x32400))))


def test_what_is_folded_once_stays_as_it_is():
    folded = words.fold_variants(HAN)
    assert len(folded) == len(HAN)
    assert words.fold_variants(folded) == folded


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("與戶主關係", "与户主关系"),
        ("聯繫電話", "联系电话"),
        ("身份證號碼", "身份证号码"),
        ("農業局機關黨支部", "农业局机关党支部"),
        ("鍾靈毓 張堃 王鳳蘭", "钟灵毓 张坤 王凤兰"),
        ("2015年人均純收入（元）", "2015年人均纯收入(元)"),
        ("村民委员会", "村民委员会"),
    ],
)
def test_traditional_characters_are_compared_as_simplified_ones(written, usual):
    assert words.comparable(written) == usual


@pytest.mark.parametrize("name", ["朝阳", "乐清", "重庆", "行长", "高兴", "王乐乐", "A王", "朴"])
def test_short_texts_are_read_as_the_library_reads_them(name):
    assert words.pinyin(name, is_person=False) == "".join(lazy_pinyin(name)).lower()


@given(NAMES)
def test_short_names_are_read_as_the_library_reads_them(name):
    assert words.pinyin(name, is_person=False) == "".join(lazy_pinyin(name)).lower()
