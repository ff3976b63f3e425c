"""People who sign in. What they may do follows from appointments, kept in an app above."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.roles import permissions_of, roles_of


class User(AbstractUser):
    """`is_superuser` means system administrator only: it opens no household."""

    display_name = models.CharField(_("name"), max_length=60, blank=True)
    large_type = models.BooleanField(_("large type"), default=False)
    language = models.CharField(_("language"), max_length=10, blank=True)

    class Meta(AbstractUser.Meta):
        pass

    def __str__(self) -> str:
        return self.display_name or self.username

    @cached_property
    def roles(self) -> frozenset[str]:
        return roles_of(self)

    @cached_property
    def permissions(self) -> frozenset[str]:
        return permissions_of(self.roles)

    def may(self, permission: str) -> bool:
        return permission in self.permissions
