"""Of doubles planted in a list, against the registers and within it, at least 95 % are found."""

import json
import random
from collections import Counter

import lists
import planted
import pytest
from registers import done, send

from jiedui.households.models import Household
from jiedui.imports import actions
from jiedui.imports.matching import matches
from jiedui.places.models import Place

pytestmark = pytest.mark.django_db
ROWS, DOUBLES, VILLAGES = 800, 81, 20


@pytest.fixture
def villages(willow_village):
    for n in range(VILLAGES):
        path = f"211104100{300 + n}"
        Place.objects.create(
            parent=willow_village.parent, path=path, code=path, name=f"第{n}屯村", level="village"
        )


def _list(homes):
    return lists.xlsx([planted.HEAD, *(one.cells for one in homes)])


@pytest.mark.parametrize("seed", [3, 11])
def test_doubles_of_the_registers(office, villages, seed):
    plan = planted.planted(seed, rows=ROWS, doubles=DOUBLES, villages=VILLAGES)
    upload = send("households", _list(plan.register), by=office)
    rows = upload.rows.filter(is_doubtful=True)
    _take_all_for_new(upload, rows, office)
    keys = dict(Household.objects.values_list("number", "pk"))
    upload = send("households", _list(plan.rows), by=office)
    found, right, missed = 0, 0, Counter()
    for row in upload.rows.all():
        true = plan.doubles.get(row.number - 2)
        said = _said(row, office)
        found += bool(said)
        if true and (said == {"same"} or keys[plan.register[true[0]].number] in said):
            right += 1
        elif true:
            missed[true[1]] += 1
    assert right >= 0.95 * DOUBLES, missed
    assert right >= 0.99 * found, (right, found)


def _take_all_for_new(upload, rows, office):
    actions.decide(upload, [row.pk for row in rows], "new", by=office)
    done(actions.apply(upload, by=office), upload)


def _said(row, office):
    """The records a row is taken for, surely or probably."""
    if row.outcome in ("new", "same"):
        return {"same"} & {row.outcome}
    offered = set(matches.within_reach("households", [row], by=office)[row.pk])
    drafts = json.loads(str(row.drafts) or "[]")
    return offered | {draft["target"] for draft in drafts[:1]} - {None}


@pytest.mark.parametrize("seed", [5, 17])
def test_doubles_within_one_list(office, villages, seed):
    draw = random.Random(seed)
    homes = [planted.home(draw, VILLAGES) for _n in range(ROWS)]
    true = {}
    for n, of in enumerate(draw.sample(range(ROWS), DOUBLES)):
        slip = planted.SLIPS[n % len(planted.SLIPS)]
        true[len(homes)] = (of, slip.__name__)
        homes.append(slip(homes[of], draw))
    upload = send("households", _list(homes), by=office)
    doubtful = set(upload.rows.exclude(outcome="new").values_list("number", flat=True))
    found = {n - 2 for n in doubtful}
    missed = Counter(true[n][1] for n in true.keys() - found)
    right = len(true) - sum(missed.values())
    assert right >= 0.95 * DOUBLES, missed
    assert right >= 0.99 * len(found), (right, len(found), sorted(found - true.keys()))
