"""Shapes of what is typed about pairs, proposals and avoidance."""

from collections.abc import Iterable, Sequence
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
from jiedui.households.picks import HOUSEHOLD
from jiedui.orgs.models import Member
from jiedui.orgs.picks import MEMBER, ORGANISATION, TEAM
from jiedui.pairing import weights
from jiedui.pairing.models import Pair, StoredPlan
from jiedui.pairing.problem import Options

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

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "pair.change")


class KeeperForm(forms.Form):
    """Who is to keep a place: a member, team or organisation, as the playbook has it."""

    since = DayField(label=gettext_lazy("From the day"))

    def __init__(self, *args: Any, user: Any, pairing: Pairing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["helper"] = PickField(CARRIERS[pairing.helper], label=gettext_lazy("Keeper"))
        self.order_fields(["helper", "since"])
        limit(self, user, "pair.change")


class HandOverForm(forms.Form):
    on = DayField(label=gettext_lazy("Day of the handover"))

    def __init__(self, *args: Any, user: Any, pair: Pair, **kwargs: Any) -> None:
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


class LeaveForm(forms.Form):
    """A member leaves; for each of the pairs a successor may be named."""

    on = DayField(label=gettext_lazy("Last day of service"))

    def __init__(
        self, *args: Any, user: Any, pairs: Sequence[Pair], campaign: Campaign, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = ReasonField(reasons(campaign, None))
        self.pairs = pairs
        for pair in pairs:
            self.fields[f"to_{pair.pk}"] = PickField(
                MEMBER, label=gettext_lazy("Successor"), required=False
            )
        limit(self, user, "pair.change")

    @property
    def lines(self) -> list[tuple[Pair, forms.BoundField]]:
        return [(pair, self[f"to_{pair.pk}"]) for pair in self.pairs]

    @property
    def successors(self) -> dict[int, list[Member]]:
        named = {pair.pk: self.cleaned_data.get(f"to_{pair.pk}") for pair in self.pairs}
        return {key: [member] for key, member in named.items() if member}


class ProposalForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of pair"))
    scope = forms.ChoiceField(
        label=gettext_lazy("For which households"),
        choices=(
            ("uncovered", gettext_lazy("those without a helper; all running pairs stay")),
            ("all", gettext_lazy("all, anew: least change and least cost side by side")),
            ("second", gettext_lazy("those with one helper: a second beside the first")),
        ),
        widget=forms.RadioSelect,
        initial="uncovered",
    )
    hardest = forms.ChoiceField(
        label=gettext_lazy("The hardest households"),
        choices=(
            ("first", gettext_lazy("go to leaders as far as these have places")),
            ("only", gettext_lazy("go to leaders only, even if some stay without a helper")),
            ("off", gettext_lazy("may go to anybody")),
        ),
        widget=forms.RadioSelect,
        initial="first",
    )
    preset = forms.ChoiceField(
        label=gettext_lazy("What counts"),
        choices=weights.preset_choices,
        widget=forms.RadioSelect,
        initial="balanced",
    )
    weight = forms.TypedChoiceField(
        label=gettext_lazy("Meeting an urgent need outweighs"),
        choices=weights.weight_choices,
        coerce=int,
        initial=6,
    )
    outside = forms.TypedChoiceField(
        label=gettext_lazy("A unit that does not answer for the village counts like"),
        choices=lambda: weights.km_choices(weights.OUTSIDE_KM),
        coerce=int,
        initial=300,
    )
    spread = forms.TypedChoiceField(
        label=gettext_lazy("Each further household of one helper counts like another"),
        choices=lambda: weights.km_choices(weights.SPREAD_KM),
        coerce=int,
        initial=0,
    )
    change = forms.TypedChoiceField(
        label=gettext_lazy("For least cost, a changed pair gains at least"),
        choices=lambda: weights.km_choices(weights.CHANGE_KM),
        coerce=int,
        initial=0,
    )
    goal = forms.ChoiceField(
        label=gettext_lazy("Of the two plans for all, show first"),
        choices=StoredPlan.Goal.choices,
        initial=StoredPlan.Goal.CHANGE,
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        min_value=0,
        max_value=2**31 - 1,
        initial=0,
        help_text=gettext_lazy("Decides between equally good plans. The same seed repeats a plan."),
    )
    FINE = ("weight", "outside", "spread", "change", "goal", "seed")

    def __init__(self, *args: Any, kinds: Sequence[Pairing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(one.key, one.name) for one in kinds]
        if not any(one.hardest for one in kinds):
            del self.fields["hardest"]  # nothing to choose, and nobody sees a mistake in it
        self.with_second = {one.key for one in kinds if one.helpers_each.most > 1}
        if not self.with_second:
            scope: Any = self.fields["scope"]
            scope.choices = scope.choices[:2]

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        if chosen.get("scope") == "second" and chosen.get("kind") not in self.with_second:
            self.add_error("scope", _("In this kind of pair each household has one helper."))
        return chosen

    @property
    def main(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.FINE]

    @property
    def fine(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FINE]

    @property
    def has_fine_mistakes(self) -> bool:
        return any(field.errors for field in self.fine)

    @property
    def options(self) -> Options:
        chosen = self.cleaned_data
        picked = weights.PRESETS.get(chosen["preset"])
        counts: dict[str, Any] = picked or {name: chosen[name] for name in weights.NAMES}
        return Options(
            scope=chosen["scope"],
            hardest=chosen.get("hardest", "first"),
            goal=chosen["goal"],
            **counts,
        )


class ChangeForm(forms.Form):
    member = PickField(MEMBER, label=gettext_lazy("Another helper"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "pair.propose")


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

    def __init__(self, *args: Any, user: Any, own: Member | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["member"]
        limit(self, user, "visit.record" if own else "pair.change")
