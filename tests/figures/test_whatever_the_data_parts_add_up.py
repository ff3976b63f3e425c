"""Random small campaigns: parts add up to the whole, refreshing gives what starting anew gives."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiedui.figures import actions
from jiedui.figures.evaluation import evaluate
from jiedui.figures.models import Snapshot

DEEDS = st.lists(
    st.tuples(
        st.integers(0, 900),  # days ago
        st.integers(0, 3),  # where
        st.integers(0, 2),  # host
        st.integers(0, 2),  # people by name
        st.integers(1, 10**9),  # fen
        st.booleans(),  # voided
    ),
    max_size=12,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(early=DEEDS, late=DEEDS)
def test_parts_add_up_and_refreshing_is_starting_anew(
    campaign, city, willow_village, bureau, branch, zhou, he, today, early, late
):
    from django.db import transaction

    from jiedui.places.models import Place

    places = [city, Place.objects.get(path="211104"), Place.objects.get(path="211104100")]
    places.append(willow_village)
    hosts, people = [bureau.parent, bureau, branch], [zhou, he]
    try:
        with transaction.atomic():
            _write(early, campaign, places, hosts, people, today)
            actions.take(campaign)
            _write(late, campaign, places, hosts, people, today)
            refreshed = actions.take(campaign)
            _check_parts(refreshed)
            _check_standing(refreshed, [*early, *late])
            Snapshot.objects.all().delete()
            assert actions.take(campaign).key == refreshed.key
            raise _Undo
    except _Undo:
        pass


class _Undo(Exception):
    pass


def _write(deeds, campaign, places, hosts, people, today):
    from django.utils import timezone

    from jiedui.fieldwork.models import Activity, Attendance
    from jiedui.ledger.models import Gift

    for days, where, host, named, fen, voided in deeds:
        common = {
            "campaign": campaign, "day": today - timedelta(days=days), "place": places[where],
            "recorded_at": timezone.now(), "voided_on": today if voided else None,
        }  # fmt: skip
        done = Activity.objects.create(kind="visit", organisation=hosts[host], **common)
        for member in people[:named]:
            Attendance.objects.create(activity=done, member=member)
        Gift.objects.create(kind="cash", value_fen=fen, giver=hosts[host], **common)


def _check_parts(snapshot):
    keys = ["visits.person_times", "gifts.value", "households"]
    for by in ("county", "village", "unit", "branch"):
        for key in keys:
            (whole,) = evaluate(snapshot, [key])
            parts = evaluate(snapshot, [key], by=by)
            assert sum(part.value for part in parts) == whole.value
            assert sum(part.records for part in parts) == whole.records


def _check_standing(snapshot, deeds):
    standing = [deed for deed in deeds if not deed[5]]
    times, money = evaluate(snapshot, ["visits.person_times", "gifts.value"])
    assert times.value == sum(deed[3] for deed in standing)
    assert money.value * 100 == sum(deed[4] for deed in standing)
