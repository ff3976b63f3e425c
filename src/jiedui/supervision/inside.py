"""Issues and measures lie inside the days of the organisation that has to mend them."""

from django.utils.translation import gettext_lazy as _

from jiedui.core.inside import INSIDE, Inside
from jiedui.orgs.models import Organisation
from jiedui.supervision.models import Issue, Measure

_ENDS = _(
    "An issue or measure of this organisation was found, done or closed on %(day)s; it cannot end"
    " before that day."
)


def connect() -> None:
    INSIDE.extend(
        [
            Inside(
                owner=Organisation,
                path="organisation",
                days=("found_on", "done_on", "closed_on"),
                rows=lambda: Issue.objects.all(),
                ends=_ENDS,
            ),
            Inside(
                owner=Organisation,
                path="organisation",
                days=("done_on",),  # it may begin in the future
                rows=lambda: Measure.objects.all(),
                ends=_ENDS,
            ),
        ]
    )
