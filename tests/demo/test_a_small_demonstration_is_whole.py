"""At a hundredth of the scale every kind of record is there, and nothing contradicts itself."""

import hashlib
import json
import re
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.db.models import F, Q, Sum
from django.test import RequestFactory, TestCase
from django.utils import timezone

from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.campaigns.models import Campaign, Plan, Task
from jiedui.core import audit
from jiedui.core.models import AuditEntry, Installation
from jiedui.core.refusals import Refused
from jiedui.demo import accounts
from jiedui.demo.loading import load
from jiedui.demo.writing import STAGES
from jiedui.engines import words
from jiedui.fieldwork.models import Activity, Attendance, Output
from jiedui.handover.models import ChangeRequest, HandOver, Notification
from jiedui.households.models import Household, Income, Need, Person
from jiedui.ledger.models import Fund, FundEntry, Gift
from jiedui.orgs.models import Appointment, Member, Organisation, Team
from jiedui.pairing.models import Avoidance, Pair
from jiedui.places.models import Place
from jiedui.proposals.models import Proposal
from jiedui.questionnaires.models import Sheet
from jiedui.supervision.models import Issue, Measure

SMALL = 0.01
KIN = [Household, Person, Need, Income, Pair, Avoidance, Activity, Attendance, Output]
KIN += [Gift, Fund, FundEntry, Issue, Measure, Task, Plan, Appointment, Sheet]


@pytest.fixture
def panjin(db):
    return load("panjin", scale=SMALL)


@pytest.fixture
def xiejiaji(db):
    return load("xiejiaji", scale=SMALL)


