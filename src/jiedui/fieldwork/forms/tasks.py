"""A task of one's own, and the word that a task without records is done."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign
from jiedui.core.picks import PickField, choose_from
from jiedui.orgs.models import Organisation
from jiedui.orgs.picks import ORGANISATION


class OwnTaskForm(forms.Form):
    organisation = PickField(ORGANISATION, label=_("For which organisation"))
    name = forms.CharField(label=_("What will be done"), max_length=80)
    activity_kind = forms.ChoiceField(
        label=_("Counted from records of"),
        required=False,
        help_text=_("Without records, the organisation reports the task as done."),
    )
    form_key = forms.ChoiceField(
        label=_("Or from sheets of"),
        required=False,
        help_text=_("About the organisation itself, or about those it answers for."),
    )
    wanted = forms.IntegerField(label=_("How many times"), min_value=1, max_value=999, initial=1)
    starts = forms.DateField(label=_("From"), initial=timezone.localdate)
    due = forms.DateField(label=_("Due"))

    def __init__(self, *args: Any, campaign: Campaign, hosts: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "organisation", hosts, offers=reverse("fieldwork:offers", args=["unit"]))
        kinds = [(one.key, str(one.name)) for one in campaign.playbook.activities]
        field: Any = self.fields["activity_kind"]
        field.choices = [("", _("no records: it is reported")), *kinds]
        sheets = [(one.key, str(one.name)) for one in campaign.playbook.forms]
        if sheets:
            offered: Any = self.fields["form_key"]
            offered.choices = [("", _("no form")), *sheets]
        else:
            del self.fields["form_key"]


class DoneForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisation"), empty_label=None
    )
    done_on = forms.DateField(label=_("Done on"), initial=timezone.localdate)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = rows
