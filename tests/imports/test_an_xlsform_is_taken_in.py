"""An XLSForm becomes the text of a form; hostile files are refused with a sentence."""

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiedui.questionnaires.models import Sheet

pytestmark = pytest.mark.django_db
FORMS = (Path(__file__).parent.parent / "playbooks" / "forms.toml").read_text(encoding="utf-8")
PAGE = "/imports/xlsform/"
SURVEY = [
    ["type", "name", "label"],
    ["select_one yn", "roof", "Is the roof safe?"],
    ["integer", "age", "Age"],
]
CHOICES = [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]


@pytest.fixture
def campaign(campaign):
    campaign.source = campaign.source + FORMS
    campaign.save()
    return campaign


@pytest.fixture
def sent(client, office, campaign):
    client.force_login(office)

    def sent(content, name="form.xlsx"):
        answer = client.post(PAGE, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 200
        return answer

    return sent


def book(**sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    return made


def content(made):
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def said(answer):
    return answer.content.decode()


def test_a_foreign_form_becomes_a_text_and_is_shown(sent):
    answer = sent(content(book(survey=SURVEY, choices=CHOICES)))
    assert 'type = "yes_no"' in answer.context["text"]
    assert answer.context["asked"].questions[0].key == "roof"
    assert "Is the roof safe?" in said(answer)
    assert not answer.context["mistakes"]


def test_a_form_taken_out_is_the_same_when_taken_in_again(client, sent, campaign):
    out = client.get("/forms/needs/xlsform/file/")
    answer = sent(out.content)
    out.close()
    assert answer.context["asked"] == campaign.playbook.form("needs")
    assert answer.context["remarks"] == []
    assert answer.context["is_known"]
    assert "全部取用" in said(answer)
    page = client.get("/forms/needs/xlsform/").content.decode()
    assert "家里谁有病: 答案不再加密保存" in page


def test_only_who_sets_campaigns_up_takes_one_in(client, campaign, helper, supervisor, office):
    for user in (helper, supervisor):
        client.force_login(user)
        assert client.get(PAGE).status_code == 403
        assert PAGE not in client.get("/forms/").content.decode()
    revisit = "/forms/revisit/xlsform/"  # supervision's own
    assert client.get(revisit).status_code == 200
    client.force_login(helper)
    assert [client.get(revisit + end).status_code for end in ("", "file/")] == [404, 404]
    client.force_login(office)
    assert PAGE in client.get("/forms/").content.decode()


def test_mistakes_of_the_text_are_named_by_line(sent):
    settings = [["form_id", "jiedui_about"], ["roof", "castle"]]
    answer = sent(content(book(survey=SURVEY, choices=CHOICES, settings=settings)))
    assert [one.line for one in answer.context["mistakes"]] == [4]
    assert "castle" in said(answer)
    assert answer.context["asked"] is None


def test_merged_cells_and_formulas_are_read_as_they_show(sent):
    made = book(survey=[*SURVEY, ["text", "note1", "=1+1"]], choices=CHOICES)
    made["survey"]["F1"] = "merged"
    made["survey"].merge_cells("F1:G2")
    answer = sent(content(made))
    assert "note1" in answer.context["text"]
    assert "=1+1" not in answer.context["text"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["type", "name"], *[["text", f"q{n}"] for n in range(10_000)]], "不像是问卷"),
        ([["question"], ["one"]], "type"),
        ([["type", "name"], ["image", "photo"]], "没有这里能问的题"),
    ],
)
def test_what_is_no_questionnaire_is_refused(sent, rows, sentence):
    assert sentence in said(sent(content(book(survey=rows))))


def test_files_that_are_no_workbook_are_refused(sent):
    for bad in (b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0" * 99, b"<html><p>1"):
        answer = sent(bad)
        assert "text" not in answer.context
        assert answer.context["form"].errors["file"]
    assert "survey" in said(sent(content(book(Sheet1=[["a"]]))))


def test_a_bomb_and_a_far_cell_are_refused_and_macros_are_never_run(sent):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (80 * 1024**2))
    assert "text" not in sent(packed.getvalue()).context
    far = book(survey=SURVEY, choices=CHOICES)
    far["survey"]["XFD1048576"] = "x"
    assert "text" not in sent(content(far)).context
    macros = BytesIO(content(book(survey=SURVEY, choices=CHOICES)))
    with zipfile.ZipFile(macros, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Auto_Open")
    assert "roof" in sent(macros.getvalue(), name="form.xlsm").context["text"]
    assert not Sheet.objects.exists()
