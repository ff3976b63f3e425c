"""How an organisation, a member or a team stands, as a badge."""

from typing import Any

from django.utils.translation import gettext_lazy

from jiedui.core.lists import Badge

ACTIVE = Badge(gettext_lazy("active"), "green", "circle-check")
ENDED = Badge(gettext_lazy("ended"), "grey", "circle-x")


def state(row: Any) -> Badge:
    return ENDED if row.ended else ACTIVE
