"""A group activity or a service: people by name or by number, the public apart, outputs."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from jiedui.campaigns.models import Campaign, Task
from jiedui.campaigns.playbook.work import Activity
from jiedui.core.picks import PickField, PickManyField, choose_from
from jiedui.core.users import User
from jiedui.fieldwork import scopes
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.forms import parts
from jiedui.fieldwork.models import Activity as Record
from jiedui.orgs.picks import MEMBER, ORGANISATION, TEAM
from jiedui.places.picks import PLACE


class ActivityForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    day = parts.day_field(initial=timezone.localdate)
    organisation = PickField(ORGANISATION, label=_("Held by"))
    place = PickField(PLACE, label=_("Place"))
    team = PickField(TEAM, label=_("Team"), required=False)
    whole_team = forms.BooleanField(label=_("The whole team took part"), required=False)
    members = PickManyField(
        MEMBER,
        label=_("Members by name"),
        required=False,
        help_text=_("Type or paste names, with 、 or on lines of their own."),
    )
    members_counted = forms.IntegerField(label=_("Members, persons"), **parts.COUNT)
    cadres_counted = forms.IntegerField(label=_("of these, leading cadres"), **parts.COUNT)
    public_counted = forms.IntegerField(label=_("People of the place, persons"), **parts.COUNT)
    minutes = parts.minutes_field()
    task = forms.ModelChoiceField(
        Task.objects.none(), label=_("For which task"), required=False, empty_label=_("no task")
    )
    note = parts.note_field()

    def __init__(
        self,
        *args: Any,
        user: User,
        campaign: Campaign,
        kind: Activity,
        corrects: Record | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.campaign, self.kind, self.playbook = campaign, kind, campaign.playbook
        self.user, self.corrects = user, corrects
        self.fields["day"].widget.attrs.update(
            min=campaign.starts.isoformat(), max=timezone.localdate().isoformat()
        )
        self._choose_from(user)
        self._drop_what_is_not_written_down()
        self._offer_tasks()
        parts.keep_minutes(self, corrects.minutes if corrects else None)
        self.fields.update(parts.kind_fields(self.playbook, kind))

    def _choose_from(self, user: User) -> None:
        rows: dict[str, QuerySet[Any]] = {
            "organisation": scopes.hosts(user),
            "place": scopes.activity_places(user),
            "team": scopes.teams(user),
            "members": scopes.nameable(user),
        }
        old = self.corrects
        kept: dict[str, list[Any]] = {name: [getattr(old, name, None)] for name in rows}
        kept["members"] = old.attended if old else []
        for name, found in rows.items():
            offers = reverse("fieldwork:offers", args=[name])
            choose_from(self, name, found, offers=offers, kept=kept[name])

    def _drop_what_is_not_written_down(self) -> None:
        dropped = []
        if self.kind.members in ("counts", "none"):
            dropped += ["members", "whole_team"]
        if self.kind.members in ("names", "none"):
            dropped.append("members_counted")
        if self.kind.members == "none":
            dropped.append("cadres_counted")
        if self.kind.public == "none":
            dropped.append("public_counted")
        if not self.playbook.team_kinds:
            dropped += ["team", "whole_team"]
        for name in set(dropped):
            del self.fields[name]

    def _offer_tasks(self) -> None:
        """Tasks this kind of activity or its outputs count for, running not long ago."""
        today = timezone.localdate()
        fitting = Q(activity_kind=self.kind.key) | Q(output_kind__in=self.kind.outputs or [""])
        rows = Task.objects.filter(fitting, campaign=self.campaign, starts__lte=today)
        # A list, not a search: the latest few windows are those one writes about.
        keys = list(rows.order_by("-due").values_list("pk", flat=True)[:12])
        if self.corrects and self.corrects.task_id:
            keys.append(self.corrects.task_id)
        if not keys:
            del self.fields["task"]
            return
        field: Any = self.fields["task"]
        field.queryset = Task.objects.filter(pk__in=keys).order_by("-due")
        field.label_from_instance = lambda task: f"{task.title}（{task.starts} – {task.due}）"
        running = [t for t in field.queryset if t.due >= today]
        if len(running) == 1:
            field.initial = running[0].pk

    @property
    def outputs(self) -> list[Any]:
        return parts.output_rows(self, self.playbook, self.kind)

    @property
    def answers(self) -> list[Any]:
        return parts.answer_rows(self, self.kind)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("whole_team") and not facts.get("team"):
            self.add_error("team", _("Which team was it?"))
        host, place = facts.get("organisation"), facts.get("place")
        if host and place and not self._may_host(host, place):
            self.add_error("place", _("You do not write down what this organisation does there."))
        return facts

    def _may_host(self, host: Any, place: Any) -> bool:
        return scopes.may_host(self.user, host, place, corrects=self.corrects)

    def done(self) -> Done:
        facts = self.cleaned_data
        members = list(facts.get("members") or [])
        if facts.get("whole_team"):
            places = facts["team"].places_in.filter(ended=None, member__ended=None)
            members += [one.member for one in places.select_related("member")]
        return Done(
            id=facts["id"],
            kind=self.kind.key,
            day=facts["day"],
            members=members,
            members_counted=facts.get("members_counted") or 0,
            cadres_counted=facts.get("cadres_counted") or 0,
            public_counted=facts.get("public_counted") or 0,
            minutes=facts["minutes"],
            topics=facts.get("topics", ()),
            note=facts["note"],
            fields=parts.answers_given(facts, self.kind),
            outputs=parts.outputs_given(facts, self.kind),
            task=facts.get("task"),
        )
