from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "jiedui.ledger"

    def ready(self) -> None:
        from jiedui.ledger import hanging, scopes

        scopes.connect()
        hanging.connect()
