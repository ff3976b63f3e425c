from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "jiedui.web"
    verbose_name = _("Web")

    def ready(self) -> None:
        from jiedui.core.pages import PAGES

        PAGES["core.job"] = "web:job"
        PAGES["jobs"] = "web:jobs"
        PAGES["export"] = "web:export"
        PAGES["setup"] = "web:setup"
