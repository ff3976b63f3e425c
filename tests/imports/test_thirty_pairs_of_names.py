"""Thirty pairs of names as lists and registers have them, and what is to happen with each."""

from datetime import date, timedelta

import pytest
from registers import bring_in, home, send, sheet

pytestmark = pytest.mark.django_db

SAME, ASK, NEW = "same", "doubtful", "new"
BORN, OTHER = "1958-03-12", "1963-11-02"
# (in the register, in the list, verdict without births, verdict with one birth, with two births)
PAIRS = [
    ("张伟", "张伟", SAME, SAME, NEW),
    ("张 伟", "张伟", SAME, SAME, NEW),
    ("张伟", "张玮", ASK, ASK, NEW),
    ("张伟", "章伟", ASK, ASK, NEW),
    ("张伟", "張偉", ASK, ASK, NEW),
    ("张伟", "王伟", NEW, NEW, NEW),
    ("张伟", "张军", NEW, NEW, NEW),
    ("李静", "李婧", ASK, ASK, NEW),
    ("李静", "李靖", ASK, ASK, NEW),
    ("陈峰", "陈峯", ASK, ASK, NEW),
    ("徐坤", "徐堃", ASK, ASK, NEW),
    ("刘勇", "刘永", ASK, ASK, NEW),
    ("张红军", "张宏军", ASK, ASK, NEW),
    ("张红军", "张洪军", ASK, ASK, NEW),
    ("张红军", "张红君", ASK, ASK, NEW),
    ("王秀英", "王秀瑛", ASK, ASK, NEW),
    ("王秀英", "王秀兰", NEW, ASK, NEW),
    ("王秀英", "李秀英", NEW, ASK, NEW),
    ("赵国强", "赵国庆", NEW, ASK, NEW),
    ("赵国强", "赵建国", NEW, ASK, NEW),
    ("孙丽华", "孙莉华", ASK, ASK, NEW),
    ("孙丽华", "孙丽", NEW, ASK, NEW),
    ("周淑芬", "周淑芳", NEW, ASK, NEW),
    ("吴桂芝", "吴桂枝", ASK, ASK, NEW),
    ("郑玉梅", "郑玉海", NEW, ASK, NEW),
    ("欧阳建国", "欧阳建国", SAME, SAME, NEW),
    ("欧阳建国", "欧阳健国", ASK, ASK, NEW),
    ("欧阳建国", "欧阳卫东", NEW, NEW, NEW),
    ("司马文清", "司马文青", ASK, ASK, NEW),
    ("买买提·吐尔逊", "买买提•吐尔逊", SAME, SAME, NEW),
]


def _later(born, n):
    """Each pair was born on a day of its own: who moved is found by name and birth."""
    return str(date.fromisoformat(born) + timedelta(days=31 * n)) if born else ""


@pytest.mark.parametrize("births", [("", ""), (BORN, BORN), (BORN, OTHER)], ids=str)
def test_each_pair_gets_its_verdict(office, willow_village, births):
    """All pairs in one list, each in a village of its own."""
    from jiedui.places.models import Place

    for n in range(len(PAIRS)):
        path = f"211104100{300 + n}"
        Place.objects.create(
            parent=willow_village.parent, path=path, code=path, name=f"第{n}屯村", level="village"
        )
    at = [("", ""), (BORN, BORN), (BORN, OTHER)].index(births)

    def rows(side):
        return [
            home(f"第{n}屯村", number="", name=pair[side], born=_later(births[side], n))
            for n, pair in enumerate(PAIRS)
        ]

    bring_in("households", sheet(*rows(0)), by=office)
    upload = send("households", sheet(*rows(1)), by=office)
    found = dict(upload.rows.values_list("number", "outcome"))
    verdicts = {(pair[0], pair[1]): found[n + 3] for n, pair in enumerate(PAIRS)}
    assert verdicts == {(pair[0], pair[1]): pair[2 + at] for pair in PAIRS}
