"""Users with two appointments at two places, and users with each of them alone.

What two appointments allow together is what each allows alone: never more, never less. The rows
asked for lie in Willow village and the bureau ("here"); the second appointment is somewhere else.
"""

import os

from jiedui.accounts.roles import Role

THOROUGH = os.environ.get("JIEDUI_THOROUGH") == "1"

FIELD = (
    Role.OFFICE, Role.LIAISON, Role.HELPER, Role.VILLAGE_OFFICER, Role.SUPERVISOR, Role.LEADER,
)  # fmt: skip
# Administrators and auditors hold no other appointment (orgs/appointments.py).


def _pairs() -> list[tuple[str, str]]:
    """Each role here and each elsewhere once, next to one that is unlike it; all, where asked."""
    turns = range(len(FIELD)) if THOROUGH else (2,)
    return [
        (str(here), str(FIELD[(at + turn) % len(FIELD)]))
        for at, here in enumerate(FIELD)
        for turn in turns
    ]


PAIRS = _pairs()


def appoint(username, *posts, member=None):
    """An account with these appointments: (role, organisation, place)."""
    from datetime import date

    from jiedui.accounts.models import User
    from jiedui.orgs.models import Appointment

    user = User.objects.create(username=username, display_name=username)
    # The same appointment is given once: a helper has no area, here or elsewhere.
    for role, organisation, place in dict.fromkeys(_area(*post) for post in posts):
        Appointment.objects.create(
            user=user, role=role, organisation=organisation, place=place, since=date(2020, 1, 1)
        )
    if member is not None:
        member.user = user
        member.save(update_fields=["user"])
    return user


def _area(role, organisation, place):
    """Both kinds of area, as the page takes them from everybody but a helper."""
    return (role, None, None) if role == Role.HELPER else (role, organisation, place)
