"""The field of the search as a combobox: by keys alone, and told to screen readers."""

from doors import PHONE, Doors
from house import House
from playwright.sync_api import Locator, Page, Route, expect


def field(page: Page) -> Locator:
    return page.locator("[data-suggest]:visible")


def test_keys_choose_among_suggestions(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto("/figures/")
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_role("combobox")
    page.keyboard.type("PJH00001")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("PJH00001")
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(options.first).to_have_attribute("aria-selected", "true")
    active = field(page).get_attribute("aria-activedescendant")
    assert active == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/households/*/")
    expect(page.locator("main")).to_contain_text("PJH00001")


def test_escape_closes_and_enter_searches_as_ever(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("PJH00001")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(field(page)).to_have_value("PJH00001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")


def test_a_thumb_chooses_on_a_phone(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office", viewport=PHONE, has_touch=True)
    page.goto("/search/")
    field(page).tap()
    page.keyboard.type("0001")
    page.get_by_role("option").first.tap()
    page.wait_for_function("location.pathname !== '/search/'")


def test_what_was_typed_before_the_script_came_is_offered_as_well(
    panjin: House, doors: Doors
) -> None:
    page = doors.page(panjin, "office")
    held: list[Route] = []
    page.route("**/pick.*js", lambda route: held.append(route))
    with page.expect_request("**/pick.*js"):
        page.goto("/gifts/new/", wait_until="commit")
    page.locator("[name=household]").press_sequentially("PJH")
    expect(page.locator(".offer:visible")).to_have_count(0)
    held[0].continue_()
    expect(page.locator(".offer:visible").first).to_be_visible()
