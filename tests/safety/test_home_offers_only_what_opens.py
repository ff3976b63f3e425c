"""Whatever home, the menu and the notices offer opens for whom it is offered to.

A leader appointed by place only was offered a proposal whose page answered 404.
"""

import re

import pytest
from pairs_of_roles import appoint

from addresses import content, undone
from jiedui.accounts.roles import Role

LINK = re.compile(r'href="(/[^"#]*)')
NOT_ASKED = ("/static/", "/accounts/logout/")
WAYS = {
    "organisation": lambda root, place: (root, None),
    "place": lambda root, place: (None, place),
    "both": lambda root, place: (root, place),
}


def _offered(client, address):
    with undone():
        answer = client.get(address)
        said = content(answer)
    assert answer.status_code == 200, address
    links = {one.replace("&amp;", "&") for one in LINK.findall(said)}
    return {one for one in links if not one.startswith(NOT_ASKED)}


def _closed(client, links):
    """Those among these addresses that do not open."""
    found = []
    for link in sorted(links):
        with undone():
            answer = client.get(link, follow=True)
            content(answer)
        if answer.status_code != 200:
            found.append(f"{answer.status_code} {link}")
    return found


@pytest.fixture
def someone(bureau, city, willow_village, zhou, world):
    """An account of a role, appointed in one way: over the whole, or a unit, or a village."""

    def make(role, way):
        root = bureau if role == Role.LIAISON else bureau.parent
        place = willow_village if role == Role.VILLAGE_OFFICER else city
        member = zhou if role == Role.HELPER else None
        return appoint(f"{role}-{way}", (role, *WAYS[way](root, place)), member=member)

    return make


CASES = [(str(role), way) for role in Role for way in WAYS if not (
    (role == Role.LIAISON and way == "place")
    or (role == Role.VILLAGE_OFFICER and way == "organisation")
    or (role in (Role.HELPER, Role.ADMINISTRATOR) and way != "both")
    # Both ways open what each of them opens; who approves is asked all the same.
    or (role not in (Role.OFFICE, Role.LEADER, Role.HELPER, Role.ADMINISTRATOR) and way == "both")
)]  # fmt: skip


@pytest.mark.parametrize(("role", "way"), CASES)
def test_every_link_of_home_opens(client, world, someone, role, way):
    user = someone(role, way)
    if role == Role.ADMINISTRATOR:
        user.appointments.update(organisation=None, place=None)
    client.force_login(user)
    links = _offered(client, "/") | _offered(client, "/notices/")
    assert links
    assert not _closed(client, links)


@pytest.mark.parametrize(
    ("role", "way"), [case for case in CASES if case[0] in ("office", "leader")]
)
def test_who_approves_reads_every_row_to_be_approved(client, world, someone, role, way):
    proposal, row = world.rows["proposal"], world.rows["proposed"]
    client.force_login(someone(role, way))
    assert proposal.get_absolute_url() in _offered(client, "/")
    page = client.get(proposal.get_absolute_url())
    assert page.status_code == 200
    assert row.household.head in page.content.decode()
    links = {one for one in _offered(client, proposal.get_absolute_url()) if "/pairing/" in one}
    assert not _closed(client, links)
