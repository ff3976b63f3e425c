from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "jiedui.supervision"

    def ready(self) -> None:
        from jiedui.campaigns import agenda
        from jiedui.supervision import dependents, due_days, inside, scopes

        agenda.DAILY.append(due_days.by_day)
        scopes.connect()
        dependents.connect()
        inside.connect()
