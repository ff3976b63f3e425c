from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "jiedui.needs"

    def ready(self) -> None:
        from jiedui.campaigns import agenda
        from jiedui.needs import dependents, due_days, inside, reminders, scopes  # noqa: F401

        agenda.DAILY.append(due_days.by_day)
        scopes.connect()
        dependents.connect()
        inside.connect()
