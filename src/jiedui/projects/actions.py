"""Projects: planned, carried on step by step, compared, taken out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import by_key
from jiedui.campaigns.playbook.projects import ProjectKind, ProjectState
from jiedui.core import audit, changes, submissions, voiding
from jiedui.core.changes import Change
from jiedui.core.locking import held
from jiedui.core.refusals import Refused
from jiedui.core.submissions import Sent
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.orgs.membership import check_home
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place
from jiedui.projects import scopes
from jiedui.projects.models import Project, ProjectStep
from jiedui.questionnaires import answers

Stage = Project.Stage


@dataclass(frozen=True)
class Planned:
    """What somebody wrote down of a project, and the state it has had since `day`."""

    kind: str
    name: str
    place: Place
    organisation: Organisation
    state: str
    day: date
    since: date | None = None
    due: date | None = None
    text: str = ""
    funds: Mapping[str, int] = field(default_factory=dict)  # fen by key of the source
    before: Mapping[str, Any] = field(default_factory=dict)  # by key of the question
    id: UUID | None = None  # made by the client; recording it twice changes nothing


@transaction.atomic
@audit.gathered()
def register(campaign: Campaign, planned: Planned, *, by: User | None) -> Project:
    """Write a project down, with its first step.

    Raises `Refused` for a kind or state the playbook does not have, a place or owner that cannot
    be, and answers that do not fit.
    """
    if planned.id is None:
        return _register(campaign, planned, by=by)
    sent = Sent.by_action(planned.id, kind="project", content=[campaign, planned])
    return submissions.once(
        sent,
        by=by,
        work=lambda: _register(campaign, planned, by=by),
        again=lambda row: Project.objects.get(pk=row.pk),
    )


def _register(campaign: Campaign, planned: Planned, *, by: User | None) -> Project:
    kind = by_key(campaign.playbook.projects).get(planned.kind)
    if kind is None:
        raise Refused(_("The playbook has no projects “%(key)s”.") % {"key": planned.kind[:40]})
    state = _state(kind, planned.state)
    stage = Stage(state.stage)
    if planned.day > timezone.localdate():
        raise Refused(_("The day lies in the future."))
    _check_place(campaign, kind, planned.place)
    check_home(planned.organisation, on=planned.day)
    _check_days(planned.since, planned.due)
    row = Project(
        id=planned.id or uuid7.uuid7(),
        campaign=campaign,
        kind=kind.key,
        name=planned.name.strip(),
        text=planned.text.strip(),
        place=planned.place,
        organisation=planned.organisation,
        state_key=state.key,
        stage=stage,
        since=planned.since,
        due=planned.due,
        started_on=planned.day if stage == Stage.UNDER_WAY else None,
        done_on=planned.day if stage == Stage.DONE else None,
        **_money(kind, planned.funds),
        answers_before=_answers(kind, planned.before, {}),
        recorded_at=timezone.now(),
        recorded_by=audit.signed(by),
    )
    if Project.objects.filter(pk=row.pk).exists():
        raise Refused(_("This form has been saved already, with other content. Open a new one."))
    row.save(force_insert=True)
    _write_step(row, day=planned.day, text="", by=by)
    audit.record("project.registered", row, by=by, kind=kind.key, day=planned.day)
    return row


def _write_step(row: Project, *, day: date, text: str, by: User | None) -> None:
    ProjectStep.objects.create(
        project=row,
        day=day,
        state_key=row.state_key,
        due=row.due,
        text=text,
        recorded_at=timezone.now(),
        recorded_by=audit.signed(by),
    )


def _state(kind: ProjectKind, key: str) -> ProjectState:
    state = kind.state(key)
    if state is None:
        known = {"name": kind.name, "key": key[:40]}
        raise Refused(_("“%(name)s” has no state “%(key)s”.") % known)
    return state


def _check_place(campaign: Campaign, kind: ProjectKind, place: Place) -> None:
    """It stands, and is of those for this kind; held, so that it does not end meanwhile."""
    held(place)
    if not scopes.places(campaign, kind).filter(pk=place.pk).exists():
        raise Refused(
            _("“%(name)s” cannot lie in %(place)s.") % {"name": kind.name, "place": place}
        )


def _check_days(since: date | None, due: date | None) -> None:
    if since and due and due < since:
        raise Refused(_("A project cannot be due before it begins."))


def _money(kind: ProjectKind | None, funds: Mapping[str, int | None]) -> dict[str, Any]:
    """The columns of the money: by source without those that give nothing, and the sum."""
    given = {key: fen for key, fen in funds.items() if fen is not None}
    known = {one.key for one in kind.sources} if kind else set(given)
    if unknown := sorted(set(given) - known):
        raise Refused(_("The playbook has no source of money “%(key)s”.") % {"key": unknown[0]})
    if any(fen < 0 for fen in given.values()):
        raise Refused(_("An amount of money cannot be less than nothing."))
    return {"funds": given, "budget_fen": sum(given.values()) if given else None}


def _answers(
    kind: ProjectKind, given: Mapping[str, Any], kept: Mapping[str, Any]
) -> dict[str, Any]:
    """Clean answers; those to questions that are asked no more stay."""
    asked = {question.key for question in kind.questions}
    others = {key: value for key, value in kept.items() if key not in asked}
    given = {key: value for key, value in given.items() if key not in others}
    if all(value in answers.EMPTY for value in given.values()):
        return others
    of = _("“%(name)s”") % {"name": kind.name}
    return others | answers.read(kind.questions, given, before=kept, of=of)


@transaction.atomic
@audit.gathered()
def amend(project: Project, values: Mapping[str, Any], *, by: User | None) -> None:
    """Put right what it is called, where it lies, who answers for it, its money.

    `values` are the columns that change; `funds` those sources that do, None for no money more.
    Raises `Stale` when somebody changed it since it was read.
    """
    _check_standing(project)
    new = dict(values)
    if "place" in new and project.asked:
        _check_place(project.campaign, project.asked, new["place"])
    if "organisation" in new:
        check_home(new["organisation"], on=timezone.localdate())
    _check_days(new.get("since", project.since), project.due)
    if funds := new.pop("funds", None):
        kept = {key: fen for key, fen in project.funds.items() if key not in funds}
        added = _money(project.asked, funds)["funds"]
        new |= _money(None, kept | added)
    changes.apply(project, new, action="project.amended", by=by)


@transaction.atomic
@audit.gathered()
def step(
    project: Project, *, day: date, state: str, due: date | None, text: str, by: User | None
) -> None:
    """How the project stands from this day on: another state, another due day, or what is new.

    Raises `Refused` where a due day moves, or a project stops, without a reason, and `Stale` when
    somebody changed it since it was read.
    """
    _check_standing(project)
    text = text.strip()
    new = _new_state(project, state, day) | {"due": due}
    if due != project.due:
        _check_days(project.since, due)
        is_later = project.due is not None and (due is None or due > project.due)
        new["times_moved"] = project.times_moved + int(is_later)
    _check_reason(project, new, text)
    _check_day(project, day)
    told = _write(project, changes.change_of(project, new))
    _write_step(project, day=day, text=text, by=by)
    audit.record("project.stepped", project, by=by, day=day, reason=text, **told)


def _write(project: Project, change: Change | None) -> dict[str, Any]:
    """Write a change, at least as a later version; returns what the audit chain tells of it."""
    if change is None:
        changes.raise_version(project)
        return {}
    changes.put_many(Project, [change])
    changes.take_over(project, change)
    return {
        "before": changes.audit_values(Project, change.before),
        "after": changes.audit_values(Project, change.after),
    }


def _check_standing(project: Project) -> None:
    if project.voided_on:
        raise Refused(_("This record has been taken out already."))


def _new_state(project: Project, key: str, day: date) -> dict[str, Any]:
    """The columns that follow from the state it has from this day on."""
    if key == project.state_key:
        return {}
    if project.asked is None:
        raise Refused(_("The playbook has no projects “%(key)s”.") % {"key": project.kind})
    state = _state(project.asked, key)
    stage = Stage(state.stage)
    done_on = (project.done_on or day) if stage == Stage.DONE else None
    is_begun = project.started_on or stage != Stage.UNDER_WAY
    return {
        "state_key": state.key,
        "stage": stage.value,
        "started_on": project.started_on if is_begun else day,
        "done_on": done_on,
    }


def _check_reason(project: Project, new: Mapping[str, Any], text: str) -> None:
    if text:
        return
    if new["due"] != project.due:
        raise Refused(_("Say why the day has moved; the reason stays with it."))
    if new.get("stage") == Stage.STOPPED != project.stage:
        raise Refused(_("Say why it has stopped; the reason stays with it."))
    if "state_key" not in new:
        raise Refused(_("Say what is new: another state, another day, or a few words."))


def _check_day(project: Project, day: date) -> None:
    if day > timezone.localdate():
        raise Refused(_("The day lies in the future."))
    last = project.steps.order_by("-day").values_list("day", flat=True).first()
    if last and day < last:
        told = {"day": day_text(last)}
        raise Refused(_("The last step is of %(day)s; this one cannot be earlier.") % told)


@transaction.atomic
@audit.gathered()
def compare(
    project: Project, *, before: Mapping[str, Any], after: Mapping[str, Any], by: User | None
) -> None:
    """Keep how it was before and how it is after, all of both.

    Raises `Stale` when somebody changed it since it was read.
    """
    _check_standing(project)
    if project.asked is None:
        raise Refused(_("The playbook has no projects “%(key)s”.") % {"key": project.kind})
    new = {
        "answers_before": _answers(project.asked, before, project.answers_before),
        "answers_after": _answers(project.asked, after, project.answers_after),
    }
    changes.apply(project, new, action="project.compared", by=by)


@transaction.atomic
def void(project: Project, *, reason: str, by: User | None) -> None:
    """Take a wrong record out of every figure; it stays readable, with the reason."""
    audit.record("project.voided", project, by=by, reason=voiding.void(project, reason=reason))
