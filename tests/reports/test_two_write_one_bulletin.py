"""Two editors of one draft: what only one changed is put together, what both changed is shown."""

import re

from django.urls import reverse


def opened(client, bulletin):
    """What the editor sends when nothing is changed."""
    page = client.get(reverse("reports:bulletin", args=[bulletin.pk])).content.decode()
    shown = re.search(r'name="shown" value="([^"]*)"', page)[1]
    return {"title": bulletin.title, "text": bulletin.text, "version": bulletin.version,
            "shown": shown}  # fmt: skip


def write(client, bulletin, fields):
    return client.post(reverse("reports:bulletin_write", args=[bulletin.pk]), fields)


def test_a_paragraph_of_the_first_survives_the_title_of_the_second(client, draft, office):
    client.force_login(office)
    first = opened(client, draft)
    second = dict(first)
    write(client, draft, {**first, "text": draft.text + "\n二、新加的一段"})
    answer = write(client, draft, {**second, "title": "新标题"})
    assert answer.status_code == 200
    assert not answer.context["theirs"]
    draft.refresh_from_db()
    assert draft.title != "新标题"
    again = {name: answer.context[name] for name in ("title", "text", "shown")}
    assert again["title"] == "新标题"
    write(client, draft, {**again, "version": draft.version})
    draft.refresh_from_db()
    assert draft.title == "新标题"
    assert draft.text.strip().endswith("二、新加的一段")


def test_what_both_changed_is_shown_and_decided_by_the_second(client, draft, office):
    client.force_login(office)
    fields = opened(client, draft)
    write(client, draft, {**fields, "title": "甲的标题", "to": "各乡镇："})
    answer = write(client, draft, {**fields, "title": "乙的标题"})
    assert [text for _label, text in answer.context["theirs"]] == ["甲的标题"]
    assert answer.context["title"] == "乙的标题"
    heads = {one["name"]: one["text"] for one in answer.context["heads"]}
    assert heads["to"] == "各乡镇："
    assert "甲的标题" in answer.content.decode()


def test_without_a_word_of_what_was_shown_nothing_is_taken_for_ones_own(client, draft, office):
    client.force_login(office)
    fields = opened(client, draft)
    write(client, draft, {**fields, "title": "甲的标题"})
    for shown in ("", "%%%", "W10=", fields["shown"][:-9]):
        answer = write(client, draft, {**fields, "title": "乙的标题", "shown": shown})
        assert "甲的标题" in [text for _label, text in answer.context["theirs"]], shown
