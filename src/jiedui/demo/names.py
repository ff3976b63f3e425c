"""Invented people: names by generation, telephone and identity numbers that cannot exist.

Surnames follow their rough share in north-eastern and central China; given names are put together
from characters usual in a generation. Telephone numbers begin with 100, which no operator gives
out. Identity numbers carry a province code where a county code belongs (210000), so that they
pass the check digit and yet can belong to nobody.
"""

from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from random import Random

from jiedui.demo.texts import TEXTS
from jiedui.engines import words

_NAMES = TEXTS["names"]
_FAMILY: list[str] = list(_NAMES["surnames"])
_SHARES = list(accumulate(_NAMES["surnames"].values()))


@dataclass(frozen=True)
class Names:
    """Draws names; the same random generator draws the same names."""

    rng: Random

    def surname(self) -> str:
        return self.rng.choices(_FAMILY, cum_weights=_SHARES)[0]

    def full(self, *, gender: str, born: int) -> str:
        return self.surname() + self.given(gender=gender, born=born)

    def given(self, *, gender: str, born: int) -> str:
        """A given name of one or two characters, as usual for this year of birth."""
        choice, draw = self.rng.choice, self.rng.random()
        who = "men" if gender == "male" else "women"
        if born < 1968:
            last = choice(_NAMES[f"old_{who}_end"])
            return last if draw < 0.12 else choice(_NAMES[f"old_{who}"]) + last
        if born > 2004:
            return choice(_NAMES["children"]) + choice(_NAMES["children_end"])
        single = choice(_NAMES[who])
        if draw < 0.35:
            return single
        return (
            choice(_NAMES[f"{who}_pairs"]) if draw < 0.7 else choice(_NAMES[f"old_{who}"]) + single
        )


def telephone(serial: int) -> str:
    """Eleven digits beginning with 100: long enough to look at, impossible to call."""
    return f"100{serial % 10**8:08d}"


def identity_number(*, province: str, born: date, serial: int) -> str:
    """A number with a right check digit and an area code that no county has (R3, GB 11643)."""
    body = f"{province}0000{born:%Y%m%d}{serial % 1000:03d}"
    return body + words.check_character(body)


def spelled(name: str, *, is_person: bool = True) -> tuple[str, str]:
    """Pinyin and initials, as every searchable row keeps them."""
    return words.pinyin(name, is_person=is_person), words.initials(name, is_person=is_person)
