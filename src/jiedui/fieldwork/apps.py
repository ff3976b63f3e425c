from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "jiedui.fieldwork"

    def ready(self) -> None:
        from jiedui.fieldwork import inside, scopes

        scopes.connect()
        inside.connect()
