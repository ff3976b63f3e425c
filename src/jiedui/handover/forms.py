"""Forms of handing over: leaving, successors, notifications, change requests."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.models import Campaign
from jiedui.core.picks import PickField, choose_from, limit
from jiedui.core.texts import count_text
from jiedui.core.users import User
from jiedui.handover import change_requests
from jiedui.handover.models import ChangeRequest, HandOver, HandOverLine
from jiedui.households.picks import HOUSEHOLD
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.picks import ORGANISATION
from jiedui.pairing.forms import CARRIERS, DayField, ReasonField, reasons
from jiedui.pairing.models import Pair

Fate = HandOver.Fate
MOST_CHOSEN = 5_000  # pairs ticked for one hand-over


class KeysField(forms.CharField):
    """The keys of rows that were ticked in a list before, carried along by the page."""

    widget = forms.HiddenInput
    KEYS = re.compile(r"[0-9]{1,18}(,[0-9]{1,18})*")

    def __init__(self) -> None:
        super().__init__(max_length=20 * MOST_CHOSEN)

    def prepare_value(self, value: Any) -> Any:
        return ",".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value)
        if not self.KEYS.fullmatch(text):
            raise ValidationError(_("The ticked rows were lost: tick them again."))
        keys = [int(key) for key in dict.fromkeys(text.split(","))]
        if len(keys) > MOST_CHOSEN:
            raise ValidationError(
                _("At most %(most)s pairs pass on together; filter the list first.")
                % {"most": count_text(MOST_CHOSEN)}
            )
        return keys


class BeginForm(forms.Form):
    """What becomes of whoever hands over, on which day, and why."""

    fate = forms.ChoiceField(label=gettext_lazy("What happens"), widget=forms.RadioSelect)
    goes_to = PickField(ORGANISATION, label=gettext_lazy("Goes to"), required=False)
    on = DayField(label=gettext_lazy("Day of the handover"))

    def __init__(
        self,
        *args: Any,
        user: User,
        campaign: Campaign,
        giver: Member | Organisation,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        is_member = isinstance(giver, Member)
        fates = [one for one in Fate if is_member or one != Fate.LATER]
        fate: Any = self.fields["fate"]
        fate.choices = [(one.value, one.label) for one in fates]
        fate.initial = Fate.LATER if is_member else Fate.MOVE
        if not is_member:
            self.fields["goes_to"].help_text = gettext_lazy(
                "It also takes over what else hangs on the organisation: funds, issues, teams."
            )
        self.fields["reason"] = ReasonField(reasons(campaign, None))
        self.order_fields(["fate", "goes_to", "on", "reason"])
        limit(self, user, "pair.change")
        own: Any = ORGANISATION.standing(user)
        choose_from(self, "goes_to", own.changeable_by(user, permission="pair.change"))

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        is_named = typed.get("goes_to") or "goes_to" in self.errors
        if typed.get("fate") == Fate.MOVE and not is_named:
            self.add_error("goes_to", ValidationError(_("Say to which organisation.")))
        return typed


class ChosenForm(forms.Form):
    """On which day, and why, the pairs that were ticked in a list pass on."""

    pairs = KeysField()
    on = DayField(label=gettext_lazy("Day of the handover"))

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaving = campaign.playbook.ends_at_once
        self.fields["reason"] = ReasonField(
            [(key, name) for key, name in reasons(campaign, None) if not leaving(key)]
        )


class SuccessorForm(forms.Form):
    """One or two successors for one pair; left empty, the pair is left open."""

    def __init__(self, *args: Any, user: User, row: HandOverLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairing = row.pair.campaign.playbook.pairing(row.pair.kind)
        carrier = CARRIERS["organisation" if row.pair.member_id is None else "member"]
        self.fields["first"] = PickField(carrier, label=gettext_lazy("Successor"), required=False)
        if pairing.handover.successors > 1 and row.pair.household_id:
            self.fields["second"] = PickField(
                carrier,
                label=gettext_lazy("Second successor"),
                required=False,
                help_text=pairing.second_helper or "",
            )
        limit(self, user, "pair.change")

    @property
    def successors(self) -> list[Any]:
        both = (self.cleaned_data.get("first"), self.cleaned_data.get("second"))
        return [one for one in both if one]


class NotifiedForm(forms.Form):
    on = DayField(label=gettext_lazy("Told on"))


class ChangeRequestForm(forms.Form):
    """Why a pair should change; the words are read only by those who decide."""

    text = forms.CharField(
        label=gettext_lazy("In words"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only what one has to know to decide."),
    )

    def __init__(self, *args: Any, pair: Any, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairing = pair.campaign.playbook.pairing(pair.kind)
        self.fields["reason"] = ReasonField(change_requests.reasons(pair.campaign, pairing, side))
        self.order_fields(["reason", "text"])


class HouseholdForm(forms.Form):
    """Which household's pair is meant."""

    household = PickField(HOUSEHOLD, label=gettext_lazy("Household"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "registers.change")


class DecideForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed when it is not granted."),
    )


SIDES = {one.value: one for one in ChangeRequest.Side}


class HandOverForm(forms.Form):
    on = DayField(label=gettext_lazy("Day of the handover"))

    def __init__(self, *args: Any, user: User, pair: Pair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairing = pair.campaign.playbook.pairing(pair.kind)
        carrier = CARRIERS[pairing.helper]
        self.fields["first"] = PickField(carrier, label=gettext_lazy("Successor"))
        if pairing.handover.successors > 1 and pair.household_id:
            self.fields["second"] = PickField(
                carrier,
                label=gettext_lazy("Second successor"),
                required=False,
                help_text=pairing.second_helper or "",
            )
        self.fields["reason"] = ReasonField(reasons(pair.campaign, pairing))
        self.order_fields(["first", "second", "on", "reason"])
        limit(self, user, "pair.change")

    @property
    def successors(self) -> list[Any]:
        both = (self.cleaned_data.get("first"), self.cleaned_data.get("second"))
        return [one for one in both if one]


class EndForm(forms.Form):
    on = DayField(label=gettext_lazy("Last day"))

    def __init__(self, *args: Any, pair: Pair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairing = pair.campaign.playbook.pairing(pair.kind)
        self.fields["reason"] = ReasonField(reasons(pair.campaign, pairing))
