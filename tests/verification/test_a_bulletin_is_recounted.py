"""Every figure of a bulletin counted again: equal, or what is not."""

import io
import json
from pathlib import Path

import docx
from django.urls import reverse

from jiedui.figures import duck, store
from jiedui.orgs import ending
from jiedui.orgs.models import Organisation
from jiedui.reports import documents
from jiedui.reports.models import Bulletin
from jiedui.verification import check


def test_every_figure_is_recounted_and_equal(frozen):
    result = check.verify(frozen)
    assert result.equal
    assert [one.recomputed for one in result.figures] == ["1", "3", "90300.00"]


def test_a_merger_leaves_a_frozen_bulletin_as_it_is(frozen, bureau, office, today):
    before = _paragraphs(frozen)
    city = bureau.parent
    heir = Organisation.objects.create(parent=city, path="00010009", name="水利局", number="U9")
    ending.end(bureau, on=today, by=office, successor=heir)
    frozen = Bulletin.objects.get(pk=frozen.pk)
    assert check.verify(frozen).equal
    assert _paragraphs(frozen) == before


def _paragraphs(bulletin):
    content = io.BytesIO(documents.build(bulletin, address="https://example.org/verify/x/"))
    return [paragraph.text for paragraph in docx.Document(content).paragraphs]


def test_an_altered_file_of_the_snapshot_is_found(frozen):
    duck.forget()
    file = store.path(frozen.snapshot.files("gifts")[0]["sha256"])
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    result = check.verify(frozen)
    assert not result.files_equal
    assert not result.equal
    duck.forget()


def test_a_missing_file_of_the_snapshot_is_found(frozen):
    duck.forget()
    Path(store.path(frozen.snapshot.files("gifts")[0]["sha256"])).unlink()
    result = check.verify(frozen)
    assert [one.equal for one in result.figures] == [True, True, False]


def test_an_altered_text_is_found(frozen):
    Bulletin.objects.filter(pk=frozen.pk).update(title="改过的标题")
    frozen.refresh_from_db()
    assert not check.verify(frozen).text_equal


def test_a_figure_altered_in_the_database_is_found(frozen):
    figures = json.loads(json.dumps(frozen.figures))
    figures[1]["value"], figures[1]["shown"] = "30", "30"
    Bulletin.objects.filter(pk=frozen.pk).update(figures=figures)
    frozen.refresh_from_db()
    result = check.verify(frozen)
    assert [one.equal for one in result.figures] == [True, False, True]


def test_the_command_line_gets_stable_keys(draft):
    verdict = check.verify_json(draft.pk)
    assert verdict["equal"]
    assert {"key", "value", "recomputed", "equal"} <= set(verdict["figures"][0])


def test_readers_of_a_bulletin_see_the_recount_above_it(client, frozen, office):
    client.force_login(office)
    page = client.get(frozen.get_absolute_url()).content.decode()
    address = reverse("verification:bulletin", args=[frozen.pk])
    assert address in page
    answer = client.get(address)
    assert answer.context["result"].equal
    assert frozen.title in answer.content.decode()
