"""Taking a wrong record out, with its reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiedui.core.voiding import VoidForm


class VoidVisitForm(VoidForm):
    with_gifts = forms.BooleanField(label=_("Take out what was given, too"), required=False)

    def __init__(self, *args: Any, has_gifts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_gifts:
            del self.fields["with_gifts"]
