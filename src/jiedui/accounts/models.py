"""People who sign in. What they may do follows from appointments, kept in an app above."""

from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.roles import permissions_of, roles_of
from jiedui.core.models import Versioned


class User(Versioned, AbstractUser):
    """`is_superuser` means system administrator only: it opens no household."""

    display_name = models.CharField(_("name"), max_length=60, blank=True)
    large_type = models.BooleanField(_("large type"), default=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # Somebody else knows the password, or it has grown old: a new one comes before any other page.
    must_change_password = models.BooleanField(default=False)
    # Key of the campaign last worked in: another one that starts does not take its place.
    campaign = models.CharField(max_length=50, blank=True, editable=False)
    session_key = models.CharField(max_length=40, blank=True)  # of the last sign-in

    class Meta(AbstractUser.Meta):
        pass

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def signature(self) -> str:
        """The name with the user name, which never changes: who did something stays known."""
        both = f"{self.display_name}（{self.username}）"
        is_both = self.display_name and self.display_name != self.username and len(both) <= 150
        return both if is_both else self.username

    @cached_property
    def roles(self) -> frozenset[str]:
        return roles_of(self)

    @cached_property
    def permissions(self) -> frozenset[str]:
        return permissions_of(self.roles)

    def may(self, permission: str) -> bool:
        return permission in self.permissions


class UsedPassword(models.Model):
    """Hashes of the passwords an account has had, the one in force among them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.since:%Y-%m-%d}"


class WrongTries(models.Model):
    """Wrong passwords lately, of one account at one address, or of one address (`locks`)."""

    key = models.CharField(max_length=32, unique=True)  # a digest
    count = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
