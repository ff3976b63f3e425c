from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "jiedui.core"
