from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "jiedui.proposals"

    def ready(self) -> None:
        from jiedui.core.lists import Action, Empty
        from jiedui.pairing.views.pairs import Pairs
        from jiedui.pairing.views.uncovered import Uncovered
        from jiedui.proposals import scopes

        new = "proposals:new", "pair.propose", "wand"
        Pairs.action = Action(_("New proposal"), *new)
        Uncovered.action = Action(_("Ask for a proposal"), *new)
        Pairs.empty = Empty(
            "heart-handshake",
            _("No pairs yet"),
            _("Ask for a proposal: it pairs every household that can be paired."),
            "proposals:list",
            _("Proposals"),
            "pair.propose",
        )
        scopes.connect()
