"""Lists with doubles planted in them, each by one kind of slip; the same seed gives the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import lists

HEAD = ["村", "户编号", "户主姓名", "出生日期", "证件号码", "户属性"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红春金国文建志海荣秀凤珍福贵"
HOMOPHONES = str.maketrans(
    "伟静军洋勇杰娟明兰霞平刚英华红春金国文建志海荣",
    "玮靖君阳永洁捐鸣岚侠苹钢瑛桦宏椿今囯纹健治亥蓉",
)
VARIANTS = str.maketrans("张刘陈杨赵马罗伟丽军华红国凤贵", "張劉陳楊趙馬羅偉麗軍華紅國鳳貴")


@dataclass(frozen=True)
class Home:
    village: str
    name: str
    born: date
    identity: str = ""
    number: str = ""

    @property
    def cells(self) -> list[object]:
        born = self.born.isoformat()
        return [self.village, self.number, self.name, born, self.identity, "低保户"]


def home(draw: random.Random, villages: int) -> Home:
    given = "".join(draw.choices(GIVEN, k=draw.choice([1, 2, 2, 2])))
    born = date(1930, 1, 1) + timedelta(days=draw.randrange(60 * 365))
    identity = ""
    if draw.random() < 0.5:
        identity = lists.identity(draw.randrange(1000), birth=f"{born:%Y%m%d}")
    village = f"第{draw.randrange(villages)}屯村"
    return Home(village, draw.choice(SURNAMES) + given, born, identity)


# What goes wrong when a list is written a second time


def _moved(one: Home, draw: random.Random) -> Home:
    return replace(one, village=f"第{(int(one.village[1:-2]) + 1) % 20}屯村", identity="")


def _year(one: Home, draw: random.Random) -> Home:
    born, place = one.born, draw.choice([1, 10])
    year = born.year + place * (1 if born.year // place % 10 < 9 else -1)
    day = 28 if (born.month, born.day) == (2, 29) else born.day
    return replace(one, born=date(year, born.month, day), identity="")


def _month_and_day(one: Home, draw: random.Random) -> Home:
    born = one.born
    if born.day > 12 or born.day == born.month:  # cannot be swapped: a day of the tens before
        return replace(one, born=born.replace(day=born.day % 10 or 10), identity="")
    return replace(one, born=date(born.year, born.day, born.month), identity="")


def _swapped(one: Home, draw: random.Random) -> Home:
    first, second, *_rest = one.name[-2:] if len(one.name) > 2 else one.name[::1]
    return replace(one, name=one.name[:-2] + second + first, identity="")


def _heard(one: Home, draw: random.Random) -> Home:
    return replace(one, name=one.name.translate(HOMOPHONES), identity="")


def _traditional(one: Home, draw: random.Random) -> Home:
    return replace(one, name=one.name.translate(VARIANTS), identity="")


def _shortened(one: Home, draw: random.Random) -> Home:
    return replace(one, name=one.name[:-1] if len(one.name) > 2 else one.name, identity="")


def _other_number(one: Home, draw: random.Random) -> Home:
    return replace(one, number=f"N{draw.randrange(10**6):06d}")


def _wrong_identity(one: Home, draw: random.Random) -> Home:
    return replace(one, identity=lists.identity(draw.randrange(1000), birth=f"{one.born:%Y%m%d}"))


SLIPS: tuple[Callable[[Home, random.Random], Home], ...] = (
    *(_moved, _year, _month_and_day, _swapped, _heard, _traditional, _shortened),
    *(_other_number, _wrong_identity),
)


@dataclass(frozen=True)
class Planted:
    """What the register holds, the list, and for rows that are doubles: of what, by what slip."""

    register: list[Home]
    rows: list[Home]
    doubles: dict[int, tuple[int, str]]


def planted(seed: int, *, rows: int, doubles: int, villages: int = 20) -> Planted:
    draw = random.Random(seed)
    register = [replace(home(draw, villages), number=f"H{n:05d}") for n in range(rows)]
    listed = [home(draw, villages) for _n in range(rows - doubles)]
    true: dict[int, tuple[int, str]] = {}
    for n, of in enumerate(draw.sample(range(rows), doubles)):
        slip = SLIPS[n % len(SLIPS)]
        true[len(listed)] = (of, slip.__name__)
        listed.append(slip(replace(register[of], number=""), draw))
    return Planted(register, listed, true)
