"""Numbers as people write them in a cell: 3,200元, 0.28万, 约2800, 三口人."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_QUANTITY = re.compile(
    r"(?P<before>约|大约|大概|近|将近|共|合计)?\s*+(?:[¥￥]\s*+)?"
    r"(?P<number>[-+]?(?:\d+|\d{1,3}(?:,\d{3})+|(?=\.))(?:\.\d+)?)\s*+(?:(?P<wan>万)\s*+)?"
    r"(?P<after>[\u4e00-\u9fffA-Za-z/%²㎡]{0,8}(?:[(（][^()（）]{0,20}[)）])?)"
)
_CHINESE = re.compile(
    r"(?P<tens>[二三四五六七八九]?十)?(?P<ones>[一二两三四五六七八九])?(?P<after>[\u4e00-\u9fff]{0,4})"
)
_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
# Behind or before a number these only name what is counted.
_SILENT = re.compile(
    r"共|合计|(?:个?人|口人?|名|位|户|个?月|年|岁|周岁|天|次|小时|"
    r"(?:元|块钱?|圆|人民币)(?:整|正)?(?:[/每](?:月|年|人|户))*|"
    r"亩|平方米?|平米|㎡|m²|m2|米|公里|千米|km|斤|公斤|千克|kg|棵|株|头|只|羽|箱|套|间|处|栋|座|%)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quantity:
    """A number and the words beside it that are no unit, which somebody should look at."""

    number: Decimal
    beside: str = ""


def understand(text: str) -> Quantity | None:
    """The number a text means; None when it means none."""
    match = _QUANTITY.fullmatch(text.replace("，", ","))
    if match is None:
        return _in_words(text)
    try:
        number = Decimal(match["number"].replace(",", ""))
    except InvalidOperation:
        return None
    around = (match["before"] or "", match["after"])
    beside = " … ".join(word for word in around if not _SILENT.fullmatch(word))
    return Quantity(number * 10_000 if match["wan"] else number, beside)


def _in_words(text: str) -> Quantity | None:
    """Up to ninety-nine: 三, 十二, 二十口人."""
    match = _CHINESE.fullmatch(text)
    if match is None or not (match["tens"] or match["ones"]):
        return None
    tens = _DIGITS.get((match["tens"] or "")[:1], 1) * 10 if match["tens"] else 0
    ones = _DIGITS[match["ones"]] if match["ones"] else 0
    if not _SILENT.fullmatch(match["after"]):
        return None  # 三个 or 一般 is a word that begins like a number
    return Quantity(Decimal(tens + ones))
