"""A form as an XLSForm workbook, and what ODK cannot do of it."""

import tempfile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import needs
from jiedui.questionnaires.views.forms import readable_form
from jiedui.questionnaires.xlsform import writing


@needs("registers.read")
def page(request: HttpRequest, key: str) -> HttpResponse:
    """What is lost on the way; the file lies behind a button."""
    form = readable_form(request.user, running_campaign(request), key)
    context = {"asked": form, "losses": writing.losses(form)}
    return render(request, "questionnaires/xlsform.html", context)


@needs("registers.read")
def workbook(request: HttpRequest, key: str) -> HttpResponse:
    form = readable_form(request.user, running_campaign(request), key)
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 (the response closes it)
    writing.write(form, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{form.key}.xlsx")  # type: ignore[return-value]
