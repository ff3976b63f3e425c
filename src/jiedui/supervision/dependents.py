"""Open issues and measures refer to the organisation that has to mend them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from jiedui.core import changes
from jiedui.orgs.ending import DEPENDENTS, Dependents, Ending
from jiedui.supervision.models import Issue, Measure


def _pass_on(ending: Ending, rows: QuerySet[Any]) -> None:
    for row in rows:
        noun = "issue" if isinstance(row, Issue) else "measure"
        heir = {"organisation": ending.heir}
        changes.apply(row, heir, action=f"{noun}.passed_on", by=ending.by)


def connect() -> None:
    DEPENDENTS.extend(
        [
            Dependents(
                name=gettext_lazy("Issues not struck off"),
                icon="flag",
                rows=lambda: Issue.objects.open(),
                field="organisation",
                passes=gettext_lazy("are mended by the successor"),
                closes=gettext_lazy("are struck off first, or need a successor"),
                pass_on=_pass_on,
            ),
            Dependents(
                name=gettext_lazy("Measures not done"),
                icon="clipboard-check",
                rows=lambda: Measure.objects.filter(done_on=None),
                field="organisation",
                passes=gettext_lazy("are carried out by the successor"),
                closes=gettext_lazy("are done first, or need a successor"),
                pass_on=_pass_on,
            ),
        ]
    )
