"""Less than a fifth goes over a village's network; files that are compressed stay as they are."""

import gzip

import pytest
from django.urls import reverse

GZIP = {"headers": {"accept-encoding": "gzip, deflate, br"}}


@pytest.fixture
def page(client, office, qin_family):
    client.force_login(office)
    return client.get(reverse("households:list"), **GZIP)


def test_a_page_takes_a_fifth_of_its_size(client, page):
    plain = client.get(reverse("households:list"))
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["Vary"]
    assert int(page.headers["Content-Length"]) == len(page.content) < len(plain.content) / 4
    assert "秦安" in gzip.decompress(page.content).decode()


def test_a_browser_that_asks_for_none_gets_none(client, office):
    client.force_login(office)
    answer = client.get("/")
    assert "Content-Encoding" not in answer.headers
    assert "</html>" in answer.content.decode()


def test_its_length_does_not_tell_what_is_in_it(client, office):
    """The same page is never of one length: guessing a secret by length (BREACH) sees noise."""
    client.force_login(office)
    lengths = {len(client.get(reverse("accounts:profile"), **GZIP).content) for _ in range(12)}
    assert len(lengths) > 3


def test_a_workbook_is_not_compressed_again(client, office, qin_family):
    client.force_login(office)
    answer = client.get(reverse("households:list"), {"export": "xlsx"}, **GZIP)
    assert "Content-Encoding" not in answer.headers
    assert b"".join(answer.streaming_content)[:2] == b"PK"
