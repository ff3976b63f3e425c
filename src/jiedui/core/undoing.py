"""Seconds of second thoughts: what one has just saved oneself can be taken back."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core.models import Submission
from jiedui.core.refusals import Refused
from jiedui.core.users import User

TAG = "undo"
GRACE = timedelta(seconds=60)  # ten are shown; the button may be pressed late, the network slow


def offer(request: HttpRequest, name: str, number: UUID) -> None:
    """A message with the button that takes back what was just saved under this number."""
    address = reverse(name, args=[number])
    messages.info(request, _("Saved by mistake?"), extra_tags=f"{TAG} {address}")


def check(user: User, number: UUID) -> None:
    """Raises `Refused` unless this user has just saved something under this number."""
    since = timezone.now() - GRACE
    mine = Submission.objects.filter(pk=number, owner_id=user.pk, at__gte=since)
    if not mine.exists():
        raise Refused(_("This was not saved just now by you: take the record out, with a reason."))
