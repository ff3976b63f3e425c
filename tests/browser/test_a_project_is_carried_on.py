"""A project is written down, carried on in two windows and compared; the board shows it."""

import re
from datetime import date, timedelta

from crawling import axe_faults
from doors import PHONE, Doors
from house import House
from playwright.sync_api import Page, expect
from watching import too_wide

NAME = "望江一号院改造"
SAVE = "main form[method=post] button.btn-primary"


def test_a_project_goes_from_column_to_column(harbour: House, doors: Doors) -> None:
    desk = doors.page(harbour, "office", expected={409})
    _written_down(desk)
    address = desk.url
    expect(desk.locator("main")).to_contain_text("市级财政 120,000.00")
    _two_windows(desk, doors.page(harbour, "office"), address)
    _compared(desk, address)
    phone = doors.page(harbour, "office", viewport=PHONE, has_touch=True)
    phone.goto("/projects/")
    lane = phone.locator(".lane", has_text="已完工")
    expect(lane.locator(".board-card", has_text=NAME)).to_be_visible()
    expect(phone.locator(".lane", has_text="施工中").first).not_to_contain_text(NAME)
    for page in (desk, phone):
        for part in ("", "step/", "edit/", "compare/", "../", "../list/", "../old_estate/new/"):
            page.goto(address + part)
            assert axe_faults(page) == [], part
            assert not too_wide(page), part


def _written_down(page: Page) -> None:
    page.goto("/projects/")
    page.locator("a[href='/projects/old_estate/new/']").click()
    page.locator("[name=name]").fill(NAME)
    _picked(page, "place", "社区")
    _picked(page, "organisation", "街道")
    page.locator("[name=state]").select_option("building")
    page.locator("[name=due]").fill((date.today() + timedelta(days=40)).isoformat())
    page.locator("[name=m_city]").fill("120000")
    page.locator("[name=b_parking]").fill("12")
    page.locator(SAVE).click()
    expect(page).to_have_url(re.compile(r"/projects/[0-9a-f-]{36}/$"))


def _two_windows(mine: Page, yours: Page, address: str) -> None:
    """Who saves later sees what was saved first, and what was typed is still there."""
    for page in (mine, yours):
        page.goto(address + "step/")
    yours.locator("[name=state]").select_option("built")
    yours.locator("[name=text]").fill("管线入地，路面铺好")
    yours.locator(SAVE).click()
    expect(yours.locator(".project-states")).to_contain_text("已完工")
    mine.locator("[name=state]").select_option("halted")
    mine.locator("[name=text]").fill("等材料")
    mine.locator(SAVE).click()
    expect(mine.locator("main")).to_contain_text("已完工")
    expect(mine.locator("main")).to_contain_text("停工")


def _compared(page: Page, address: str) -> None:
    page.goto(address + "compare/")
    page.locator("[name=a_parking]").fill("60")
    page.locator(SAVE).click()
    expect(page.locator(".compared")).to_contain_text("+48")


def _picked(page: Page, name: str, words: str) -> None:
    """Type some of the name, take the first that is offered."""
    field = page.locator(f"input[name={name}]")
    field.press_sequentially(words)
    expect(page.locator(".offer:visible").first).to_be_visible()
    field.press("Enter")
