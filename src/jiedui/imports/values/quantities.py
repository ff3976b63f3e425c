"""Numbers as people write them in a cell: 3,200元, 0.28万, 约2800, 20多万元/年, 三口人."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import prod

from jiedui.engines import words

YUAN = ("元", "块", "块钱", "圆", "人民币", "RMB", "元整", "元正", "圆整", "元人民币")
PEOPLE = ("人", "个人", "口", "口人", "名", "位")
MONTHS = ("月", "个月")
YEARS = ("年", "年度")
_OTHERS = (
    "户 岁 周岁 天 日 周 星期 次 小时 亩 平方 平方米 平米 ㎡ m² m2 m 米 公里 千米 km 斤 公斤 千克 "
    "kg 吨 棵 株 头 只 羽 箱 套 间 处 栋 座 %"
)
_KNOWN = sorted({*YUAN, *PEOPLE, *MONTHS, *YEARS, *_OTHERS.split()}, key=len, reverse=True)
_UNIT = re.compile(
    rf"(?P<unit>{'|'.join(_KNOWN)})?(?P<rates>(?:[/每](?:年|月|日|天|人|户))*)", re.IGNORECASE
)
_QUANTITY = re.compile(
    r"(?P<before>约|大约|大概|近|将近|共|合计)?\s*+(?:[¥￥]\s*+)?"
    r"(?P<number>[-+]?(?:\d+|\d{1,3}(?:,\d{3})+|(?=\.))(?:\.\d+)?)\s*+(?P<more>[多余来])?"
    # 千克 and 千米 are units; so are words that begin with k or w.
    r"(?:(?P<times>[十百千]?[万亿]|[十百千]|[kw](?![a-z]))(?!(?<=千)[克米瓦])\s*+)?"
    r"(?P<after>[\u4e00-\u9fffA-Za-z/%²㎡]{0,8}(?:[(（][^()（）]{0,20}[)）])?)",
    re.IGNORECASE,
)
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 10**8, "k": 1000, "w": 10_000}
_MORE_TIMES = re.compile(r"[百千万亿](?![克米瓦])")
_CHINESE = re.compile(
    r"(?P<tens>[二三四五六七八九]?十)?(?P<ones>[一二两三四五六七八九])?(?P<after>[\u4e00-\u9fff]{0,4})"
)
_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_FILLER_WORDS = ("共", "合计")


@dataclass(frozen=True)
class Quantity:
    """A number, what it counts (元, 人), of what (per 月, 人), and other words beside it."""

    number: Decimal
    unit: str = ""
    rates: tuple[str, ...] = ()
    beside: str = ""


def understand(text: str) -> Quantity | None:
    """The number a text means; None when it means none."""
    text = words.fold_variants(text)
    match = _QUANTITY.fullmatch(text.replace("，", ","))
    if match is None:
        return _in_words(text)
    after = match["after"]
    if _MORE_TIMES.search(after):
        return None  # how often the thousands count, nobody can tell
    try:
        number = Decimal(match["number"].replace(",", ""))
    except InvalidOperation:
        return None
    unit, rates, rest = _counted(after)
    around = (match["before"] or "", match["more"] or "", after if rest else "")
    beside = " … ".join(word for word in around if word and word not in _FILLER_WORDS)
    times = prod(_TIMES[sign] for sign in (match["times"] or "").lower())
    return Quantity(number * times, unit, rates, beside)


def _counted(after: str) -> tuple[str, tuple[str, ...], str]:
    """The unit, its rates and what is left of the words behind a number."""
    match = _UNIT.match(after)
    if match is None:
        return "", (), after
    rates = re.findall(r"[年月日天人户]", match["rates"])
    return (match["unit"] or "").upper(), tuple(rates), after[match.end() :]


_OF_TIME = ("年", "月", "日", "天")


def is_other(found: Quantity, *, units: Sequence[str], per: Sequence[str]) -> bool:
    """Whether a number counts something else than its column: 斤 for yuan, a month for a year."""
    if not units:
        return False
    is_unit = found.unit in ("", *units)
    return not is_unit or any(rate in _OF_TIME and rate not in per for rate in found.rates)


def converted(found: Quantity, *, units: Sequence[str], per: Sequence[str]) -> Decimal | None:
    """The number as its column counts, where years and months are all that differs."""
    others = [rate for rate in found.rates if rate not in per]
    if found.beside:
        return None
    if found.unit in YEARS and "月" in units and not others:
        return found.number * 12
    if found.unit in ("", *units) and others == ["月"] and "年" in per:
        return found.number * 12
    if found.unit in ("", *units) and others == ["年"] and "月" in per:
        return (found.number / 12).quantize(Decimal("0.01"))
    return None


def _in_words(text: str) -> Quantity | None:
    """Up to ninety-nine: 三, 十二, 二十口人."""
    match = _CHINESE.fullmatch(text)
    if match is None or not (match["tens"] or match["ones"]):
        return None
    tens = _DIGITS.get((match["tens"] or "")[:1], 1) * 10 if match["tens"] else 0
    ones = _DIGITS[match["ones"]] if match["ones"] else 0
    unit, rates, rest = _counted(match["after"])
    if rest:
        return None  # 三个 or 一般 is a word that begins like a number
    return Quantity(Decimal(tens + ones), unit, rates)
