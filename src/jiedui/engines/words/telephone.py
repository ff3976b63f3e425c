"""Telephone numbers of the Chinese mainland."""

from __future__ import annotations

import re

from jiedui.engines.words.text import fold

_MOBILE = re.compile(r"1[3-9]\d{9}")
# Beijing 010, the big cities 02x, all others 03xx–09xx; local numbers begin with 2–8.
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})([2-8]\d{6,7})(?:转|[-x,#]|ext\.?)?(\d{1,6})?")
_SERVICE = re.compile(r"(?:400|800)\d{7}|1\d{4}|1\d{2}")


def normalise_phone(text: str) -> str:
    """One spelling: 13812345678, 0427-2345678, 0427-2345678-12, 4001234567, 12345.

    Widths, blanks, brackets, +86 and 0086 are seen through. "" when it is no telephone number.
    """
    bare = re.sub(r"[\s()\[\]]|(?<=\d)[-—–](?=\d{4})", "", fold(text)).lower()
    bare = re.sub(r"^(?:\+86|0086|86(?=1[3-9]))-?", "", bare)
    digits = bare.replace("-", "")
    if _MOBILE.fullmatch(digits) or _SERVICE.fullmatch(digits):
        return digits
    if match := _LANDLINE.fullmatch(bare):
        return "-".join(part for part in match.groups() if part)
    return ""


def mask_phone(text: str) -> str:
    """The first three and the last four: 138****5678. Short numbers are hidden altogether."""
    digits = re.sub(r"\D", "", fold(text))
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else "*" * len(digits)
