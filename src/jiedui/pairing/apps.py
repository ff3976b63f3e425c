from django.apps import AppConfig


class PairingConfig(AppConfig):
    name = "jiedui.pairing"

    def ready(self) -> None:
        from jiedui.pairing import inside, scopes

        scopes.connect()
        inside.connect()
