from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "jiedui.reports"

    def ready(self) -> None:
        from jiedui.households.views.card import helpers_of
        from jiedui.reports import pair_page, scopes

        scopes.connect()
        helpers_of.append(pair_page.helpers)
