"""What happens to accounts, each in one transaction with one audit entry."""

import secrets
import string
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiedui.accounts.models import User
from jiedui.core import audit
from jiedui.core.refusals import Refused

LETTERS = "".join(set(string.ascii_letters + string.digits) - set("0O1lI"))


def first_password() -> str:
    """Sixteen letters and digits that cannot be mistaken for one another."""
    return "".join(secrets.choice(LETTERS) for _n in range(16))


@transaction.atomic
def open_account(username: str, *, display_name: str, by: Any) -> tuple[User, str]:
    """Make an account; returns it with its first password, which is shown once."""
    password = first_password()
    user = User.objects.create_user(username, password=password, display_name=display_name)
    audit.record("account.opened", user, by=by, after={"username": username})
    return user, password


@transaction.atomic
def change_account(user: User, *, display_name: str, is_active: bool, by: Any) -> None:
    """Rename, close or open again. Nobody closes the own account: the last door would shut."""
    if user == by and not is_active:
        raise Refused(_("You cannot close your own account."))
    before = {"display_name": user.display_name, "is_active": user.is_active}
    after = {"display_name": display_name, "is_active": is_active}
    User.objects.filter(pk=user.pk).update(**after)
    audit.record("account.changed", user, by=by, before=before, after=after)


@transaction.atomic
def reset_password(user: User, *, by: Any) -> str:
    """A new first password, shown once; open sign-ins of the account end."""
    password = first_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("account.password_reset", user, by=by)
    return password
