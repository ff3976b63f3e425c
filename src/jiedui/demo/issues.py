"""Issues and the measures that answer them; whoever checks is never who mended (销号)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiedui.accounts.models import User
from jiedui.campaigns.models import Task
from jiedui.demo.context import Context
from jiedui.demo.declaration import Issues
from jiedui.demo.places import spoken_name
from jiedui.demo.records import MemberRow, OrganisationRow
from jiedui.demo.registers import Registers
from jiedui.demo.texts import TEXTS, composed
from jiedui.supervision.models import Issue, Measure

ISSUE = (
    "id campaign organisation place kind source text found_on owner state due done_on done_by "
    "checked_by closed_on times_reopened"
)
# By kind of issue: where, and what is wrong there; a kind without words of its own takes others.
WHERE: Sequence[str] = TEXTS["issues"]["where"]
WRONG: Mapping[str, Sequence[str]] = TEXTS["issues"]["wrong"]
REMEDIES: Sequence[str] = TEXTS["issues"]["remedies"]
Holder = tuple[OrganisationRow, MemberRow]


@dataclass(frozen=True)
class Judges:
    """Who says an issue is mended, and who looks again."""

    mender: User
    checker: User


def write_issues(context: Context, registers: Registers, judges: Judges) -> None:
    """Issues of the organisations the playbook names; each is answered by a measure at least."""
    declared = context.declared.issues
    if declared is None:
        return
    number = context.scaled(declared.found, least=min(8, declared.found))
    count = context.scaled(declared.measures, least=min(4, declared.measures))
    per = context.playbook.issues.per if context.playbook.issues else None
    organisations = registers.organisations.of(per or "branch")
    owners = [(one, head) for one in organisations if (head := registers.head_of(one))]
    if number < len(owners):
        owners = context.rng.sample(owners, k=number)
    first, last = _days(context, declared)
    rng, writer = context.rng, context.writer
    holders = [owners[i % len(owners)] for i in range(number)]
    holders.sort(key=lambda holder: holder[0].path)
    days = [context.day_between(first, last) for _ in holders]
    key = writer.first_id(Issue, rows=len(holders))
    # Neighbours share a measure, since they are often of one unit; none is without one.
    cuts = sorted(rng.sample(range(1, len(holders)), k=min(count, len(holders)) - 1))
    groups = [range(a, b) for a, b in zip([0, *cuts], [*cuts, len(holders)], strict=True)]
    measure = writer.first_id(Measure, rows=len(groups))
    states = _states(context, len(holders), float(declared.closed))
    rows = [
        _issue(context, key + i, holders[i], days[i], states[i], judges)
        for i in range(len(holders))
    ]
    writer.write(Issue, rows, columns=ISSUE)
    measures = [
        _measure(context, measure + n, [rows[i] for i in group], holders[group[0]])
        for n, group in enumerate(groups)
    ]
    columns = "id campaign organisation owner text since due done_on"
    writer.write(Measure, measures, columns=columns)
    ties = [(key + i, measure + n) for n, group in enumerate(groups) for i in group]
    writer.write(Issue.measures.through, ties, columns="issue measure")


def _days(context: Context, declared: Issues) -> tuple[date, date]:
    """From the first to the last day on which any was found; before its activity was over."""
    first = context.starts + timedelta(days=declared.first_day)
    last = context.today - timedelta(days=declared.last_days)
    found_at = context.playbook.issues.found_at if context.playbook.issues else None
    task = Task.objects.filter(campaign=context.campaign, activity_kind=found_at or " ").first()
    if task:
        last = min(last, task.due)
    return min(first, last), last


def _states(context: Context, count: int, closed_share: float) -> list[str]:
    """So many are struck off; the rest is under way, waits for a check, or has come back."""
    closed = min(count - 3, round(count * closed_share)) if count > 5 else 1
    steps = ("to_check", "under_way", "reopened")
    states = ["closed"] * closed + [steps[i % 3] for i in range(count - closed)]
    context.rng.shuffle(states)
    return states


def _issue(
    context: Context, number: int, holder: Holder, day: date, state: str, judges: Judges
) -> tuple[object, ...]:
    rng, playbook = context.rng, context.playbook
    org, owner = holder
    issue = rng.choice(playbook.issue_kinds)
    kind = issue.key
    place = org.place or context.top
    due = day + timedelta(days=playbook.issues.due_days if playbook.issues else 30)
    if state not in ("closed", "to_check"):
        day = max(day, context.today - timedelta(days=rng.randint(5, 50)))
        due = day + timedelta(days=30)
    done = min(day + timedelta(days=rng.randint(4, 40)), context.today)
    is_done = state in ("closed", "to_check")
    closed = min(done + timedelta(days=rng.randint(1, 12)), context.today)
    # An organisation that is of no single place names itself.
    where = org.name
    if org.place:
        where = composed(rng, rng.choice(WHERE), known={"place": spoken_name(place)})
    wrong = WRONG.get(kind) or [issue.name.zh]
    return (
        number,
        context.campaign.pk,
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
    context: Context, number: int, issues: Sequence[tuple[object, ...]], holder: Holder
) -> tuple[object, ...]:
    """Carried out when every issue it answers is mended."""
    rng = context.rng
    found = [day for issue in issues if isinstance(day := issue[7], date)]
    done = [day for issue in issues if isinstance(day := issue[11], date)]
    since = min(max(found) + timedelta(days=rng.randint(1, 6)), context.today)
    text = composed(rng, rng.choice(REMEDIES), known={"days": rng.choice(("10", "15", "20", "30"))})
    is_done = len(done) == len(issues)
    return (
        number,
        context.campaign.pk,
        holder[0].id,
        holder[1].id,
        text,
        since,
        since + timedelta(days=30),
        max(*done, since) if is_done else None,
    )
