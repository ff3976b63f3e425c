from django import forms
from django.utils.translation import gettext_lazy as _


class ComplaintForm(forms.Form):
    text = forms.CharField(
        label=_("What is it about?"), max_length=2000, widget=forms.Textarea({"rows": 6})
    )
    contact = forms.CharField(
        label=_("How can we reach you?"),
        max_length=100,
        required=False,
        help_text=_("Only if you want an answer. It is kept encrypted."),
    )
    page = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    # A field people do not see; programs fill it in.
    website = forms.CharField(required=False, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("What was done about it"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )
