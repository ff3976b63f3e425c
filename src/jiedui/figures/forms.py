"""What part of a campaign, and which days, figures are asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.campaigns.models import Campaign
from jiedui.figures import access
from jiedui.figures.access import Reach
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place


class ScopeForm(forms.Form):
    """Read from the address; a subtree may be any within reach, also one not offered."""

    place = forms.CharField(required=False, label=_("Area"))
    organisation = forms.CharField(required=False, label=_("Organisation"))
    since = forms.DateField(
        required=False, label=pgettext_lazy("period", "From"), widget=forms.DateInput()
    )
    until = forms.DateField(
        required=False, label=pgettext_lazy("period", "To"), widget=forms.DateInput()
    )

    def __init__(self, data: Any, *, campaign: Campaign, reach: Reach) -> None:
        super().__init__(data)
        self.campaign, self.reach = campaign, reach
        offered = {
            "place": access.places(campaign, reach),
            "organisation": access.organisations(campaign, reach),
        }
        everything = {"place": _("all areas"), "organisation": _("all units")}
        for name, choices in offered.items():
            own = data.get(name, "")
            if own and own not in dict(choices):
                choices = [*choices, (own, self._name(name, own))]
            self.fields[name].widget = forms.Select(choices=[("", everything[name]), *choices])

    def _name(self, field: str, path: str) -> str:
        found = self._find(field, path)
        return found.name if found else path

    def _find(self, field: str, path: str) -> Any:
        if field == "place":
            return Place.objects.filter(path=path).first() if self.reach.has_place(path) else None
        if not self.reach.has_organisation(path):
            return None
        return Organisation.objects.filter(path=path).first()

    def clean_place(self) -> Place | None:
        return self._chosen("place")

    def clean_organisation(self) -> Organisation | None:
        return self._chosen("organisation")

    def _chosen(self, field: str) -> Any:
        path = self.cleaned_data[field]
        if not path:
            return None
        found = self._find(field, path)
        if found is None:
            # The view answers 404: whether it exists is not said.
            raise forms.ValidationError(_("This is not in your area."), code="out_of_reach")
        return found

    @property
    def is_out_of_reach(self) -> bool:
        return any(self.has_error(name, "out_of_reach") for name in ("place", "organisation"))
