from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandoverConfig(AppConfig):
    name = "jiedui.handover"

    def ready(self) -> None:
        from jiedui.core.lists import Action
        from jiedui.core.pages import PAGES
        from jiedui.handover import following, scopes
        from jiedui.handover.views.chosen import OF_HOUSEHOLDS, OF_PAIRS
        from jiedui.households.views.registers import Households
        from jiedui.orgs.views.members import Members
        from jiedui.pairing.views.pairs import Pairs

        PAGES["member.move"] = "handover:move"
        PAGES["member.leave"] = "handover:leave"
        PAGES["organisation.hand_over"] = "handover:dissolve"
        PAGES["pair.hand_over"] = "handover:hand_over"
        move = Action(_("Move members"), "handover:move", "registers.change", "arrows-exchange")
        Members.more = (*Members.more, move)
        Pairs.acts = (*Pairs.acts, OF_PAIRS)
        Households.acts = (*Households.acts, OF_HOUSEHOLDS)
        scopes.connect()
        following.connect()
