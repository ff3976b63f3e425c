"""From a template to a frozen text that anybody can recount."""

import io

import docx
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from docx.oxml.ns import qn

from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.reports import actions, bulletins, documents
from jiedui.reports.models import Bulletin


def _page(client, bulletin):
    return client.get(reverse("reports:bulletin", args=[bulletin.pk])).content.decode()


def _save(client, bulletin, **changes):
    fields = {"title": bulletin.title, "text": bulletin.text, "version": bulletin.version}
    address = reverse("reports:bulletin_write", args=[bulletin.pk])
    return client.post(address, fields | changes, follow=True)


def test_the_template_is_filled_with_figures_from_the_records(client, counted, office):
    client.force_login(office)
    answer = client.post(reverse("reports:bulletin_new"), {"kind": "monthly"}, follow=True)
    bulletin = Bulletin.objects.get()
    assert bulletin.figures[1]["value"] == "3"
    assert bulletin.figures[2]["shown"] == "9万余"
    assert "9万余" in answer.content.decode()


def test_every_figure_leads_to_its_records(client, draft, office):
    client.force_login(office)
    page = _page(client, draft)
    assert reverse("figures:show", args=["small", "visits.person_times"]) in page


def test_a_token_that_stands_for_nothing_is_refused_by_a_sentence(client, draft, office):
    client.force_login(office)
    answer = _save(client, draft, text="一、情况\n共[[f9]]户。")
    assert "[[f9]]" in answer.context["refused"]
    assert "2" in answer.context["refused"]
    draft.refresh_from_db()
    assert "f9" not in draft.text


@pytest.mark.parametrize("text", ["共[[f1户", "共f1]]户"])
def test_half_a_token_is_refused(draft, office, text):
    with pytest.raises(Refused):
        actions.write(draft, title="通报", text=text, version=draft.version, by=office)


def test_numbers_typed_by_hand_are_pointed_out(client, draft, office):
    client.force_login(office)
    address = reverse("reports:bulletin_preview", args=[draft.pk])
    answer = client.post(address, {"text": "走访300户，送去[[f3]]元。"})
    assert answer.context["typed"] == ["300户"]
    assert "9万余" in answer.content.decode()


def test_the_wording_is_chosen_among_those_that_are_true(client, draft, office):
    client.force_login(office)
    _save(client, draft, **{"style-f3": "exact"})
    draft.refresh_from_db()
    assert draft.figures[2]["shown"] == "90300"
    _save(client, draft, **{"style-f3": "jin"})  # 90,300 is not nearly 100,000
    draft.refresh_from_db()
    assert draft.figures[2]["shown"] == "90300"


def test_two_writers_do_not_overwrite_each_other(draft, office):
    actions.write(draft, title="一", text=draft.text, version=1, by=office)
    with pytest.raises(Refused):
        actions.write(draft, title="二", text=draft.text, version=1, by=office)
    draft.refresh_from_db()
    assert draft.title == "一"


