"""A later playbook drops a question, an output, a topic: correcting an older record keeps them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from jiedui.campaigns import playbook
from jiedui.fieldwork import actions
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.models import Activity
from page_forms import forms_of


@pytest.fixture
def visit(rich, zhou_and_the_qins, today):
    pair = type(zhou_and_the_qins).objects.get(pk=zhou_and_the_qins.pk)
    said = {"met": "head", "rooms": 3, "dry": True, "seen": ["rice", "coal"], "illness": "哮喘"}
    done = Done(kind="call_on", day=today, note="问候", topics=["talk"], fields=said)
    return actions.visit(pair, done, by=None)


def without(campaign, *pairs):
    """A later text of the playbook."""
    source = campaign.source
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    assert playbook.check(source) == []
    campaign.source = source
    campaign.save()


ROOMS = '  { key = "rooms", name = { zh = "看了几间房", en = "Rooms seen" }, type = "whole" },\n'
ILLNESS = (
    '  { key = "illness", name = { zh = "病情", en = "Illness" }, type = "long_text",'
    " private = true },\n"
)
COAL = ',\n    { key = "coal", name = { zh = "煤", en = "Coal" } } ] }'
TOPICS = 'topics = ["talk"]\n'


def corrected(client, old, **typed):
    url = reverse("fieldwork:correct", args=[old.pk])
    page = client.get(url).content.decode()
    form = next(one for one in forms_of(page) if "note" in one.fields)
    sent = {name: values for name, values in form.fields.items() if values}
    answer = client.post(url, sent | typed)
    assert answer.status_code == 302, answer.content.decode()
    return page, Activity.objects.get(corrects=old)


def test_answers_and_topics_stay_and_are_shown(client, office, rich, visit):
    without(rich, (ROOMS, ""), (TOPICS, ""))
    client.force_login(office)
    page, new = corrected(client, visit, note="更正")
    assert (new.note, new.more["rooms"], new.topics) == ("更正", 3, ["talk"])
    assert "看了几间房" in page and "拉家常" in page
    shown = client.get(new.get_absolute_url()).content.decode()
    assert "看了几间房" in shown


def test_one_of_several_topics_is_dropped(client, office, rich, zhou_and_the_qins, today):
    more = (
        '[[topics]]\nkey = "care"\nname = { zh = "慰问", en = "Care" }\n\n[[topics]]\nkey = "talk"'
    )
    without(rich, ('[[topics]]\nkey = "talk"', more), ('["talk"]', '["talk", "care"]'))
    pair = type(zhou_and_the_qins).objects.get(pk=zhou_and_the_qins.pk)
    done = Done(kind="call_on", day=today, topics=["talk", "care"])
    old = actions.visit(pair, done, by=None)
    without(rich, ('["talk", "care"]', '["care"]'))
    client.force_login(office)
    page, new = corrected(client, old, note="更正")
    assert sorted(new.topics) == ["care", "talk"]
    assert 'value="talk"' not in page and "拉家常" in page
    url = reverse("fieldwork:correct", args=[new.pk])
    form = next(one for one in forms_of(client.get(url).content.decode()) if "note" in one.fields)
    sent = {name: v for name, v in form.fields.items() if v and name != "topics"}
    assert client.post(url, sent).status_code == 302
    assert Activity.objects.get(corrects=new).topics == ["talk"]


def test_encrypted_answers_stay_and_stay_encrypted(client, liaison, office, rich, visit):
    without(rich, (ILLNESS, ""))
    client.force_login(office)
    _page, new = corrected(client, visit, note="更正")
    assert new.private_answers == {"illness": "哮喘"}
    assert "illness" not in new.more
    assert "哮喘" not in client.get(new.get_absolute_url()).content.decode()


def test_an_option_that_is_no_longer_offered_stays(client, office, rich, visit):
    without(rich, (COAL, " ] }"))
    client.force_login(office)
    _page, new = corrected(client, visit, note="更正")
    assert sorted(new.more["seen"]) == ["coal", "rice"]


def test_outputs_and_people_stay(client, office, campaign, bureau, city, zhou, he, today):
    done = Done(kind="cleaning", day=today, note="扫雪", members=[zhou, he], public_counted=12,
                outputs={"letters": Decimal(30)})  # fmt: skip
    old = actions.activity(campaign, done, organisation=bureau, place=city, by=None)
    without(campaign, ('members = "either"\npublic = "counts"\noutputs = ["letters"]',
                       'members = "none"'))  # fmt: skip
    client.force_login(office)
    page, new = corrected(client, old, note="更正")
    assert [(one.kind, one.quantity, one.unit) for one in new.outputs.all()] == [
        ("letters", Decimal(30), "封")
    ]
    assert {one.pk for one in new.attended} == {zhou.pk, he.pk}
    assert new.public_counted == 12
    assert "宣传信" in page and "30 封" in page and "周明" in page


def test_a_number_takes_the_place_of_names(client, office, campaign, bureau, city, zhou, today):
    done = Done(kind="cleaning", day=today, note="扫雪", members=[zhou])
    old = actions.activity(campaign, done, organisation=bureau, place=city, by=None)
    without(campaign, ('members = "either"', 'members = "counts"'))
    client.force_login(office)
    _page, new = corrected(client, old, note="更正", members_counted="4")
    assert (new.members_counted, new.attended) == (4, [])


def test_what_was_kept_is_kept_again(client, office, rich, visit):
    without(rich, (ROOMS, ""))
    client.force_login(office)
    _page, new = corrected(client, visit, note="更正")
    _page, newer = corrected(client, new, note="再更正")
    assert newer.more["rooms"] == 3


def test_a_visit_with_nothing_else_still_says_something(
    client, office, rich, zhou_and_the_qins, today
):
    pair = type(zhou_and_the_qins).objects.get(pk=zhou_and_the_qins.pk)
    done = Done(kind="call_on", day=today, fields={"rooms": 3})
    old = actions.visit(pair, done, by=None)
    without(rich, (ROOMS, ""))
    client.force_login(office)
    _page, new = corrected(client, old, minutes="30")
    assert new.more == {"rooms": 3}
