"""Which organisation a form filled in counts for, where a task is done by forms.

That of what it is about: the organisation itself, a member's or a team's own. A household or a
place has none: its sheets count for who answered for it on that day, by the oldest pair.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign, Task
from jiedui.core.lists import Listing, Tree
from jiedui.core.trees import below
from jiedui.orgs.models import Organisation
from jiedui.pairing.models import Pair
from jiedui.questionnaires.models import Sheet


def _paired(partner: str) -> Subquery:
    """Path of the organisation whose pair with the partner ran on the day of the sheet."""
    rows = Pair.objects.filter(
        Q(ended=None) | Q(ended__gte=OuterRef("day")),
        campaign=OuterRef("campaign"),
        since__lte=OuterRef("day"),
        **{partner: OuterRef(partner)},
    )
    return Subquery(rows.order_by("since", "pk").values("organisation__path")[:1])


def credited(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Sheets with `credited_to`, the path of that organisation; None where nobody answered."""
    own = ("organisation__path", "member__organisation__path", "team__organisation__path")
    return rows.annotate(credited_to=Coalesce(*own, _paired("household"), _paired("place")))


def counted(campaign: Campaign, tasks: Sequence[Task], *, until: date) -> dict[int, dict[str, int]]:
    """Task → path of the organisation → sheets of its form; one query for all of them."""
    if not tasks:
        return {}
    rows = Sheet.objects.standing().filter(
        campaign=campaign,
        form_key__in={task.form_key for task in tasks},
        day__gte=min(task.starts for task in tasks),
        day__lte=min(until, max(task.due for task in tasks)),
    )
    sums = {f"t{task.pk}": Count("pk", filter=_in(task)) for task in tasks}
    found: dict[int, dict[str, int]] = {task.pk: {} for task in tasks}
    for line in credited(rows).order_by().values("credited_to").annotate(**sums):
        if path := line["credited_to"]:
            for task in tasks:
                if count := line[f"t{task.pk}"]:
                    found[task.pk][path] = count
    return found


def _in(task: Task) -> Q:
    return Q(form_key=task.form_key, day__gte=task.starts, day__lte=task.due)


class CreditedTo(Tree):
    """Sheets that count for an organisation or one below it."""

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if isinstance(value, str):
            return rows.none()
        found = credited(Sheet.objects.order_by()).filter(below(value.path, field="credited_to"))
        return rows.filter(pk__in=found.values("pk"))


def connect() -> None:
    """The list of sheets belongs to an app below, which knows of no pairs."""
    from jiedui.questionnaires.views.sheets import Sheets

    listing: type[Listing[Any]] = Sheets
    credit = CreditedTo("organisation", _("Organisation"), Organisation)
    listing.filters = (*listing.filters, credit)
