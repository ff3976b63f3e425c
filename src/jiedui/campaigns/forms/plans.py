"""A unit's plan under the playbook's headings, with its brand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns import headings as texts
from jiedui.core import merging


class PlanForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    goals = forms.CharField(
        label=_("Goals"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What will be different, for whom, by when."),
    )
    brand = forms.CharField(
        label=_("Brand"),
        required=False,
        max_length=60,
        help_text=_("One branch, one brand: a short name people remember."),
    )
    brand_story = forms.CharField(
        label=_("What stands behind the brand"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, headings: Sequence[str], text: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.headings = list(headings)
        for number, (heading, part) in enumerate(
            zip(self.headings, texts.split(text, self.headings), strict=True)
        ):
            self.fields[f"part_{number}"] = forms.CharField(
                label=heading,
                required=False,
                initial=part,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    @property
    def shown(self) -> dict[str, Any]:
        """What the form shows of the plan as it is kept."""
        names = (name for name in self.fields if name != "version")
        return {name: self.get_initial_for_field(self.fields[name], name) for name in names}

    @property
    def opened(self) -> str:
        """What it showed when it was opened, for its hidden field."""
        return str(self.data.get(merging.NAME) or merging.shown(self.shown))

    @property
    def parts(self) -> list[forms.BoundField]:
        return [self[f"part_{number}"] for number in range(len(self.headings))]

    def facts(self) -> dict[str, Any]:
        """What `actions.write_plan` wants."""
        facts = dict(self.cleaned_data)
        parts = [facts.pop(f"part_{number}") for number in range(len(self.headings))]
        return facts | {"text": texts.joined(self.headings, parts)}
