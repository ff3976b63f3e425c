"""Which passwords will do, beyond what Django checks (R22), and how old they may grow."""

import secrets
import string
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, get_hasher
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.accounts.models import UsedPassword
from jiedui.core.models import Installation
from jiedui.engines import words

LETTERS = "".join(set(string.ascii_letters + string.digits) - set("0O1lI"))
CLASSES, REMEMBERED = 3, 5
FIRST_ROUNDS = 10_000
REMIND = 7  # days before a password has to be changed


def first_password() -> str:
    """Sixteen letters and digits that cannot be mistaken for one another, of three classes."""
    while True:
        password = "".join(secrets.choice(LETTERS) for _n in range(16))
        if classes(password) >= CLASSES:
            return password


def hashed_first(password: str) -> str:
    """A first password as it is kept: with few rounds, so that sixty accounts open at once.

    Rounds make up for what people choose badly. Sixteen random letters (93 bits) cannot be guessed
    anyway; the first sign-in hashes with all rounds, and then the password has to be changed.
    """
    hasher: Any = get_hasher()
    rounds = {"iterations": FIRST_ROUNDS} if isinstance(hasher, PBKDF2PasswordHasher) else {}
    return str(hasher.encode(password, hasher.salt(), **rounds))


def classes(password: str) -> int:
    """How many of: small letters, capital letters, digits, anything else."""
    kinds = (str.islower, str.isupper, str.isdigit)
    found = [any(kind(c) for c in password if c.isascii()) for kind in kinds]
    others = any(not (c.isascii() and c.isalnum()) for c in password)
    return sum([*found, others])


class NameValidator:
    """Neither the user name nor one's own name, in characters or as it is typed."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None:
            return
        typed = _bare(password)
        names = [user.username, user.display_name, words.pinyin(user.display_name)]
        if any(len(name) > (3 if name.isascii() else 1) and name in typed
               for name in map(_bare, names)):  # fmt: skip
            raise ValidationError(self.get_help_text(), code="password_is_name")

    def get_help_text(self) -> str:
        return _("The password must not contain your name or user name.")


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


class ClassesValidator:
    def validate(self, password: str, user: Any = None) -> None:
        if classes(password) < CLASSES:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _(
            "The password needs three of these: small letters, capital letters, digits, other"
            " signs."
        )


class HistoryValidator:
    """None of the last five comes back; Django tells it of every new password."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or not user.pk:
            return
        remember(user)
        used = list(_history(user).values_list("password", flat=True)[:REMEMBERED])
        if any(check_password(password, one) for one in used):
            raise ValidationError(self.get_help_text(), code="password_used")

    def password_changed(self, password: str, user: Any = None) -> None:
        if user is None or not user.pk:
            return
        UsedPassword.objects.create(user=user, password=user.password, since=timezone.now())
        kept = _history(user).values("pk")[:REMEMBERED]
        _history(user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()

    def get_help_text(self) -> str:
        return _("The password must not be one of your last %(n)s.") % {"n": REMEMBERED}


def remember(user: Any) -> None:
    """Put the password in force into the history, before another takes its place.

    Accounts are also made with a ready hash, which Django does not tell of.
    """
    if user.has_usable_password() and not _history(user).filter(password=user.password).exists():
        UsedPassword.objects.create(user=user, password=user.password, since=user.date_joined)


def _history(user: Any) -> Any:
    return UsedPassword.objects.filter(user=user).order_by("-pk")


def days_left(user: Any) -> int | None:
    """Days until the password has to be changed, below zero when overdue; None when never.

    Demonstrations hand their passwords out on the sign-in page: there they do not age.
    """
    if not settings.PASSWORD_DAYS or Installation.current().is_demonstration:
        return None
    since = _history(user).values_list("since", flat=True).first() or user.date_joined
    limit: timedelta = since + timedelta(days=settings.PASSWORD_DAYS) - timezone.now()
    return limit.days
