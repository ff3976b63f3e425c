from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "jiedui.households"

    def ready(self) -> None:
        from jiedui.households import scopes

        scopes.connect()
