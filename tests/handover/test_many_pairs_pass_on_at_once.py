"""Thousands of pairs pass on in few queries, by the same rules as one alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.handover import actions, bulk_hand_over, notifications
from jiedui.handover.models import HandOver, Notification
from jiedui.handover.succession import successors
from jiedui.handover.transfer import Transfer, transfer_all
from jiedui.households.models import Household, Need
from jiedui.notices.models import Notice
from jiedui.orgs.models import Member
from jiedui.pairing.models import Avoidance, Pair
from jiedui.proposals import approving
from jiedui.proposals.models import Proposal
from planning import planned


@pytest.fixture
def replanned(county, helper, liaison, today):
    """Everybody paired by the way alone; a plan for their needs, which changes many helpers."""
    approving.approve(planned(county, weight=0), by=None)
    Pair.objects.update(since=today - timedelta(days=30))
    ill = Household.objects.filter(number__endswith="3")
    Need.objects.bulk_create(
        Need(household=home, kind="health", urgency=3, since=today) for home in ill
    )
    return planned(county, scope="all", goal="cost", weight=30)


def _changes(proposal):
    """Rows of a proposal that name another helper than today's."""
    today = dict(Pair.objects.open().values_list("household", "member"))
    rows = proposal.rows.filter(member__isnull=False).order_by("pk")
    return [row for row in rows if today.get(row.household_id) != row.member_id]


def _queries(act):
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def test_approving_fifty_changes_asks_no_more_than_ten(replanned, office):
    keys = [row.pk for row in _changes(replanned)]
    assert len(keys) >= 60

    def approve(some):
        rows = Proposal.objects.get(pk=replanned.pk).rows.filter(pk__in=some)
        done = approving.approve(replanned, by=office, rows=rows, reason="transfer")
        assert (done.opened, done.changed, done.refused) == (0, len(some), [])

    few = _queries(lambda: approve(keys[:10]))
    # The first time who stands behind the account is looked up as well.
    assert _queries(lambda: approve(keys[10:60])) <= few
    assert audit.verify().broken is None


def test_slips_for_thirty_families_ask_no_more_than_for_five(client, replanned, office):
    keys = [row.pk for row in _changes(replanned)][:30]
    client.force_login(office)
    address = reverse("handover:slips")

    def printed(some):
        rows = Proposal.objects.get(pk=replanned.pk).rows.filter(pk__in=some)
        approving.approve(replanned, by=office, rows=rows, reason="transfer")
        client.get(address)
        return _queries(lambda: client.get(address))

    assert printed(keys[:5]) == printed(keys[5:])
    assert client.get(address).content.count(b"notice-slip") == 30


def test_all_of_a_long_list_are_marked_as_told(client, replanned, office, today, monkeypatch):
    keys = [row.pk for row in _changes(replanned)][:30]
    rows = replanned.rows.filter(pk__in=keys)
    approving.approve(replanned, by=office, rows=rows, reason="transfer")
    monkeypatch.setattr(notifications, "AT_ONCE", 7)  # keys in one built, of a list of thousands
    told = Notification.objects.count()
    monkeypatch.setattr(notifications, "MOST", 40)
    client.force_login(office)
    sent = {"on": today.isoformat(), "query": "", "all": "1"}
    said = client.post(reverse("handover:notified"), sent, follow=True).content.decode()
    assert f"已登记告知 40 条。还有 {told - 40} 条未登记" in said
    monkeypatch.setattr(notifications, "MOST", told)
    assert notifications.mark(Notification.objects.all(), on=today, by=office) == (told - 40, 0)
    assert told > 60
    assert not Notification.objects.filter(told_on=None).exists()


def test_confirming_thirty_pairs_asks_no_more_than_five(
    client, county, branch, willow_village, office, today
):
    book = county.source
    county.source = book.replace("ordinary = { fewest = 0, most = 2 }",
                                 "ordinary = { fewest = 0, most = 50 }")  # fmt: skip
    county.save()
    Member.objects.filter(number__gt="Y0024").update(ended=today)

    def hand_over(number, count):
        member = Member.objects.create(number=number, name=number, organisation=branch)
        homes = Household.objects.filter(pairs=None).order_by("number")[:count]
        Pair.objects.bulk_create(
            Pair(campaign=county, kind="kinship", member=member, organisation=branch,
                 household=home, since=today)
            for home in list(homes)
        )  # fmt: skip
        drafted = bulk_hand_over.prepare(
            member, fate="later", on=today, reason="transfer", among=Member.objects.all(),
            by=office,
        )  # fmt: skip
        assert drafted.rows.exclude(first=None).count() == count
        asked = _queries(lambda: bulk_hand_over.settle(drafted, by=office))
        assert Pair.objects.filter(previous__member=member).count() == count
        return asked

    assert hand_over("Z1", 30) == hand_over("Z2", 5)
    client.force_login(office)
    sheets = [
        reverse("handover:sheets", args=[one.pk]) for one in HandOver.objects.order_by("member")
    ]
    many, few = (_queries(lambda address=address: client.get(address)) for address in sheets)
    assert many == few


