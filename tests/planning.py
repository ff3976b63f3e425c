"""How the tests of proposals ask for one: by the action, or on the page as a person does."""

from django.urls import reverse

from jiedui.pairing.problem import Options
from jiedui.proposals import proposing
from jiedui.proposals.models import Proposal
from jiedui.web import jobs


def asked(campaign, **more):
    """The facts of a proposal worked out at once."""
    return proposing.propose_now(campaign, more.pop("kind", None), **more)


def planned(campaign, *, by=None, **options):
    """A proposal worked out at once."""
    return Proposal.objects.get(pk=asked(campaign, by=by, options=Options(**options))["proposal"])


def ask_on_the_page(client, user, **more):
    client.force_login(user)
    values = {
        "kind": "kinship", "scope": "uncovered", "hardest": "first", "preset": "balanced",
        "goal": "change", "weight": 6, "outside": 300, "change": 0, "spread": 0, "seed": 0,
    }  # fmt: skip
    return client.post(reverse("proposals:new"), values | more)


def worked_out(client, user, **more):
    """A proposal asked for on the page and worked out by a worker."""
    ask_on_the_page(client, user, **more)
    jobs.work(once=True)
    return Proposal.objects.latest("pk")
