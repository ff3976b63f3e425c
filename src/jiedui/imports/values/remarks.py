"""Names of people, and remarks that clerks write beside them: 张三（已故）, 张三去世, 李四*."""

from __future__ import annotations

import re

from jiedui.engines import words

_NAME = re.compile(
    r"[\u3400-\u9fff\U00020000-\U0003ffff]+(·[\u3400-\u9fff]+)*|[A-Za-z][A-Za-z .'-]+"
)
_DOTS = re.compile(r"[•∙・‧.．·]")
_BESIDE = re.compile(r"([\u3400-\u9fff]{2,})\s+[\u3400-\u9fff]{2,}")
_SPACE = re.compile(r"\s+")
# A remark in brackets, a star that leads to a footnote.
_SIGNED = re.compile(
    r"(?<!\s)\s*+[(（\[【].{0,100}?[)）\]】]$|(?<![*＊★☆※▲△●○#√])[*＊★☆※▲△●○#√]++$"
)
_NO_REMARK = ("户主", "本人")
# Words no name ends with: what happened to the person, or a form of address.
_HAPPENED = (
    "已故|亡故|病故|身故|去世|过世|逝世|离世|辞世|病逝|死亡|病亡|已死|已亡|迁出|迁走|搬走|搬迁|外迁|"
    "外嫁|出嫁|改嫁|离婚|失踪|走失|失联|服刑|入狱|判刑|销户|注销|除名|退出|脱贫|外出|打工|务工|"
    "重复|同名|重名|同志|先生|女士"
)
_WHEN = r"[\s,，、:：;；-]*(?:\d[\d年月日号./-]*|人|现|已经|已|于|因病|因|户|全家|整户|长期|在外)*"
_BEHIND = re.compile(rf"(?P<remark>{_WHEN}(?:{_HAPPENED})(?:了|人员|户)?)$")
_BEFORE = re.compile(
    rf"^(?P<remark>(?:[(（\[【]已?(?:{_HAPPENED})[)）\]】]|已故|已(?:经)?(?:{_HAPPENED}))的?[\s:：]*)"
)


def apart(text: str) -> tuple[str, str]:
    """The name as it is stored, and the remark written beside it ("" if it says nothing)."""
    taken = []
    if signed := _SIGNED.search(text):
        text = text[: signed.start()].strip()
        mark = words.fold_variants(signed[0].strip("()（） "))
        taken.append("" if mark in _NO_REMARK else signed[0].strip())
    for pattern in (_BEHIND, _BEFORE):
        # Searched in the text with variants folded, cut from the original: both have one length.
        found = pattern.search(words.fold_variants(text))
        if found and len(left := (text[: found.start()] + text[found.end() :]).strip()) > 1:
            taken.insert(0, text[found.start() : found.end()].strip())
            text = left
    if not text.isascii() and not _are_several(text):
        text = _DOTS.sub("·", _SPACE.sub("", text))
    return text, " ".join(filter(None, taken))


def _are_several(text: str) -> bool:
    """Whether two words that can both be names stand side by side: 张三 李四, but not 欧阳 修文."""
    found = _BESIDE.fullmatch(text)
    return found is not None and words.split_name(text)[0] != found[1]


def is_name(text: str) -> bool:
    """Whether a text looks like the name of one person."""
    return bool(_NAME.fullmatch(text)) and 1 < len(text) <= 40 and not _has_remark(text)


def is_remark(text: str) -> bool:
    """Whether a text is a remark alone, without a name."""
    return bool(_BEHIND.fullmatch(words.fold_variants(text)))


def _has_remark(text: str) -> bool:
    return bool(_BEHIND.search(words.fold_variants(text)))
