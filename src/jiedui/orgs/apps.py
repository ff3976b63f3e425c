from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "jiedui.orgs"

    def ready(self) -> None:
        from jiedui.orgs import ending, inside, scopes
        from jiedui.orgs.actions import left_in
        from jiedui.places.actions import LEFT_THERE

        scopes.connect()
        ending.connect()
        inside.connect()
        LEFT_THERE.append(left_in)
