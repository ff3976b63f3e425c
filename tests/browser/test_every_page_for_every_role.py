"""Each role follows every link it is offered; no page may be broken, English or unreadable."""

import pytest
from crawling import walk
from doors import PHONE

from jiedui.accounts.roles import Role

ROLES = [str(role) for role in Role]
MOST = 45  # pages for each role


@pytest.fixture
def drawn(shared):
    return shared / "drawn"


@pytest.mark.parametrize("role", ROLES)
def test_every_link_a_role_is_offered_leads_to_a_sound_page(role, panjin, doors, drawn):
    page, watch = doors.watched(panjin, role)
    walked = walk(page, watch, most=MOST, drawn=drawn)
    assert len(walked.pages) > 3
    assert walked.faults_text() == ""


@pytest.mark.parametrize("role", ["office", "helper", "village_officer"])
def test_the_same_on_a_phone(role, panjin, doors, drawn):
    page, watch = doors.watched(panjin, role, viewport=PHONE, has_touch=True, is_mobile=True)
    walked = walk(page, watch, most=MOST // 2, drawn=drawn)
    assert walked.faults_text() == ""


@pytest.mark.parametrize("role", ["office", "supervisor"])
def test_a_campaign_of_other_sections_is_as_sound(role, xiejiaji, doors, drawn):
    page, watch = doors.watched(xiejiaji, role)
    walked = walk(page, watch, most=MOST // 2, drawn=drawn)
    assert walked.faults_text() == ""
