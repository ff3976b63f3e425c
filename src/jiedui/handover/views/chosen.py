"""Pairs of ticked rows pass on together: first day and reason, then the usual hand-over."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

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
from jiedui.orgs.models import Organisation
from jiedui.orgs.scopes import over
from jiedui.pairing.models import Pair
from jiedui.pairing.views.shared import nameable


def _of_pairs(request: HttpRequest, listing: Listing[Pair], rows: QuerySet[Pair]) -> HttpResponse:
    """Day and reason are asked next; pairs that cannot pass on together are left out, and said."""
    found = _few_enough(rows)
    keys = [pair.pk for pair in found if bulk_hand_over.can_pass_on(pair)]
    if left := len(found) - len(keys):
        text = ngettext(
            "%(n)s ticked pair was left out: it has ended, is being handed over already, or no"
            " single member carries it.",
            "%(n)s ticked pairs were left out: they have ended, are being handed over already, or"
            " no single member carries them.",
            left,
        )
        messages.warning(request, text % {"n": count_text(left)})
    return _ask(request, listing, keys)


def _of_households(
    request: HttpRequest, listing: Listing[Household], rows: QuerySet[Household]
) -> HttpResponse:
    """All pairs of these households; those that have none to hand over are said."""
    pairs = Pair.objects.open().changeable_by(request.user, permission="pair.change")
    found = _few_enough(pairs.filter(household__in=rows.order_by().values("pk")))
    found = [pair for pair in found if bulk_hand_over.can_pass_on(pair)]
    if left := rows.count() - len({pair.household_id for pair in found}):
        text = ngettext(
            "%(n)s ticked household was left out: no helper of it can be handed over.",
            "%(n)s ticked households were left out: no helper of them can be handed over.",
            left,
        )
        messages.warning(request, text % {"n": count_text(left)})
    return _ask(request, listing, [pair.pk for pair in found])


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
    return _page(request, form, len(keys))


OF_PAIRS = RowsAction(
    "hand_over", gettext_lazy("Hand over"), _of_pairs, "pair.change", "arrows-exchange"
)
OF_HOUSEHOLDS = replace(OF_PAIRS, do=_of_households)


@require_POST
@needs("pair.change")
def begin(request: HttpRequest) -> HttpResponse:
    form = ChosenForm(request.POST, campaign=running_campaign(request))
    wanted = form.cleaned_data.get("pairs", []) if form.is_valid() else []
    return _page(request, form, len(wanted))


def _page(request: HttpRequest, form: ChosenForm, count: int) -> HttpResponse:
    text = ngettext("%(text)s pair passes on.", "%(text)s pairs pass on.", count)
    stay = _("Their helpers stay, with all other pairs.")
    return form_page(
        request,
        form,
        lambda typed: _prepare(request, **typed),
        title=_("Hand over the ticked pairs"),
        back=reverse("pairing:list"),
        action=reverse("handover:chosen"),
        done=_("Successors are proposed. Nothing has changed yet."),
        save=_("Propose successors"),
        intro=sentences(text % {"text": count_text(count)}, stay, str(HOW)),
    )


def _prepare(request: HttpRequest, *, pairs: list[int], **typed: Any) -> HandOver:
    rows = Pair.objects.changeable_by(request.user, permission="pair.change")
    found = list(rows.filter(pk__in=pairs).select_related("organisation").order_by("pk"))
    if len(found) < len(pairs):
        raise Refused(_("Pairs have come or gone meanwhile; tick them again."))
    above = bulk_hand_over.organisation_above(found)
    own: Any = Organisation.objects.changeable_by(request.user, permission="pair.change")
    if not own.filter(pk=above.pk).exists():
        raise Refused(str(bulk_hand_over.APART))
    among = nameable(over(request.user, "pair.change", above))
    return bulk_hand_over.prepare_chosen(found, among=among, by=request.user, **typed)
