"""Campaigns, tasks and plans that depend on an organisation that ends."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from jiedui.campaigns.models import Campaign, Plan, Task
from jiedui.core import changes
from jiedui.orgs.ending import DEPENDENTS, STAYING, Dependents, Ending


def _campaigns() -> QuerySet[Campaign]:
    running = Q(ends=None) | Q(ends__gte=timezone.localdate())
    return Campaign.objects.filter(running)


def _tasks() -> QuerySet[Task]:
    """Tasks organisations chose themselves that are still to be done."""
    return Task.objects.filter(due__gte=timezone.localdate())


def _pass_on(ending: Ending, rows: QuerySet[Task]) -> None:
    for task in rows:
        values: dict[str, Any] = {"organisation": ending.heir}
        changes.apply(task, values, action="task.passed_on", by=ending.by)


def connect() -> None:
    DEPENDENTS.extend(
        [
            Dependents(
                name=gettext_lazy("Campaigns it runs"),
                icon="flag",
                rows=_campaigns,
                field="organisation",
                passes=gettext_lazy("must be over first"),
                closes=gettext_lazy("must be over first"),
            ),
            Dependents(
                name=gettext_lazy("Tasks of its own"),
                icon="list-check",
                rows=_tasks,
                field="organisation",
                passes=gettext_lazy("are done by the successor"),
                closes=gettext_lazy("wait for their last day, or for somebody who takes over"),
                pass_on=_pass_on,
            ),
        ]
    )
    STAYING.append(
        Dependents(
            name=gettext_lazy("Plans of its own"),
            icon="file-text",
            rows=lambda: Plan.objects.select_related("campaign"),
            field="organisation",
            passes=gettext_lazy("stay readable as they are"),
            closes=gettext_lazy("stay readable as they are"),
            label=lambda plan: str(plan.campaign.title),
        )
    )
