"""Property: what was imported, taken out and sent in again changes nothing, in any register.

Every list is read in a process of its own, so that few examples take long: JIEDUI_THOROUGH=1 makes
them many.
"""

import io
import os
from datetime import date

import lists
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registers import HEAD, everything, facts

from jiedui.imports.workbooks import exporting
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

THOROUGH = os.environ.get("JIEDUI_THOROUGH") == "1"
_given = st.text("明红军芳小雨安平海月", min_size=1, max_size=3)
names = st.builds(lambda surname, given: surname + given, st.sampled_from("张王李章欧"), _given)
births = st.dates(date(1930, 1, 1), date(2010, 12, 31)).map(date.isoformat) | st.just("")
kinds = st.sampled_from(["低保户", "特困供养户", "脱贫户", ""])
homes = st.tuples(
    st.sampled_from(["柳树村", "榆树村"]), names, kinds, births, st.integers(1, 9),
    st.lists(st.tuples(names, births, st.sampled_from(["子", "配偶", "孙女"])), max_size=2),
    st.booleans(),
)  # fmt: skip


def _rows(found):
    rows = []
    for n, (village, name, kind, born, size, people, has_number) in enumerate(found):
        number = f"H{n}" if has_number or people else ""
        rows.append([village, number, name, kind, born, "户主", size, ""])
        rows += [[village, number, who, "", when, what, "", ""] for who, when, what in people]
    return rows


def _villages():
    county = Place.objects.create(path="211104", code="211104000000", name="大洼区", level="county")
    town = Place.objects.create(
        parent=county, path="211104100", code="211104100000", name="柳河镇", level="town"
    )
    for n, name in enumerate(("柳树村", "榆树村")):
        code = f"211104100{200 + n}"
        Place.objects.create(parent=town, path=code, code=code, name=name, level="village")


@pytest.mark.django_db
@settings(
    max_examples=50 if THOROUGH else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(homes, min_size=1, max_size=6))
def test_households_survive_the_round(found):
    with transaction.atomic():
        _villages()
        content = lists.xlsx([HEAD, *_rows(found)])
        facts("households", content, apply=True)
        before = everything()
        for kind in ("households", "people"):
            out = io.BytesIO()
            if not exporting.write(kind, out, by=None):
                continue
            told = facts(kind, out.getvalue(), apply=True)
            assert (told["new"], told["changed"], told["mistakes"]) == (0, 0, 0)
        again = facts("households", content, apply=True)
        assert (again["new"], again["changed"]) == (0, 0)
        assert everything() == before
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(
    max_examples=50 if THOROUGH else 6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.sampled_from(["水利局", "教育局", "税务局", "团委"]), min_size=1, unique=True),
    st.lists(st.tuples(names, st.integers(0, 3)), max_size=6),
)
def test_organisations_and_members_survive_the_round(units, members):
    with transaction.atomic():
        root = Organisation.objects.create(path="0001", name="大洼区", kind="area", number="R")
        rows = [[name, "单位", root.number] for name in units]
        rows += [[f"{name}党支部", "党支部", name] for name in units]
        facts(
            "organisations", lists.xlsx([["组织名称", "组织类别", "上级组织"], *rows]), apply=True
        )
        people = [[who, f"{units[at % len(units)]}党支部"] for who, at in members]
        if people:
            facts("members", lists.xlsx([["姓名", "所在支部"], *people]), apply=True)
        before = everything()
        for kind in ("organisations", "members"):
            out = io.BytesIO()
            if exporting.write(kind, out, by=None):
                told = facts(kind, out.getvalue(), apply=True)
                assert (told["new"], told["changed"], told["mistakes"]) == (0, 0, 0)
        assert everything() == before
        transaction.set_rollback(True)
