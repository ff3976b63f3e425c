from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jiedui.core.models import AuditEntry
from jiedui.core.xlsx import harmless
from jiedui.notices.models import Complaint

LIST = "/complaints/"


@pytest.fixture
def notes(office, client):
    client.force_login(office)
    now = timezone.now()
    return Complaint.objects.bulk_create(
        Complaint(text=f"note {n:03}", answered=now if n % 2 else None) for n in range(60)
    )


def texts(response):
    return [str(line.row) for line in response.context["list"].lines]


def test_a_page_holds_25_rows_and_says_how_many_there_are(client, notes):
    response = client.get(LIST)
    assert len(texts(response)) == 25
    assert "60" in response.content.decode()


def test_pages_do_not_repeat_or_lose_a_row(client, notes):
    seen = [text for page in (1, 2, 3) for text in texts(client.get(LIST, {"page": page}))]
    assert sorted(seen) == [f"note {n:03}" for n in range(60)]


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 5000, "²"])
def test_a_page_that_is_not_there_is_the_nearest_one(client, notes, page):
    assert client.get(LIST, {"page": page, "size": page}).status_code == 200


def test_a_head_sorts_and_sorts_back(client, notes):
    day = timezone.make_aware(datetime(2020, 5, 1, 12))
    Complaint.objects.filter(text="note 030").update(made=day)
    assert texts(client.get(LIST, {"sort": "made"}))[0] == "note 030"
    assert texts(client.get(LIST, {"sort": "-made", "page": 3}))[-1] == "note 030"


@pytest.mark.parametrize("sort", ["text", "password", "answered_by__password", "--made", "'"])
def test_what_is_not_declared_sortable_does_not_sort(client, notes, sort):
    assert texts(client.get(LIST, {"sort": sort}))[0] == "note 059"


def test_every_word_of_a_search_must_be_found(client, notes):
    assert texts(client.get(LIST, {"q": "note 041"})) == ["note 041"]
    assert texts(client.get(LIST, {"q": "041 042"})) == []


@pytest.mark.parametrize("words", ["%", "_", "'; --", "\0", "说" * 500])
def test_strange_letters_are_searched_like_any_other(client, notes, words):
    assert texts(client.get(LIST, {"q": words})) in ([], texts(client.get(LIST)))


def test_filters_narrow_and_their_chips_take_them_off(client, notes):
    response = client.get(LIST, {"open": "1", "q": "note"})
    assert response.context["list"].total == 30
    chips = response.context["list"].chips
    assert [chip.off for chip in chips] == [f"{LIST}?open=1", f"{LIST}?q=note"]


def test_a_day_is_included_to_its_last_minute(client, notes):
    late = timezone.make_aware(datetime(2020, 5, 1, 23, 59, 30))
    Complaint.objects.filter(text="note 007").update(made=late)
    found = {"made_from": "2020-05-01", "made_to": "2020-05-01"}
    assert texts(client.get(LIST, found)) == ["note 007"]
    assert texts(client.get(LIST, {"made_from": "2020-04-01", "made_to": "2020-04-30"})) == []


@pytest.mark.parametrize("day", ["2020-02-31", "0001-01-01", "9999-12-31", "yesterday"])
def test_a_day_that_is_none_filters_nothing(client, notes, day):
    assert client.get(LIST, {"made_to": day}).context["list"].total == 60


def test_the_number_of_queries_does_not_grow_with_the_rows(client, office, notes):
    client.get(LIST)
    counts = []
    for size in (25, 50):
        with CaptureQueriesContext(connection_of(Complaint)) as queries:
            client.get(LIST, {"size": size})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def connection_of(model):
    from django.db import connections

    return connections[model.objects.db]


@pytest.mark.parametrize("how", [{"print": 1}, {"export": "xlsx"}])
def test_rows_taken_away_are_fetched_a_hundred_at_a_time(client, office, how):
    """However many keys one query carries, its time grows with all rows of the area."""
    Complaint.objects.bulk_create(Complaint(text=f"note {n}") for n in range(250))
    client.force_login(office)
    with CaptureQueriesContext(connection_of(Complaint)) as asked:
        answer = client.get("/complaints/", how)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert content
    fetched = [query["sql"] for query in asked if " IN (" in query["sql"]]
    keys = [len(sql.partition(" IN (")[2].partition(")")[0].split(",")) for sql in fetched]
    assert sum(keys) >= 250
    assert max(keys) <= 100


def test_htmx_gets_the_list_without_its_frame(client, notes):
    response = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "listing"})
    assert response.content.decode().lstrip().startswith('<div id="listing"')
    assert "HX-Target" in response.headers["Vary"]


def test_chosen_columns_are_remembered(client, notes):
    client.get(LIST, {"columns": ["text", "page", "password"]})
    assert [c.key for c in client.get(LIST).context["list"].shown] == ["text", "page"]
    client.get(LIST, {"columns": [""]})
    assert [c.key for c in client.get(LIST).context["list"].shown] == ["text", "made", "state"]


def book(response):
    return openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active


def test_the_export_holds_the_filtered_rows_and_who_took_them(client, notes, office):
    sheet = book(client.get(LIST, {"export": "xlsx", "open": "1"}))
    rows = list(sheet.iter_rows(values_only=True))
    assert str(office) in rows[0][0]
    assert len(rows) == 2 + 30
    entry = AuditEntry.objects.get(action="register.exported")
    assert (entry.actor_id, entry.content["rows"]) == (office.pk, 30)


@pytest.mark.parametrize("trap", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_an_export_is_a_formula(client, notes, trap):
    Complaint.objects.filter(text="note 000").update(text=trap)
    sheet = book(client.get(LIST, {"export": "xlsx"}))
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert harmless(trap) in [cell.value for cell in cells]


def test_the_printed_list_has_no_navigation_and_says_who_printed_it(client, notes, office):
    page = client.get(LIST, {"print": "1"}).content.decode()
    assert page.count("<tr>") == 61
    assert str(office) in page
    assert "side-nav" not in page


def test_an_empty_list_says_what_comes_here(client, office):
    client.force_login(office)
    assert "意见箱是空的" in client.get(LIST).content.decode()


def test_a_list_without_a_match_offers_to_clear_the_filters(client, notes):
    assert "清除全部" in client.get(LIST, {"q": "nothing like this"}).content.decode()


def test_a_place_is_picked_by_typing_and_holds_all_below_it(
    client, office, qin_family, other_village
):
    client.force_login(office)
    households = "/households/"
    offers = client.get(households, {"pick": "place", "place": "柳河"}).content.decode()
    assert "place=211104100" in offers
    assert client.get(households, {"place": "211104"}).context["list"].total == 1
    assert client.get(households, {"place": "柳河镇"}).context["list"].total == 1
    assert client.get(households, {"place": "211104100201"}).context["list"].total == 0


def test_a_place_nobody_knows_finds_nothing_and_says_so(client, office, qin_family):
    client.force_login(office)
    for unknown, folded in (("亚特兰蒂斯", "亚特兰蒂斯"), ("999", "999"), ("²", "2")):
        found = client.get("/households/", {"place": unknown}).context["list"]
        assert (found.total, found.chips[0].text) == (0, folded)


def test_columns_belong_to_the_account_that_chose_them(client, notes, office):
    client.get(LIST, {"columns": ["text"]})
    other = type(office).objects.create_user("other", password="correct horse battery")
    office.appointments.update(user=other)
    client.force_login(other)
    assert [c.key for c in client.get(LIST).context["list"].shown] == ["text", "made", "state"]