class TestPanjin(TestCase):
    """Loaded once; what a test changes is undone."""

    @classmethod
    def setUpTestData(cls):
        cls.panjin = load("panjin", scale=SMALL)

    def test_every_kind_of_record_stays(self):
        assert [model.__name__ for model in KIN if not model.objects.exists()] == []
        assert Household.objects.on_register().count() == 160
        assert Place.objects.filter(level="village").count() == 309 + 183

    def test_who_has_no_helper_shows_and_is_a_handful(self):
        covered = Pair.objects.open().filter(kind="kin").values("household")
        alone = Household.objects.on_register().exclude(pk__in=covered)
        assert 1 <= alone.count() <= 3
        for household in alone:
            last = household.pairs.latest("ended")
            assert last.member.ended == last.ended < Campaign.objects.get().ends

    def test_visits_are_made_while_the_pair_runs(self):
        visits = Activity.objects.filter(pair__isnull=False)
        wrong = visits.filter(Q(day__lt=F("pair__since")) | Q(day__gt=F("pair__ended")))
        assert visits.count() > 1000
        assert not wrong.exists()
        assert not visits.exclude(household=F("pair__household")).exists()

    def test_nobody_attends_before_or_after_serving(self):
        early = Q(activity__day__lt=F("member__since"))
        late = Q(activity__day__gt=F("member__ended"))
        assert not Attendance.objects.filter(early | late).exists()

    def test_nothing_lies_in_the_future(self):
        today = timezone.localdate()
        assert not Activity.objects.filter(day__gt=today).exists()
        assert not Gift.objects.filter(Q(day__gt=today) | Q(confirmed_on__gt=today)).exists()
        assert not Pair.objects.filter(Q(since__gt=today) | Q(ended__gt=today)).exists()

    def test_something_is_under_way_today(self):
        today = timezone.localdate()
        assert Pair.objects.open().filter(overlap_until__gte=today).exists()
        campaign = Campaign.objects.get()
        assert campaign.starts < today - timedelta(days=4 * 365)
        assert today < campaign.ends

    def test_the_hardest_are_with_leaders(self):
        pairs = Pair.objects.open().filter(
            household__is_hardest=True, role="first", overlap_until=None
        )
        with_leaders = pairs.filter(member__is_leader=True).count()
        assert with_leaders >= 0.6 * pairs.count() > 0

    def test_a_relay_leaves_no_gap(self):
        for pair in Pair.objects.filter(previous__isnull=False).select_related("previous"):
            before = pair.previous
            assert before.household_id == pair.household_id
            assert before.ended is None or pair.since <= before.ended

    def test_funds_say_what_their_entries_say(self):
        for fund in Fund.objects.all():
            balance = 0
            for entry in fund.entries.order_by("pk"):
                balance += entry.amount_fen
                assert entry.balance_fen == balance >= 0
            assert fund.balance_fen == balance
        paid = FundEntry.objects.filter(gift__isnull=False)
        assert not paid.exclude(amount_fen=-F("gift__value_fen")).exists()

    def test_goods_are_valued_with_a_source(self):
        goods = Gift.objects.filter(kind="goods")
        assert goods.exists()
        assert not goods.filter(Q(valuation_source="") | Q(unit="")).exists()
        assert not Gift.objects.filter(confirmed_how="oral", witness="").exists()

    def test_numbers_of_persons_are_invented(self):
        phones = [one.phone for one in Household.objects.all() if one.phone]
        assert phones
        assert all(len(phone) == 11 and phone.startswith("100") for phone in phones)
        for person in Person.objects.exclude(identity_digest=""):
            assert person.identity[2:6] == "0000"
            assert words.identity_problem(person.identity) == ""

    def test_everything_can_be_searched_by_sound(self):
        for model in (Household, Member, Organisation, Place):
            assert not model.objects.filter(Q(pinyin="") | Q(initials="")).exists()

    def test_each_role_has_an_account_that_works(self):
        accounts = json.loads(Path(self.panjin.accounts).read_text(encoding="utf-8"))
        assert {one["role"] for one in accounts} == set(Role.values)
        assert stat.S_IMODE(Path(self.panjin.accounts).stat().st_mode) == 0o600
        office = next(one for one in accounts if one["role"] == "office")
        request = RequestFactory().post("/")
        user = authenticate(request, username=office["username"], password=office["password"])
        assert isinstance(user, User)
        assert user.roles == {"office"}
        assert Household.objects.visible_to(user).count() == Household.objects.count()

    def test_the_helper_has_households_and_the_administrator_none(self):
        helper, administrator = (
            User.objects.get(username=f"panjin-{role}") for role in ("helper", "administrator")
        )
        assert 1 <= Household.objects.visible_to(helper).count() <= 9
        assert not Household.objects.visible_to(administrator).exists()

    def test_the_chain_has_one_entry_for_each_kind_and_holds(self):
        loaded = AuditEntry.objects.filter(action="demo.loaded")
        assert loaded.count() == len(self.panjin.rows)
        assert set(loaded.values_list("door", flat=True)) == {"demo"}
        assert audit.verify().broken is None
        counted = {entry.content["model"]: entry.content["rows"] for entry in loaded}
        assert counted["households.household"] == Household.objects.count()

    def test_there_is_something_to_decide_today(self):
        draft = HandOver.objects.get()
        assert draft.state == HandOver.State.DRAFT
        assert draft.rows.filter(first__isnull=False).exists()
        assert Notification.objects.exists()
        assert sorted(ChangeRequest.objects.values_list("state", flat=True)) == [
            "refused",
            "waiting",
            "waiting",
        ]
        plan = Proposal.objects.get()
        assert plan.result["certified"]
        assert plan.stored_plans.count() == 2
        assert plan.rows.count() == 160


class TestXiejiaji(TestCase):
    """Loaded once; what a test changes is undone."""

    @classmethod
    def setUpTestData(cls):
        cls.xiejiaji = load("xiejiaji", scale=SMALL)

    def test_the_neighbourhood_has_teams_keepers_and_measures(self):
        kinds = set(Team.objects.values_list("kind", flat=True))
        assert kinds == {"dissuasion", "volunteer", "service_station"}
        assert not Issue.objects.filter(measures=None).exists()
        assert not Issue.objects.filter(state="closed", checked_by=F("done_by")).exists()
        stairwells = Place.objects.filter(level="stairwell")
        kept = Pair.objects.open().filter(kind="stairwell_head").values("place")
        assert 1 <= stairwells.exclude(pk__in=kept).count() < stairwells.count() / 2
        assert Output.objects.filter(kind="letter").aggregate(n=Sum("quantity"))["n"] > 0

    def test_a_street_without_families_has_something_to_decide_too(self):
        assert HandOver.objects.get().rows.exists()
        assert ChangeRequest.objects.filter(side=ChangeRequest.Side.HELPER).exists()
        assert not Proposal.objects.exists()


