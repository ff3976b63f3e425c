from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "jiedui.supervision"

    def ready(self) -> None:
        from jiedui.campaigns import agenda
        from jiedui.supervision import due_days, hanging, inside, scopes

        agenda.DAILY.append(due_days.by_day)
        scopes.connect()
        hanging.connect()
        inside.connect()
