from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandoverConfig(AppConfig):
    name = "jiedui.handover"

    def ready(self) -> None:
        from jiedui.core.lists import Action
        from jiedui.core.pages import PAGES
        from jiedui.handover import following, scopes
        from jiedui.orgs.views.members import Members

        PAGES["member.move"] = "handover:move"
        PAGES["member.leave"] = "handover:leave"
        PAGES["organisation.hand_over"] = "handover:dissolve"
        PAGES["pair.hand_over"] = "handover:hand_over"
        move = Action(_("Move members"), "handover:move", "registers.change", "arrows-exchange")
        Members.more = (*Members.more, move)
        scopes.connect()
        following.connect()
