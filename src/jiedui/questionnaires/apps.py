from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "jiedui.questionnaires"

    def ready(self) -> None:
        from jiedui.questionnaires import inside, scopes

        scopes.connect()
        inside.connect()
