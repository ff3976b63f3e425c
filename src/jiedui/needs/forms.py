"""Shapes of what is typed about requests."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from uuid_utils.compat import uuid7

from jiedui.campaigns.playbook.needs import NeedKind
from jiedui.core import codes
from jiedui.core.picks import FOR, PickField, choose_from
from jiedui.core.users import User
from jiedui.households.models import Need
from jiedui.households.picks import HOUSEHOLD
from jiedui.needs import scopes
from jiedui.needs.actions import Asked
from jiedui.needs.models import NeedRequest
from jiedui.needs.words import URGENCY
from jiedui.orgs.picks import MEMBER, ORGANISATION, TEAM
from jiedui.places.picks import PLACE


class WordingForm(forms.Form):
    """What is asked for, as everybody may read it and as only who does it reads it."""

    public_text = forms.CharField(
        label=gettext_lazy("What is asked for"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Everybody who takes part may read this on the board: no name, number or address."
        ),
    )
    detail = forms.CharField(
        label=gettext_lazy("More for who does it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept encrypted; read only by who keeps it and who has claimed it."),
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"), choices=list(URGENCY.items()), coerce=int, initial=1
    )


class AskForm(WordingForm):
    """A request of one kind, for one of those who may ask for it."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    household = PickField(HOUSEHOLD, label=gettext_lazy("Household"), required=False)
    need = forms.ModelChoiceField(
        Need.objects.none(), label=gettext_lazy("Need on file that this meets"), required=False
    )
    organisation = PickField(ORGANISATION, label=gettext_lazy("Organisation"), required=False)
    place = PickField(
        PLACE,
        label=gettext_lazy("Place"),
        required=False,
        help_text=gettext_lazy("Where no household asks; of a household it is known."),
    )
    day = forms.DateField(label=gettext_lazy("Asked on"), initial=timezone.localdate)

    field_order = ("household", "need", "organisation", "place", "public_text", "detail")

    def __init__(
        self, *args: Any, user: User, kind: NeedKind, household: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["day"].widget.attrs.update(max=timezone.localdate().isoformat())
        _choose(self, "household", HOUSEHOLD.url, scopes.households(user), scopes.ASK)
        _choose(self, "organisation", ORGANISATION.url, scopes.organisations(user), scopes.ASK)
        choose_from(self, "place", scopes.places(user), offers=reverse(PLACE.url))
        self._offer_needs(household)
        for name in ("household", "organisation"):
            if name not in kind.asked_for:
                del self.fields[name]
        if not {"place", "organisation"} & {*kind.asked_for}:
            del self.fields["place"]

    def _offer_needs(self, household: Any) -> None:
        """Needs on file of the household the form was opened for."""
        if household is None or "household" not in self.kind.asked_for:
            del self.fields["need"]
            return
        chooser: Any = self.fields["need"]
        chooser.queryset = Need.objects.open().filter(household=household)
        chooser.label_from_instance = lambda need: (
            f"{codes.NEED_KIND.name(need.kind)} {need.text}".strip()
        )
        if not chooser.queryset.exists():
            del self.fields["need"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        given = [name for name in ("household", "organisation") if found.get(name)]
        if len(given) > 1:
            raise ValidationError(_("Name either a household or an organisation, not both."))
        if not given and not found.get("place") and not self.errors:
            raise ValidationError(_("Say who asks for it."))
        return found

    def asked(self) -> Asked:
        return Asked(kind=self.kind.key, **self.cleaned_data)


def _choose(
    form: forms.BaseForm, name: str, url: str, rows: QuerySet[Any], permission: str
) -> None:
    choose_from(form, name, rows, offers=f"{reverse(url)}?{urlencode({FOR: permission})}")


class CheckForm(forms.Form):
    """The wording once more, and whether it goes to the board."""

    public_text = forms.CharField(
        label=gettext_lazy("What is asked for"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Everybody who takes part may read this on the board: no name, number or address."
        ),
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Put it on the board, to be claimed"), required=False, initial=True
    )

    def __init__(self, *args: Any, row: NeedRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"public_text": row.public_text, "is_public": True}
        if row.asked is None or not row.asked.public:
            del self.fields["is_public"]


PICKS = {"member": MEMBER, "team": TEAM, "organisation": ORGANISATION}
LABELS = {
    "member": gettext_lazy("Member"),
    "team": gettext_lazy("Team"),
    "organisation": gettext_lazy("Organisation"),
}


class ClaimForm(forms.Form):
    """Who takes it on: one member, one team or one organisation."""

    def __init__(
        self,
        *args: Any,
        rows: dict[str, QuerySet[Any]],
        permission: str,
        usual: dict[str, Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, found in rows.items():
            pick = PICKS[name]
            offers = f"{reverse(pick.url)}?{urlencode({FOR: permission})}"
            if name == "organisation" and permission == scopes.DISPATCH:
                offers = reverse(pick.url)
            self.fields[name] = PickField(
                pick,
                rows=found.select_related(pick.place),
                offers=offers,
                label=LABELS[name],
                required=False,
                initial=usual.get(name),
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and len([one for one in found.values() if one]) != 1:
            raise ValidationError(_("Name exactly one who takes it on."))
        return found

    @property
    def claimer(self) -> Any:
        return next(one for one in self.cleaned_data.values() if one)


def the_only_one(rows: dict[str, QuerySet[Any]]) -> dict[str, Any]:
    """Who claims, where the user can claim for one alone; of a unit the unit itself."""
    for name in ("member", "organisation"):
        found = list(rows[name].order_by("pk")[:2]) if name in rows else []
        if len(found) == 1 or (name == "organisation" and found):
            top = min(found, key=lambda one: len(getattr(one, "path", "")))
            return {name: top}
    return {}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class DoneForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Done on"), initial=timezone.localdate)
    text = forms.CharField(
        label=pgettext_lazy("request", "What was done"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


RATINGS = (
    (5, gettext_lazy("5 very satisfied")),
    (4, gettext_lazy("4 satisfied")),
    (3, gettext_lazy("3 it will do")),
    (2, gettext_lazy("2 not satisfied")),
    (1, gettext_lazy("1 not at all satisfied")),
)


class ConfirmForm(forms.Form):
    """What who asked says of it, told to somebody who did not do it."""

    rating = forms.TypedChoiceField(
        label=gettext_lazy("How satisfied"),
        choices=RATINGS,
        coerce=int,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=gettext_lazy("In their words"), max_length=200, required=False)

    def __init__(self, *args: Any, row: NeedRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row.asked and not row.asked.rating:
            del self.fields["rating"]
