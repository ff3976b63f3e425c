"""Open projects refer to the organisation that answers for them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from jiedui.core import changes
from jiedui.orgs.ending import DEPENDENTS, Dependents, Ending
from jiedui.projects.models import Project


def _pass_on(ending: Ending, rows: QuerySet[Any]) -> None:
    for row in rows:
        heir = {"organisation": ending.heir}
        changes.apply(row, heir, action="project.passed_on", by=ending.by)


def connect() -> None:
    DEPENDENTS.append(
        Dependents(
            name=gettext_lazy("Projects not finished"),
            icon="hammer",
            rows=lambda: Project.objects.standing().open(),
            field="organisation",
            passes=gettext_lazy("are carried on by the successor"),
            closes=gettext_lazy("are finished or stopped first, or need a successor"),
            pass_on=_pass_on,
        )
    )
