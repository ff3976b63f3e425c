from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "jiedui.orgs"

    def ready(self) -> None:
        from jiedui.orgs import ending, scopes

        scopes.connect()
        ending.connect()