def test_refreshing_counts_on_the_newest_snapshot(client, draft, office, counted, today, bureau):
    from django.utils import timezone

    from jiedui.figures.actions import take
    from jiedui.ledger.models import Gift
    from jiedui.places.models import Place

    place = Place.objects.get(name="柳树村")
    Gift.objects.create(campaign=counted, day=today, kind="cash", value_fen=1_000_000, giver=bureau,
                        place=place, recorded_at=timezone.now())  # fmt: skip
    take(counted)
    client.force_login(office)
    client.post(reverse("reports:bulletin_refresh", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.figures[2]["value"] == "100300.00"


def test_another_figure_of_the_playbook_can_be_taken_in(client, draft, office):
    client.force_login(office)
    client.post(reverse("reports:bulletin_add", args=[draft.pk]), {"key": "households"})
    draft.refresh_from_db()
    assert draft.figures[-1]["id"] == "f4"
    assert draft.figures[-1]["value"] == "1"


def test_whoever_wrote_cannot_freeze(client, draft, office):
    client.force_login(office)
    fields = {"issued_on": "2026-01-05", "is_read": "on"}
    client.post(reverse("reports:bulletin_freeze", args=[draft.pk]), fields)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_second_person_freezes_and_the_snapshot_stays(client, draft, leader):
    client.force_login(leader)
    fields = {"issued_on": "2026-01-05", "is_read": "on"}
    client.post(reverse("reports:bulletin_freeze", args=[draft.pk]), fields)
    draft.refresh_from_db()
    assert draft.is_frozen
    assert draft.number.endswith("〔2026〕1号")
    assert draft.snapshot.pinned
    assert AuditEntry.objects.filter(action="bulletin.frozen").count() == 1


def test_a_frozen_bulletin_cannot_change(client, frozen, office):
    before = (frozen.text, frozen.figures, frozen.title)
    client.force_login(office)
    _save(client, frozen, title="另一个", text="另一段")
    client.post(reverse("reports:bulletin_refresh", args=[frozen.pk]))
    client.post(reverse("reports:bulletin_add", args=[frozen.pk]), {"key": "households"})
    client.post(reverse("reports:bulletin_discard", args=[frozen.pk]))
    frozen.refresh_from_db()
    assert (frozen.text, frozen.figures, frozen.title) == before


def test_the_database_keeps_one_number_for_one_bulletin(frozen):
    twin = Bulletin.objects.get(pk=frozen.pk)
    twin.pk, twin.token = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_the_command_line_gets_stable_keys(counted):
    facts = bulletins.bulletin_json("small")
    figure = facts["figures"][1]
    keys = {"key", "name", "value", "unit", "counts", "as_of", "snapshot", "records", "shown"}
    assert keys <= set(figure)
    assert "3人次" in facts["text"]


def test_drafts_are_hidden_from_other_readers(client, draft, liaison, lu):
    for user in (liaison, lu):
        client.force_login(user)
        assert client.get(draft.get_absolute_url()).status_code == 404


def _document(bulletin):
    content = documents.build(bulletin, address="https://example.org/verify/x/")
    return docx.Document(io.BytesIO(content))


def test_the_word_document_has_the_page_of_the_standard(frozen):
    section = _document(frozen).sections[0]
    assert [round(x.mm) for x in (section.page_width, section.page_height)] == [210, 297]
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(edge.mm) for edge in edges] == [37, 35, 28, 26]
    assert section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")) == "579"


def test_the_word_document_names_the_fonts_of_the_standard(frozen):
    fonts = {
        run._r.rPr.rFonts.get(qn("w:eastAsia")): run.font.size.pt
        for paragraph in _document(frozen).paragraphs
        for run in paragraph.runs
        if run.text.strip()
    }
    assert fonts["仿宋_GB2312"] == 16
    assert fonts["方正小标宋简体"] == 22
    assert fonts["黑体"] == 16


def test_the_first_line_is_indented_by_characters(frozen):
    body = next(p for p in _document(frozen).paragraphs if p.text.startswith("截至"))
    assert body._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def test_page_numbers_stand_outside_on_odd_and_even_pages(frozen):
    document = _document(frozen)
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    aligned = [p.paragraphs[0].alignment for p in (section.footer, section.even_page_footer)]
    assert [str(one).split()[0] for one in aligned] == ["RIGHT", "LEFT"]


def test_the_document_says_the_figures_and_where_to_verify_them(client, frozen, leader):
    client.force_login(leader)
    answer = client.get(reverse("reports:bulletin_docx", args=[frozen.pk]))
    document = docx.Document(io.BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "9万余" in cells
    assert "90,300" in cells
    assert any(frozen.token in text for text in cells)
    assert len(document.inline_shapes) == 1


def test_it_prints_with_a_table_of_its_figures(client, frozen, leader):
    client.force_login(leader)
    page = client.get(reverse("reports:bulletin_paper", args=[frozen.pk])).content.decode()
    assert "90,300" in page
    assert frozen.snapshot.key in page
