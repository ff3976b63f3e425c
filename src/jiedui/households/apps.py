from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "jiedui.households"

    def ready(self) -> None:
        from jiedui.households import inside, scopes
        from jiedui.households.actions import left_in
        from jiedui.places.actions import LEFT_THERE

        scopes.connect()
        inside.connect()
        LEFT_THERE.append(left_in)
