from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "jiedui.reports"

    def ready(self) -> None:
        from jiedui.reports import pair_page, scopes  # noqa: F401 (registers itself)

        scopes.connect()
