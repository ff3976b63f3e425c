"""What an office does first in a new installation: it ticks itself off, and then is gone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from jiedui.accounts.roles import Role
from jiedui.campaigns.models import Campaign
from jiedui.core.doors import may
from jiedui.core.models import Installation
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.proposals.models import Proposal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Step:
    text: "StrOrPromise"
    why: "StrOrPromise"
    url: str  # name of the page where it is done
    rows: Any  # done as soon as there is one


def steps() -> tuple[Step, ...]:
    """In the order in which one needs the other."""
    appointed = Appointment.objects.filter(ended=None)
    return (
        Step(
            _("Set up the campaign"),
            _("From a playbook: who pairs with whom, what is done when."),
            "campaigns:new",
            Campaign.objects.all(),
        ),
        Step(
            _("Import the organisations"),
            _("Units and branches, with who stands above whom."),
            "imports:list",
            Organisation.objects.exclude(parent=None),
        ),
        Step(
            _("Import the members"),
            _("Those who may help, with their posts."),
            "imports:list",
            Member.objects.all(),
        ),
        Step(
            _("Import the households"),
            _("Those who are helped, with their villages; their needs after them."),
            "imports:list",
            Household.objects.all(),
        ),
        Step(
            _("Open accounts for liaisons and helpers"),
            _("From a member's page, or for a whole organisation at once."),
            "orgs:users",
            appointed.filter(role=Role.LIAISON) | appointed.filter(user__member__isnull=False),
        ),
        Step(
            _("Find a second person who approves"),
            _("A leader, or a second account of the office: nobody approves their own proposal."),
            "orgs:users",
            appointed.filter(role=Role.LEADER),
        ),
        Step(
            _("Ask for the first proposal of pairs"),
            _("Every household that can be covered is covered, and you see why."),
            "proposals:new",
            Proposal.objects.all(),
        ),
    )


def first_steps(user: User) -> list[tuple[Step, bool]]:
    """Each step and whether it is done; none for others, in a demonstration, or when all are."""
    if not may(user, "campaign.change") or Installation.current().is_demonstration:
        return []
    found = [(step, step.rows.exists()) for step in steps()]
    return [] if all(done for _step, done in found) else found
