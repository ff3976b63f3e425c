"""A member leaves: successors are proposed, one is changed, one press does it, all are told."""

import re

from doors import PHONE, Doors
from house import House
from playwright.sync_api import Page, expect
from watching import too_wide


def test_a_leaver_hands_everything_over_and_all_are_told(panjin: House, doors: Doors) -> None:
    office = doors.page(panjin, "office")
    _leaves(office)
    _another_successor(office)
    _confirmed(office, "form[action$='/confirm/'] button")
    expect(office.locator("main")).to_contain_text("已交接")
    plan = office.url
    _on_paper(office)
    _told(office)
    _on_a_telephone(panjin, doors, office, plan=plan)


def _leaves(page: Page) -> None:
    """From a pair to its helper, and from there to the proposed successors."""
    page.goto("/pairs/?state=open")
    page.locator("#listing tbody tr a").first.click()
    page.locator("dl.facts a[href^='/members/']").first.click()
    page.locator("a[href^='/pairs/leave/']").click()
    page.locator("input[name=fate][value=later]").check()
    page.locator("select[name=reason]").select_option("retired")
    page.locator("main form[method=post] button.btn-primary").click()
    expect(page.locator(".figure-card, .figures > *").first).to_be_visible()
    expect(page.locator("form[action$='/confirm/']")).to_be_visible()


def _another_successor(page: Page) -> None:
    """Choose the last of those suggested for the first pair."""
    page.locator("a[href*='/hand-overs/'][href*='/rows/']").first.click()
    suggested = page.locator(".suggestions > li")
    name = suggested.last.locator(".suggestion-who a").inner_text()
    suggested.last.get_by_role("link", name="选择").click()
    expect(page.locator("input[name=first]")).to_have_value(re.compile(f"^{name}"))
    page.locator("#chosen button.btn-primary").click()
    expect(page.locator("#listing")).to_contain_text(name)


def _confirmed(page: Page, button: str) -> None:
    page.locator(button).click()
    page.locator("#ask button[value=yes]").click()


def _on_paper(page: Page) -> None:
    address = page.locator("a[href$='/sheets/']").get_attribute("href")
    assert address
    back = page.url
    page.goto(address)
    expect(page.locator("section.leaf").first).to_be_visible()
    page.goto(back)


def _told(page: Page) -> None:
    """Families get slips; who is told is marked with the day."""
    page.locator("a[href*='/to-tell/']").first.click()
    expect(page.locator("#listing tbody tr").first).to_be_visible()
    back = page.url
    page.goto("/pairs/to-tell/slips/")
    expect(page.locator(".notice-slip").first).to_be_visible()
    page.goto(back)
    _confirmed(page, "form[action$='/told/'] button")
    expect(page.locator("form[action$='/told/']")).to_have_count(0)


def _on_a_telephone(house: House, doors: Doors, desk: Page, *, plan: str) -> None:
    phone = doors.page(house, "office", viewport=PHONE, has_touch=True)
    for address in (plan, "/pairs/hand-overs/", "/pairs/to-tell/", "/pairs/wishes/", "/notices/"):
        phone.goto(address)
        assert too_wide(phone) == 0
    desk.goto("/pairs/two-levels/")
    expect(desk.locator(".figures")).to_be_visible()
