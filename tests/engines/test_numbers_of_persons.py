from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedui.engines import words
from jiedui.engines.words import identity


def number(first_17: str) -> str:
    return first_17 + words.check_character(first_17)


BIRTHS = st.dates(date(1900, 1, 1), date(2025, 12, 31))


def test_the_example_of_the_standard():
    # GB 11643-1999 gives 11010519491231002X (female) and 440524188001010014 (male).
    assert words.read_identity("11010519491231002x") == words.Identity(
        number="11010519491231002X", area="110105", birth=date(1949, 12, 31), sex="female"
    )
    assert words.read_identity("440524188001010014").sex == "male"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("11010519491231002X", ""),
        ("110105 19491231 002x", ""),
        ("110105194912310021", identity.WRONG_CHECK),
        ("11010519491231", identity.WRONG_LENGTH),
        ("", identity.WRONG_LENGTH),
        ("1101051949123100XX", identity.WRONG_CHARACTERS),
        ("１10105194912310021"[:17] + "١", identity.WRONG_CHARACTERS),
        ("99010519491231002X", identity.WRONG_AREA),
        ("11010519490231002X", identity.WRONG_BIRTH),
        ("11010517491231002X", identity.WRONG_BIRTH),
        ("11010519491231002X43", ""),
        ("11010519491231002X4301", ""),
        ("11010519491231002X83", identity.WRONG_CLASS),
        ("11010519491231002X45", identity.WRONG_LEVEL),
        ("11010519491231002X4", identity.WRONG_LENGTH),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text, problem):
    assert words.identity_problem(text) == problem
    assert not problem or problem in words.IDENTITY_PROBLEMS


def test_a_birth_still_to_come_is_refused_when_today_is_known():
    tomorrow = number("21112120300102001")
    assert words.identity_problem(tomorrow) == ""
    assert words.identity_problem(tomorrow, today=date(2026, 1, 1)) == identity.FUTURE_BIRTH


def test_a_disability_card_says_class_and_level():
    card = words.read_identity("11010519491231002X4302")
    assert (card.disability_class, card.disability_level, card.reissue) == (4, 3, "02")


def test_an_unsound_number_cannot_be_read():
    with pytest.raises(ValueError, match="does not fit"):
        words.read_identity("110105194912310021")


@given(birth=BIRTHS, serial=st.integers(0, 999), place=st.integers(0, 16), digit=st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(birth, serial, place, digit):
    right = number(f"211121{birth:%Y%m%d}{serial:03d}")
    assert words.read_identity(right).birth == birth
    wrong = right[:place] + str((int(right[place]) + digit) % 10) + right[place + 1 :]
    assert words.identity_problem(wrong)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("13812345678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("１３８ １２３４ ５６７８", "13812345678"),
        ("8613812345678", "13812345678"),
        ("0086-13812345678", "13812345678"),
        ("(0427) 2345678", "0427-2345678"),
        ("0427—2345678", "0427-2345678"),
        ("04272345678-12", "0427-2345678-12"),
        ("010-62345678", "010-62345678"),
        ("0427-2345678转12", "0427-2345678-12"),
        ("400-123-4567", "4001234567"),
        ("12345", "12345"),
        ("1381234567", ""),
        ("12812345678", ""),
        ("无", ""),
        ("", ""),
    ],
)
def test_a_telephone_number_has_one_spelling(text, normal):
    assert words.normalise_phone(text) == normal
    assert words.normalise_phone(normal) == normal


def test_masks_show_six_and_four_and_three_and_four():
    assert words.mask_identity("11010519491231002X") == "110105****002X"
    assert words.mask_phone("138 1234 5678") == "138****5678"
    assert words.mask_phone("0427-2345678") == "042****5678"
    assert (words.mask_identity("123456"), words.mask_phone("12345")) == ("******", "*****")
