"""Issues and the measures that answer them; whoever checks is never who mended (销号)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiedui.accounts.models import User
from jiedui.demo.ground import short
from jiedui.demo.scene import Org, Scene, Serving
from jiedui.demo.texts import TEXTS
from jiedui.supervision.models import Issue, Measure

ISSUE = (
    "id campaign organisation place kind source text found_on owner state due done_on done_by "
    "checked_by closed_on times_reopened"
)
# By kind of issue: where, and what is wrong there; a kind without words of its own takes others.
WHERE: Sequence[str] = TEXTS["issues"]["where"]
WRONG: Mapping[str, Sequence[str]] = TEXTS["issues"]["wrong"]
REMEDIES: Sequence[str] = TEXTS["issues"]["remedies"]


@dataclass(frozen=True)
class Judges:
    """Who says an issue is mended, and who looks again."""

    mender: User
    checker: User


@dataclass(frozen=True)
class Found:
    """How many issues and measures, when they were found, and how many are struck off."""

    issues: int
    measures: int
    first: date
    last: date
    closed_share: float


def write(
    scene: Scene, found: Found, judges: Judges, owners: Sequence[tuple[Org, Serving]]
) -> None:
    """Issues of these organisations; every one is answered by at least one measure."""
    rng, writer = scene.rng, scene.writer
    holders = [owners[i % len(owners)] for i in range(found.issues)]
    holders.sort(key=lambda holder: holder[0].path)
    days = [scene.day_between(found.first, found.last) for _ in holders]
    first = writer.first_id(Issue, rows=len(holders))
    # Neighbours share a measure, since they are often of one unit; none is without one.
    cuts = sorted(rng.sample(range(1, len(holders)), k=min(found.measures, len(holders)) - 1))
    groups = [range(a, b) for a, b in zip([0, *cuts], [*cuts, len(holders)], strict=True)]
    measure = writer.first_id(Measure, rows=len(groups))
    states = _states(scene, len(holders), found.closed_share)
    rows = [
        _issue(scene, first + i, holders[i], days[i], states[i], judges)
        for i in range(len(holders))
    ]
    writer.write(Issue, rows, columns=ISSUE)
    measures = [
        _measure(scene, measure + n, [rows[i] for i in group], holders[group[0]])
        for n, group in enumerate(groups)
    ]
    columns = "id campaign organisation owner text since due done_on"
    writer.write(Measure, measures, columns=columns)
    ties = [(first + i, measure + n) for n, group in enumerate(groups) for i in group]
    writer.write(Issue.measures.through, ties, columns="issue measure")


def _states(scene: Scene, count: int, closed_share: float) -> list[str]:
    """So many are struck off; the rest is under way, waits for a check, or has come back."""
    closed = min(count - 3, round(count * closed_share)) if count > 5 else 1
    steps = ("to_check", "under_way", "reopened")
    states = ["closed"] * closed + [steps[i % 3] for i in range(count - closed)]
    scene.rng.shuffle(states)
    return states


def _issue(
    scene: Scene, number: int, holder: tuple[Org, Serving], day: date, state: str, judges: Judges
) -> tuple[object, ...]:
    rng, playbook = scene.rng, scene.playbook
    org, owner = holder
    kind = rng.choice(playbook.issue_kinds).key
    place = org.place or scene.campaign.place
    due = day + timedelta(days=playbook.issues.due_days if playbook.issues else 30)
    if state not in ("closed", "to_check"):
        day = max(day, scene.today - timedelta(days=rng.randint(5, 50)))
        due = day + timedelta(days=30)
    done = min(day + timedelta(days=rng.randint(4, 40)), scene.today)
    is_done = state in ("closed", "to_check")
    closed = min(done + timedelta(days=rng.randint(1, 12)), scene.today)
    where = rng.choice(WHERE).format(place=short(place))
    wrong = WRONG.get(kind) or WRONG["service"]
    return (
        number,
        scene.campaign.pk,
        org.id,
        place.pk,
        kind,
        rng.choice(playbook.issue_sources).key,
        f"{where}：{rng.choice(wrong)}",
        day,
        owner.id,
        state,
        due,
        done if is_done else None,
        judges.mender.pk if is_done else None,
        judges.checker.pk if state == "closed" else None,
        closed if state == "closed" else None,
        int(state == "reopened"),
    )


def _measure(
    scene: Scene, number: int, issues: Sequence[tuple[object, ...]], holder: tuple[Org, Serving]
) -> tuple[object, ...]:
    """Carried out when every issue it answers is mended."""
    rng = scene.rng
    found = [day for issue in issues if isinstance(day := issue[7], date)]
    done = [day for issue in issues if isinstance(day := issue[11], date)]
    since = min(max(found) + timedelta(days=rng.randint(1, 6)), scene.today)
    text = rng.choice(REMEDIES).format(days=rng.choice((10, 15, 20, 30)))
    is_done = len(done) == len(issues)
    return (
        number,
        scene.campaign.pk,
        holder[0].id,
        holder[1].id,
        text,
        since,
        since + timedelta(days=30),
        max(*done, since) if is_done else None,
    )
