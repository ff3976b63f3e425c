"""A form as an XLSForm workbook, and what ODK cannot do of it."""

import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import needs
from jiedui.questionnaires.views.forms import readable_form
from jiedui.questionnaires.xlsform import writing

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs("registers.read")
def page(request: HttpRequest, key: str) -> HttpResponse:
    """What is lost on the way; the file lies behind a button."""
    form = readable_form(request.user, running_campaign(request), key)
    context = {"asked": form, "losses": writing.losses(form)}
    return render(request, "questionnaires/xlsform.html", context)


@needs("registers.read")
def workbook(request: HttpRequest, key: str) -> HttpResponse:
    form = readable_form(request.user, running_campaign(request), key)
    file = io.BytesIO()
    writing.write(form, file)
    headers = {"Content-Disposition": f'attachment; filename="{form.key}.xlsx"'}
    return HttpResponse(file.getvalue(), content_type=XLSX, headers=headers)
