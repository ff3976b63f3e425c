"""Each user keeps filters and order of a list under a name; words searched for are not kept."""

from urllib.parse import parse_qs, urlsplit

import pytest

from jiedui.core.models import SavedView

LIST = "/households/"
FILTERED = f"{LIST}?kind=extreme&sort=-difficulty&q=秦"


def save(client, name, address=FILTERED):
    return client.post(address, {"save_view": "1", "name": name}, follow=True)


def views(client, address=LIST):
    return client.get(address).context["views"]


@pytest.fixture
def desk(client, office):
    client.force_login(office)
    return client


def test_a_view_is_saved_offered_and_opens_the_same_rows(desk, qin_family):
    page = save(desk, "  特困  ")
    assert "特困" in page.content.decode()
    (view,) = views(desk)
    assert (view.name, view.is_current) == ("特困", False)
    wanted = {"kind": ["extreme"], "sort": ["-difficulty"]}
    assert parse_qs(urlsplit(view.href).query) == wanted
    assert views(desk, view.href)[0].is_current
    assert desk.get(view.href).context["list"].values["kind"] == "extreme"


def test_the_list_comes_back_as_it_was_when_a_view_is_saved(desk, qin_family):
    answer = desk.post(FILTERED, {"save_view": "1", "name": "特困"})
    assert parse_qs(urlsplit(answer.url).query)["q"] == ["秦"]


def test_words_searched_for_are_not_kept(desk, qin_family):
    save(desk, "特困")
    assert "q=" not in SavedView.objects.get().query


def test_showing_all_is_a_view_too(desk, qin_family):
    save(desk, "全部", f"{LIST}?on=all")
    assert SavedView.objects.get().query == "on=all"


def test_saved_again_it_is_replaced_and_said(desk, qin_family):
    save(desk, "重点")
    page = save(desk, "重点", f"{LIST}?overdue=1")
    assert "已更新为当前筛选" in page.content.decode()
    assert SavedView.objects.get().query == "overdue=1"


@pytest.mark.parametrize("name", ["", "   ", "长" * 41, "a\0b", "a\nb"])
def test_a_name_that_is_none_is_refused_with_a_sentence(desk, qin_family, name):
    page = save(desk, name)
    assert not SavedView.objects.exists()
    assert "alert" in page.content.decode()


def test_without_a_filter_there_is_nothing_to_save(desk, qin_family):
    for address in (LIST, f"{LIST}?page=2", f"{LIST}?kind=nonsense", f"{LIST}?sort=password"):
        save(desk, "无", address)
    assert not SavedView.objects.exists()


def test_no_more_than_twenty(desk, qin_family):
    for number in range(21):
        page = save(desk, f"视图{number}")
    assert SavedView.objects.count() == 20
    assert "20" in page.content.decode()
    save(desk, "视图3", f"{LIST}?overdue=1")
    assert SavedView.objects.get(name="视图3").query == "overdue=1"


def test_a_view_is_removed_once(desk, qin_family):
    save(desk, "特困")
    (view,) = views(desk)
    for _again in range(2):
        page = desk.post(LIST, {"drop_view": view.pk}, follow=True)
        assert page.status_code == 200
    assert not SavedView.objects.exists()
    assert "该常用筛选已删除" in page.content.decode()


def test_views_are_of_one_user_and_one_list(desk, client, leader, qin_family):
    save(desk, "特困")
    assert views(desk, "/gifts/") == []
    client.force_login(leader)
    assert views(client) == []
    client.post(LIST, {"drop_view": SavedView.objects.get().pk})
    assert SavedView.objects.exists()


def test_a_name_is_text_and_nothing_else(desk, qin_family):
    page = save(desk, '<script>alert("1")</script>')
    assert "<script>alert" not in page.content.decode()


def test_who_may_not_open_the_list_saves_nothing(client, administrator):
    client.force_login(administrator)
    assert client.post(FILTERED, {"save_view": "1", "name": "特困"}).status_code == 403
    assert not SavedView.objects.exists()
