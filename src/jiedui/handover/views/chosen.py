"""Pairs of ticked rows pass on together: first day and reason, then the usual hand-over."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import needs
from jiedui.core.entries import form_page
from jiedui.core.lists import Listing, RowsAction
from jiedui.core.refusals import Refused
from jiedui.core.texts import count_text, sentences
from jiedui.handover import bulk_hand_over
from jiedui.handover.forms import MOST_CHOSEN, ChosenForm
from jiedui.handover.models import HandOver
from jiedui.handover.views.leaving import HOW
from jiedui.households.models import Household
from jiedui.households.views.registers import Households
from jiedui.orgs.scopes import over
from jiedui.pairing.models import Pair
from jiedui.pairing.views.pairs import Pairs
from jiedui.pairing.views.shared import nameable


def _of_pairs(request: HttpRequest, listing: Listing[Pair], rows: QuerySet[Pair]) -> HttpResponse:
    """Day and reason are asked next; pairs that cannot pass on together are left out, and said."""
    found = _few_enough(rows)
    keys = [pair.pk for pair in found if bulk_hand_over.can_pass_on(pair)]
    _say_left_out(request, len(found) - len(keys))
    return _ask(request, listing, keys)


def _of_households(
    request: HttpRequest, listing: Listing[Household], rows: QuerySet[Household]
) -> HttpResponse:
    """The pairs of these households in this campaign; what is left out of them is said."""
    campaign = running_campaign(request)
    homes = rows.order_by().values("pk")
    open_pairs = Pair.objects.open().filter(campaign=campaign, household__in=homes)
    pairs = open_pairs.visible_to(request.user)
    own = pairs.changeable_by(request.user, permission="pair.change")
    keys = [pair.pk for pair in _few_enough(own) if bulk_hand_over.can_pass_on(pair)]
    _say_left_out(request, pairs.count() - len(keys))
    alone = rows.count() - pairs.order_by().values("household").distinct().count()
    if alone:
        text = ngettext(
            "%(n)s ticked household was left out: nobody helps it in this campaign.",
            "%(n)s ticked households were left out: nobody helps them in this campaign.",
            alone,
        )
        messages.warning(request, text % {"n": count_text(alone)})
    return _ask(request, listing, keys)


def _say_left_out(request: HttpRequest, count: int) -> None:
    if not count:
        return
    text = ngettext(
        "%(n)s pair was left out: it has ended, is being handed over already, is not yours, or no"
        " single member carries it.",
        "%(n)s pairs were left out: they have ended, are being handed over already, are not yours,"
        " or no single member carries them.",
        count,
    )
    messages.warning(request, text % {"n": count_text(count)})


def _few_enough(pairs: QuerySet[Pair]) -> list[Pair]:
    found = list(pairs.order_by("pk").select_related(None)[: MOST_CHOSEN + 1])
    if len(found) > MOST_CHOSEN:
        raise Refused(
            _("At most %(most)s pairs pass on together; filter the list first.")
            % {"most": count_text(MOST_CHOSEN)}
        )
    return found


def _ask(request: HttpRequest, listing: Listing[Any], keys: list[int]) -> HttpResponse:
    if not keys:
        return redirect(listing.here)
    form = ChosenForm(campaign=running_campaign(request), initial={"pairs": keys})
    return _page(request, form, keys)


OF_PAIRS = RowsAction(
    "hand_over", gettext_lazy("Hand over"), _of_pairs, "pair.change", "arrows-exchange"
)
# Here, with the addresses, and not when the app is ready: a command need not load the engine.
Pairs.acts = (*Pairs.acts, OF_PAIRS)
Households.acts = (*Households.acts, replace(OF_PAIRS, do=_of_households))


@needs("pair.change")
def begin(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":  # come back to from elsewhere: what was ticked is gone
        messages.info(request, _("Tick the pairs to hand over."))
        return redirect("pairing:list")
    form = ChosenForm(request.POST, campaign=running_campaign(request))
    form.is_valid()
    return _page(request, form, form.cleaned_data.get("pairs", []))


def _page(request: HttpRequest, form: ChosenForm, keys: list[int]) -> HttpResponse:
    count = len(keys)
    text = ngettext("%(text)s pair passes on.", "%(text)s pairs pass on.", count)
    stay = _("Their helpers stay, with all other pairs.")
    return form_page(
        request,
        form,
        lambda typed: _prepare(request, **typed),
        title=_("Hand over the ticked pairs"),
        back=reverse("pairing:list"),
        action=f"{reverse('handover:chosen')}?of={_mark(keys)}",
        done=_("Successors are proposed. Nothing has changed yet."),
        save=_("Propose successors"),
        intro=sentences(text % {"text": count_text(count)}, stay, str(HOW)),
    )


def _mark(keys: list[int]) -> str:
    """Tells one choice from another: what was typed for one is not offered for the next."""
    return sha256(",".join(map(str, sorted(keys))).encode()).hexdigest()[:12]


@transaction.atomic
def _prepare(request: HttpRequest, *, pairs: list[int], **typed: Any) -> HandOver:
    rows = Pair.objects.changeable_by(request.user, permission="pair.change")
    found = list(rows.filter(pk__in=pairs).select_related("organisation").order_by("pk"))
    if len(found) < len(pairs):
        raise Refused(_("Pairs have come or gone meanwhile; tick them again."))
    above = bulk_hand_over.organisation_above(found)
    among = nameable(over(request.user, "pair.change", above))
    drafted = bulk_hand_over.prepare_chosen(found, among=among, by=request.user, **typed)
    if not HandOver.objects.changeable_by(request.user).filter(pk=drafted.pk).exists():
        raise Refused(str(bulk_hand_over.APART))
    return drafted
