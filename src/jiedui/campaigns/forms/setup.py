"""Setting a campaign up: first its playbook, then where, who and when."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns import playbook as playbooks
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import Playbook
from jiedui.core.picks import LABELLED, PickField, PickWidget, limit
from jiedui.core.users import User
from jiedui.orgs.models import Organisation
from jiedui.orgs.picks import ORGANISATION
from jiedui.orgs.scopes import of
from jiedui.places import atlas
from jiedui.places.atlas import AtlasPlace

LARGEST = 1_000_000  # bytes of a playbook file
PLACES = ("province", "city", "county", "town")
OFFERS = reverse_lazy("campaigns:place_offers")


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

    def __init__(
        self, *, levels: Sequence[str] = PLACES, offers: Any = OFFERS, **more: Any
    ) -> None:
        self.levels = levels
        super().__init__(max_length=120, widget=PickWidget(offers), **more)

    def clean(self, value: Any) -> AtlasPlace:
        text = super().clean(value)
        labelled = LABELLED.fullmatch(text)
        code = labelled["code"].strip() if labelled else text
        place = atlas.find(code) if code.isdecimal() else None
        place = place if place and place.level in self.levels else None
        found = [place] if place else atlas.search(text, levels=self.levels, limit=2)
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
    """What makes the playbook this office's own campaign."""

    source = forms.CharField(widget=forms.HiddenInput, max_length=LARGEST, strip=False)
    name = forms.CharField(
        label=gettext_lazy("Name of the campaign"), max_length=40, required=False
    )
    full_name = forms.CharField(
        label=gettext_lazy("Full name, as bulletins write it"), max_length=80, required=False
    )
    office = forms.CharField(
        label=gettext_lazy("Office that signs"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("It stands below bulletins and on the page the public verifies."),
    )
    document_word = forms.CharField(
        label=gettext_lazy("Word before the numbers of documents"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Such as 某走亲办 in 某走亲办〔2026〕1号."),
    )
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
    since = forms.DateField(
        label=gettext_lazy("First day of the campaign"),
        help_text=gettext_lazy("What is done before it does not count. All other dates of the"
                               " playbook move by whole years, so that festivals and seasons stay"
                               " where they are."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, playbook: Playbook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "campaign.change")
        about, root = playbook.campaign, root_of(user)
        own = root.place.code if root and root.place else ""
        place = atlas.find(own) or atlas.find(about.place)
        is_ours = bool(place and about.place and place.code.startswith(about.place))
        begin = {
            "name": _free_name(about.name.zh),
            "full_name": about.full_name.zh
            if is_ours or not place
            else _full_name(place, about.name),
            # A shipped playbook is signed by the office it came from: ours signs instead.
            "office": about.office.zh if is_ours or not root else _("%s office") % root.name,
            "document_word": about.document_word if is_ours else "",
            "place": place_label(place) if place else "",
            "organisation": root,
            "since": timezone.localdate(),
        }
        for name, value in begin.items():
            self.fields[name].initial = value

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(facts["organisation"]) == bool(facts["new_organisation"]):
            raise ValidationError(
                _("Choose the leading organisation, or give the name of a new one: one of both.")
            )
        return facts


def _free_name(name: str) -> str:
    """The name of the playbook, with the year behind it where a campaign is called so already."""
    if not Campaign.objects.filter(name=name).exists():
        return name
    return _("%(name)s (%(year)d)") % {"name": name, "year": timezone.localdate().year}


def _full_name(place: AtlasPlace, name: Any) -> str:
    return _("%(place)s: the campaign “%(name)s”") % {"place": place.name, "name": name.zh}


def root_of(user: User) -> Organisation | None:
    """The organisation the user leads campaigns of, when there is one alone."""
    grants = of(user).holding("campaign.change").grants
    paths = {g.organisation for g in grants if g.organisation}
    found = Organisation.objects.standing().filter(path__in=paths).select_related("place")
    return found.first() if len(paths) == 1 else None
