"""Teams beside the organisation tree, each of one branch, with a head and some members."""

from collections.abc import Sequence
from datetime import timedelta

from jiedui.campaigns.playbook.people import TeamKind
from jiedui.demo.context import Context
from jiedui.demo.members import Members
from jiedui.demo.names import spelled
from jiedui.demo.records import OrganisationRow, TeamRow
from jiedui.orgs.models import Team, TeamMember

TEAM = "id number name kind organisation place pinyin initials since"
BRANCH = "党支部"
FIRST_DAYS = 40  # all were formed within so many days of the beginning


def write_teams(
    context: Context, members: Members, branches: Sequence[OrganisationRow]
) -> list[TeamRow]:
    """As many of each kind of the playbook as declared."""
    return [
        team
        for kind in context.playbook.team_kinds
        if kind.key in context.declared.teams
        for team in _of_kind(context, members, branches, kind)
    ]


def _of_kind(
    context: Context, members: Members, branches: Sequence[OrganisationRow], kind: TeamKind
) -> list[TeamRow]:
    """Spread over the branches; where there are more teams than branches, they are numbered."""
    rng, teams, rows, people = context.rng, [], [], []
    count = context.scaled(context.declared.teams[kind.key], least=2)
    step = max(1, len(branches) // count)
    for number in range(count):
        branch = branches[number * step % len(branches)]
        turn = number // len(branches)
        title = f"{branch.name.removesuffix(BRANCH)}{kind.name.zh}{turn + 1 if turn else ''}"
        team = TeamRow(
            context.writer.first_id(Team, rows=1), kind.key, branch, branch.place or context.top
        )
        since = context.day_between(context.starts, context.starts + timedelta(days=FIRST_DAYS))
        teams.append(team)
        rows.append(
            (
                team.id, f"{context.prefix}T{team.id:04d}", title, kind.key, branch.id,
                team.place.pk, *spelled(title, is_person=False), since,
            )
        )  # fmt: skip
        serving = [one for one in members.by_organisation[branch.id] if not one.ended]
        chosen = rng.sample(serving, k=min(len(serving), rng.randint(6, 14)))
        people += [(team.id, one.id, i == 0, since) for i, one in enumerate(chosen)]
    context.writer.write(Team, rows, columns=TEAM)
    context.writer.write(TeamMember, people, columns="team member is_head since")
    return teams
