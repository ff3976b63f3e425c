"""The whole playbook: one frozen value, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from jiedui.campaigns.playbook import (
    calendar,
    checks,
    giving,
    needs,
    pairs,
    people,
    projects,
    publishing,
    work,
)
from jiedui.campaigns.playbook.declare import item
from jiedui.campaigns.playbook.forms import Form


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


Entry = TypeVar("Entry", bound=Keyed)


def by_key(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    """Entries of a section by their key."""
    return {entry.key: entry for entry in entries}


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """A campaign written down as data. Section names are the TOML table names."""

    campaign: people.Campaign = item()
    phases: tuple[people.Phase, ...] = item()
    organisation_kinds: tuple[people.OrganisationKind, ...] = item()
    ranks: tuple[people.Rank, ...] = item(())
    levels: tuple[people.Level, ...] = item(())
    team_kinds: tuple[people.TeamKind, ...] = item(())
    place_kinds: tuple[people.PlaceKind, ...] = item(())
    change_reasons: tuple[pairs.ChangeReason, ...] = item(())
    pairings: tuple[pairs.Pairing, ...] = item(())
    farm_seasons: tuple[calendar.FarmSeason, ...] = item(())
    windows: tuple[calendar.Window, ...] = item(())
    rhythms: tuple[calendar.Rhythm, ...] = item(())
    tasks: tuple[calendar.Task, ...] = item(())
    plan: calendar.Plan | None = item(None)
    outputs: tuple[work.Output, ...] = item(())
    topics: tuple[work.Topic, ...] = item(())
    conduct: tuple[work.Conduct, ...] = item(())
    activities: tuple[work.Activity, ...] = item()
    stories: work.Stories | None = item(None)
    gifts: giving.Gifts | None = item(None)
    goods: tuple[giving.Good, ...] = item(())
    funds: tuple[giving.Fund, ...] = item(())
    issues: checks.Issues | None = item(None)
    issue_sources: tuple[checks.IssueSource, ...] = item(())
    issue_kinds: tuple[checks.IssueKind, ...] = item(())
    forms: tuple[Form, ...] = item(())
    projects: tuple[projects.ProjectKind, ...] = item(())
    needs: tuple[needs.NeedKind, ...] = item(())
    draws: tuple[checks.Draw, ...] = item(())
    rubric: checks.Rubric | None = item(None)
    quality: tuple[checks.QualityRule, ...] = item(())
    red_lines: checks.RedLines = item(checks.RedLines())
    figures: tuple[publishing.Figure, ...] = item()
    dashboards: tuple[publishing.Dashboard, ...] = item(())
    bulletins: tuple[publishing.Bulletin, ...] = item(())

    @property
    def key(self) -> str:
        return self.campaign.key

    def activity(self, key: str) -> work.Activity:
        return by_key(self.activities)[key]

    def pairing(self, key: str) -> pairs.Pairing:
        return by_key(self.pairings)[key]

    def form(self, key: str) -> Form:
        return by_key(self.forms)[key]

    def ends_at_once(self, reason: str) -> bool:
        """Whether a helper who goes for this reason answers for nothing from that day on."""
        known = by_key(self.change_reasons).get(reason)
        return known is not None and known.ends_helper == "at_once"

    def window(self, key: str) -> calendar.Window:
        return by_key(self.windows)[key]

    def figure(self, key: str) -> publishing.Figure:
        return by_key(self.figures)[key]

    def bulletin(self, key: str) -> publishing.Bulletin:
        return by_key(self.bulletins)[key]

    @property
    def main_pairing(self) -> pairs.Pairing | None:
        """The kind of pair that coverage speaks of; None in a campaign that pairs nobody."""
        marked = [pairing for pairing in self.pairings if pairing.main]
        return next(iter(marked or self.pairings), None)
