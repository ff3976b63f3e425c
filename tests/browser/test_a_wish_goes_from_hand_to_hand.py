"""A wish is written down, checked, claimed by somebody else, done, confirmed; desk and phone."""

import re

from crawling import axe_faults
from doors import PHONE, Doors
from house import House
from playwright.sync_api import Page, expect
from watching import too_wide

WISH = "想要一台助听器"
SAVE = "main form[method=post] button.btn-primary"
ADDRESS = re.compile(r"/requests/[0-9a-f-]{36}/$")


def test_a_wish_goes_from_hand_to_hand(harbour: House, doors: Doors) -> None:
    desk = doors.page(harbour, "office")
    _written_down(desk)
    address = desk.url
    _looked_at(
        desk, address, ("", "edit/", "check/", "decline/", "../", "../list/", "../wish/new/")
    )
    _step(desk, address, "check")
    expect(desk.locator(".request-states")).to_contain_text("待认领")

    phone = doors.page(harbour, "liaison", viewport=PHONE, has_touch=True)
    phone.goto(f"/requests/?q={WISH}")
    phone.get_by_role("link", name=WISH).first.click()
    expect(phone.locator("main")).not_to_contain_text("提出人")
    address_here = phone.url
    _looked_at(phone, address_here, ("", "claim/", "../"))
    _step(phone, address_here, "claim")
    expect(phone.locator(".request-states")).to_contain_text("办理中")
    expect(phone.locator("main")).to_contain_text("提出人")
    phone.goto(address_here + "done/")
    phone.locator("[name=text]").fill("助听器已送到并教会使用")
    phone.locator(SAVE).click()
    expect(phone.locator(".request-states")).to_contain_text("待确认")

    _looked_at(desk, address, ("confirm/", "send-back/"))
    desk.goto(address + "confirm/")
    desk.locator("[name=rating][value='5']").check(force=True)
    desk.locator(SAVE).click()
    expect(desk.locator(".request-states")).to_contain_text("已办结")
    expect(desk.locator("main")).to_contain_text("评价 5 分")


def _written_down(page: Page) -> None:
    page.goto("/requests/")
    page.get_by_role("link", name="登记需求").click()
    _picked(page, "household", "王")
    page.locator("[name=public_text]").fill(WISH)
    page.locator("[name=detail]").fill("白天家里有人")
    page.locator(SAVE).click()
    expect(page).to_have_url(ADDRESS)


def _step(page: Page, address: str, step: str) -> None:
    page.goto(address + step + "/")
    page.locator(SAVE).click()
    expect(page).to_have_url(ADDRESS)


def _looked_at(page: Page, address: str, parts: tuple[str, ...]) -> None:
    for part in parts:
        page.goto(address + part)
        assert axe_faults(page) == [], part
        assert not too_wide(page), part


def _picked(page: Page, name: str, words: str) -> None:
    """Type some of the name, take the first that is offered."""
    field = page.locator(f"input[name={name}]")
    field.press_sequentially(words)
    expect(page.locator(".offer:visible").first).to_be_visible()
    field.press("Enter")
