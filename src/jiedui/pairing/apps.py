from django.apps import AppConfig


class PairingConfig(AppConfig):
    name = "jiedui.pairing"

    def ready(self) -> None:
        from jiedui.pairing import following, inside, scopes

        scopes.connect()
        following.connect()
        inside.connect()
