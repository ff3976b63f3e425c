from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "jiedui.reports"

    def ready(self) -> None:
        from jiedui.reports import scopes

        scopes.connect()
