from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "jiedui.supervision"

    def ready(self) -> None:
        from jiedui.supervision import hanging, inside, scopes

        scopes.connect()
        hanging.connect()
        inside.connect()
