from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PairingConfig(AppConfig):
    name = "jiedui.pairing"

    def ready(self) -> None:
        from jiedui.core.lists import Action
        from jiedui.core.pages import PAGES
        from jiedui.orgs.views.members import Members
        from jiedui.pairing import following, inside, scopes

        PAGES["member.move"] = "pairing:move"
        PAGES["member.leave"] = "pairing:leave"
        PAGES["organisation.hand_over"] = "pairing:dissolve"
        move = Action(_("Move members"), "pairing:move", "registers.change", "arrows-exchange")
        Members.more = (*Members.more, move)
        scopes.connect()
        following.connect()
        inside.connect()
