from django.apps import AppConfig

from jiedui.core import typed

# Before any form is declared: every text field of every form is one of these.
typed.guard_forms()


class CoreConfig(AppConfig):
    name = "jiedui.core"
