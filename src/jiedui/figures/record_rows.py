"""The records behind a figure as they are now, masked, and only those the user may see."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Task
from jiedui.campaigns.playbook import Playbook, by_key
from jiedui.core.texts import count_text, masked_name, yuan_text
from jiedui.core.users import User
from jiedui.fieldwork.models import Activity, Attendance, Output
from jiedui.households.models import Household
from jiedui.ledger.models import Fund, Gift
from jiedui.needs.models import NeedRequest
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.pairing.models import Pair
from jiedui.places.models import Place
from jiedui.projects.models import Project
from jiedui.questionnaires.answers import answer_name, display
from jiedui.questionnaires.models import SUBJECTS, Sheet
from jiedui.supervision.models import Issue, Measure


@dataclass(frozen=True)
class Record:
    """One line of the list. `is_void`: taken out since the snapshot was made."""

    what: str
    who: str = ""
    day: date | None = None
    place: str = ""
    organisation: str = ""
    url: str = ""
    is_void: bool = False


@dataclass(frozen=True)
class Names:
    """The words a playbook has for kinds, goods and outputs."""

    playbook: Playbook

    def of(self, section: str, key: str) -> str:
        found = (one for one in getattr(self.playbook, section) if one.key == key)
        return str(getattr(next(found, None), "name", key))


def visible(ids: Iterable[tuple[str, str]], *, user: User, playbook: Playbook) -> list[Record]:
    """The records among these that the user may see, in the same order."""
    wanted: dict[str, list[str]] = {}
    for table, key in ids:
        wanted.setdefault(table, []).append(key)
    names = Names(playbook)
    return [row for table, keys in wanted.items() for row in _open(table, keys, user, names)]


def _open(table: str, keys: Sequence[str], user: User, names: Names) -> list[Record]:
    opener = OPENERS[table]
    found = {opener.key(row): row for row in opener.rows(user, opener.keys(keys))}
    return [opener.show(found[key], names) for key in keys if key in found]


@dataclass(frozen=True)
class Opener:
    """How records of a table are found and shown; `key` names a row as the snapshot does."""

    rows: Callable[[Any, Sequence[str]], Iterable[Any]]
    show: Callable[[Any, Names], Record]
    key: Callable[[Any], str] = lambda row: getattr(row.pk, "hex", None) or str(row.pk)
    keys: Callable[[Sequence[str]], Sequence[str]] = lambda keys: keys


def _scoped(model: Any, *related: str) -> Callable[[Any, Sequence[str]], QuerySet[Any]]:
    def rows(user: User, keys: Sequence[str]) -> QuerySet[Any]:
        found = model.objects.visible_to(user).filter(pk__in=keys)
        return found.select_related(*related).distinct() if related else found.distinct()

    return rows


def _of_activities(model: Any, *related: str) -> Callable[[Any, Sequence[str]], Iterable[Any]]:
    def rows(user: User, keys: Sequence[str]) -> Iterable[Any]:
        own = ("activity__place", "activity__organisation", "activity__household")
        found = list(model._default_manager.filter(pk__in=keys).select_related(*own, *related))
        # Read for these activities only: the scope over all of them would be read first otherwise.
        these = Activity.objects.filter(pk__in={row.activity_id for row in found})
        seen = set(these.visible_to(user).values_list("pk", flat=True))
        return [row for row in found if row.activity_id in seen]

    return rows


def _url(row: Any) -> str:
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""


def _masked(row: Any, field: str = "name") -> str:
    return masked_name(getattr(row, field)) if row else ""


def _activity(row: Activity, names: Names, *, what: str = "", who: str = "") -> Record:
    return Record(
        what=what or names.of("activities", row.kind),
        who=who or _masked(row.household, "head"),
        day=row.day,
        place=row.place.name,
        organisation=row.organisation.name,
        url=_url(row),
        is_void=row.voided_on is not None,
    )


def _attendance(row: Attendance, names: Names) -> Record:
    return _activity(row.activity, names, who=_masked(row.member))


def _output(row: Output, names: Names) -> Record:
    what = f"{names.of('outputs', row.kind)} {count_text(row.quantity.normalize())} {row.unit}"
    return _activity(row.activity, names, what=what)


def _gift(row: Gift, names: Names) -> Record:
    thing = names.of("goods", row.item) if row.item else row.get_kind_display()
    return Record(
        what=_("%(thing)s, %(yuan)s yuan") % {"thing": thing, "yuan": yuan_text(row.value_fen)},
        who=_masked(row.household, "head"),
        day=row.day,
        place=row.place.name,
        organisation=row.giver.name,
        url=_url(row),
        is_void=row.voided_on is not None,
    )


def _household(row: Household, names: Names) -> Record:
    return Record(row.number, _masked(row, "head"), row.since, row.place.name, url=_url(row))


def _pair(row: Pair, names: Names) -> Record:
    helper = _masked(row.member) or (row.team.name if row.team else "")
    helped = _masked(row.household, "head") or _masked(row.partner_member)
    place = row.household.place if row.household else row.place
    return Record(
        what=names.of("pairings", row.kind),
        who=" – ".join(filter(None, (helper, helped))),
        day=row.since,
        place=place.name if place else "",
        organisation=row.organisation.name,
        url=_url(row),
    )


def _member(row: Member, names: Names) -> Record:
    return Record(row.number, _masked(row), row.since, "", row.organisation.name, _url(row))


def _team(row: Team, names: Names) -> Record:
    place = row.place.name if row.place else ""
    kind = names.of("team_kinds", row.kind)
    return Record(f"{row.name} · {kind}", "", row.since, place, row.organisation.name, _url(row))


def _organisation(row: Organisation, names: Names) -> Record:
    place = row.place.name if row.place else ""
    return Record(row.name, "", row.since, place, row.get_kind_display(), _url(row))


def _place(row: Place, names: Names) -> Record:
    above = str(row.parent) if row.parent else ""
    return Record(row.name, "", row.since, above, row.get_level_display(), _url(row))


def _fund(row: Fund, names: Names) -> Record:
    what = _("%(thing)s, %(yuan)s yuan") % {"thing": row.name, "yuan": yuan_text(row.balance_fen)}
    return Record(what, "", row.since, "", row.organisation.name, _url(row))


def _issue(row: Issue, names: Names) -> Record:
    place = row.place.name if row.place else ""
    what = f"{names.of('issue_kinds', row.kind)} · {row.get_state_display()}"
    return Record(what, "", row.found_on, place, row.organisation.name, _url(row))


def _measure(row: Measure, names: Names) -> Record:
    return Record(row.text, "", row.due, "", row.organisation.name, _url(row))


def _links(user: User, keys: Sequence[str]) -> Iterable[Any]:
    link = Issue.measures.through
    seen = Issue.objects.visible_to(user).values("pk")
    found = link._default_manager.filter(pk__in=keys, issue__in=seen)
    return found.select_related("issue__place", "issue__organisation", "measure")


def _link(row: Any, names: Names) -> Record:
    issue = _issue(row.issue, names)
    return Record(row.measure.text, "", issue.day, issue.place, issue.organisation, issue.url)


def _sheet(row: Sheet, names: Names, *, what: str = "") -> Record:
    return Record(
        what=what or names.of("forms", row.form_key),
        who=_masked(row.household, "head") or _masked(row.member),
        day=row.day,
        place=row.place.name if row.place else "",
        organisation=row.organisation.name if row.organisation else "",
        url=_url(row),
        is_void=row.voided_on is not None,
    )


def _request(row: NeedRequest, names: Names) -> Record:
    return Record(
        what=f"{names.of('needs', row.kind)} · {row.public_text}",
        who=_masked(row.household, "head"),
        day=row.asked_on,
        place=row.place.name,
        organisation=row.organisation.name if row.organisation else "",
        url=_url(row),
        is_void=row.voided_on is not None,
    )


@dataclass(frozen=True)
class _Answer:
    """One answer of a sheet: the snapshot names it by sheet, question and word."""

    key: str
    sheet: Sheet


def _answers(user: User, keys: Sequence[str]) -> list[_Answer]:
    sheets = {UUID(key.partition("-")[0]) for key in keys}
    found = Sheet.objects.visible_to(user).select_related("campaign", *SUBJECTS).in_bulk(sheets)
    parted = [(key, UUID(key.partition("-")[0])) for key in keys]
    return [_Answer(key, found[sheet]) for key, sheet in parted if sheet in found]


def _answer(row: _Answer, names: Names) -> Record:
    _sheet_key, key, *word = row.key.split("-", 2)
    form = row.sheet.form
    question = next(one for one in form.questions if one.key == key)
    told = answer_name(question, word[0]) if word else display(question, row.sheet.answers[key])
    return _sheet(row.sheet, names, what=f"{form.name} · {question.name}：{told}")


def _project(row: Project, names: Names, *, what: str = "") -> Record:
    state = row.state
    return Record(
        what=what or f"{row.name} · {state.name if state else row.state_key}",
        who="",
        day=row.done_on or row.due,
        place=row.place.name,
        organisation=row.organisation.name,
        url=_url(row),
        is_void=row.voided_on is not None,
    )


@dataclass(frozen=True)
class _Asked:
    """A question of a project: the snapshot names it by both."""

    key: str
    project: Project


def _project_answers(user: User, keys: Sequence[str]) -> list[_Asked]:
    parted = [(key, UUID(key.partition("-")[0])) for key in keys]
    rows = Project.objects.visible_to(user).select_related("campaign", "place", "organisation")
    found = rows.in_bulk({project for _key, project in parted})
    return [_Asked(key, found[project]) for key, project in parted if project in found]


def _project_answer(row: _Asked, names: Names) -> Record:
    project, key = row.project, row.key.partition("-")[2]
    asked = by_key(project.asked.questions) if project.asked else {}
    texts = [
        display(asked[key], answers[key]) if key in asked and key in answers else "—"
        for answers in (project.answers_before, project.answers_after)
    ]
    name = asked[key].name if key in asked else key
    return _project(project, names, what=f"{project.name} · {name}：{texts[0]} → {texts[1]}")


@dataclass(frozen=True)
class _Due:
    """A task of one organisation: the snapshot names it by both keys."""

    key: str
    task: Task
    organisation: Organisation


def _tasks(user: User, keys: Sequence[str]) -> list[_Due]:
    parted = [(key, *key.split("-")) for key in keys]
    tasks = Task.objects.in_bulk([int(task) for _key, task, _of in parted])
    seen = Organisation.objects.visible_to(user).in_bulk([int(of) for _key, _task, of in parted])
    return [
        _Due(key, tasks[int(task)], seen[int(of)])
        for key, task, of in parted
        if int(task) in tasks and int(of) in seen
    ]


def _due(row: _Due, names: Names) -> Record:
    return Record(str(row.task.title), "", row.task.due, "", row.organisation.name)


def _places(user: User, keys: Sequence[str]) -> QuerySet[Any]:
    return Place.objects.filter(path__in=[p for key in keys for p in _paths(key)]).select_related(
        "parent"
    )


def _paths(code: str) -> list[str]:
    """Paths a code of 12 digits may stand for: zeros at the end belong to no level."""
    return [code[:cut] for cut in (2, 4, 6, 9) if not code[cut:].strip("0")][:1] or [code]


OPENERS: Mapping[str, Opener] = {
    "activities": Opener(_scoped(Activity, "place", "organisation", "household"), _activity),
    "attendances": Opener(_of_activities(Attendance, "member"), _attendance),
    "outputs": Opener(_of_activities(Output), _output),
    "gifts": Opener(_scoped(Gift, "place", "giver", "household"), _gift),
    "households": Opener(_scoped(Household, "place"), _household),
    "pairs": Opener(
        _scoped(
            Pair, "member", "team", "household__place", "partner_member", "place", "organisation"
        ),
        _pair,
    ),
    "members": Opener(_scoped(Member, "organisation"), _member),
    "teams": Opener(_scoped(Team, "organisation", "place"), _team),
    "organisations": Opener(_scoped(Organisation, "place"), _organisation),
    "places": Opener(_places, _place, key=lambda row: row.path.ljust(12, "0")),
    "funds": Opener(_scoped(Fund, "organisation"), _fund),
    "issues": Opener(_scoped(Issue, "organisation", "place"), _issue),
    "sheets": Opener(_scoped(Sheet, *SUBJECTS), _sheet),
    "needs": Opener(_scoped(NeedRequest, "place", "household", "organisation"), _request),
    "answers": Opener(_answers, _answer, key=lambda row: row.key),
    "projects": Opener(_scoped(Project, "campaign", "place", "organisation"), _project),
    "project_answers": Opener(_project_answers, _project_answer, key=lambda row: row.key),
    "measures": Opener(_scoped(Measure, "organisation"), _measure),
    "measure_issues": Opener(_links, _link),
    "tasks": Opener(_tasks, _due, key=lambda row: row.key),
}
