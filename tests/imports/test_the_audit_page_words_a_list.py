"""What is done with a list stands on the audit page in people's words, to the last column."""

import re

import lists
import pytest
import registers
from django.urls import reverse
from django.utils import translation

from jiedui.imports import actions

pytestmark = pytest.mark.django_db
TAG = re.compile(r"<[^>]+>")
LATIN = re.compile(r"[A-Za-z_]{2,}")
HEAD = ["村", "户编号", "户主姓名", "户属性", "是否危房户"]


@pytest.fixture
def facts_of(client, auditor):
    def read(action):
        client.force_login(auditor)
        with translation.override("zh-hans"):
            page = client.get(
                reverse("reports:audit"), {"action": action}, headers={"accept-language": "zh-hans"}
            )
        cells = {column.key: str(cell) for column, cell in page.context["list"].lines[0].cells}
        return TAG.sub(" ", cells["action"] + cells["content"])

    return read


def test_from_the_file_to_its_undoing(willow_village, office, facts_of):
    rows = [["柳树村", "H1", "李安平", "低保户", "C级"], ["", "H2", "王安", "五保类", "C级"]]
    upload = registers.send("households", lists.xlsx([HEAD, *rows]), by=office, name="名单.xlsx")
    answer = {"village": "above"}
    registers.done(actions.lay_out(upload, answer, by=office), upload)
    words = {"kind": {"五保类": "特困供养"}, "dangerous_house": {"C级": "是"}}
    registers.done(actions.settle(upload, words=words, by=office), upload)
    registers.done(actions.apply(upload, by=office), upload)
    registers.done(actions.undo(upload, by=office), upload)

    assert "“行政村”列的空格" in facts_of("import.laid_out")
    settled = facts_of("import.settled")
    assert "危房户" in settled
    assert "更正 1 种写法" in settled
    assert "C级 → 是" in settled
    applied = facts_of("import.applied")
    assert "新增" in applied
    assert "2" in applied
    assert "随名单撤销家庭" in facts_of("household.withdrawn")
    for action in ("import.laid_out", "import.applied", "import.undone", "household.withdrawn"):
        left = LATIN.findall(facts_of(action).replace("H1", "").replace("H2", ""))
        assert left == [], action
