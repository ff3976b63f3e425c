"""kill -9 while a plan is approved or a hand-over confirmed: nothing of it is done, nobody is
told, and pressing the button again does all of it once. Of a large plan the portions written so far
stay, and the next worker does the rest.
"""

import sys

import pytest
from killing import new_house

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals of Linux")

PREPARE = """
from jiedui.accounts.models import User
from jiedui.campaigns.models import Campaign
from jiedui.demo import loading
from jiedui.orgs.models import Member
from jiedui.handover import bulk_hand_over
from jiedui.pairing.models import Pair
from jiedui.pairing.problem import Options
from jiedui.proposals import proposing
from django.utils import timezone

loading.load("panjin", scale=0.02)
campaign = Campaign.objects.get()
first = Pair.objects.open().filter(role="first", overlap_until=None, household__isnull=False)
chosen = list(first.order_by("pk").values_list("pk", flat=True)[:120])
leaver = Member.objects.serving().filter(pairs=None).order_by("pk").first()
Pair.objects.filter(pk__in=chosen).update(member=leaver, organisation=leaver.organisation)
drafted = bulk_hand_over.prepare(
    leaver, fate="later", on=timezone.localdate(), reason="retired",
    among=Member.objects.all(), by=None,
)
options = Options(scope="all", goal="cost", weight=60)
facts = proposing.propose_now(campaign, None, options=options)
print(drafted.pk, facts["proposal"])
"""
# The page a person presses the button on, in a process that can be killed.
PRESS = """
from django.test import Client
from jiedui.accounts.models import User
client = Client(headers={{"host": "localhost"}})
client.force_login(User.objects.get(username="panjin-{who}"))
answer = client.post("{address}", {{"reason": "transferred"}})
assert answer.status_code == 302, answer.content.decode()
print(answer.url)
"""
# A large plan, which a worker approves.
ASK = """
from jiedui.accounts.models import User
from jiedui.campaigns.models import Campaign
from jiedui.pairing.problem import Options
from jiedui.proposals import approvals, proposing
from jiedui.proposals.models import Proposal
options = Options(scope="all", goal="cost", weight=0, outside=0)
facts = proposing.propose_now(Campaign.objects.get(), None, options=options)
proposal = Proposal.objects.get(pk=facts["proposal"])
leader = User.objects.get(username="panjin-leader")
asked = approvals.ask(proposal, by=leader, reason="transferred")
print(proposal.pk, asked.job_id)
"""
PORTION = 20
WORK = f"""
from jiedui.proposals import approving
from jiedui.web import jobs
approving.PORTION = {PORTION}
jobs.work(once=True, lanes=['quick'])
"""
OPENS, LAST = 'INSERT INTO "pairing_pair"', 'INSERT INTO "pairing_notification"'
WRITTEN = (
    *("pairing_pair", "pairing_notification", "notices_notice", "core_auditentry"),
    "pairing_notification_notices",
)
PAIRS = "SELECT id, member_id, ended, overlap_until, end_reason FROM pairing_pair ORDER BY id"


@pytest.fixture(scope="module")
def house(tmp_path_factory, shared):
    return new_house(tmp_path_factory.mktemp("house") / "data", shared=shared)


@pytest.fixture(scope="module")
def prepared(house):
    return [int(key) for key in house.done(house.python(PREPARE)).split()[-2:]]


def _state(house):
    return house.ask(PAIRS), [house.count(table) for table in WRITTEN]


def _killed_then_pressed_again(house, who, address):
    """The pairs before, and those that are new after all."""
    before, press = _state(house), PRESS.format(who=who, address=address)
    house.kill_at_statement(press, LAST)
    assert _state(house) == before
    house.done(house.python(press))
    house.check()
    known = {pair[0] for pair in before[0]}
    return before[0], [pair for pair in _state(house)[0] if pair[0] not in known]


def test_a_killed_hand_over_has_handed_over_nothing_and_then_everything(house, prepared):
    drafted, _proposal = prepared
    state = "SELECT state FROM pairing_handover WHERE id = ?"
    taken = (
        "SELECT count(*) FROM pairing_handoverline WHERE hand_over_id = ? AND first_id IS NOT NULL"
    )
    before, new = _killed_then_pressed_again(
        house, "office", f"/pairs/hand-overs/{drafted}/confirm/"
    )
    assert house.ask(state, drafted) == [("done",)]
    assert len(new) == house.ask(taken, drafted)[0][0] > 50
    assert len(before) + len(new) == house.count("pairing_pair")


def test_a_killed_approval_has_opened_nothing_and_then_everything(house, prepared):
    _drafted, proposal = prepared
    _before, new = _killed_then_pressed_again(
        house, "leader", f"/pairs/proposals/{proposal}/approve/"
    )
    mine = "SELECT count(*) FROM pairing_pair WHERE proposal_id = ?"
    assert len(new) == house.ask(mine, proposal)[0][0] > 50
    state = "SELECT state FROM pairing_proposal WHERE id = ?"
    assert house.ask(state, proposal) == [("approved",)]


def test_a_killed_worker_has_written_portions_and_the_next_writes_the_rest(house, prepared):
    proposal, job = map(int, house.done(house.python(ASK)).split())
    before, state = _state(house), "SELECT state FROM core_job WHERE id = ?"
    mine = "SELECT count(*), count(DISTINCT household_id) FROM pairing_pair WHERE proposal_id = ?"
    done = "SELECT opened + changed FROM pairing_approval WHERE proposal_id = ?"

    house.kill_at_statement(WORK, OPENS, nth=3)
    (written, homes), (told,) = house.ask(mine, proposal)[0], house.ask(done, proposal)[0]
    assert written == homes == told == house.count("pairing_pair") - len(before[0])
    assert written == 2 * PORTION
    house.check()
    house.lease_runs_out()
    house.done(house.python(WORK))
    house.check()
    assert house.ask(state, job) == [("done",)]
    (written, homes), (told,) = house.ask(mine, proposal)[0], house.ask(done, proposal)[0]
    assert written == homes == told == house.count("pairing_pair") - len(before[0]) > 3 * PORTION
