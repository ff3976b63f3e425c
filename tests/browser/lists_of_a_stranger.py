"""Lists as a county office has them: titles, merged heads, full-width digits, spread names.

All persons are invented; the county and its villages are real.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Row = Sequence[object]
TITLE = "平江县党员干部“一户一帮”活动"


def organisations(folder: Path) -> Path:
    """Heads over two rows, some merged across, some down; a remark below."""
    rows: list[Row] = [
        ("１", "县农业农村局", "单位", "中共平江县委组织部", "方  敏", "０７３０－６２８１２０１"),
        ("２", "农业农村局机关党支部", "党支部", "县农业农村局", "方　敏", "13907300011"),
        ("３", "县教育局", "单位", "中共平江县委组织部", "童小满", "139 0730 0012"),
        ("４", "教育局机关党支部", "党支部", "县教育局", "童小满", "139-0730-0012"),
        ("填表人：罗小青", "", "", "", "", ""),
    ]
    heads = (
        ("序号", "参加单位", "", "上级单位", "联络员", ""),
        ("", "单位名称", "类别", "", "联系人", "联系电话"),
    )
    merged = ("A3:A4", "B3:C3", "D3:D4", "E3:F3")
    return _book(folder / "参加单位名册.xlsx", "参加单位名册", heads, rows, merged)


def members(folder: Path) -> Path:
    heads = (("序号", "单位", "党支部", "姓 名", "性别", "职务", "职级", "出生年月", "联系电话"),)
    unit, branch = "县农业农村局", "农业农村局机关党支部"
    rows: list[Row] = [
        (1, unit, branch, "方　敏", "女", "办公室主任", "一级主任科员",
         "1979.06", "１３９０７３０００１１"),
        (2, unit, branch, "吴大成", "男", "副局长", "四级调研员", "197203",
         13907300021),
        (3, unit, branch, "彭　亮", "男", "科员", "一级科员", "1990年5月",
         "13907300022"),
        (4, "县教育局", "教育局机关党支部", "童小满", "女", "人事股长", "一级主任科员", "1981-09",
         "139 0730 0012"),
        (5, "县教育局", "教育局机关党支部", "李石生", "男", "科员", "二级科员", "1988.11.", ""),
        ("合计", "5人", "", "", "", "", "", "", ""),
    ]  # fmt: skip
    return _book(folder / "党员干部花名册.xlsx", "党员干部花名册", heads, rows)


def households(folder: Path) -> Path:
    heads = (
        ("序号", "乡镇", "村（社区）", "户主姓名", "家庭人口", "困难户类别", "主要困难", "电话"),
    )
    rows: list[Row] = [
        ("１", "安定镇", "小田村", "余满秀", "２人", "低保户", "因病", "１３８７３０００００１"),
        ("２", "安定镇", "小田村", "钟　桂", "３", "低保户", "缺劳力", ""),
        ("３", "安定镇", "石浆村", "何碧云", 1, "特困户", "因残", "13873000003"),
        ("４", "三市镇", "寨上村", "喻四清", "4口", "低保户", "因学", ""),
        ("小计", "", "", "4户", 10, "", "", ""),
    ]
    return _book(folder / "困难户底册.xlsx", "困难户基本情况底册", heads, rows)


def needs(folder: Path) -> Path:
    heads = (("序号", "村（社区）", "户主姓名", "需求类别", "具体需求", "提出时间"),)
    rows: list[Row] = [
        (1, "小田村", "余满秀", "看病", "长期服药，想办门诊慢病卡", "2026年11月"),
        (2, "寨上村", "喻四清", "上学", "孩子明年上大学，学费没有着落", "2026.11.5"),
    ]
    return _book(folder / "需求清单.xlsx", "困难户需求清单", heads, rows)


def _book(
    file: Path, title: str, heads: Sequence[Row], rows: Sequence[Row], merged: Sequence[str] = ()
) -> Path:
    book = xlsxwriter.Workbook(file)
    sheet, bold = book.add_worksheet("Sheet1"), book.add_format({"bold": True, "align": "center"})
    width = len(heads[0])
    sheet.merge_range(0, 0, 0, width - 1, TITLE + title, bold)
    sheet.merge_range(1, 0, 1, width - 1, "填报单位（盖章）：        ２０２６年１１月２０日")
    for number, row in enumerate([*heads, *rows], 2):
        for column, value in enumerate(row):
            _put(sheet, number, column, value)
    for area in merged:
        sheet.merge_range(area, _first(heads, area), bold)
    book.close()
    return file


def _put(sheet: Any, row: int, column: int, value: object) -> None:
    if value != "":
        sheet.write(row, column, value)


def _first(heads: Sequence[Row], area: str) -> object:
    column, row = ord(area[0]) - ord("A"), int(area[1]) - 3
    return heads[row][column]
