"""No page of the import shows the key of a code: 配偶, never `spouse`."""

import lists
import pytest
import registers
from django.utils import translation

from jiedui.imports.matching.comparisons import COMPARISONS
from jiedui.imports.staging import shown
from jiedui.imports.values.choices import in_words


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", COMPARISONS)
def test_every_code_of_every_register_has_its_word_in_the_preview(kind, language):
    keys = 0
    for part in COMPARISONS[kind].parts.values():
        for key, name in part.fields.items():
            field = COMPARISONS[kind].schema.by_key.get(key)
            if field is None or field.choices is None or key in ("urgency", "disability_level"):
                continue
            for code in field.choices:
                keys += 1
                with translation.override(language):
                    text = shown.text(kind, part, name, code.key)
                    word = code.zh if language == "zh-hans" else str(code.name)
                assert text == word
    assert keys or kind in ("teams",)


def test_a_disability_is_told_with_the_word_of_its_level():
    from jiedui.core.codes import DISABILITY_CLASS

    with translation.override("zh-hans"):
        assert in_words(DISABILITY_CLASS, "limb 2") == "肢体残疾 二级"


@pytest.mark.django_db
def test_a_mistake_the_registers_reveal_shows_the_word_of_the_file(office, willow_village):
    rows = [
        ["村", "户编号", "姓名", "与户主关系"],
        ["柳树村", "H1", "张三", "配偶"],
    ]
    upload = registers.send("households", lists.xlsx(rows), by=office)
    flaw = upload.flaws.get(field="relation")
    assert str(flaw.value) == "Spouse"
