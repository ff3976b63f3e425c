"""Sheets lie inside the days of what they are about."""

from django.utils.translation import gettext_lazy as _

from jiedui.core.inside import INSIDE, Inside
from jiedui.questionnaires.models import SUBJECT_MODELS, Sheet

_ENDS = _(
    "A form was filled in about it on %(day)s; it cannot end before that day. If that sheet is"
    " wrong, correct it or take it out first."
)


def connect() -> None:
    INSIDE.extend(
        Inside(
            owner=model,
            path=name,
            days=("day",),
            rows=lambda: Sheet.objects.standing(),
            ends=_ENDS,
        )
        for name, model in SUBJECT_MODELS.items()
    )
