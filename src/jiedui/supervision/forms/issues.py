"""Forms for an issue: found, mended, struck off, or back again."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign
from jiedui.core.picks import PickField, limit
from jiedui.core.users import User
from jiedui.orgs.picks import MEMBER, ORGANISATION
from jiedui.places.picks import PLACE


class IssueForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One problem at a time: where it is and what was seen."),
    )
    kind = forms.ChoiceField(label=_("Kind"))
    source = forms.ChoiceField(label=_("Where it came from"))
    organisation = PickField(ORGANISATION, label=_("Organisation that answers for it"))
    owner = PickField(MEMBER, label=_("Person who answers for it"), required=False)
    place = PickField(PLACE, label=_("Place"), required=False)
    found_on = forms.DateField(label=_("Found on"), initial=timezone.localdate)
    due = forms.DateField(label=_("To be mended by"), required=False)

    def __init__(self, *args: Any, user: User, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        playbook = campaign.playbook
        limit(self, user, "issues.report")
        self._choices("kind", playbook.issue_kinds)
        self._choices("source", playbook.issue_sources)
        days = playbook.issues.due_days if playbook.issues else 30
        self.fields["due"].initial = timezone.localdate() + timedelta(days=days)

    def _choices(self, name: str, entries: Any) -> None:
        field: Any = self.fields[name]
        field.choices = [(one.key, str(one.name)) for one in entries]


class DayForm(forms.Form):
    on = forms.DateField(label=_("Day"), initial=timezone.localdate)


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("What was found"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
