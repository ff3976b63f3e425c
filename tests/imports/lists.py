"""Workbooks as people send them, made for tests and the benchmark; every person is invented."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol

from jiedui.engines import words


def xlsx(*sheets: Sequence[Sequence[object]], merged: Sequence[str] = (), **named: Any) -> bytes:
    """A workbook of these sheets; `merged` are ranges of the first one."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    everything = [(f"表{n}", rows) for n, rows in enumerate(sheets, 1)] + list(named.items())
    for number, (name, rows) in enumerate(everything):
        page = book.add_worksheet(name)
        _fill(page, rows, day)
        for area in merged if number == 0 else ():
            page.merge_range(area, "")
            row, column = xl_cell_to_rowcol(area.split(":")[0])
            _put(page, row, column, rows[row][column], day)
    book.close()
    return out.getvalue()


def _fill(page: Any, rows: Sequence[Sequence[object]], day: Any) -> None:
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            _put(page, row, column, cell, day)


def _put(page: Any, row: int, column: int, cell: object, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(row, column, cell)
    elif hasattr(cell, "isoformat"):
        page.write_datetime(row, column, cell, day)
    else:
        page.write(row, column, cell)


def identity(number: int, *, birth: str = "19580312", area: str = "211104") -> str:
    """A sound identity number of nobody: serial numbers in one place on one day."""
    body = f"{area}{birth}{number % 1000:03d}"
    return body + words.check_character(body)


NATIONAL = " ".join(
    (
        "序号 数据日期 县(市区旗) 乡(镇) 行政村 自然村 户编号 人编号 姓名 证件号码 人数",
        "与户主关系 民族 文化程度 在校生状况 健康状况 劳动技能 务工时间(月) 是否参加大病保险",
        "致贫原因1 危房户 是否解决安全饮用水 人均纯收入 户联系电话 人联系电话 首次识别时间",
        "人员识别时间 户类型 易返贫致贫户(监测对象)类型 风险是否消除 风险识别时间 风险消除时间",
    )
).split()


def national(count: int, *, start: int = 0) -> list[list[object]]:
    """Rows in the national column order, one household each."""
    given = "伟芳敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英"
    rows: list[list[object]] = []
    for n in range(start, start + count):
        birth = f"{1935 + n % 50}{1 + n // 50 % 12:02d}{1 + n // 600 % 28:02d}"
        rows.append([
            n + 1, "202603", "大洼区", f"田家{n % 29}街道", f"柳树{n % 492}村", f"{n % 7}组",
            f"H{n:06d}", f"P{n:06d}01", "张王李赵刘陈"[n % 6] + given[n % 22] + given[n // 22 % 22],
            identity(n // 50 % 1000, birth=birth, area=f"2111{n % 90 + 10}"), float(n % 6 + 1),
            "户主", "汉族", ["小学", "初中", "文盲"][n % 3], "非在校生",
            ["健康", "长期慢性病", "残疾"][n % 3], "弱劳动力或半劳动力", "0", "是",
            ["因病", "因残", "缺劳动力"][n % 3], "否", "是", 6000 + n % 9000 + 0.5,
            f"139{n:08d}", "", "201406", 201406, "低保户", "", "", "", "",
        ])  # fmt: skip
    return rows
