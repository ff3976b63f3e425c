from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "jiedui.verification"

    def ready(self) -> None:
        from jiedui.core.pages import PAGES

        PAGES["verify"] = "verification:public"
        PAGES["recount"] = "verification:bulletin"
