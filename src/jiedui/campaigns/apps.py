from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "jiedui.campaigns"

    def ready(self) -> None:
        from jiedui.campaigns import hanging, scopes
        from jiedui.orgs.models import team_kind_names

        scopes.connect()
        hanging.connect()
        team_kind_names.append(scopes.team_kinds)
