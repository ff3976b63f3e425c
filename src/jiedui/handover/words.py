"""What a hand-over means, in sentences for people."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core.texts import sentences
from jiedui.pairing.models import Pair


def overlap(pair: Pair) -> str:
    """What the overlap of a handover means, in a sentence."""
    handover = pair.campaign.playbook.pairing(pair.kind).handover
    if not handover.overlap_days:
        return _("The successor answers from the day of the handover on; there is no overlap.")
    sentence = ngettext(
        "The helper of today stays answerable for %(days)d more day, so nobody is left alone.",
        "The helper of today stays answerable for %(days)d more days, so nobody is left alone.",
        handover.overlap_days,
    ) % {"days": handover.overlap_days}
    if handover.joint_visit:
        return sentences(sentence, _("In this time both call on the household together."))
    return sentence
