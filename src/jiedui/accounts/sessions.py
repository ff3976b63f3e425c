"""How long a sign-in lasts, and how many there may be."""

import time
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from jiedui.accounts import passwords
from jiedui.accounts.models import User
from jiedui.accounts.roles import Role

SEEN = "seen"
RENEWED = 60  # seconds between two notes of when somebody was last here
LONGEST = 12 * 3600  # seconds that nobody's sign-in outlasts unused, whatever the settings say


def begin(*, request: HttpRequest, user: User, **_signal: Any) -> None:
    """Start the session of somebody who signed in, on any page: Django signals every sign-in."""
    session = request.session
    session[SEEN] = int(time.time())
    if not session.session_key:
        session.create()
    if str(Role.ADMINISTRATOR) in user.roles:
        end(user.session_key, but=session.session_key)
    days = passwords.days_left(user)
    if days is not None and days < 0:
        user.must_change_password = True
    user.session_key = session.session_key or ""
    user.save(update_fields=["must_change_password", "session_key"])


def end(key: str, *, but: str | None = None) -> None:
    """The session with this key is over, unless it is the one in use."""
    if key and key != but:
        import_module(settings.SESSION_ENGINE).SessionStore(key).delete()


def is_left(request: HttpRequest, user: Any) -> bool:
    """Whether this user, whose sign-in it is, has not been here for too long."""
    seen = request.session.get(SEEN, 0)
    idle = int(time.time()) - seen
    if not seen or idle <= min(settings.IDLE_MINUTES * 60, LONGEST):
        return False
    return idle > LONGEST or idle > _minutes(user) * 60


def note_seen(request: HttpRequest) -> None:
    """Somebody is here now."""
    now = int(time.time())
    if now - request.session.get(SEEN, 0) > RENEWED:
        request.session[SEEN] = now


def _minutes(user: Any) -> int:
    """Helpers are on their way with their own telephone; the others sit in offices."""
    is_helper = user.roles == {str(Role.HELPER)}
    return settings.IDLE_MINUTES_HELPER if is_helper else settings.IDLE_MINUTES
