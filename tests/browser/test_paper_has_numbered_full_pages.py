"""Printed to PDF: how many sheets a list takes, and that each says which of how many it is."""

import re

from doors import Doors
from house import House
from playwright.sync_api import Page

ROWS = "document.querySelectorAll('tbody tr').length"
NUMBERED = """[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter(
  (rule) => rule.type === CSSRule.PAGE_RULE && rule.cssText.includes("counter(page)")
).length"""


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_twenty_rows_of_a_ledger_and_more_stand_on_a_sheet(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    for path in ("/ledger/pairs/paper/?open=no", "/households/?print=1&on=no"):
        page.goto(path)
        rows = page.evaluate(ROWS)
        assert rows > 40, path
        assert rows / sheets(page) > 20, path


def test_every_sheet_has_its_number(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto("/households/?print=1&on=no")
    assert page.evaluate(NUMBERED) == 2  # upright and lying


def test_the_card_of_a_household_is_one_sheet_with_a_telephone(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto("/households/?sort=-size")
    first = page.locator("td.row-head a").first.get_attribute("href")
    page.goto(f"{first}card/")
    assert sheets(page) == 1
    assert re.search(r"\b1\d{10}\b", page.locator("main").inner_text())
