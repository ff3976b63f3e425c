"""Two units become one: what was counted before the merger is counted the same after it."""

from datetime import timedelta

import pytest

from jiedui.figures import actions, duck
from jiedui.figures.evaluation import dated_playbook, evaluate
from jiedui.orgs import ending
from jiedui.orgs.models import Organisation

pytestmark = pytest.mark.django_db
STANDING = ("pairs", "members", "households", "organisations", "communities")  # no day of their own


def _told(campaign, day, *, by=None):
    snapshot = actions.take(campaign, on=day)
    figures = [
        figure for figure in dated_playbook(snapshot).playbook.figures
        if by is None or not figure.key.startswith(STANDING)
    ]  # fmt: skip
    values = evaluate(snapshot, figures, by=by)
    duck.forget()
    return [(one.key, one.part, one.value) for one in values if one.value]


def test_figures_before_a_merger_stay(campaign, records, bureau, office, today):
    water = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    day = today - timedelta(days=1)
    total, by_unit = _told(campaign, day), _told(campaign, day, by="unit")
    assert len(total) == 3 and by_unit
    now = _told(campaign, today)
    ending.end(bureau, on=today, by=office, successor=water)
    assert _told(campaign, day, by="unit") == by_unit
    assert _told(campaign, day) == total
    assert _told(campaign, today) == now  # nothing is lost or counted twice on the day itself
