from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "jiedui.ledger"

    def ready(self) -> None:
        from jiedui.ledger import dependents, inside, scopes

        scopes.connect()
        dependents.connect()
        inside.connect()