def _written():
    """All that a hand-over leaves behind, without the keys of new rows."""
    new = {pair.pk: pair for pair in Pair.objects.exclude(previous=None)}
    hidden = {"_state", "id", "proposal_id"}
    pairs = [
        {name: value for name, value in vars(pair).items() if name not in hidden}
        for pair in Pair.objects.order_by("household", "since", "previous", "member")
    ]
    tellings = sorted(
        (one.pair.previous_id, one.pair.member_id, one.whom, *sorted(
            one.notices.values_list("to", "kind")))
        for one in Notification.objects.select_related("pair")
    )  # fmt: skip
    entries = []
    for entry in AuditEntry.objects.filter(action="pair.handed_over"):
        said = entry.content | {
            "successors": [new[key].member_id for key in entry.content["successors"]]
        }
        entries.append((entry.subject, entry.kind, entry.actor, entry.place, entry.organisation,
                        entry.door, sorted(said.items(), key=str)))  # fmt: skip
    return pairs, tellings, sorted(entries, key=str), Notice.objects.count()


def test_one_approval_leaves_the_same_records_as_one_hand_over_after_another(
    replanned, office, helper, liaison, today
):
    changes = _changes(replanned)[:40]
    changes[0].member = Member.objects.get(user=helper)
    changes[0].save()

    def together():
        rows = replanned.rows.filter(pk__in=[row.pk for row in changes])
        approving.approve(replanned, by=office, rows=rows, reason="transfer")
        assert Pair.objects.filter(proposal=replanned).count() == len(changes)

    def one_by_one():
        for row in changes:
            pair = Pair.objects.open().get(household=row.household, overlap_until=None)
            actions.hand_over(pair, to=[row.member], on=today, reason="transfer", by=office)

    left = []
    for act in (together, one_by_one):
        with transaction.atomic():
            act()
            left.append(_written())
            transaction.set_rollback(True)
    assert left[0] == left[1]
    assert left[0][3] > 0  # notices went out
    assert len(left[0][2]) == len(changes)


def test_all_pass_on_or_none(replanned, today):
    rows = _changes(replanned)[:5]
    pairs = [Pair.objects.get(household=row.household) for row in rows]
    transfers = [
        Transfer(p, [r.member], today, "transfer") for p, r in zip(pairs, rows, strict=True)
    ]
    Avoidance.objects.create(
        member=rows[3].member, household=rows[3].household, reason="亲属", state="accepted",
        declared_on=today,
    )  # fmt: skip
    with pytest.raises(Refused, match="回避"):
        transfer_all(transfers, by=None)
    Avoidance.objects.all().delete()
    with pytest.raises(Refused):  # one of them twice
        transfer_all([*transfers, replace(transfers[0])], by=None)
    actions.hand_over(pairs[4], to=[rows[3].member], on=today, reason="transfer", by=None)
    with pytest.raises(Refused, match="正在交接"):  # somebody else handed one over meanwhile
        transfer_all(transfers, by=None)
    assert Pair.objects.filter(previous__in=pairs[:4]).count() == 0


def test_who_is_the_second_helper_already_is_refused_by_name_and_the_others_pass_on(
    replanned, office, today
):
    rows = _changes(replanned)
    second = Pair.objects.create(
        campaign=replanned.campaign, kind="kinship", role="second", member=rows[0].member,
        organisation=rows[0].member.organisation, household=rows[0].household, since=today,
    )  # fmt: skip
    assert approving.preview(replanned).changed == len(rows) - 1
    done = approving.approve(replanned, by=office, reason="transfer")
    assert [household for household, _why in done.refused] == [second.household]
    assert done.changed == len(rows) - 1


def test_a_plan_names_nobody_first_who_is_second_or_leaving_already(replanned, today):
    county = replanned.campaign
    county.source = county.source.replace("most = 2 } }", "most = 50 } }")
    county.save()
    options = {"scope": "all", "goal": "cost", "weight": 30}
    first, other = _changes(planned(county, **options))[:2]
    for row, more in ((first, {"role": "second"}), (other, {"overlap_until": today})):
        Pair.objects.create(
            campaign=county, kind="kinship", member=row.member, household=row.household,
            organisation=row.member.organisation, since=today, **more,
        )  # fmt: skip
    again = planned(county, **options)
    assert approving.preview(again).refused == []
    for row in (first, other):
        assert again.rows.get(household=row.household).member != row.member


def test_the_successor_of_a_second_helper_is_sought_among_places_of_seconds(
    campaign, branch, zhou, he, zhou_and_the_qins, qin_family, today
):
    campaign.source = campaign.source.replace(
        "helpers_each = { fewest = 1, most = 2 }",
        "helpers_each = { fewest = 1, most = 2 }\nsecond_load = { fewest = 0, most = 1 }",
    )
    campaign.save()
    free, full = (
        Member.objects.create(number=f"T{n}", name=f"接{n}", organisation=branch, rank="clerk")
        for n in range(2)
    )

    def paired(member, number, role):
        home = qin_family if number is None else Household.objects.create(
            number=number, head=number, place=qin_family.place, kind="allowance", since=today,
        )  # fmt: skip
        return Pair.objects.create(
            campaign=campaign, kind="kinship", role=role, member=member, organisation=branch,
            household=home, since=today,
        )  # fmt: skip

    for n in range(2):
        paired(free, f"F{n}", "first")  # no place as a first helper is left, one as a second is
    paired(full, "S1", "second")
    going = paired(he, None, "second")
    found = successors([going], among=Member.objects.all(), going={he.pk})
    assert found[going.pk].member == free.pk
    everybody = successors(
        [zhou_and_the_qins, going], among=Member.objects.all(), going={he.pk, zhou.pk}
    )
    assert {key: one.member for key, one in everybody.items()} == {
        zhou_and_the_qins.pk: full.pk, going.pk: free.pk,
    }  # fmt: skip
