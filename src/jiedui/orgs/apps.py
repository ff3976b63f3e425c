from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "jiedui.orgs"

    def ready(self) -> None:
        from jiedui.accounts.actions import LETTING_IN
        from jiedui.orgs import appointments, ending, inside, scopes
        from jiedui.orgs.actions import left_in
        from jiedui.places.actions import LEFT_THERE

        scopes.connect()
        ending.connect()
        inside.connect()
        LETTING_IN.append(appointments.check_let_in)
        LEFT_THERE.append(left_in)
