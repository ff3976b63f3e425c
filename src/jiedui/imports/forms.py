"""The shape of what is sent in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from jiedui.imports.models import Kind


class UploadForm(forms.Form):
    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx, .xls) or text (.csv), at most 30 MB"),
        allow_empty_file=True,  # the reader says in a sentence what is wrong with it
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.et,.csv,.txt"}),
    )
