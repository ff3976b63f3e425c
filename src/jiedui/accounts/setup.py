"""Before anybody has an account: the set-up code, and the one page an empty installation shows.

Whoever starts the server sees the code in the terminal, and nobody else: only its hash is kept, in
the data folder. A new start gives a new code; the first account takes it away for ever.
"""

import fcntl
import hmac
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from jiedui.accounts.models import User
from jiedui.core import audit
from jiedui.core.pages import address
from jiedui.core.refusals import Refused
from jiedui.engines import words

FILE = "setup-code.json"
SYLLABLES = [a + b for a in "bdfghjkmnprstvwz" for b in "aeiou"]
WRONG_CODES = 5  # then the page waits, as the sign-in does (AXES_FAILURE_LIMIT)
WAIT = 900  # seconds
SESSION_KEY = "setup"
# What may be asked before anybody has an account: the page itself, a monitor's question, and
# which language and size of type one reads it in.
OPEN_TO_ALL = ("/setup/", "/healthz", "/accounts/language/", "/accounts/large-type/", "/static/")


@dataclass(frozen=True)
class _Kept:
    hash: str
    wrong: int = 0
    until: float = 0.0  # no code is looked at before this time (seconds since 1970)


def is_empty() -> bool:
    """Whether nobody has an account here yet."""
    return not User.objects.exists()


def new_code() -> str:
    """A code of three words and four digits (about 50 bits); the one before it no longer counts.

    Raises `Refused` once somebody has an account.
    """
    if not is_empty():
        raise Refused(_("This installation has accounts already; no set-up code is needed."))
    parts = ("".join(secrets.choice(SYLLABLES) for _n in range(2)) for _w in range(3))
    code = "-".join((*parts, f"{secrets.randbelow(10_000):04d}"))
    with _alone():
        _keep(_Kept(make_password(code)))
    return code


def enter(request: HttpRequest, typed: str) -> None:
    """Let this browser go on to the set-up page. Raises `Refused` for a wrong code.

    After five wrong codes none is looked at for 15 minutes, whoever asks.
    """
    with _alone():
        kept = _kept()
        if kept is None:
            raise Refused(_("There is no set-up code any more; ask for one in the terminal."))
        if time.time() < kept.until:
            raise Refused(
                _("Too many wrong codes. Wait 15 minutes, or ask for a new code in the terminal.")
            )
        if not check_password(_plain(typed), kept.hash):
            wrong = (kept.wrong + 1) % WRONG_CODES
            _keep(_Kept(kept.hash, wrong, 0.0 if wrong else time.time() + WAIT))
            raise Refused(_("This is not the code. Look at the terminal the server runs in."))
    request.session.cycle_key()
    request.session[SESSION_KEY] = kept.hash


def has_entered(request: HttpRequest) -> bool:
    """Whether this browser has given the code that counts now."""
    kept = _kept()
    given = str(request.session.get(SESSION_KEY, ""))
    return kept is not None and hmac.compare_digest(given.encode(), kept.hash.encode())


def account_called(username: str) -> User:
    """Raises `Refused` when nobody is called so."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise Refused(_("There is no account called %(name)s.") % {"name": username})
    return found


def spend() -> None:
    """The code has done its work."""
    (Path(settings.DATA) / FILE).unlink(missing_ok=True)


def create(username: str, *, display_name: str, password: str) -> User:
    """The first account, with the password its owner chose; audited as opened by itself."""
    user = User.objects.create_user(username, password=password, display_name=display_name)
    audit.record("account.opened", user, by=user, after={"username": username})
    return user


class EmptyHouseMiddleware:
    """While nobody has an account, every address leads to the set-up page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_open = request.path.startswith(OPEN_TO_ALL) or request.user.is_authenticated
        if not is_open and is_empty():
            return HttpResponseRedirect(address("setup"))
        return self.get_response(request)


def _plain(typed: str) -> str:
    """As it was printed: from full-width letters, capitals, and spaces for hyphens."""
    return "-".join(words.fold(typed[:100]).lower().replace("-", " ").split())


def _kept() -> _Kept | None:
    try:
        facts: dict[str, Any] = json.loads((Path(settings.DATA) / FILE).read_text())
    except FileNotFoundError:
        return None
    return _Kept(**facts)


def _keep(kept: _Kept) -> None:
    path = Path(settings.DATA) / FILE
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(kept), file)
    draft.replace(path)


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time, across threads and processes: guesses sent together are counted too."""
    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "setup.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
