from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "jiedui.proposals"

    def ready(self) -> None:
        from jiedui.proposals import scopes

        scopes.connect()
