"""A further campaign is a file of numbers: what it declares is loaded, what is wrong is said."""

import re
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone, translation

from jiedui.campaigns.models import Campaign
from jiedui.cli import main
from jiedui.core.refusals import Refused
from jiedui.demo import reading
from jiedui.demo.loading import load
from jiedui.fieldwork.models import Activity
from jiedui.figures import actions, duck
from jiedui.figures.evaluation import evaluate
from jiedui.ledger.models import Gift
from jiedui.needs.models import NeedRequest, State
from jiedui.orgs.models import Organisation
from jiedui.pairing.models import Pair
from jiedui.projects.models import Project
from jiedui.questionnaires.models import Sheet

FOLDER = Path(__file__).parents[1] / "playbooks"
HARBOUR = FOLDER / "harbour_demonstration.toml"
LINES = 150  # of a further campaign, without Python


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def harbour(db):
    load(str(HARBOUR))
    yield Campaign.objects.get()
    duck.forget()


def test_every_figure_declared_is_counted_from_the_records(harbour):
    published = reading.read(str(HARBOUR)).declared.published
    snapshot = actions.take(harbour)
    figures = [harbour.playbook.figure(key) for key in published]
    counted = {value.key: value.value for value in evaluate(snapshot, figures)}
    wrong = {key: counted[key] for key in published if counted[key] not in published[key]}
    assert wrong == {}
    assert len(HARBOUR.read_text().splitlines()) <= LINES


def test_fields_are_filled_by_their_type(harbour):
    for theme in Activity.objects.filter(kind="theme")[:50]:
        assert set(theme.more) == {"theme", "form"}
        assert theme.more["theme"] in ("学先锋", "爱邻里")
        assert theme.more["form"] in ("lecture", "work")
        assert set(theme.private_answers) == {"heard"}


def test_pairs_are_of_whom_the_playbook_says(harbour):
    villages = Pair.objects.filter(kind="branch_village")
    assert set(villages.values_list("place__level", "organisation__kind")) == {
        ("village", "branch")
    }
    assert not Pair.objects.filter(kind="mentor", partner_member=None).exists()
    assert not Pair.objects.filter(kind="zone_keeper", team=None).exists()
    goods = Gift.objects.filter(item="棉被")
    assert sum(goods.values_list("quantity", flat=True)) == 206
    paired = set(villages.values_list("organisation", "place"))
    for giver, place in goods.values_list("giver", "place"):
        assert (giver, place) in paired or giver not in {one for one, _place in paired}


def test_forms_are_filled_in_as_the_playbook_asks(harbour):
    sheets = list(Sheet.objects.filter(form_key="patrol_check"))
    assert len({sheet.team_id for sheet in sheets}) == 6
    for sheet in sheets:
        assert 0 <= sheet.answers["on_time"] <= 10
        assert ("missing" in sheet.answers) == (sheet.answers["gear"] is False)


def test_projects_are_in_the_states_declared_and_went_through_those_before(harbour):
    counts = Counter(Project.objects.values_list("state_key", flat=True))
    assert counts == {"listed": 3, "building": 18, "built": 70, "accepted": 49, "halted": 1}
    today = timezone.localdate()
    for project in Project.objects.prefetch_related("steps").select_related(
        "organisation__place", "place"
    ):
        *earlier, last = project.steps.all()
        assert (project.state_key, project.due) == (last.state_key, last.due)
        assert last.day <= today
        assert project.state_key == "listed" or earlier
        dues = [step.due for step in [*earlier, last]]
        assert project.times_moved == sum(a != b for a, b in pairwise(dues))
        assert bool(project.answers_after) == (project.stage == "done")
        assert project.answers_before["parking"] in (10, 15, 20)
        assert sum(project.funds.values()) == project.budget_fen
        area = project.organisation.place
        assert area is None or project.place.path.startswith(area.path)
    assert Project.objects.filter(times_moved__gt=0).exists()
    assert 0 < Project.objects.overdue(today=today).count() < 10


