"""A visit: everything is already filled in from the pair; ticking is enough."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from jiedui.campaigns.playbook.work import Activity as Kind
from jiedui.core.picks import PickManyField, choose_from
from jiedui.fieldwork import scopes
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.forms import parts
from jiedui.fieldwork.models import Activity
from jiedui.ledger import lines
from jiedui.ledger.actions import Given
from jiedui.orgs.picks import MEMBER
from jiedui.pairing.models import Pair


class VisitForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    day = parts.day_field(initial=timezone.localdate)
    minutes = parts.minutes_field()
    note = parts.note_field()
    second = forms.BooleanField(label=_("It was another visit on the same day"), required=False)
    companions = PickManyField(
        MEMBER,
        label=_("Who came along"),
        required=False,
        lines=1,
        help_text=_("Others of the same unit, by name; several with 、 between."),
    )

    def __init__(
        self,
        *args: Any,
        pair: Pair,
        kind: Kind,
        may_give: bool,
        corrects: Activity | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.corrects = corrects
        self.pair, self.kind, self.playbook = pair, kind, pair.campaign.playbook
        self._limit_days()
        parts.keep_minutes(self, corrects.minutes if corrects else None)
        self.fields.update(parts.kind_fields(self.playbook, kind))
        if kind.members in ("counts", "none"):
            del self.fields["companions"]
        else:
            address = reverse("fieldwork:companions", args=[pair.pk])
            kept = corrects.attended if corrects else ()
            # Looked for only where somebody is named.
            others: Any = SimpleLazyObject(lambda: scopes.companions(pair))
            choose_from(self, "companions", others, offers=address, kept=kept)
        if kind.members == "counts":
            self.fields["members_counted"] = forms.IntegerField(
                label=_("Members, persons"), initial=1, **parts.COUNT
            )
        if kind.public == "counts":
            self.fields["public_counted"] = forms.IntegerField(
                label=_("People of the place, persons"), **parts.COUNT
            )
        if may_give:
            self.fields.update(lines.cash_and_goods(self.playbook))

    def clean(self) -> dict[str, Any]:
        """A second visit on one day needs a confirmation: most are one visit sent twice."""
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if self.has_other_visit and not facts.get("second"):
            raise ValidationError(
                _("A visit of this kind on this day is written down already. If there were two,"
                  " say so below and save again.")
            )  # fmt: skip
        return facts

    @cached_property
    def has_other_visit(self) -> bool:
        """Whether this pair has another visit of this kind on the day that is typed."""
        day = self.cleaned_data.get("day") if self.is_bound else None
        same = Activity.objects.standing().filter(pair=self.pair, kind=self.kind.key, day=day)
        others = same.exclude(pk=self.corrects.pk) if self.corrects else same
        return day is not None and others.exists()

    def _limit_days(self) -> None:
        last = min(self.pair.ended or timezone.localdate(), timezone.localdate())
        attrs = {"min": self.pair.since.isoformat(), "max": last.isoformat()}
        self.fields["day"].widget.attrs.update(attrs)

    @property
    def counts(self) -> list[Any]:
        return [self[n] for n in ("members_counted", "public_counted") if n in self.fields]

    @property
    def outputs(self) -> list[Any]:
        return parts.output_rows(self, self.playbook, self.kind)

    @property
    def answers(self) -> list[Any]:
        return parts.answer_rows(self, self.kind)

    @property
    def goods(self) -> list[lines.Row]:
        return lines.goods_rows(self, self.playbook)

    @property
    def gives(self) -> bool:
        """Whether the fold of gifts has to be open: something is in it."""
        names = ("cash", *(n for n in self.fields if n.startswith(("goods_", "value_"))))
        return self.is_bound and any(self.data.get(name) for name in names)

    def done(self) -> Done:
        facts = self.cleaned_data
        named = facts.get("companions") or []
        helper = [self.pair.member] if self.pair.member else []
        return Done(
            id=facts["id"],
            kind=self.kind.key,
            day=facts["day"],
            members=[*helper, *named] if named else (),
            members_counted=facts.get("members_counted") or 0,
            public_counted=facts.get("public_counted") or 0,
            minutes=facts["minutes"],
            topics=facts.get("topics", ()),
            note=facts["note"],
            fields=parts.answers_given(facts, self.kind),
            outputs=parts.outputs_given(facts, self.kind),
        )

    def given(self) -> list[Given]:
        lasting = self.kind.lasting
        return lines.given(
            self.cleaned_data, self.playbook, day=self.cleaned_data["day"], is_steady=lasting
        )
