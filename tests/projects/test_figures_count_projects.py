"""Figures count projects, their money and what they changed; each leads back to its projects."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from jiedui.campaigns.playbook import check
from jiedui.figures import actions as figures
from jiedui.figures import record_rows, trace
from jiedui.figures.evaluation import evaluate
from jiedui.projects import actions

pytestmark = pytest.mark.django_db
SMALL = (Path(__file__).parents[1] / "playbooks" / "small.toml").read_text(encoding="utf-8")
KEYS = ["done", "under_way", "overdue", "money", "late", "paved_before", "paved_after"]
FIGURES = "".join(
    f'[[figures]]\nkey = "{key}"\nname = {{ zh = "数", en = "N" }}\n'
    f'unit = {{ zh = "个", en = "N" }}\n{rest}\n'
    for key, rest in (
        ("done", 'counts = "projects"\nover = "projects"\nwhere = { stage = "done" }'),
        ("under_way", 'counts = "projects"\nover = "projects"\nwhere = { state = "building" }'),
        ("overdue", 'counts = "projects"\nover = "projects"\nwhere = { overdue = true }'),
        ("money", 'counts = "money"\nmeasure = "sum"\nover = "projects"\ncolumn = "budget_fen"'),
        ("late", 'counts = "days"\nmeasure = "mean"\nover = "projects"\ncolumn = "days_late"\n'
                 'where = { kind = "road", days_late = { from = 1 } }'),
        ("paved_before", 'counts = "items"\nmeasure = "sum"\nover = "project_answers"\n'
                         'column = "before"\nwhere = { question = "paved" }'),
        ("paved_after", 'counts = "items"\nmeasure = "sum"\nover = "project_answers"\n'
                        'column = "after"\nwhere = { question = "paved", stage = "done" }'),
    )
)  # fmt: skip


@pytest.fixture
def counted(campaign, make, other_village, today):
    """Two under way, one of them overdue; one finished four days late; one stopped; one wrong."""
    campaign.source = campaign.source + FIGURES
    campaign.save()
    make(state="building")
    make(state="building", due=today - timedelta(days=2), place=other_village)
    done = make(state="building", due=today - timedelta(days=4))
    actions.step(done, day=today, state="built", due=done.due, text="", by=None)
    actions.compare(done, before={"paved": "1.5"}, after={"paved": "4.25", "lamps": "1"}, by=None)
    make(state="halted", due=today - timedelta(days=9))
    actions.void(make(state="built"), reason="错了", by=None)
    return done


def values(snapshot, **scope):
    return [one.value for one in evaluate(snapshot, KEYS, **scope)]


def test_figures_count_states_money_delays_and_what_changed(campaign, counted):
    found = values(figures.take(campaign))
    assert found == [1, 2, 1, 4 * 35_000, 3, 6, pytest.approx(4.25)]


def test_they_are_those_of_a_place_and_of_who_answers(campaign, counted, other_village, bureau):
    snapshot = figures.take(campaign)
    assert values(snapshot, place=other_village)[:3] == [0, 1, 1]
    assert values(snapshot, organisation=bureau)[:3] == [1, 2, 1]


def test_behind_a_figure_stand_the_projects_one_may_see(campaign, counted, office, lu):
    snapshot = figures.take(campaign)
    for key, what in (
        ("done", "路 · 已完工"),
        ("paved_after", "路 · 硬化路：1.5 公里 → 4.25 公里"),
    ):
        page = trace.records(snapshot, campaign.playbook.figure(key))
        [record] = record_rows.visible(page.ids, user=office, playbook=campaign.playbook)
        assert (record.what, record.url) == (what, counted.get_absolute_url())
        assert record_rows.visible(page.ids, user=lu, playbook=campaign.playbook) == []


def test_a_step_more_is_another_snapshot(campaign, counted, today):
    before = figures.take(campaign)
    actions.step(counted, day=today, state="accepted", due=counted.due, text="", by=None)
    assert figures.take(campaign).key != before.key


def test_a_snapshot_without_projects_is_taken_as_well(campaign):
    campaign.source = campaign.source + FIGURES
    campaign.save()
    assert values(figures.take(campaign))[:3] == [0, 0, 0]


def test_the_board_leads_to_the_map_of_the_first_figure_of_projects(
    client, campaign, counted, office
):
    figures.take(campaign)
    client.force_login(office)
    href = f"{reverse('home:map')}?figure=done"
    assert href in client.get("/projects/").content.decode()
    assert client.get(href).status_code == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [('{ stage = "done" }', '{ stage = "finished" }'), ('kind = "road"', 'kind = "rode"'),
     ('column = "before"', 'column = "earlier"'),
     ('counts = "items"\nmeasure', 'counts = "money"\nmeasure')],
)  # fmt: skip
def test_what_no_project_has_is_no_figure(old, new):
    assert check(SMALL + FIGURES) == []
    assert len(check(SMALL + FIGURES.replace(old, new, 1))) == 1
