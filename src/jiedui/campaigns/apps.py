from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "jiedui.campaigns"

    def ready(self) -> None:
        from jiedui.campaigns import dependents, scopes
        from jiedui.orgs.models import team_kind_names

        scopes.connect()
        dependents.connect()
        team_kind_names.append(scopes.team_kinds)
