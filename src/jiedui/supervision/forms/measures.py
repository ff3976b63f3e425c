"""A measure for one or many issues."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiedui.core.picks import PickField, limit
from jiedui.core.users import User
from jiedui.orgs.picks import MEMBER, ORGANISATION


class MeasureForm(forms.Form):
    text = forms.CharField(
        label=_("Measure in words"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    organisation = PickField(ORGANISATION, label=_("Organisation that carries it out"))
    owner = PickField(MEMBER, label=_("Person who answers for it"), required=False)
    since = forms.DateField(label=_("From"), initial=timezone.localdate)
    due = forms.DateField(label=_("Done by"))

    def __init__(self, *args: Any, user: User, days: int = 30, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "issues.change")
        self.fields["due"].initial = timezone.localdate() + timedelta(days=days)
