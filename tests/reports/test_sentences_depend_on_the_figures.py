"""A template says only what its figures bear out; heads are those of each bulletin."""

import io
from datetime import timedelta

import docx
import pytest
from django.urls import reverse

from jiedui.campaigns import actions as campaigns
from jiedui.campaigns import playbook
from jiedui.campaigns.playbook import moving
from jiedui.core.refusals import Refused
from jiedui.figures.actions import take
from jiedui.places.models import Place
from jiedui.reports import actions, documents
from jiedui.reports.models import Bulletin
from jiedui.supervision.models import Issue
from jiedui.verification import check


@pytest.fixture
def county_campaign(bureau, city, today):
    source = moving.beginning(playbook.source("panjin"), today - timedelta(days=60))
    source = moving.called(
        source, name="", full_name="", office="大洼区活动办", document_word="洼走亲办",
        place="211104000000",
    )  # fmt: skip
    county = Place.objects.get(path="211104")
    return campaigns.start(source, organisation=bureau.parent, place=county, by=None)


def _issue(campaign, branch, today, kind="not_visited"):
    return Issue.objects.create(
        campaign=campaign, organisation=branch, kind=kind, source="own", text="没走到",
        found_on=today,
    )  # fmt: skip


def _paper(bulletin):
    content = documents.build(bulletin, address="https://example.org/v/")
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_without_a_problem_none_is_spoken_of(county_campaign, language):
    from django.utils import translation

    with translation.override(language):
        text = actions.begin(county_campaign, kind="progress", by=None).text
    assert "个别单位" not in text
    assert "没有发现问题" in text or "No issue was found." in text


def test_each_problem_is_named_by_its_own_figure(county_campaign, branch, today):
    _issue(county_campaign, branch, today)
    bulletin = actions.begin(county_campaign, kind="progress", by=None)
    text = bulletin.text
    assert "个别单位走访不到位" in text
    assert "没有兑现" not in text
    assert "没有接力" not in text
    assert "issues.not_visited" in {one["key"] for one in bulletin.figures}


def test_a_county_bulletin_has_no_city_words(county_campaign):
    bulletin = actions.begin(county_campaign, kind="progress", by=None)
    said = "\n".join([bulletin.title, bulletin.text, *bulletin.heads.values(), *_paper(bulletin)])
    for word in ("全市", "市直", "市委", "市政府", "经济区", "个县"):
        assert word not in said
    assert "大洼区各级党组织" in said
    assert bulletin.heads["signed"] == "大洼区活动办"


def test_the_city_still_says_what_it_published():
    book = playbook.built_in("panjin")
    assert 'level == "city"' in book.bulletin("progress").text.zh
    assert "市直各单位" in book.bulletin("progress").to.zh


def test_heads_are_edited_in_each_bulletin(client, draft, office, leader, today):
    client.force_login(office)
    fields = {"title": draft.title, "text": draft.text, "version": draft.version}
    heads = {"to": "各乡镇：", "copies": "区领导", "signed": "区活动办"}
    client.post(reverse("reports:bulletin_write", args=[draft.pk]), fields | heads)
    draft.refresh_from_db()
    assert draft.heads == heads
    page = client.get(reverse("reports:bulletin_paper", args=[draft.pk])).content.decode()
    assert "区领导" in page
    assert "区活动办" in page
    actions.freeze(draft, issued_on=today, by=leader)
    assert {"各乡镇：", "区活动办"} <= set(_paper(draft))
    assert "抄送：区领导。" in _paper(draft)
    Bulletin.objects.filter(pk=draft.pk).update(heads=heads | {"to": "别人"})
    draft.refresh_from_db()
    assert not check.verify(draft).text_equal  # the seal covers them


@pytest.mark.parametrize(
    "heads", [{"to": "一" * 201}, {"signed": " "}, {"copies": "共[[f1]]户"}]
)  # fmt: skip
def test_a_head_that_cannot_stand_is_refused_and_stays_on_the_page(client, draft, office, heads):
    client.force_login(office)
    fields = {"title": draft.title, "text": draft.text, "version": draft.version}
    answer = client.post(reverse("reports:bulletin_write", args=[draft.pk]), fields | heads)
    assert answer.context["refused"]
    assert next(iter(heads.values())) in [one["text"] for one in answer.context["heads"]]
    with pytest.raises(Refused):
        actions.write(
            draft, title="一", text=draft.text, version=draft.version, by=office, heads=heads
        )


def test_a_bulletin_of_before_says_what_the_playbook_says(frozen):
    Bulletin.objects.filter(pk=frozen.pk).update(heads={})
    frozen.refresh_from_db()
    frozen.digest = frozen.digest_with(
        year=frozen.year, serial=frozen.serial, issued_on=frozen.issued_on
    )
    assert frozen.head("signed") == "小行动领导小组办公室"
    assert frozen.head("to") == ""


def test_a_text_nobody_changed_follows_new_figures(client, county_campaign, branch, office, today):
    bulletin = actions.begin(county_campaign, kind="progress", by=office)
    _issue(county_campaign, branch, today)
    take(county_campaign)
    client.force_login(office)
    page = client.post(reverse("reports:bulletin_refresh", args=[bulletin.pk]), follow=True)
    bulletin.refresh_from_db()
    assert "没有发现问题" not in bulletin.text
    assert "个别单位走访不到位" in bulletin.text
    assert "没有发现问题" in page.content.decode()  # told as taken out


def test_in_a_changed_text_it_is_told(client, county_campaign, branch, office, today):
    bulletin = actions.begin(county_campaign, kind="progress", by=office)
    text = bulletin.text + "另：请各单位阅知。\n"
    actions.write(bulletin, title=bulletin.title, text=text, version=1, by=office)
    _issue(county_campaign, branch, today)
    take(county_campaign)
    done = actions.refresh(bulletin, by=office)
    assert bulletin.text == text
    assert not done.is_rewritten
    assert any("没有发现问题" in one for one in done.gone)
    assert any("个别单位走访不到位" in one for one in done.come)


def _mistakes(**fields):
    import tomlkit

    document = tomlkit.parse(playbook.source("panjin"))
    document["bulletins"][0].update(fields)
    return [one.problem for one in playbook.check(tomlkit.dumps(document))]


def test_a_figure_cannot_stand_in_a_line_but_may_decide():
    assert _mistakes(to={"zh": '共{{ figure("gifts.value") }}元', "en": "x"})
    assert _mistakes(title={"zh": "截至{{ as_of }}", "en": "x"})
    decided = '{% if figure("gifts.value") > 0 %}甲{% else %}乙{% endif %}'
    assert _mistakes(to={"zh": decided, "en": "x"}) == []


def test_a_level_that_is_none_is_named():
    (problem,) = _mistakes(to={"zh": '{% if level == "citi" %}市{% endif %}', "en": "x"})
    assert "citi" in problem
