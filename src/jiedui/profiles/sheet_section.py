"""What the page of a team, which belongs to an app below, shows of questionnaires."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from jiedui.orgs.models import Team
from jiedui.questionnaires.beside import beside


def of_team(request: HttpRequest, team: Team) -> SafeString:
    context = {"beside": beside(request, team)}
    return render_to_string("questionnaires/_beside.html", context, request)
