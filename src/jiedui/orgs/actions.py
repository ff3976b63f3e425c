"""Changes of organisations, members and teams. Nothing is overwritten that has a history."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.orgs.models import Member


@transaction.atomic
def leave(member: Member, *, on: date, reason: str, by: Any) -> None:
    """The member retires, is transferred or dies; pairs are handed over in the pairing app."""
    if member.since and on < member.since:
        raise Refused(_("The member joined on %(day)s.") % {"day": member.since})
    if not Member.objects.serving().filter(pk=member.pk).update(ended=on, end_reason=reason):
        raise Refused(_("This member has left already."))
    audit.record("member.left", member, by=by, reason=reason, day=on)