def test_requests_are_in_the_states_declared_some_of_them_overdue(harbour):
    today = timezone.localdate()
    rows = NeedRequest.objects.all()
    counts = {state: rows.in_state(state).count() for state in State}
    assert counts == {
        "asked": 4, "open": 6, "claimed": 8, "done": 3, "confirmed": 24, "declined": 2,
    }  # fmt: skip
    for row in rows.prefetch_related("claims"):
        [*claims] = row.claims.all()
        assert len(claims) == (row.claimed_on is not None)
        assert all(one.ended == row.confirmed_on for one in claims)
        assert (row.rating is not None) is (row.state == "confirmed")
        assert (row.due is not None) is (row.state not in ("confirmed", "declined"))
        assert not row.household or row.household.head not in row.public_text
    assert 0 < NeedRequest.objects.overdue(today=today).count() < 21


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("count = 6", "count = 6000", "6000 sheets of “patrol_check” cannot be reached"),
        ("{ missing =", "{ mising =", "“patrol_check” does not ask “mising”"),
    ],
)
def test_sheets_that_cannot_be_are_refused(db, tmp_path, old, new, sentence):
    shutil.copy(FOLDER / "harbour.toml", tmp_path)
    file = tmp_path / "wrong.toml"
    text = HARBOUR.read_text(encoding="utf-8")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused, match=sentence):
        load(str(file))
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "at", "sentence"),
    [
        ("members = 420", "membres = 420", "membres", "Unknown key “membres”"),
        ("members = 683", "members = 20", "members = 20", "fewer people than activities"),
        ("found = 57", "found = 20", "measures = 21\n\n[[sheets]]", "more measures than issues"),
        ("person_times = 1_300", "person_times = 9_000", "= 9_000", "9000 person-times cannot be"),
        ('kind = "zone"', 'kind = "zones"', '"zones"', "“zones” is not a key of [[place_kinds]]"),
        ('"meetings.helping"', '"meetings.help"', "meetings.help", "meetings.helping"),
        ('"爱邻里"', '"爱{nobody}"', "{nobody}", "{nobody}"),
        ("found = 57", "found = many", "= many", "cannot be read"),
        ("members = 420", "members = 40", "members = 40", "fewer members than branches"),
        ('name = "{area}"', 'name = "{village}"', "{village}", "{village}"),
        ('by = ["patrol", "streets"]', 'by = ["patrols"]', "patrols", "“patrols” is no kind of"),
        ("without = 3", "without = 300", "without = 300", "the register has 120"),
        ("quilt = 206", "quilts = 206", "quilts", "“quilts” is not a key of [[goods]]"),
        ('kind = "mentor"', 'kind = "zone_keeper"', 'kind = "zone_keeper"\nwithin', "twice"),
        ("built = 70", "bilt = 70", "bilt", "“old_estate” has no “bilt”"),
        ("before = { parking", "before = { parkin", "parkin ", "“old_estate” has no “parkin”"),
        ('kind = "old_estate"', 'kind = "estate"', '"estate"', "“estate” is not a key of"),
        ("mentors = 30", 'mentors = "many"', '"many"', "“many” does not fit here"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line(db, tmp_path, old, new, at, sentence):
    shutil.copy(FOLDER / "harbour.toml", tmp_path)
    text = HARBOUR.read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    line = text[: text.index(at)].count("\n") + 1
    file = tmp_path / "wrong.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(str(file))
    assert f"wrong.toml:{line}: " in refused.value.sentence
    assert sentence in refused.value.sentence
    assert not Organisation.objects.exists()


def test_more_branches_than_declared_are_refused(db, tmp_path):
    shutil.copy(FOLDER / "harbour.toml", tmp_path)
    file = tmp_path / "wrong.toml"
    text = HARBOUR.read_text(encoding="utf-8")
    file.write_text(text.replace("branches = 45", "branches = 9"), encoding="utf-8")
    with pytest.raises(Refused, match="9 branches were declared"):
        load(str(file))
    assert not Organisation.objects.exists()


def test_a_playbook_that_is_not_there_is_said(db, tmp_path):
    file = tmp_path / "lonely.toml"
    file.write_text(HARBOUR.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(Refused, match="names no playbook"):
        load(str(file))


@pytest.mark.django_db
def test_the_command_takes_a_file(tmp_path):
    done = CliRunner().invoke(main, ["demo", str(HARBOUR), "--scale", "0.1"])
    assert done.exit_code == 0, done.output
    assert "harbour_demonstration: " in done.output
    assert Campaign.objects.get().key == "harbour"
    again = CliRunner().invoke(main, ["demo", str(HARBOUR)])
    assert again.exit_code == 1
    assert "Traceback" not in again.output


def test_what_ships_is_read_without_a_mistake():
    assert reading.available() == ("panjin", "xiejiaji")
    for name in reading.available():
        assert reading.read(name).declared.published


def test_a_log_gets_a_line_for_each_stage(db):
    done = CliRunner().invoke(main, ["demo", str(HARBOUR), "--scale", "0.1"])
    assert re.search(r"^ +\d+\.\d s  .+: \d+$", done.stderr, re.MULTILINE)
