"""Shapes of what is typed about organisations, members and teams."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiedui.core import household_codes, org_codes, person_codes
from jiedui.core.entries import PhoneField, WordsField
from jiedui.core.picks import PickField, PickManyField, choose_from, limit
from jiedui.core.users import User
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.orgs.picks import MEMBER, ORGANISATION
from jiedui.places.picks import PLACE


class Scoped(forms.ModelForm):
    """Rows to choose are those the user may see; where something is put, those one answers for."""

    home = ""  # the field of the organisation or place the row belongs to

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "registers.change")
        own: Any = ORGANISATION.standing(user)
        choose_from(self, self.home, own.changeable_by(user))

    def _post_clean(self) -> None:
        """Actions write and check; the row the form was made from stays as it is."""


class OrganisationForm(Scoped):
    home = "parent"

    parent = PickField(ORGANISATION, label=gettext_lazy("Belongs to"))
    place = PickField(PLACE, label=gettext_lazy("Place"), required=False)
    unit_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of unit"),
        choices=[("", "—"), *org_codes.UNIT_KIND.choices],
        required=False,
    )
    affiliation = forms.ChoiceField(
        label=pgettext_lazy("of a unit", "Level"),
        choices=[("", "—"), *org_codes.AFFILIATION.choices],
        required=False,
        help_text=gettext_lazy("Kinds of pair may set other loads for units of a level."),
    )
    classes = WordsField(
        label=gettext_lazy("Classes"),
        required=False,
        help_text=gettext_lazy(
            "What the office calls such units besides, separated by 、; loads may differ by it."
        ),
    )
    strengths = forms.MultipleChoiceField(
        label=gettext_lazy("What it can give"),
        choices=household_codes.NEED_KIND.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Organisation
        fields = (
            *("name", "kind", "parent", "number", "unit_kind", "affiliation", "classes", "place"),
            *("strengths", "since"),
        )
        labels = {
            "name": pgettext_lazy("of a thing", "Name"),
            "kind": gettext_lazy("Kind"),
            "number": gettext_lazy("Number"),
            "since": gettext_lazy("Since"),
        }


class MemberForm(Scoped):
    home = "organisation"

    organisation = PickField(ORGANISATION, label=gettext_lazy("Organisation"))
    also_at = PickField(ORGANISATION, label=gettext_lazy("Also registered at"), required=False)
    place = PickField(PLACE, label=gettext_lazy("Place of residence"), required=False)
    rank = forms.ChoiceField(
        label=gettext_lazy("Rank"), choices=[("", "—"), *org_codes.RANK.choices], required=False
    )
    gender = forms.ChoiceField(
        label=gettext_lazy("Gender"),
        choices=[("", "—"), *person_codes.GENDER.choices],
        required=False,
    )
    political = forms.ChoiceField(
        label=gettext_lazy("Political status"),
        choices=[("", "—"), *person_codes.POLITICAL.choices],
        required=False,
    )
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("Skills"),
        choices=household_codes.NEED_KIND.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    phone = PhoneField(label=gettext_lazy("Telephone"), required=False)
    most_pairs = forms.IntegerField(
        label=gettext_lazy("Households at most"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("Only where this member can carry fewer than the rank is asked to."),
    )

    class Meta:
        model = Member
        fields = (
            "name",
            "number",
            "organisation",
            "post",
            "rank",
            "is_leader",
            "most_pairs",
            "gender",
            "political",
            "joined",
            "phone",
            "also_at",
            "place",
            "skills",
            "since",
        )
        labels = {
            "name": gettext_lazy("Name"),
            "number": gettext_lazy("Number"),
            "post": gettext_lazy("Post"),
            "is_leader": gettext_lazy("Leader"),
            "joined": gettext_lazy("Joined the Party on"),
            "since": gettext_lazy("Since"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # A member changes organisation on a page of its own, which shows what goes along.
            del self.fields["organisation"]


class TeamForm(Scoped):
    home = "organisation"

    organisation = PickField(ORGANISATION, label=gettext_lazy("Organisation"))
    place = PickField(PLACE, label=gettext_lazy("Place"), required=False)

    class Meta:
        model = Team
        fields = ("name", "number", "kind", "organisation", "place", "since")
        labels = {
            "name": pgettext_lazy("of a thing", "Name"),
            "number": gettext_lazy("Number"),
            "kind": gettext_lazy("Kind"),
            "since": gettext_lazy("Since"),
        }


class DayForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Last day"), initial=timezone.localdate)


class EndForm(forms.Form):
    """On which day an organisation ends, and who takes over what it had."""

    successor = PickField(
        ORGANISATION,
        label=gettext_lazy("Who takes over"),
        required=False,
        help_text=gettext_lazy(
            "The organisation it is merged into. Without one, all of it is closed or settled first."
        ),
    )
    on = forms.DateField(label=gettext_lazy("Last day"), initial=timezone.localdate)

    def __init__(self, *args: Any, user: User, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "registers.change")
        own: Any = ORGANISATION.standing(user)
        choose_from(self, "successor", own.changeable_by(user).exclude(pk=organisation.pk))


class JoinForm(forms.Form):
    members = PickManyField(MEMBER, label=gettext_lazy("Who joins"), lines=2)
    on = forms.DateField(label=gettext_lazy("From the day"), initial=timezone.localdate)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "registers.change")
