"""A role here with another elsewhere, at every address: together never more than each alone.

JIEDUI_THOROUGH=1 asks every pair of roles at every address; without it each role is in two of
them, and each address is asked by every other pair.

A permission holds where it was given. Two appointments at two places open, offer and change just
what the one opens, offers and changes, and what the other does.
"""

import re
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import connection
from pairs_of_roles import FIELD, PAIRS, THOROUGH, appoint
from test_auditors_change_nothing import filled

from addresses import addresses, content, undone
from jiedui.accounts.roles import ALL_PERMISSIONS, Role

# Pages about no row at all, or about the asker, say nothing of areas.
NOT_ASKED = {"web:healthz", "accounts:login", "web:setup"}
WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
LINK = re.compile(r'(?:href|action|hx-get|hx-post)="([^"#?]+)')


@pytest.fixture
def elsewhere(bureau, city, today):
    """Another unit of another county, with a member who helps a household there."""
    from jiedui.orgs.models import Member, Organisation
    from jiedui.places.models import Place

    county = Place.objects.create(
        parent=city, path="211122", code="211122000000", name="盘山县", level="county"
    )
    town = Place.objects.create(
        parent=county, path="211122100", code="211122100000", name="高升镇", level="town",
        kind="town",
    )  # fmt: skip
    village = Place.objects.create(
        parent=town, path="211122100200", code="211122100200", name="高升村", level="village",
        kind="village",
    )  # fmt: skip
    unit = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    member = Member.objects.create(number="M9", name="吴远", organisation=unit, rank="clerk")
    return {"organisation": unit, "place": village, "member": member}


@pytest.fixture
def here(world, bureau, willow_village):
    return {"organisation": bureau, "place": willow_village, "member": world.rows["member"]}


def _post(role, where):
    return (role, where["organisation"], where["place"])


@pytest.fixture
def users(here, elsewhere):
    """Somebody for each appointment alone and for every pair. Members sign in one at a time."""
    found = {}
    for role in map(str, FIELD):
        found["here", role] = appoint(f"here-{role}", _post(role, here))
        found["there", role] = appoint(f"there-{role}", _post(role, elsewhere))
    for one, other in PAIRS:
        found[one, other] = appoint(f"{one}-{other}", _post(one, here), _post(other, elsewhere))
    return found


def _enter(client, user, member, *, others):
    """Sign in as this user; `member` is the member of the register it is, if any."""
    from jiedui.orgs.models import Member

    Member.objects.filter(pk__in=[member.pk, *(one.pk for one in others)]).update(user=None)
    if user.appointments.filter(role=Role.HELPER).exists():
        Member.objects.filter(pk=member.pk).update(user=user)
    client.force_login(user)


def _asked(world):
    return [
        (one.name, world.url(one)) for one in addresses()
        if one.name not in NOT_ASKED and set(one.params) - {"kind", "what", "code", "act", "token"}
    ]  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What an address gave one user: it opened, tables written by sending, links and secrets."""

    opens: bool
    changes: frozenset[str]
    offers: frozenset[str]
    tells: frozenset[str]


def _answers(client, world, asked, forms):
    return {name: _ask(client, world, url, forms.get(name, {})) for name, url in asked}


def _ask(client, world, url, form):
    with undone():
        answer = client.get(url)
        said = content(answer)
    opens = answer.status_code == 200
    with undone(), _written() as tables:
        content(client.post(url, form))
    tells = frozenset(one for one in world.secrets if one in said)
    return Seen(opens, frozenset(tables), frozenset(_offered(said) if opens else ()), tells)


@contextmanager
def _written():
    """The tables that are written to inside, but for sessions."""
    tables = set()

    def note(execute, sql, params, many, context):
        if found := WRITE.match(sql):
            tables.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables
    tables -= {"django_session", "axes_accesslog", "axes_accessattempt"}


def _offered(said):
    """Addresses of rows that a page offers, without those of the frame."""
    return {one for one in LINK.findall(said) if re.search(r"/\d+/|[0-9a-f]{8}-", one)}


@pytest.fixture
def forms(client, world, office):
    """What an office would send to every address."""
    client.force_login(office)
    return {name: filled(client, url) for name, url in _asked(world)}


def test_together_they_are_what_each_is_alone(client, world, users, forms, here, elsewhere):
    mistakes, everything = [], _asked(world)
    for turn, (first, there) in enumerate(PAIRS):
        asked = everything if THOROUGH else everything[turn % 2 :: 2]

        def seen(*who, at, asked=asked):
            _enter(client, users[who], at["member"], others=[here["member"], elsewhere["member"]])
            return _answers(client, world, asked, forms)

        one = seen("here", first, at=here)
        other = seen("there", there, at=elsewhere)
        both = seen(first, there, at=here if first == "helper" else elsewhere)
        mistakes += _more(f"{first} + {there} elsewhere", one, other, both)
    assert not mistakes, "\n".join(mistakes)


def _more(who, one, other, both):
    for name, seen in both.items():
        first, second = one[name], other[name]
        if seen.opens != (first.opens or second.opens):
            yield f"{who}, {name}: opens {seen.opens}, alone {first.opens} and {second.opens}"
        if seen.changes != first.changes | second.changes:
            alone = sorted(first.changes | second.changes)
            yield f"{who}, {name}: changes {sorted(seen.changes)}, alone {alone}"
        for what in ("offers", "tells"):
            more = getattr(seen, what) - getattr(first, what) - getattr(second, what)
            if more:
                yield f"{who}, {name}: {what} {sorted(more)} more"


def test_every_permission_says_whether_it_looks_or_changes():
    """`.read` and `.export` look, all others change: `permitted` relies on it."""
    looking = {one for one in ALL_PERMISSIONS if one.endswith((".read", ".export"))}
    assert ALL_PERMISSIONS - looking == {
        "activity.record", "appointments.change", "bulletin.freeze", "bulletin.write",
        "campaign.change", "checks.draw", "checks.record", "complaints.answer", "fund.change",
        "gift.record", "import", "issues.change", "issues.report", "needs.ask",
        "needs.check", "needs.claim", "needs.dispatch", "pair.approve", "pair.change",
        "pair.propose", "pair.tell", "plan.change", "projects.change", "registers.change",
        "sheet.record", "users.change", "visit.record",
    }  # fmt: skip
