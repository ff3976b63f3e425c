"""Steps of a hand-over in a browser, which the small house and the full one both go through."""

import re

from playwright.sync_api import Locator, Page, expect


def begins(page: Page, pair: str) -> None:
    """From a pair to its helper, and from there to the proposed successors."""
    page.goto(pair)
    page.locator("dl.facts a[href^='/members/']").first.click()
    page.locator("a[href^='/pairs/leave/']").click()
    page.locator("input[name=fate][value=later]").check()
    page.locator("select[name=reason]").select_option("retired")
    proposed(page)


def proposed(page: Page) -> None:
    """Ask for the successors; they stand on the next page."""
    page.locator("main form[method=post] button.btn-primary").click()
    expect(page.locator(".figure-card, .figures > *").first).to_be_visible()
    expect(page.locator("form[action$='/confirm/']")).to_be_visible()


def first_row(page: Page) -> Locator:
    """The first pair for which a member is proposed."""
    rows = page.locator("#listing tbody tr")
    return rows.filter(has=page.locator("a[href^='/members/']")).first


def another_successor(page: Page) -> str:
    """Choose the last of those suggested for the first row; the name."""
    first_row(page).locator("a[href*='/hand-overs/'][href*='/rows/']").click()
    suggested = page.locator(".suggestions > li")
    name = suggested.last.locator(".suggestion-who a").inner_text()
    suggested.last.get_by_role("link", name="选择").click()
    expect(page.locator("input[name=first]")).to_have_value(re.compile(f"^{name}"))
    page.locator("#chosen button.btn-primary").click()
    expect(page.locator("#listing")).to_contain_text(name)
    return name


def confirmed(page: Page, button: str) -> None:
    page.locator(button).click()
    page.locator("#ask button[value=yes]").click()


def settled(page: Page) -> None:
    confirmed(page, "form[action$='/confirm/'] button")
    expect(page.locator("main")).to_contain_text("已交接")
