from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "jiedui.fieldwork"

    def ready(self) -> None:
        from jiedui.fieldwork import inside, list_filters, scopes, task_reminders, visit_reminders  # noqa: F401 (write notices)

        scopes.connect()
        inside.connect()
        list_filters.connect()
