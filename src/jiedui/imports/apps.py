from dataclasses import replace

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "jiedui.imports"

    def ready(self) -> None:
        from jiedui.core.lists import Action
        from jiedui.households.views.registers import Households
        from jiedui.imports import scopes
        from jiedui.orgs.views.members import Members
        from jiedui.orgs.views.organisations import Organisations
        from jiedui.questionnaires.views.forms import ACTIONS

        scopes.connect()
        ACTIONS.append(
            Action(
                _("Take an XLSForm in"), "imports:xlsform", "campaign.change", "file-spreadsheet"
            )
        )
        # An empty register begins with the list that there is.
        for listing in (Households, Members, Organisations):
            listing.empty = replace(
                listing.empty, url="imports:list", action=_("Import a list"), permission="import"
            )
