"""The catalogues are kept by tools/translations.py; here it runs on a small house of its own."""

import gettext
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools/translations.py"


class House:
    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "tools").mkdir()
        shutil.copy(TOOL, root / "tools")

    def write(self, path: str, text: str) -> None:
        file = self.root / "src/jiedui" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parents[0] / "__init__.py").touch()
        file.write_text(text, "utf-8")

    def run(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "tools/translations.py", command],
            cwd=self.root,
            capture_output=True,
            text=True,
        )
        assert not done.stderr
        return done.returncode, done.stdout

    def po(self, app: str) -> Path:
        return self.root / f"src/jiedui/{app}/locale/zh_Hans/LC_MESSAGES/django.po"

    def say(self, app: str, english: str, chinese: str) -> None:
        text = self.po(app).read_text("utf-8")
        before = f'msgid "{english}"\nmsgstr ""'
        assert before in text
        self.po(app).write_text(text.replace(before, before[:-1] + chinese + '"'), "utf-8")


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.write("pairing/models.py", "x = _('Pairing')\ny = ngettext('one', '%(n)s pairs', n)\n")
    house.write(
        "pairing/templates/pairing/list.html",
        "<p>\n  {% if x %}{{ _('Hand over')|upper }}{% endif %}\n"
        "    {% blocktranslate trimmed with n=1 %}\n  Due in {{ n }} days\n"
        "  {% endblocktranslate %}</p>\n  {% translate 'Close' context 'door' %}",
    )
    (house.root / "src/jiedui/pairing/__init__.py").touch()
    house.run("update")
    return house


def test_strings_of_modules_and_templates_are_found(house: House) -> None:
    text = house.po("pairing").read_text("utf-8")
    for wanted in ("Pairing", "Hand over", "Due in %(n)s days", "Close", "%(n)s pairs"):
        assert f'"{wanted}"' in text
    assert 'msgctxt "door"' in text


def test_a_missing_translation_is_named(house: House) -> None:
    code, text = house.run("check")
    assert code == 1
    assert "pairing: missing: 'Hand over'" in text


def test_a_lost_placeholder_is_named(house: House) -> None:
    house.say("pairing", "Due in %(n)s days", "几天后到期")
    assert "placeholders differ: 'Due in %(n)s days'" in house.run("check")[1]


def test_a_vanished_string_is_named_then_dropped(house: House) -> None:
    house.write("pairing/models.py", "")
    assert "pairing: obsolete: 'Pairing'" in house.run("check")[1]
    house.run("update")
    assert '"Pairing"' not in house.po("pairing").read_text("utf-8")


def test_another_app_borrows_the_translation(house: House) -> None:
    house.say("pairing", "Pairing", "结对")
    house.write("reports/views.py", "x = _('Pairing')\n")
    house.run("update")
    assert 'msgstr "结对"' in house.po("reports").read_text("utf-8")


def test_two_translations_of_one_string_are_named(house: House) -> None:
    house.say("pairing", "Pairing", "结对")
    house.write("reports/views.py", "x = _('Pairing')\n")
    house.run("update")
    house.po("reports").write_text(house.po("reports").read_text("utf-8").replace("结对", "配对"))
    assert "translated otherwise in pairing (结对 / 配对)" in house.run("check")[1]


def test_a_second_update_changes_nothing(house: House) -> None:
    before = house.po("pairing").read_bytes()
    house.run("update")
    assert house.po("pairing").read_bytes() == before


def test_what_is_compiled_can_be_read(house: House) -> None:
    house.say("pairing", "Hand over", "接力")
    house.run("compile")
    with house.po("pairing").with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Hand over") == "接力"
