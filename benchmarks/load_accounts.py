"""Accounts for `benchmarks/load.py` in the installation that JIEDUI_DATA and DATABASE_URL name.

Prints a list of {"role", "username", "password"} as JSON. Made again, they are the same accounts
with a new password. Helpers get members who answer for households, most of them first.
"""

import json
import os
import secrets
from collections.abc import Iterable
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.settings")
django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.db.models import Count  # noqa: E402

from jiedui.accounts.models import User  # noqa: E402
from jiedui.orgs.models import Appointment, Member  # noqa: E402
from jiedui.pairing.models import Pair  # noqa: E402

OF_THE_WHOLE = ("office", "leader", "supervisor", "auditor")
EACH = 8  # accounts of a role, and twice as many helpers
SINCE = date(2020, 12, 1)


def accounts() -> Iterable[tuple[str, str]]:
    """Make them with one password; role and user name of each."""
    password = make_password(PASSWORD)
    whole = Appointment.objects.filter(role="office", place__parent=None).first()
    whole = whole or Appointment.objects.filter(role="office").first()
    assert whole is not None, "load a demonstration first"
    open_pairs = Pair.objects.filter(ended=None, household__isnull=False, member__isnull=False)

    def most(name: str, count: int) -> list[int]:
        rows = open_pairs.values(name).annotate(n=Count("pk")).order_by("-n", name)
        return list(rows.values_list(name, flat=True)[:count])

    for number in range(EACH):
        for role in OF_THE_WHOLE:
            yield role, account(role, number, password, whole.organisation_id, whole.place_id)
    for number, organisation in enumerate(most("organisation", EACH)):
        yield "liaison", account("liaison", number, password, organisation, None)
    for number, place in enumerate(most("household__place", EACH)):
        yield "village_officer", account("village_officer", number, password, None, place)
    for number, member in enumerate(most("member", 2 * EACH)):
        username = account("helper", number, password, None, None)
        Member.objects.filter(pk=member).update(user=User.objects.get(username=username))
        yield "helper", username


def account(
    role: str, number: int, password: str, organisation: int | None, place: int | None
) -> str:
    user, _made = User.objects.update_or_create(
        username=f"load-{role.replace('_', '-')}-{number}",
        defaults={"display_name": f"{role} {number}", "password": password},
    )
    Appointment.objects.get_or_create(
        user=user, role=role, organisation_id=organisation, place_id=place,
        defaults={"since": SINCE},
    )  # fmt: skip
    return user.username


PASSWORD = secrets.token_urlsafe(18)
print(json.dumps([{"role": r, "username": u, "password": PASSWORD} for r, u in accounts()]))
