"""Whatever is typed has one spelling and no characters that hide, through every door."""

import subprocess
import sys

import pytest
from django import forms
from django.urls import reverse

from jiedui.core import typed
from jiedui.engines import words
from jiedui.households.models import Household
from jiedui.imports.values.parsers import Bad, Text

BAD = {
    "control": "秦\x07安", "bidi": "秦\u202e安", "isolate": "秦\u2066安", "private": "秦\ue123安",
    "private plane": "秦\U000f1234安", "tag": "秦\U000e0041安", "noncharacter": "秦\uffff安",
}  # fmt: skip


class Form(forms.Form):
    name = forms.CharField(max_length=40)
    note = forms.CharField(widget=forms.Textarea, required=False)
    password = forms.CharField(strip=False, required=False)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_a_character_that_hides_is_refused_with_a_sentence(text):
    form = Form({"name": text, "note": text})
    assert not form.is_valid()
    assert set(form.errors) == {"name", "note"}
    assert "U+" in form.errors["name"][0]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("秦\u200b安", "秦安"), ("\ufeff秦安", "秦安"), ("Ｈ１２", "H12"), ("秦\u3000安", "秦 安"),
        ("秦\u00a0安", "秦 安"), ("a\tb", "a b"), ("e\u0301", "é"), ("（甲）", "（甲）"),
        ("𠮷野", "𠮷野"),
    ],
)  # fmt: skip
def test_what_only_looks_otherwise_is_folded(sent, kept):
    form = Form({"name": sent})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == kept


def test_a_line_is_one_line_and_a_text_may_have_many():
    assert "name" in Form({"name": "秦\n安"}).errors
    form = Form({"name": "秦安", "note": "一\r\n二\u2028三"})
    assert form.is_valid()
    assert form.cleaned_data["note"] == "一\n二\n三"


def test_no_text_is_endless_and_a_password_is_nobody_s_business():
    assert "note" in Form({"name": "a", "note": "长" * (typed.LONGEST + 1)}).errors
    form = Form({"name": "a", "password": " Ｐass\u200bword "})
    assert form.is_valid()
    assert form.cleaned_data["password"] == " Ｐass\u200bword "


def test_a_household_cannot_be_given_a_hidden_name(client, office, qin_family, today):
    client.force_login(office)
    sent = {"head": "秦\u202e安", "number": "H\x0b1", "place": "柳树村（211104100200）",
            "size": 3, "kind": "allowance", "difficulty": 0, "since": today.isoformat(),
            "version": 1}  # fmt: skip
    answer = client.post(reverse("households:edit", args=[qin_family.pk]), sent)
    assert answer.status_code == 200
    assert {"head", "number"} <= set(answer.context["form"].errors)
    assert Household.objects.get(pk=qin_family.pk).head == "秦安"


def test_search_folds_what_lists_fold(client, office, qin_family):
    client.force_login(office)
    Household.objects.filter(pk=qin_family.pk).update(number="HN12")
    for query in ("ＨＮ１２", "h\u200bn12", "秦\x00安", "HN12"):
        assert "HN12" in client.get(reverse("households:list"), {"q": query}).content.decode()


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_a_cell_of_a_list_is_a_mistake(text):
    found = Text()(text)
    if isinstance(found, Bad):
        assert "U+" in found.message
    else:  # folded as every list is
        assert words.unfit(str(found)) == ""


def test_a_playbook_says_where_such_a_character_is():
    from pathlib import Path

    from jiedui.campaigns.playbook import loading

    small = Path(__file__).parents[1] / "playbooks" / "small.toml"
    source = small.read_text(encoding="utf-8")
    name = next(line for line in source.splitlines() if line.startswith("name = {"))
    wrong = source.replace(name, name.replace('zh = "', 'zh = "\\u202e'), 1)
    assert any("U+202E" in str(one) for one in loading.check(wrong))


def test_the_command_line_refuses_it_too(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "jiedui", "account", "add", "wu", "--role", "administrator",
         "--name", "吴\u202e敏"],
        capture_output=True, text=True, check=False,
        env={**__import__("os").environ, "JIEDUI_DATA": str(tmp_path), "DATABASE_URL": "",
             "DJANGO_SETTINGS_MODULE": "jiedui.settings"},
    )  # fmt: skip
    assert done.returncode != 0
    assert "U+202E" in done.stderr


def test_every_text_field_of_every_form_has_a_length():
    """The guard gives one to whoever forgot; passwords and playbooks say their own."""
    assert forms.CharField.to_python.__module__ == "jiedui.core.typed"
