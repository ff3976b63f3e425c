from django.apps import AppConfig


class PairingConfig(AppConfig):
    name = "jiedui.pairing"

    def ready(self) -> None:
        from jiedui.pairing import following, scopes

        scopes.connect()
        following.connect()
