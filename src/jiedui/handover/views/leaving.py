"""A member leaves, or an organisation is dissolved: the hand-over of all their pairs begins."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import needs
from jiedui.core.entries import form_page
from jiedui.core.texts import count_text, sentences
from jiedui.handover import bulk_hand_over
from jiedui.handover.forms import BeginForm
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.scopes import over
from jiedui.pairing.views.shared import nameable


@needs("pair.change")
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """A member retires, moves or dies, or only passes the pairs on."""
    rows = Member.objects.changeable_by(request.user, permission="pair.change").select_related(
        "organisation"
    )
    return _begin(request, get_object_or_404(rows.filter(ended=None), pk=pk))


@needs("pair.change")
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit or branch is dissolved: its members go, and so do all of their pairs."""
    rows = Organisation.objects.changeable_by(request.user, permission="pair.change")
    return _begin(request, get_object_or_404(rows.filter(ended=None), pk=pk))


HOW = gettext_lazy(
    "A successor is proposed for every pair at once. You may change each of them; nothing happens"
    " before you confirm."
)


def _concerned(giver: Member | Organisation) -> list[str]:
    """How many pairs pass on, and how many people they are taken from."""
    pairs = bulk_hand_over.pairs_of(giver).count()
    text = ngettext("%(text)s pair passes on.", "%(text)s pairs pass on.", pairs)
    text %= {"text": count_text(pairs)}
    if isinstance(giver, Member):
        return [text]
    people = bulk_hand_over.members_of(giver).count()
    serving = ngettext("%(text)s member serves there.", "%(text)s members serve there.", people)
    return [serving % {"text": count_text(people)}, text]


def _begin(request: HttpRequest, giver: Member | Organisation) -> HttpResponse:
    mine = over(request.user, "pair.change", giver)
    form = BeginForm(
        request.POST or None,
        user=mine,
        campaign=running_campaign(request),
        giver=giver,
    )

    def act(typed: dict[str, Any]) -> Any:
        return bulk_hand_over.prepare(giver, among=nameable(mine), by=request.user, **typed)

    is_member = isinstance(giver, Member)
    title = _("%s hands over") if is_member else _("%s is dissolved")
    return form_page(
        request,
        form,
        act,
        title=title % giver.name,
        back=giver.get_absolute_url(),
        done=_("Successors are proposed. Nothing has changed yet."),
        save=_("Propose successors"),
        intro=sentences(*_concerned(giver), str(HOW)),
        template="handover/leave.html",
    )  # fmt: skip
