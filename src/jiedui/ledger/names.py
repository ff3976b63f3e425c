"""Names of goods that mean the same: sums join them, while each gift keeps what was written."""

from collections import defaultdict
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.ledger.models import Gift, JoinedName

LONGEST = 40  # characters of the name of goods


def meaning(campaigns: Any = None) -> dict[str, str]:
    """Joined name → the name it counts under, in these campaigns; in all unless given."""
    rows = JoinedName.objects.all()
    rows = rows if campaigns is None else rows.filter(campaign__in=campaigns)
    return dict(rows.values_list("name", "means"))


def written(name: str) -> list[str]:
    """All names that count under this one, itself included."""
    return [name, *JoinedName.objects.filter(means=name).values_list("name", flat=True)]


def as_counted(field: str = "item") -> Combinable:
    """The name under which goods count, for a query; plainly the field where none is joined."""
    under = defaultdict(list)
    for campaign, name, means in JoinedName.objects.values_list("campaign", "name", "means"):
        under[campaign, means].append(name)
    if not under:
        return F(field)
    cases = [
        When(**{"campaign": campaign, f"{field}__in": names}, then=Value(means))
        for (campaign, means), names in under.items()
    ]
    return Case(*cases, default=F(field))


@transaction.atomic
def join(campaign: Campaign, *, name: str, means: str, by: User | None) -> JoinedName:
    """From now on the goods of one name count under another; what was written stays written.

    Raises `Refused` for a name no gift has, and when a name would count under itself.
    """
    name, means = name.strip(), means.strip()
    if not name or not means or name == means:
        raise Refused(_("Name two different names of goods."))
    known = Gift.objects.filter(campaign=campaign, kind=Gift.Kind.GOODS)
    if not known.filter(item=name).exists():
        raise Refused(_("No gift of this campaign is called “%(name)s”.") % {"name": name})
    further = JoinedName.objects.filter(campaign=campaign, name=means).first()
    if further and further.means == name:
        raise Refused(_("“%(name)s” counts under this name already.") % {"name": means})
    means = further.means if further else means
    try:
        with transaction.atomic():
            row = JoinedName.objects.create(campaign=campaign, name=name, means=means)
    except IntegrityError as error:
        raise Refused(_("“%(name)s” has been joined already.") % {"name": name}) from error
    # Whatever counted under the joined name follows it.
    JoinedName.objects.filter(campaign=campaign, means=name).update(means=means)
    audit.record("goods.joined", row, by=by, name=name, means=means, campaign=campaign.key)
    return row


@transaction.atomic
def part(row: JoinedName, *, by: User | None) -> None:
    """Let a name count for itself again."""
    audit.record("goods.parted", row, by=by, name=row.name, means=row.means)
    if not JoinedName.objects.filter(pk=row.pk).delete()[0]:
        raise Refused(_("This name counts for itself already."))
