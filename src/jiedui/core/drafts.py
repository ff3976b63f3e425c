"""What is typed and not yet sent: kept for whoever typed it, encrypted, until it is sent.

A draft outlives the session, the browser and the server. It belongs to one user and one form, is
offered to nobody else, and is gone after a week.
"""

import json
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils import timezone

from jiedui.core.jobs import daily
from jiedui.core.models import Draft
from jiedui.core.users import User

KEPT = timedelta(days=7)
MOST = 200_000  # characters of one draft
LONGEST = 300  # characters of the address of a form
SECRET = ("password", "csrf")

Fields = list[tuple[str, str]]


def keep(user: User, form: str, fields: Fields) -> bool:
    """Keep what stands in this form now, in place of what was kept before; False if it cannot."""
    kept = [(n, v) for n, v in fields if not any(word in n for word in SECRET)]
    text = json.dumps(kept, ensure_ascii=False)
    if not kept or len(text) > MOST or len(form) > LONGEST:
        return False
    values = {"content": text, "at": timezone.now()}
    Draft.objects.update_or_create(owner_id=user.pk, form=form, defaults=values)
    return True


def keep_sent(request: HttpRequest, *, user: User, form: str = "") -> bool:
    """Keep what this request sends, because it cannot be done now; offered on `form` if given."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    return keep(user, form or request.get_full_path(), fields)


def of(user: User, form: str) -> Draft | None:
    """What this user has typed into this form and not sent."""
    since = timezone.now() - KEPT
    return Draft.objects.filter(owner_id=user.pk, form=form[:LONGEST], at__gte=since).first()


def forget(user: User, form: str) -> None:
    """It was sent, or thrown away."""
    if user is not None and user.pk:
        Draft.objects.filter(owner_id=user.pk, form=form[:LONGEST]).delete()


@daily
def tidy(today: date) -> None:
    """After a week nobody is offered what was never sent."""
    Draft.objects.filter(at__lt=timezone.now() - KEPT).delete()
