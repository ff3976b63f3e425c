"""A member leaves: successors are proposed, one is changed, one press does it, all are told."""

import leaving
from doors import PHONE, Doors
from house import House
from playwright.sync_api import Page, expect
from watching import too_wide


def test_a_leaver_hands_everything_over_and_all_are_told(panjin: House, doors: Doors) -> None:
    office = doors.page(panjin, "office")
    office.goto("/pairs/?state=open")
    leaving.begins(office, str(office.locator("#listing tbody tr a").first.get_attribute("href")))
    leaving.another_successor(office)
    leaving.settled(office)
    plan = office.url
    _on_paper(office)
    _told(office)
    _on_a_telephone(panjin, doors, office, plan=plan)


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
    leaving.confirmed(page, "form[action$='/told/'] button[name=all]")
    expect(page.locator("form[action$='/told/']")).to_have_count(0)


def _on_a_telephone(house: House, doors: Doors, desk: Page, *, plan: str) -> None:
    phone = doors.page(house, "office", viewport=PHONE, has_touch=True)
    for address in (
        plan,
        "/pairs/hand-overs/",
        "/pairs/to-tell/",
        "/pairs/change-requests/",
        "/notices/",
    ):
        phone.goto(address)
        assert too_wide(phone) == 0
    desk.goto("/pairs/two-levels/")
    expect(desk.locator(".figures")).to_be_visible()
