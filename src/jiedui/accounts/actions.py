"""What happens to accounts, each in one transaction with one audit entry."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiedui.accounts import passwords
from jiedui.accounts.models import User
from jiedui.accounts.passwords import first_password, hashed_first
from jiedui.core import audit, changes
from jiedui.core.refusals import Refused
from jiedui.core.users import User as Actor

# What an account may do is known to an app above: it says here who may not be let in (again).
LETTING_IN: list[Callable[[User], None]] = []


@transaction.atomic
def open_account(username: str, *, display_name: str, by: Actor | None) -> tuple[User, str]:
    """Make an account; returns it with its first password, shown once and good for one sign-in."""
    password = first_password()
    user = User.objects.create(
        username=User.normalize_username(username),
        password=hashed_first(password),
        display_name=display_name,
        must_change_password=True,
    )
    audit.record("account.opened", user, by=by, after={"username": username})
    return user, password


@transaction.atomic
def change_account(user: User, values: dict[str, Any], *, by: Actor | None) -> None:
    """Rename, close or open again. Nobody closes the own account: the last one might be it.

    Whoever is let in again must be somebody who could be appointed to what they hold.
    """
    if user == by and not values.get("is_active", True):
        raise Refused(_("You cannot close your own account."))
    if values.get("is_active") and not user.is_active:
        for check in LETTING_IN:
            check(user)
    changes.apply(user, values, action="account.changed", by=by)


@transaction.atomic
def rename(user: User, name: str, *, by: Actor | None) -> None:
    """The register says what its people are called; their accounts follow it."""
    if user.display_name == name:
        return
    before, after = {"display_name": user.display_name}, {"display_name": name}
    User.objects.filter(pk=user.pk).update(**after)
    audit.record("account.renamed", user, by=by, before=before, after=after)


@transaction.atomic
def reset_password(user: User, *, by: Actor | None) -> str:
    """A new first password, shown once, good for one sign-in; open ones of the account end."""
    passwords.remember(user)
    password = first_password()
    user.password = hashed_first(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    audit.record("account.password_reset", user, by=by)
    return password


@transaction.atomic
def password_changed(user: User, *, session_key: str | None) -> None:
    """The user has chosen a new password; the sign-in goes on under a new session key."""
    was_required = user.must_change_password
    user.must_change_password, user.session_key = False, session_key or ""
    user.save(update_fields=["must_change_password", "session_key"])
    audit.record("account.password_changed", user, by=user, was_required=was_required)
