from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "jiedui.home"