def test_both_campaigns_stand_side_by_side(panjin, xiejiaji):
    assert Campaign.objects.count() == 2
    roots = Organisation.objects.roots()
    assert sorted(roots.values_list("path", flat=True)) == ["0001", "0002"]
    accounts = json.loads(Path(xiejiaji.accounts).read_text(encoding="utf-8"))
    assert len(accounts) == 2 * len(Role.values)
    assert Installation.current().is_demonstration


def test_a_second_load_is_refused_in_a_sentence(panjin):
    before = Activity.objects.count()
    with pytest.raises(Refused, match="panjin"):
        load("panjin", scale=SMALL)
    assert Activity.objects.count() == before


def test_real_lists_are_never_mixed_with_invented_ones(zhou):
    with pytest.raises(Refused):
        load("panjin", scale=SMALL)
    assert not User.objects.filter(username__startswith="panjin-").exists()


@pytest.mark.parametrize(("name", "scale"), [("atlantis", 0.1), ("panjin", 0), ("panjin", 1.5)])
def test_an_unknown_name_or_scale_is_refused(db, name, scale):
    with pytest.raises(Refused):
        load(name, scale=scale)


def test_stopped_half_way_nothing_is_left(db):
    def stop(stage: str, done: int, total: int) -> None:
        if stage == str(STAGES["ledger.gift"]):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load("panjin", scale=SMALL, progress=stop)
    assert not Campaign.objects.exists()
    assert not Household.objects.exists()
    assert not Place.objects.exists()


def test_progress_is_told_by_stages(db):
    told = []
    load("xiejiaji", scale=SMALL, progress=lambda *step: told.append(step))
    wanted = {str(STAGES[label]) for label in ("orgs.member", "fieldwork.activity")}
    assert wanted <= {stage for stage, _, _ in told}
    assert not [stage for stage, _, _ in told if re.fullmatch(r"[a-z]+\.[a-z_]+", stage)]
    assert all(0 <= done <= total > 0 for _, done, total in told)


class Undo(Exception):
    """Takes a load back, so that another can follow."""


def _digest(seed: int, day: date) -> str:
    """What was loaded, without keys that the database gives out and without ciphertexts."""
    seen = hashlib.sha256()
    try:
        with transaction.atomic():
            load("panjin", scale=SMALL, seed=seed, today=day)
            for model in (Activity, Gift):
                for row in model.objects.order_by("pk").values_list("pk", "day", "recorded_by"):
                    seen.update(repr(row).encode())
            for member in Member.objects.order_by("number").values_list("number", "name", "rank"):
                seen.update(repr(member).encode())
            raise Undo
    except Undo:
        return seen.hexdigest()


def test_the_same_seed_gives_the_same_records(db, today):
    assert _digest(7, today) == _digest(7, today) != _digest(8, today)


def test_whoever_stops_it_after_the_records_still_finds_the_passwords(db):
    """What is there is counted before plans are made and after the commit; it is stopped there."""
    counted = []

    def stopped(execute, sql, params, many, context):
        if sql.startswith("ANALYZE"):
            counted.append(connection.in_atomic_block)
            if len(counted) == 2:
                raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connection.execute_wrapper(stopped), pytest.raises(KeyboardInterrupt):
        load("panjin", scale=SMALL)
    assert Campaign.objects.filter(key="panjin").exists()
    one = next(one for one in accounts.read() if one["role"] == Role.OFFICE)
    request = RequestFactory().post("/accounts/login/")
    assert authenticate(request, username=one["username"], password=one["password"])
