"""Whoever is behind with a task is reminded: first who that is, then one press."""

from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.accounts.models import User
from jiedui.core.doors import needs
from jiedui.core.sending import send
from jiedui.core.texts import count_text
from jiedui.fieldwork import task_reminders
from jiedui.fieldwork.views.tasks import CHANGING, visible_tasks, where
from jiedui.orgs.models import Organisation


@needs(*CHANGING)
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    campaign, root = where(request)
    if campaign is None or root is None:
        raise Http404
    user = cast(User, request.user)  # `needs` lets nobody in who is not signed in
    task = get_object_or_404(visible_tasks(campaign, root, user), pk=pk)
    if not task_reminders.may_remind(task, under=root, by=user):
        raise PermissionDenied
    form = forms.Form(request.POST if request.method == "POST" else None)
    back = f"{reverse('campaigns:task', args=[task.pk])}?{urlencode({'organisation': root.path})}"

    def work() -> HttpResponse:
        sent = task_reminders.send(task, under=root, by=user)
        words = ngettext("%(n)s reminder was sent.", "%(n)s reminders were sent.", sent)
        messages.success(request, words % {"n": count_text(sent)})
        return redirect(back)

    if answer := send(request, form, work):
        return answer
    found = task_reminders.plan(task, under=root, by=user)
    context = {
        "form": form,
        "task": task,
        "root": root,
        "found": found,
        "behind": Organisation.objects.filter(path__in=found.behind),
        "unreached": Organisation.objects.filter(path__in=found.unreached),
        "title": _("Remind those behind"),
        "save": _("Send the reminders"),
        "back": back,
    }
    return render(request, "fieldwork/task_remind.html", context)
