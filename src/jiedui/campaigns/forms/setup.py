"""Setting a campaign up: first its playbook, then where, who and when."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns import playbook as playbooks
from jiedui.campaigns.playbook import Playbook
from jiedui.core.picks import LABELLED, PickField, PickWidget, limit
from jiedui.orgs.picks import ORGANISATION
from jiedui.places import atlas
from jiedui.places.atlas import AtlasPlace

LARGEST = 1_000_000  # bytes of a playbook file
PLACES = ("province", "city", "county", "town")


def shipped() -> list[tuple[str, str]]:
    return [(key, str(playbooks.built_in(key).campaign.name)) for key in playbooks.available()]


class PlaybookForm(forms.Form):
    """One of the playbooks that ship with jiedui, a file of one's own, or an edited text."""

    shipped = forms.ChoiceField(
        label=gettext_lazy("Playbook"), required=False, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file of your own (.toml)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".toml"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["shipped"]
        field.choices = shipped()

    def clean_file(self) -> str:
        file = self.cleaned_data.get("file")
        return read_file(file) if file else ""

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        text = facts.get("file") or ""
        if not text and facts.get("shipped"):
            text = playbooks.source(facts["shipped"])
        if not text and not self.errors:
            raise ValidationError(_("Choose a playbook or a file."))
        return facts | {"text": text}


def read_file(file: Any) -> str:
    """The text of an uploaded playbook; ValidationError with a sentence when it is none."""
    if file.size > LARGEST:
        raise ValidationError(_("The file is too long for a playbook."))
    try:
        text: str = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("This is no playbook: a playbook is a text file in UTF-8 that ends in .toml.")
        ) from error
    return text


class CheckForm(forms.Form):
    """A playbook to be checked: pasted, or as a file."""

    text = forms.CharField(
        label=gettext_lazy("Text of the playbook"),
        required=False,
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "toml", "spellcheck": "false"}),
    )
    file = forms.FileField(label=gettext_lazy("Or a file"), required=False)

    def clean_file(self) -> str:
        file = self.cleaned_data.get("file")
        return read_file(file) if file else ""

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        text = facts.get("file") or facts.get("text") or ""
        if not text.strip() and not self.errors:
            raise ValidationError(_("Paste a playbook or choose a file."))
        return facts | {"text": text}


class NationalPlaceField(forms.CharField):
    """A place of the national tree, by name (“盘锦 大洼”), initials or code."""

    def __init__(self, **more: Any) -> None:
        offers: Any = reverse_lazy("campaigns:place_offers")
        super().__init__(max_length=120, widget=PickWidget(offers), **more)

    def clean(self, value: Any) -> AtlasPlace:
        text = super().clean(value)
        labelled = LABELLED.fullmatch(text)
        code = labelled["code"].strip() if labelled else text
        place = atlas.find(code) if code.isdecimal() else None
        found = [place] if place else atlas.search(text, levels=PLACES, limit=2)
        exact = [one for one in found if one.name == text] or found
        if len(exact) == 1:
            return exact[0]
        if not exact:
            raise ValidationError(_("No place of the national list is called “%s”.") % text)
        raise ValidationError(
            _("Several places are called so, such as %(one)s and %(two)s. Choose one of the list.")
            % {"one": place_label(exact[0]), "two": place_label(exact[1])}
        )


def place_label(place: AtlasPlace) -> str:
    return f"{place.name}（{place.code}）"


class StartForm(forms.Form):
    source = forms.CharField(widget=forms.HiddenInput, max_length=LARGEST, strip=False)
    place = NationalPlaceField(
        label=gettext_lazy("Area of the campaign"),
        help_text=gettext_lazy("A county, city or town; everything below it comes with it."),
    )
    organisation = PickField(
        ORGANISATION,
        label=gettext_lazy("Leading organisation"),
        required=False,
        help_text=gettext_lazy("The root of all units that take part."),
    )
    new_organisation = forms.CharField(
        label=gettext_lazy("Or a new one, by name"), max_length=80, required=False
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year of the beginning"),
        min_value=2000,
        max_value=2100,
        help_text=gettext_lazy("All dates of the playbook move by whole years, so that festivals"
                               " and seasons stay where they are."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, book: Playbook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user)
        place = atlas.find(book.campaign.place)
        self.fields["place"].initial = place_label(place) if place else ""
        self.fields["year"].initial = timezone.localdate().year

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(facts["organisation"]) == bool(facts["new_organisation"]):
            raise ValidationError(
                _("Choose the leading organisation, or give the name of a new one: one of both.")
            )
        return facts
