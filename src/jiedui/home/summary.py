"""One sentence for a desk: what has been done this month, and which gaps are open."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jiedui.core.texts import count_text, day_text, is_chinese
from jiedui.figures import this_month
from jiedui.figures.evaluation import Value, in_periods
from jiedui.figures.models import Snapshot
from jiedui.home.desk import Desk
from jiedui.home.gap_cards import Gap

EQUAL = Decimal("0.005")  # a change below half a per cent is none to a reader
TWICE = 2  # from here on people say how many times as much


def sentence(desk: Desk, gaps: Sequence[Gap], snapshot: Snapshot | None) -> str:
    """ "" where there is nothing to be said: neither figures nor gaps are this role's."""
    if desk.role == "helper":
        return _of_helper(desk)
    done = _done(desk, snapshot) if snapshot else ""
    open_ones = [gap.clause for gap in gaps if gap.count]
    if gaps and not open_ones:
        open_ones = [_("no gap is open")]
    return _joined([done, *open_ones])


def _joined(clauses: Sequence[str]) -> str:
    text = pgettext("between clauses", "; ").join(clause for clause in clauses if clause)
    return _("%(clauses)s.") % {"clauses": text[:1].upper() + text[1:]} if text else ""


def _done(desk: Desk, snapshot: Snapshot) -> str:
    """What the playbook counts first over time, beside the same days of last year."""
    figure = this_month.figure(snapshot.campaign.playbook)
    if figure is None:
        return ""
    now, then = in_periods(
        snapshot,
        figure,
        this_month.periods(snapshot.as_of),
        organisation=desk.root.organisation,
        place=desk.root.place,
    )
    name = now.name.removesuffix(now.unit)
    facts = {"name": name if is_chinese() else name[:1].lower() + name[1:],
             "number": count_text(int(now.value or 0)), "unit": now.unit}  # fmt: skip
    text = _("this month %(name)s: %(number)s %(unit)s") % facts
    compared = _compared(now, then)
    return _("%(done)s, %(compared)s") % {"done": text, "compared": compared} if compared else text


def _compared(now: Value, then: Value) -> str:
    """Nothing where there was nothing a year ago."""
    if not then.value:
        return ""
    ratio = Decimal(now.value or 0) / Decimal(then.value)
    if abs(ratio - 1) < EQUAL:
        return _("as many as in the same days of last year")
    if ratio >= TWICE:
        return _("%(times)s times as many as in the same days of last year") % {
            "times": f"{ratio:.1f}".removesuffix(".0")
        }
    share = {"percent": f"{abs(ratio - 1) * 100:.0f}"}
    if ratio > 1:
        return _("%(percent)s %% more than in the same days of last year") % share
    return _("%(percent)s %% fewer than in the same days of last year") % share


def _of_helper(desk: Desk) -> str:
    """Whom one visits next, and what is late."""
    if not desk.visits:
        return ""
    late = sum(1 for _pair, due in desk.visits if due and due.is_late(desk.today))
    count = len(desk.visits)
    pairs = ngettext("you answer for %(n)d pair", "you answer for %(n)d pairs", count)
    overdue = ngettext("%(n)d visit is overdue", "%(n)d visits are overdue", late)
    clauses = [
        pairs % {"n": count},
        overdue % {"n": late} if late else _("no visit is overdue"),
    ]
    if ahead := [(due.day, pair) for pair, due in desk.visits if due]:
        day, pair = min(ahead, key=lambda one: one[0])
        whom = pair.household.head if pair.household else str(pair.partner)
        facts = {"whom": whom, "day": day_text(day)}
        clauses.append(
            _("first of all %(whom)s, due %(day)s") % facts
            if day < desk.today
            else _("next %(whom)s, by %(day)s") % facts
        )
    return _joined(clauses)
