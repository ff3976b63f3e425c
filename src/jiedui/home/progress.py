"""How it goes: the dashboards of the playbook as short lists, and what was done month by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiedui.campaigns.playbook import Playbook
from jiedui.campaigns.playbook.publishing import Dashboard, Figure
from jiedui.figures.evaluation import evaluate
from jiedui.figures.history import is_dated
from jiedui.figures.models import Snapshot
from jiedui.figures.wording import card
from jiedui.home import charts
from jiedui.home.desk import Desk, href

MONTHS = 12
MOST = 2  # pictures on the desk


@dataclass(frozen=True)
class Board:
    name: str
    cards: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Chart:
    """`name` is the id of its element."""

    name: str
    option: Mapping[str, Any]


def boards(desk: Desk, snapshot: Snapshot) -> list[Board]:
    """The dashboards for this role, narrowed to its area or organisation."""
    shown = [one for one in snapshot.campaign.playbook.dashboards if _is_for(one, desk.user)]
    keys = list(dict.fromkeys(key for one in shown for key in one.figures))
    scope = {"organisation": desk.root.organisation, "place": desk.root.place}
    values = {v.key: v for v in evaluate(snapshot, keys, **scope)}  # type: ignore[arg-type]
    links = {key: href("figures:show", snapshot.campaign.key, key, **desk.root.query)
             for key in keys}  # fmt: skip
    return [
        Board(str(one.name), [card(values[key], url=links[key]) for key in one.figures])
        for one in shown
    ]


def _is_for(board: Dashboard, user: Any) -> bool:
    return not board.roles or bool(user.roles & set(board.roles))


def month_keys(until: str, count: int) -> list[str]:
    year, month = (int(part) for part in until.split("-"))
    last = year * 12 + month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(last - count + 1, last + 1)]


def pictures(desk: Desk, snapshot: Snapshot) -> list[Chart]:
    """The last months beside those a year before, of what dashboards run over time.

    Of each dashboard the first figure that fits: the playbook puts the one that matters first.
    """
    if desk.root.name:
        return []
    playbook = snapshot.campaign.playbook
    shown = [one for one in playbook.dashboards if one.over_time and _is_for(one, desk.user)]
    found = [(one.key, figure) for one in shown if (figure := _dated(playbook, one))][:MOST]
    values = _months(snapshot, [figure for _key, figure in found])
    return [_over_time(snapshot, key, figure, values[figure.key]) for key, figure in found]


def _dated(playbook: Playbook, board: Dashboard) -> Figure | None:
    return next((one for one in map(playbook.figure, board.figures) if is_dated(one)), None)


def _over_time(snapshot: Snapshot, board: str, figure: Figure, values: Mapping[str, Any]) -> Chart:
    keys = month_keys(snapshot.as_of.strftime("%Y-%m"), 2 * MONTHS)
    earlier, now = keys[:MONTHS], keys[MONTHS:]
    option = charts.by_month(
        str(figure.name),
        str(figure.unit),
        now,
        [values.get(key, 0) for key in now],
        before=[values.get(key, 0) for key in earlier],
        address=href("figures:show", snapshot.campaign.key, figure.key),
    )
    return Chart(f"chart-{board}", option)


def _months(snapshot: Snapshot, figures: Sequence[Figure]) -> dict[str, dict[str, Any]]:
    """What each figure came to in each month, by its key."""
    found: dict[str, dict[str, Any]] = {figure.key: {} for figure in figures}
    for value in evaluate(snapshot, figures, by="month"):
        if value.part:
            found[value.key][value.part] = value.value or 0
    return found
