"""The cast: helper Zhou, successor He, the Qin family, Willow village, and Lu, a stranger."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

SMALL_PLAYBOOK = (Path(__file__).parent / "playbooks" / "small.toml").read_text(encoding="utf-8")


def pytest_collection_finish():
    """What is imported stays to the end: the collector need not look at it again and again."""
    from jiedui.core import collector

    collector.settle()


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all workers of one run share."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "installations"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    from migrated import start_from_a_copy

    with django_db_blocker.unblock():
        start_from_a_copy()


@pytest.fixture(scope="session", autouse=True)
def _audit_entries_have_words():
    from audited import check_words

    with pytest.MonkeyPatch.context() as patch:
        check_words(patch)
        yield


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    """Uploaded and written files of each test lie apart."""
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def city(db):
    from jiedui.places.models import Place

    city = Place.objects.create(path="2111", code="211100000000", name="盘锦市", level="city")
    county = Place.objects.create(
        parent=city, path="211104", code="211104000000", name="大洼区", level="county"
    )
    Place.objects.create(
        parent=county,
        path="211104100",
        code="211104100000",
        name="柳河镇",
        level="town",
        kind="town",
    )
    return city


@pytest.fixture
def willow_village(city):
    from jiedui.places.models import Place

    return Place.objects.create(
        parent=Place.objects.get(path="211104100"),
        path="211104100200",
        code="211104100200",
        name="柳树村",
        level="village",
        kind="village",
    )


@pytest.fixture
def other_village(city):
    from jiedui.places.models import Place

    return Place.objects.create(
        parent=Place.objects.get(path="211104100"),
        path="211104100201",
        code="211104100201",
        name="榆树村",
        level="village",
        kind="village",
    )


@pytest.fixture
def bureau(city):
    """A unit with one branch, below the city."""
    from jiedui.orgs.models import Organisation

    root = Organisation.objects.create(path="0001", name="盘锦市", kind="area", place=city)
    unit = Organisation.objects.create(
        parent=root, path="00010001", name="农业局", kind="unit", number="U1"
    )
    Organisation.objects.create(
        parent=unit, path="000100010001", name="农业局机关党支部", kind="branch", number="B1"
    )
    return unit


@pytest.fixture
def branch(bureau):
    return bureau.children.get()


@pytest.fixture
def campaign(bureau, city, today):
    from jiedui.campaigns import actions

    years = {"2020-12-01": today - timedelta(days=700), "2026-12-01": today + timedelta(days=700)}
    source = SMALL_PLAYBOOK
    for written, day in years.items():
        source = source.replace(written, day.isoformat())
    return actions.start(source, organisation=bureau.parent, place=city, by=None)


def _member(branch, number, name, **more):
    from jiedui.orgs.models import Member

    return Member.objects.create(
        number=number, name=name, organisation=branch, rank=more.pop("rank", "clerk"), **more
    )


@pytest.fixture
def zhou(branch):
    return _member(branch, "M1", "周明")


@pytest.fixture
def he(branch):
    return _member(branch, "M2", "何静")


@pytest.fixture
def qin_family(willow_village, today):
    from jiedui.households.models import Household

    return Household.objects.create(
        number="H1",
        head="秦安",
        place=willow_village,
        kind="allowance",
        size=3,
        since=today - timedelta(days=400),
    )


@pytest.fixture
def zhou_and_the_qins(campaign, zhou, qin_family, today):
    from jiedui.pairing import actions

    return actions.open_pair(
        campaign,
        kind="kinship",
        member=zhou,
        household=qin_family,
        since=today - timedelta(days=300),
        by=None,
    )


def _user(username, role, *, organisation=None, place=None, member=None):
    from jiedui.accounts.models import User
    from jiedui.orgs.models import Appointment

    user = User.objects.create_user(
        username, password="correct horse battery", display_name=username
    )
    Appointment.objects.create(
        user=user, role=role, organisation=organisation, place=place, since=date(2020, 1, 1)
    )
    if member:
        member.user = user
        member.save()
    return user


@pytest.fixture
def office(bureau, city):
    return _user("office", "office", organisation=bureau.parent, place=city)


@pytest.fixture
def liaison(bureau):
    return _user("liaison", "liaison", organisation=bureau)


@pytest.fixture
def helper(zhou, branch):
    return _user("helper", "helper", member=zhou)


@pytest.fixture
def village_officer(willow_village):
    return _user("officer", "village_officer", place=willow_village)


@pytest.fixture
def supervisor(bureau, city):
    return _user("supervisor", "supervisor", organisation=bureau.parent, place=city)


@pytest.fixture
def leader(bureau, city):
    return _user("leader", "leader", organisation=bureau.parent, place=city)


@pytest.fixture
def auditor(bureau, city):
    return _user("auditor", "auditor", organisation=bureau.parent, place=city)


@pytest.fixture
def administrator(db):
    return _user("administrator", "administrator")


@pytest.fixture
def lu(other_village, city):
    """A stranger: an officer of another village, who must always get 404."""
    return _user("lu", "village_officer", place=other_village)


@pytest.fixture
def county(campaign, branch, willow_village, other_village, today):
    """300 households in two villages; 160 helpers of two branches with 344 places."""
    from jiedui.households.models import Household
    from jiedui.orgs.models import Member, Organisation

    second = Organisation.objects.create(
        parent=branch.parent, path="000100010002", name="农业局二支部", kind="branch",
        place=other_village, strengths=["health"],
    )  # fmt: skip
    Household.objects.bulk_create(
        Household(
            number=f"X{n:04}", head=f"户{n}", kind="allowance", cause="illness",
            place=willow_village if n % 2 else other_village, difficulty=n % 101,
            since=today - timedelta(days=90),
        )
        for n in range(300)
    )  # fmt: skip
    Member.objects.bulk_create(
        Member(
            number=f"Y{n:04}", name=f"员{n}", organisation=second if n % 2 else branch,
            rank="division_deputy" if n < 24 else "clerk",
        )
        for n in range(160)
    )  # fmt: skip
    return campaign
