"""Shapes of what is typed about households, people and needs."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core import household_codes, person_codes
from jiedui.core.entries import IdentityField, PhoneField, YuanField
from jiedui.core.picks import PickField, choose_from, limit
from jiedui.core.users import User
from jiedui.households.heads import head_of, is_head
from jiedui.households.models import Household, Income, Need, Person
from jiedui.places.models import OFFICIAL_CUTS, Place
from jiedui.places.picks import PLACE

NONE = [("", "—")]
MOST_PEOPLE = 99  # of one household; more are a slip of the keys


class HouseholdForm(forms.ModelForm):
    place = PickField(PLACE, label=gettext_lazy("Village or community"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=household_codes.HOUSEHOLD_KIND.choices
    )
    size = forms.IntegerField(
        label=gettext_lazy("People"), min_value=1, max_value=MOST_PEOPLE, initial=1
    )
    cause = forms.ChoiceField(
        label=gettext_lazy("Main cause"),
        choices=[*NONE, *household_codes.CAUSE.choices],
        required=False,
    )
    phone = PhoneField(label=gettext_lazy("Telephone"), required=False)
    address = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=120)
    difficulty = forms.IntegerField(
        label=gettext_lazy("Difficulty, 0 to 100"), min_value=0, max_value=100, initial=0
    )

    class Meta:
        model = Household
        fields = (
            "head",
            "number",
            "place",
            "size",
            "kind",
            "cause",
            "difficulty",
            "is_hardest",
            "phone",
            "address",
            "since",
        )
        labels = {
            "head": gettext_lazy("Head of household"),
            "number": gettext_lazy("Number"),
            "is_hardest": gettext_lazy("One of the hardest households"),
            "since": gettext_lazy("On the register since"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "registers.change")
        own: Any = PLACE.standing(user)
        # A household is put only where one keeps the register; where it is, it may stay.
        choose_from(self, "place", _own_places(own, user, household=self.instance))
        if not self.instance.pk:
            self.initial.setdefault("since", timezone.localdate())

    def clean_place(self) -> Place:
        place: Place = self.cleaned_data["place"]
        if place and len(place.path) < OFFICIAL_CUTS[-1]:
            raise ValidationError(
                _("%(name)s is too large: choose the village or community.") % {"name": place.name}
            )
        return place

    def _post_clean(self) -> None:
        """The action writes and checks; the form must not touch the row it was made from."""


def _own_places(rows: Any, user: User, *, household: Household) -> Any:
    own = rows.changeable_by(user)
    return own | rows.filter(pk=household.place_id) if household.place_id else own


class StrikeForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Day"), initial=timezone.localdate)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[*NONE, *household_codes.STRIKE_REASON.choices]
    )


class RestoreForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why it comes back"), max_length=200)
    with_pairs = forms.BooleanField(
        label=gettext_lazy("Its helpers answer for it again"), required=False, initial=True
    )


class HeadForm(forms.Form):
    """Who of the household is its head from now on."""

    next_head = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Next head"), empty_label="—"
    )
    former_relation = forms.ChoiceField(
        label=gettext_lazy("Relation of the head until now"),
        choices=[one for one in person_codes.RELATION.choices if one[0] != "head"],
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        living = Person.objects.filter(household=household, ended=None)
        before = head_of(household)
        next_head: Any = self.fields["next_head"]
        next_head.queryset = living.exclude(relation="head")
        if before is None:
            del self.fields["former_relation"]


class LeaveForm(forms.Form):
    """On which day somebody leaves, why, and who is the head then."""

    on = forms.DateField(label=gettext_lazy("Day"), initial=timezone.localdate)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[*NONE, *person_codes.LEAVING_REASON.choices]
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Person.objects.filter(household=person.household, ended=None)
        others = others.exclude(pk=person.pk)
        if is_head(person) and others:
            self.fields["next_head"] = forms.ModelChoiceField(
                others,
                label=gettext_lazy("Next head"),
                empty_label="—",
                help_text=gettext_lazy(
                    "The household stands under this name from now on. Look at the relations of"
                    " the others afterwards."
                ),
            )


class PersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    relation = forms.ChoiceField(
        label=gettext_lazy("Relation to the head"), choices=person_codes.RELATION.choices
    )
    gender = forms.ChoiceField(
        label=gettext_lazy("Gender"), choices=[*NONE, *person_codes.GENDER.choices], required=False
    )
    born = forms.DateField(label=gettext_lazy("Born"), required=False)
    identity = IdentityField(
        label=gettext_lazy("Identity number"),
        required=False,
        help_text=gettext_lazy("Not needed. Kept encrypted and masked."),
    )
    since = forms.DateField(
        label=gettext_lazy("In the household since"), initial=timezone.localdate
    )


class DayForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Day"), initial=timezone.localdate)


class IncomeForm(forms.Form):
    """A year's income by source (R9), in yuan; gifts of the campaign do not belong here."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2100)
    wage_fen = YuanField(label=gettext_lazy("Wages, yuan"), min_value=0, initial=0)
    business_fen = YuanField(label=gettext_lazy("Farm and trade, yuan"), min_value=0, initial=0)
    business_cost_fen = YuanField(
        label=gettext_lazy("Costs of farm and trade, yuan"), min_value=0, initial=0
    )
    property_fen = YuanField(label=gettext_lazy("Property, yuan"), min_value=0, initial=0)
    transfer_fen = YuanField(
        label=gettext_lazy("Transfers, yuan"),
        min_value=0,
        initial=0,
        help_text=gettext_lazy("Allowances, pensions, support by relatives."),
    )

    @staticmethod
    def year_in(text: str) -> int:
        """The year a form or an address names; last year where it names none."""
        try:
            return int(IncomeForm.base_fields["year"].clean(text))
        except ValidationError:
            return timezone.localdate().year - 1

    @staticmethod
    def of(income: Income) -> dict[str, Any]:
        """What the form shows of an income that is written down."""
        names = [name for name in IncomeForm.base_fields if name.endswith("_fen")]
        return {"year": income.year} | {
            name: Decimal(getattr(income, name)) / 100 for name in names
        }


class NeedForm(forms.ModelForm):
    kind = forms.ChoiceField(label=gettext_lazy("Need"), choices=household_codes.NEED_KIND.choices)
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"),
        choices=[
            (1, gettext_lazy("can wait")),
            (2, gettext_lazy("soon")),
            (3, gettext_lazy("urgent")),
        ],
        coerce=int,
    )

    class Meta:
        model = Need
        fields = ("kind", "text", "urgency", "since")
        labels = {"text": gettext_lazy("In words"), "since": gettext_lazy("Since")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("since", timezone.localdate())
