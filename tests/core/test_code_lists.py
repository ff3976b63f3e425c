from django.utils.translation import override

from jiedui.core import codes
from jiedui.core.codelist import CodeList

LISTS = {name: getattr(codes, name) for name in codes.__all__ if name.isupper()}


def test_every_key_stands_once_and_every_text_means_one_code():
    for name, found in LISTS.items():
        assert isinstance(found, CodeList)
        assert len(found.by_key) == len(found), name
        texts = [text for code in found for text in {code.zh, *code.aliases, *code.numbers}]
        assert len(texts) == len(set(texts)), name


def test_the_ethnic_groups_are_the_fifty_six_of_the_standard():
    groups = [code for code in codes.ETHNIC if int(code.numbers[0]) <= 56]
    assert len(groups) == 56
    assert [codes.ETHNIC.find(number).zh for number in ("01", "11", "56")] == [
        "汉族",
        "满族",
        "基诺族",
    ]


def test_a_number_is_compared_as_text():
    assert codes.RELATION.find("01").key == "head"
    assert codes.RELATION.find("1").key == "spouse"


def test_english_names_are_found_in_a_chinese_interface_too():
    with override("zh-hans"):
        assert CodeList(*codes.CAUSE).find("Lack of skills").key == "skill"
