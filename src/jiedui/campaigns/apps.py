from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "jiedui.campaigns"

    def ready(self) -> None:
        from jiedui.campaigns import scopes

        scopes.connect()
