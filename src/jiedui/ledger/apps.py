from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "jiedui.ledger"

    def ready(self) -> None:
        from jiedui.ledger import hanging, inside, scopes

        scopes.connect()
        hanging.connect()
        inside.connect()
