from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "jiedui.imports"

    def ready(self) -> None:
        from jiedui.imports import scopes

        scopes.connect()
