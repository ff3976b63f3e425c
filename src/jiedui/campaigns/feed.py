"""The calendar as a file that other calendars read (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from jiedui.campaigns.agenda import Event
from jiedui.campaigns.models import Campaign


def to_ics(campaign: Campaign, found: Iterable[Event], *, at: datetime) -> str:
    """All-day events; `at` is the moment of writing, which the format asks for."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//jiedui//calendar//ZH"]
    lines.append(f"X-WR-CALNAME:{_escaped(str(campaign.title))}")
    for one in found:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{campaign.key}-{one.key}@jiedui",
            f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{one.starts:%Y%m%d}",
            # The end is the first day that does not belong to it any more (3.6.1).
            f"DTEND;VALUE=DATE:{one.ends + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(one.text)}",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 bytes, never cut inside a character (3.1)."""
    parts = [""]
    for sign in line:
        if len((parts[-1] + sign).encode()) > 75 - (len(parts) > 1):
            parts.append("")
        parts[-1] += sign
    return "\r\n ".join(parts)
