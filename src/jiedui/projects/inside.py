"""Projects lie inside the days of whoever answers for them, and of their places."""

from django.utils.translation import gettext_lazy as _

from jiedui.core.inside import INSIDE, Inside
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place
from jiedui.projects.models import Project

_ENDS = _("A project was begun or finished there on %(day)s; it cannot end before that day.")


def connect() -> None:
    INSIDE.extend(
        Inside(
            owner=model,
            path=name,
            days=("started_on", "done_on"),
            rows=lambda: Project.objects.standing(),
            ends=_ENDS,
        )
        for name, model in (("organisation", Organisation), ("place", Place))
    )
