"""How it goes: dashboards of the playbook as cards and charts, from what a snapshot keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.publishing import Dashboard, Figure
from jiedui.campaigns.playbook.tables import TABLES
from jiedui.core.texts import count_text
from jiedui.figures.evaluation import Value, evaluate
from jiedui.figures.models import Snapshot
from jiedui.figures.parts import Part, parts
from jiedui.figures.wording import card
from jiedui.home import charts
from jiedui.home.desk import Desk, href

MONTHS = 12
MOST = 4  # pictures on the desk


@dataclass(frozen=True)
class Board:
    """`is_wide`: worth cards with lines over time; the others stand as short lists."""

    name: str
    cards: Sequence[Mapping[str, Any]]
    is_wide: bool = False


@dataclass(frozen=True)
class Chart:
    """`name` is the id of its element."""

    name: str
    option: Mapping[str, Any]


def boards(desk: Desk, snapshot: Snapshot) -> list[Board]:
    """The dashboards for this role; figures over time carry the line of their last months."""
    shown = [one for one in snapshot.campaign.playbook.dashboards if _is_for(one, desk.user)]
    keys = list(dict.fromkeys(key for one in shown for key in one.figures))
    values = {v.key: v for v in evaluate(snapshot, keys, **_scope(desk))}
    timed = list(dict.fromkeys(key for one in shown if one.over_time for key in one.figures))
    months = _months(snapshot, timed) if not desk.root.name else {}
    return [
        Board(
            str(one.name),
            [_card(desk, values[key], months.get(key, {})) for key in one.figures],
            is_wide=number == 0 or one.over_time,
        )
        for number, one in enumerate(shown)
    ]


def _is_for(board: Dashboard, user: Any) -> bool:
    return not board.roles or bool(user.roles & set(board.roles))


def _scope(desk: Desk) -> dict[str, Any]:
    return {"organisation": desk.root.organisation, "place": desk.root.place}


def _card(desk: Desk, value: Value, months: Mapping[str, Any]) -> dict[str, Any]:
    assert desk.campaign
    link = href("figures:show", desk.campaign.key, value.key, **desk.root.query)
    facts = card(value, url=link) | {"as_of": None, "counts": ""}
    history = last_months(months, value.as_of.strftime("%Y-%m"))
    if len(history) > 2 and any(history):
        whole = history[:-1]  # the running month is not over and would look like a fall
        facts |= {"history": [float(one) for one in whole]}
        # Whoever came last month may have come before: different ones do not add up.
        is_added = not desk.campaign.playbook.figure(value.key).distinct
        if whole[-1] and is_added:
            facts |= {"change": whole[-1], "since": _("last month")}
        elif whole[-1]:
            facts |= {"note": _("%(number)s last month") % {"number": count_text(whole[-1])}}
    return facts


def _months(snapshot: Snapshot, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Figure → month → value, of figures that have a day of their own."""
    playbook = snapshot.campaign.playbook
    dated = [key for key in keys if _is_dated(playbook.figure(key))]
    found: dict[str, dict[str, Any]] = {key: {} for key in dated}
    for value in evaluate(snapshot, dated, by="month"):
        if value.part:
            found[value.key][value.part] = value.value or 0
    return found


def _is_dated(figure: Figure) -> bool:
    return bool(figure.over and TABLES[figure.over].period and figure.measure in ("count", "sum"))


def last_months(months: Mapping[str, Any], until: str, *, count: int = MONTHS) -> list[Any]:
    """The values of so many months up to one of them; a month without records is nought."""
    return [months.get(key, 0) for key in month_keys(until, count)] if months else []


def month_keys(until: str, count: int) -> list[str]:
    year, month = (int(part) for part in until.split("-"))
    last = year * 12 + month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(last - count + 1, last + 1)]


def pictures(desk: Desk, snapshot: Snapshot) -> list[Chart]:
    """By month where a dashboard runs over time, by its parts where it is broken down.

    Of each dashboard the first figure that fits: the playbook puts the one that matters first.
    """
    if desk.root.name:
        return []
    shown = [one for one in snapshot.campaign.playbook.dashboards if _is_for(one, desk.user)]
    over_time = (_over_time(desk, snapshot, one) for one in shown if one.over_time)
    by_place = (_by_place(desk, snapshot, one) for one in shown if one.by in ("county", "town"))
    months = [one for one in over_time if one][:2]
    return months + [one for one in by_place if one][: MOST - len(months)]


def _over_time(desk: Desk, snapshot: Snapshot, board: Dashboard) -> Chart | None:
    playbook = snapshot.campaign.playbook
    key = next((key for key in board.figures if _is_dated(playbook.figure(key))), None)
    if key is None:
        return None
    figure = playbook.figure(key)
    months = _months(snapshot, [key])[key]
    keys = month_keys(snapshot.as_of.strftime("%Y-%m"), 24)
    first = playbook.campaign.starts.strftime("%Y-%m")
    keys = [one for one in keys if one >= first or months.get(one)]
    address = href("figures:show", snapshot.campaign.key, key)
    option = charts.by_month(
        str(figure.name), str(figure.unit), keys, [months.get(one, 0) for one in keys], address
    )
    return Chart(f"chart-{board.key}", option)


def _by_place(desk: Desk, snapshot: Snapshot, board: Dashboard) -> Chart | None:
    playbook = snapshot.campaign.playbook
    share = next((key for key in board.figures if playbook.figure(key).counts == "share"), None)
    figure = playbook.figure(share or board.figures[0])
    found = [part for part in parts(snapshot, figure, by=board.by) if part.value.part]
    if len(found) < 2:
        return None
    option = charts.by_part(figure, found[:20], _links(snapshot, figure, found[:20]))
    return Chart(f"chart-{board.key}-places", option)


def _links(snapshot: Snapshot, figure: Figure, found: Sequence[Part]) -> list[str]:
    return [
        href("figures:show", snapshot.campaign.key, figure.key, **{part.param: part.path})
        if part.param
        else ""
        for part in found
    ]
