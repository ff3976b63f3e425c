from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "jiedui.fieldwork"

    def ready(self) -> None:
        from jiedui.campaigns import agenda
        from jiedui.fieldwork import (  # noqa: F401 (write notices)
            due_days,
            inside,
            list_filters,
            scopes,
            sheet_credit,
            task_reminders,
            visit_reminders,
        )

        agenda.DAILY.append(due_days.by_day)
        scopes.connect()
        inside.connect()
        list_filters.connect()
        sheet_credit.connect()
