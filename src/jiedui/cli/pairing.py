"""`jiedui pair`: propose helpers, or work a proposal out again to see whether it is the same."""

import sys
from dataclasses import asdict
from typing import Any

import click

from jiedui.cli.output import as_json, find_campaign, print_facts
from jiedui.cli.upgrading import database_ready


@click.command()
@click.argument("campaign", required=False)
@click.option("--kind", default="", help="Kind of pair of the playbook; the main one if empty.")
@click.option("--seed", default=0, show_default=True, help="Same input and seed, same plan.")
@click.option("--everybody", is_flag=True, help="Everybody anew, not only those without a helper.")
@click.option("--second", is_flag=True, help="A second helper for those who have one.")
@click.option("--replay", type=int, metavar="ID", help="Work proposal ID out again and compare.")
@as_json
def pair(
    campaign: str | None,
    kind: str,
    seed: int,
    everybody: bool,
    second: bool,
    replay: int | None,
    as_json: bool,
) -> None:
    """Propose helpers for the households of CAMPAIGN that have none; people approve it later.

    With --replay ID, solve a proposal again from what is kept of it: exit status 1 if the plan,
    its proof or what is kept differs.
    """
    database_ready()
    if replay is not None:
        _replay(replay, as_json=as_json)
    if campaign is None:
        raise click.UsageError("Name a campaign, or a proposal with --replay ID.")
    if everybody and second:
        raise click.UsageError("Choose --everybody or --second, not both.")
    from jiedui.pairing.problem import Options
    from jiedui.proposals import proposing

    facts = proposing.propose_now(
        find_campaign(campaign),
        kind or None,
        seed=seed,
        options=Options(scope="all" if everybody else "second" if second else "uncovered"),
    )
    print_facts(facts, as_json=as_json, text=_lines(facts))


def _replay(number: int, *, as_json: bool) -> None:
    """Tell what working the proposal out again found, and end the command."""
    from jiedui.proposals import replaying
    from jiedui.proposals.models import Proposal

    proposal = Proposal.objects.filter(pk=number).first()
    if proposal is None:
        raise click.ClickException(f"There is no proposal {number}.")
    facts = asdict(replaying.replay(proposal))
    verdict = "equal" if facts["equal"] else "NOT EQUAL"
    print_facts(facts, as_json=as_json, text=f"{verdict}\n{_lines(facts)}")
    sys.exit(0 if facts["equal"] else 1)


def _lines(facts: dict[str, Any]) -> str:
    return "\n".join(f"{key}: {value}" for key, value in facts.items())
