from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "jiedui.fieldwork"

    def ready(self) -> None:
        from jiedui.fieldwork import inside, scopes, task_reminders  # noqa: F401 (writes its notices)

        scopes.connect()
        inside.connect()
