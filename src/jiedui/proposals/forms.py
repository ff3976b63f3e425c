"""Shapes of what is typed about proposals."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core.picks import PickField, limit
from jiedui.core.users import User
from jiedui.orgs.picks import MEMBER
from jiedui.pairing.problem import Options
from jiedui.proposals import weights
from jiedui.proposals.models import StoredPlan


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

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "pair.propose")
