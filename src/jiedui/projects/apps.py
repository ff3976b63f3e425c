from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "jiedui.projects"

    def ready(self) -> None:
        from jiedui.campaigns import agenda
        from jiedui.projects import dependents, due_days, inside, scopes

        agenda.DAILY.append(due_days.by_day)
        scopes.connect()
        dependents.connect()
        inside.connect()
