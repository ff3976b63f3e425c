from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "jiedui.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from jiedui.accounts import sessions  # needs the models

        user_logged_in.connect(sessions.begin, dispatch_uid="accounts.sessions")
