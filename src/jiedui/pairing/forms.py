"""Shapes of what is typed about pairs, proposals and avoidance."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core.picks import PickField, limit
from jiedui.core.users import User
from jiedui.households.picks import HOUSEHOLD
from jiedui.orgs.models import Member
from jiedui.orgs.picks import MEMBER, ORGANISATION, TEAM

CARRIERS = {"member": MEMBER, "team": TEAM, "organisation": ORGANISATION}


def reasons(campaign: Campaign, pairing: Pairing | None) -> list[tuple[str, Any]]:
    """The playbook's reasons why a pair may change; those of the kind of pair, if it names any."""
    named = pairing.reasons if pairing else ()
    return [
        (one.key, one.name)
        for one in campaign.playbook.change_reasons
        if not named or one.key in named
    ]


class DayField(forms.DateField):
    """A day up to today."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", timezone.localdate)
        super().__init__(widget=forms.DateInput(), **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and day > timezone.localdate():
            raise ValidationError(_("This day lies in the future."))
        return day


class ReasonField(forms.ChoiceField):
    def __init__(self, known: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        choices = [("", "—"), *known]
        super().__init__(label=gettext_lazy("Reason"), choices=choices, **kwargs)


class PairForm(forms.Form):
    """A household and its helper, paired by hand."""

    member = PickField(MEMBER, label=gettext_lazy("Helper"))
    since = DayField(label=gettext_lazy("From the day"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "pair.change")


class KeeperForm(forms.Form):
    """Who is to keep a place: a member, team or organisation, as the playbook has it."""

    since = DayField(label=gettext_lazy("From the day"))

    def __init__(self, *args: Any, user: User, pairing: Pairing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["helper"] = PickField(CARRIERS[pairing.helper], label=gettext_lazy("Keeper"))
        self.order_fields(["helper", "since"])
        limit(self, user, "pair.change")


class AvoidanceForm(forms.Form):
    member = PickField(MEMBER, label=gettext_lazy("Helper"))
    household = PickField(HOUSEHOLD, label=gettext_lazy("Household"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy(
            "For example: a cousin of the head, or money lent and not returned."
        ),
    )

    def __init__(self, *args: Any, user: User, own: Member | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["member"]
        limit(self, user, "visit.record" if own else "pair.change")
