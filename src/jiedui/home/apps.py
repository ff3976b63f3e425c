from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "jiedui.home"

    def ready(self) -> None:
        from jiedui.core.pages import PAGES

        PAGES["map"] = "home:map"
