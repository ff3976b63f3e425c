from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "jiedui.fieldwork"

    def ready(self) -> None:
        from jiedui.fieldwork import scopes

        scopes.connect()
