"""An XLSForm that somebody sends, as the text of a form for the playbook."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns import playbook as playbooks
from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import by_key
from jiedui.core.doors import needs
from jiedui.core.refusals import Refused
from jiedui.imports.reading import reader
from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.reading.workbook import Limits
from jiedui.questionnaires.forms import SUBJECT_NAMES
from jiedui.questionnaires.views.forms import blank_lines
from jiedui.questionnaires.xlsform import reading, toml

# A questionnaire is small: what asks for more is something else.
LIMITS = Limits(
    size=2 * 1024**2, unpacked=40 * 1024**2, cells=300_000, sheets=30, memory=512 * 1024**2,
    seconds=20,
)  # fmt: skip


class XlsformForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("XLSForm (.xlsx, .xls)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.xlsm"}),
    )

    def clean_file(self) -> reading.Found:
        file = self.cleaned_data["file"]
        if file.size > LIMITS.size:
            raise ValidationError(_("The file is too large for a questionnaire."))
        try:
            book = reader.read(file.read(), name=file.name, limits=LIMITS)
            return reading.read({sheet.name: sheet.rows for sheet in book.sheets})
        except BadWorkbook as bad:
            raise ValidationError(str(bad)) from bad
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused


@needs("campaign.change")
def xlsform(request: HttpRequest) -> HttpResponse:
    """Nothing is kept: the text is for whoever writes the playbook."""
    campaign = running_campaign(request)
    form = XlsformForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= _found(campaign, form.cleaned_data["file"])
    return render(request, "imports/xlsform.html", context)


def _found(campaign: Campaign, found: reading.Found) -> dict[str, Any]:
    text = toml.text(found.raw)
    made, mistakes = playbooks.check_forms(text, beside=campaign.source)
    asked = made[0] if made else None
    return {
        "text": text,
        "rows": min(30, text.count("\n") + 1),
        "remarks": found.remarks,
        "mistakes": mistakes,
        "asked": asked,
        "about": SUBJECT_NAMES.get(asked.about) if asked else None,
        "lines": blank_lines(asked) if asked else [],
        "is_known": found.raw["key"] in by_key(campaign.playbook.forms),
    }
