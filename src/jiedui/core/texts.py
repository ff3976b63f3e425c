"""How values are written on the screen: amounts, counts, days, masked values."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def yuan_text(fen: int | None) -> str:
    """Integer fen as yuan with two places: 123450 → "1,234.50"; nothing known → ""."""
    return "" if fen is None else f"{fen / 100:,.2f}" if abs(fen) < 10**15 else f"{fen // 100:,}"


def count_text(number: Any) -> str:
    """Thousands grouped; up to two decimal places are kept."""
    if number is None or number == "":
        return ""
    if isinstance(number, int):
        return f"{number:,}"
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def sentences(*texts: str) -> str:
    """Sentences one after the other; Chinese sets no blank between them."""
    return ("" if is_chinese() else " ").join(one for one in texts if one)


def day_text(day: date | None) -> str:
    """2026年3月1日, in English 1 Mar 2026. Of a moment, its day in local time."""
    if not day:
        return ""
    if isinstance(day, datetime):
        day = timezone.localtime(day) if timezone.is_aware(day) else day
    if is_chinese():
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day_text(day: date | None) -> str:
    """For columns: this year's days are 11-28, those of other years 2025-11-28."""
    if not day:
        return ""
    if isinstance(day, datetime):
        day = timezone.localtime(day) if timezone.is_aware(day) else day
    is_this_year = day.year == timezone.localdate().year
    return f"{day:%m-%d}" if is_this_year else f"{day.year}-{day:%m-%d}"


def short_moment_text(moment: datetime | None) -> str:
    """The day as `short_day_text` writes it, and the time of day, local."""
    if not moment:
        return ""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{short_day_text(local)} {local:%H:%M}"


def moment_text(moment: datetime | None) -> str:
    """The day and the time of day, local: 2026年3月1日 14:05."""
    if not moment:
        return ""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{day_text(local)} {local:%H:%M}"


def masked_name(name: str) -> str:
    """The first character stays: 张三 → 张*, 欧阳娜娜 → 欧***."""
    return name[:1] + "*" * (len(name) - 1)


def masked_phone(number: str) -> str:
    """138****5678; a short number keeps its last two digits."""
    if len(number) < 8:
        return "*" * max(0, len(number) - 2) + number[-2:] if len(number) > 2 else "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def masked_number(number: str) -> str:
    """An identity or card number: only the last four digits stay, and those only of long ones."""
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 8 else "*" * len(number)
