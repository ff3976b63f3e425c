"""Members go to another organisation; what they answer for is shown, goes along or passes on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiedui.campaigns.current import campaign_of
from jiedui.core.doors import may, needs, number
from jiedui.core.picks import PickField, PickManyField, choose_from, limit
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.handover import bulk_hand_over, following
from jiedui.handover.models import HandOver
from jiedui.orgs.membership import move as go
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.orgs.picks import MEMBER, ORGANISATION
from jiedui.pairing.forms import DayField, ReasonField, reasons
from jiedui.pairing.models import Pair
from jiedui.pairing.views.shared import nameable

ALONG, HANDED = "along", "handed"


class MoveForm(forms.Form):
    """Who goes where, from which day on, and what becomes of their families."""

    members = PickManyField(
        MEMBER,
        label=gettext_lazy("Members"),
        help_text=gettext_lazy("Names or numbers; a whole column may be pasted."),
        lines=3,
    )
    to = PickField(ORGANISATION, label=gettext_lazy("Go to"))
    on = DayField(label=gettext_lazy("First day there"))
    families = forms.ChoiceField(
        label=gettext_lazy("Their families"),
        choices=(
            (ALONG, gettext_lazy("go along: the same helper answers for them")),
            (HANDED, gettext_lazy("are handed over to others before")),
        ),
        widget=forms.RadioSelect,
        initial=ALONG,
    )

    def __init__(self, *args: Any, user: User, campaign: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if campaign and may(user, "pair.change"):
            known = reasons(campaign, None)
            self.fields["reason"] = ReasonField(
                known,
                required=False,
                help_text=gettext_lazy("Needed when families are handed over."),
            )
        else:
            families: Any = self.fields["families"]
            families.choices = families.choices[:1]
        limit(self, user, "registers.change")
        for name, pick in (("members", MEMBER), ("to", ORGANISATION)):
            own: Any = pick.standing(user)
            choose_from(self, name, own.changeable_by(user))

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("families") != HANDED:
            return typed
        if not typed.get("reason"):
            self.add_error("reason", _("Say why the families pass on."))
        own: Any = Member.objects.changeable_by(self.user, permission="pair.change")
        members = typed.get("members", [])
        if own.filter(pk__in=[one.pk for one in members]).count() != len(members):
            self.add_error("families", _("You may not hand over the families of all of these."))
        return typed


@dataclass(frozen=True)
class Line:
    """A member who moves, what they answer for, and where they may act with their account."""

    member: Member
    pairs: list[Pair]
    appointments: list[Appointment]

    @property
    def text(self) -> str:
        return "、".join(str(pair.partner) for pair in self.pairs)


@needs("registers.change")
def move(request: HttpRequest) -> HttpResponse:
    """First all is shown; nothing happens before it is confirmed."""
    campaign = campaign_of(request)
    key = number(request.GET.get("member", ""))
    chosen = Member.objects.changeable_by(request.user).filter(pk=key or 0, ended=None)
    form = MoveForm(
        request.POST or None,
        user=request.user,
        campaign=campaign,
        initial={"members": list(chosen)},
    )
    context: dict[str, Any] = {"form": form, "title": _("Move members")}
    if form.is_valid():
        typed = form.cleaned_data
        if "confirmed" in request.POST:
            try:
                return _go(request, typed)
            except Refused as refused:
                form.add_error(None, refused.sentence)
        context |= {"lines": _lines(typed["members"], to=typed["to"]), "typed": typed}
    return render(request, "handover/move.html", context)


def _lines(members: list[Member], *, to: Organisation) -> list[Line]:
    going = [one for one in members if one.organisation_id != to.pk]
    pairs = following.carried(going)
    held: dict[int, list[Appointment]] = {}
    rows = Appointment.objects.filter(
        ended=None, organisation__isnull=False, user__member__in=going
    )
    for one in rows.select_related("organisation", "place", "user__member"):
        held.setdefault(one.user.member.pk, []).append(one)
    return [Line(one, pairs[one.pk], held.get(one.pk, [])) for one in going]


def _go(request: HttpRequest, typed: dict[str, Any]) -> HttpResponse:
    members, to, on = typed["members"], typed["to"], typed["on"]
    busy: list[Member] = []
    if typed["families"] == HANDED:
        pairs = following.carried(members)
        busy = [one for one in members if pairs[one.pk]]
    moved = go([one for one in members if one not in busy], to=to, on=on, by=request.user)
    if moved:
        text = ngettext("%(n)d member moved.", "%(n)d members moved.", moved)
        messages.success(request, text % {"n": moved})
    drafts = _hand_over(request, busy, to=to, on=on, reason=typed.get("reason", ""))
    if drafts:
        text = ngettext(
            "%(n)d member moves as soon as the hand-over is confirmed.",
            "%(n)d members move as soon as their hand-overs are confirmed.",
            len(drafts),
        )
        messages.warning(request, text % {"n": len(drafts)})
        return redirect(drafts[0] if len(drafts) == 1 else reverse("handover:list"))
    return redirect("orgs:members")


def _hand_over(
    request: HttpRequest, busy: list[Member], *, to: Organisation, on: date, reason: str
) -> list[HandOver]:
    return [
        bulk_hand_over.prepare(
            one,
            fate=HandOver.Fate.MOVE,
            goes_to=to,
            on=on,
            reason=reason,
            among=nameable(request.user),
            by=request.user,
        )
        for one in busy
        if one.organisation_id != to.pk
    ]
