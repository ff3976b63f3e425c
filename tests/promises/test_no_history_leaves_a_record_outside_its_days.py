"""Whatever is recorded and ended, in whatever order and on whatever day: all lies inside its days.

The rules are those the apps declare (`core/inside.py`); the comparison here is one of its own.
"""

from datetime import timedelta

import pytest
from django.db.models import F
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from tests.promises.moves import MOVES, Undone, tried

from jiedui.core.inside import INSIDE
from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.models import Activity
from jiedui.handover import actions as handover
from jiedui.handover import bulk_hand_over
from jiedui.handover.models import HandOver
from jiedui.households import actions as households
from jiedui.households.models import Household, Need
from jiedui.ledger import actions as ledger
from jiedui.orgs import actions as orgs
from jiedui.orgs import ending, membership
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.pairing import actions as pairing
from jiedui.pairing.models import Pair

BACK = st.integers(0, 60)
WHO = st.integers(0, 2)
CHOICE = st.integers(0, 50)
FIRST_DAYS = st.sampled_from(["members", "homes", "teams", "units"])


def machine(campaign, root, village, today):
    def day(back):
        return today - timedelta(days=back)

    def pick(rows, choice):
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.model.objects.get(pk=keys[choice % len(keys)]) if keys else None

    class World(Undone):
        @initialize()
        def begin(self):
            began = day(70)
            for n in range(3):
                unit = orgs.found(
                    root, {"name": f"单位{n}", "kind": "unit", "since": began}, by=None
                )
                Member.objects.create(
                    number=f"D{n}", name=f"成员{n}", organisation=unit, since=began
                )
                Household.objects.create(
                    number=f"D{n}", head=f"户{n}", place=village, kind="allowance", since=began
                )
            values = {"number": "D1", "name": "队", "kind": "v", "organisation": unit}
            orgs.form_team(values | {"since": began}, by=None)

        @property
        def units(self):
            return Organisation.objects.filter(name__startswith="单位")

        @rule(who=WHO, home=WHO, back=BACK)
        def open(self, who, home, back):
            tried(
                pairing.open_pair, campaign, kind="kinship", member=pick(Member.objects.all(), who),
                household=pick(Household.objects.all(), home), since=day(back), by=None,
            )  # fmt: skip

        @rule(choice=CHOICE, back=BACK, other=st.booleans())
        def visit(self, choice, back, other):
            if pair := pick(Pair.objects.all(), choice):
                company = pick(Member.objects.all(), choice + 1)
                members = [pair.member, company] if other else ()
                done = Done(kind="visit", day=day(back), note="问候", members=members)
                tried(fieldwork.visit, pair, done, by=None)

        @rule(who=WHO, unit=WHO, back=BACK, team=st.booleans())
        def activity(self, who, unit, back, team):
            members = [pick(Member.objects.all(), who)]
            tried(
                fieldwork.activity, campaign,
                Done(kind="cleaning", day=day(back), note="扫雪", members=members),
                organisation=pick(self.units, unit), place=village, by=None,
                team=Team.objects.first() if team else None,
            )  # fmt: skip

        @rule(choice=CHOICE, back=BACK)
        def correct(self, choice, back):
            old = pick(Activity.objects.standing(), choice)
            if old and old.pair:
                done = Done(kind="visit", day=day(back), note="更正", members=old.attended)
                tried(fieldwork.visit, old.pair, done, by=None, corrects=old)

        @rule(who=WHO, home=WHO, back=BACK)
        def give(self, who, home, back):
            giver = pick(self.units, who)
            given = ledger.Given(kind="cash", day=day(back), value_fen=100)
            tried(
                ledger.give, campaign, given, giver=giver, by=None,
                household=pick(Household.objects.all(), home),
                member=pick(Member.objects.all(), who),
            )  # fmt: skip

        @rule(home=WHO, back=BACK, met=BACK)
        def need(self, home, back, met):
            values = {"kind": "schooling", "urgency": 1, "since": day(back)}
            tried(households.add_need, pick(Household.objects.all(), home), values, by=None)
            if need := pick(Need.objects.open(), home):
                tried(households.meet, need, on=day(met), by=None)

        @rule(choice=CHOICE, back=BACK)
        def end(self, choice, back):
            if pair := pick(Pair.objects.open(), choice):
                tried(handover.end, pair, on=day(back), reason="other", by=None)

        @rule(choice=CHOICE, to=WHO, back=BACK, reason=st.sampled_from(["death", "transfer"]))
        def hand_over(self, choice, to, back, reason):
            if pair := pick(Pair.objects.open(), choice):
                taker = pick(Member.objects.all(), to)
                tried(handover.hand_over, pair, to=[taker], on=day(back), reason=reason, by=None)

        @rule(back=BACK)
        def night(self, back):
            handover.close_overlaps(today=day(back))

        @rule(who=WHO, back=BACK, alone=st.booleans())
        def leave(self, who, back, alone):
            act = orgs.leave if alone else handover.leave
            tried(act, pick(Member.objects.all(), who), on=day(back), reason="death", by=None)

        @rule(who=WHO, back=BACK, fate=st.sampled_from(HandOver.Fate.values))
        def settle(self, who, back, fate):
            giver = pick(Member.objects.all(), who)

            def act():
                draft = bulk_hand_over.prepare(
                    giver, fate=fate, on=day(back), reason="transfer", by=None,
                    among=Member.objects.all(), goes_to=self.units.first(),
                )  # fmt: skip
                bulk_hand_over.settle(draft, by=None)

            tried(act)

        @rule(who=WHO, unit=WHO, back=BACK)
        def come_back(self, who, unit, back):
            person = pick(Member.objects.all(), who)
            values = {"number": person.number, "name": person.name, "since": day(back)}
            tried(orgs.enrol, values | {"organisation": pick(self.units, unit)}, by=None)

        @rule(who=WHO, unit=WHO, back=BACK)
        def move(self, who, unit, back):
            going = [pick(Member.objects.all(), who)]
            tried(membership.move, going, to=pick(self.units, unit), on=day(back), by=None)

        @rule(home=WHO, back=BACK, again=st.booleans())
        def strike(self, home, back, again):
            row = pick(Household.objects.all(), home)
            tried(households.strike, row, on=day(back), reason="lifted", by=None)
            if again:
                tried(households.restore, Household.objects.get(pk=row.pk), reason="错", by=None)

        @rule(unit=WHO, heir=WHO, back=BACK)
        def merge(self, unit, heir, back):
            successor = pick(self.units, heir) if heir != unit else None
            row = pick(self.units, unit)
            tried(ending.end, row, on=day(back), by=None, successor=successor)

        @rule(who=WHO, back=BACK, out=BACK)
        def sit_in_the_team(self, who, back, out):
            team = Team.objects.get()
            tried(orgs.join, team, pick(Member.objects.all(), who), on=day(back), by=None)
            if seat := team.places_in.filter(ended=None).first():
                tried(orgs.part, seat, on=day(out), by=None)
            tried(orgs.disband, team, on=day(out), by=None)

        @rule(who=WHO, back=st.integers(0, 90), what=FIRST_DAYS)
        def set_first_day(self, who, back, what):
            values = {"since": day(back)}
            if what == "members":
                tried(orgs.amend_member, pick(Member.objects.all(), who), values, by=None)
            elif what == "teams":
                tried(orgs.amend_team, Team.objects.get(), values, by=None)
            elif what == "units":
                tried(orgs.amend, pick(self.units, who), values, by=None)
            else:
                home = pick(Household.objects.all(), who)
                tried(households.amend, home, values, version=home.version, by=None)

        @invariant()
        def nothing_lies_outside(self):
            for kind in INSIDE:
                for name in kind.days:
                    rows = kind.rows()
                    if kind.ends:
                        late = rows.filter(**{f"{name}__gt": F(f"{kind.path}__ended")})
                        assert not late.exists(), (kind, late.values())
                    if kind.begins:
                        early = rows.filter(**{f"{name}__lt": F(f"{kind.path}__since")})
                        assert not early.exists(), (kind, early.values())

        @invariant()
        def no_visit_lies_outside_its_pair(self):
            pairs = Pair.objects.with_end()
            visits = {"activities__voided_on": None}
            assert not pairs.filter(activities__day__gt=F("over_on"), **visits).exists()
            assert not pairs.filter(activities__day__lt=F("since"), **visits).exists()

    return World


@pytest.mark.django_db
def test_no_history_leaves_a_record_outside_its_days(campaign, bureau, willow_village, today):
    run_state_machine_as_test(
        machine(campaign, bureau.parent, willow_village, today), settings=MOVES
    )
