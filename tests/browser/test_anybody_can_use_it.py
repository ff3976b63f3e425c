"""Without a mouse, without JavaScript, in the dark, in large letters, on paper, as a stranger."""

import re
from pathlib import Path

import pytest
from crawling import axe_faults
from doors import PHONE, Doors, sign_in
from house import House
from playwright.sync_api import expect
from watching import too_wide

PAGES = ("/", "/households/", "/pairs/", "/gifts/", "/activities/", "/imports/", "/figures/")
# What is lower than 44 px, but for links within a line of text.
SMALL = """() =>
  [...document.querySelectorAll('main :is(a.btn, button, select, .todo a), .bottom *')]
  .filter(one => one.matches('a, button, select') && one.checkVisibility())
  .filter(one => one.getBoundingClientRect().height < 43.5)
  .map(one => one.outerHTML.slice(0, 120))"""
DARK = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("path", ["/households/1/", "/audit/", "/imports/1/", "/bulletins/1/"])
def test_a_stranger_is_asked_to_sign_in_and_told_nothing(
    panjin: House, doors: Doors, path: str
) -> None:
    page = doors.page(panjin, None)
    answer = page.goto(path)
    assert answer is not None and answer.status == 200
    expect(page).to_have_url(re.compile("/accounts/login/"))
    expect(page.locator("main")).not_to_contain_text("PJH")


def test_who_has_no_business_with_a_record_gets_404_as_if_it_were_not_there(
    panjin: House, doors: Doors
) -> None:
    office = doors.page(panjin, "office")
    office.goto("/households/?sort=number")
    far = office.locator("table tbody a[href*='/households/']").first.get_attribute("href")
    page = doors.page(panjin, "village_officer")
    there, nowhere = (page.request.get(str(path)) for path in (far, "/households/999999/"))
    assert (there.status, nowhere.status) == (404, 404)
    assert _without_tokens(there.text()) == _without_tokens(nowhere.text())


def _without_tokens(html: str) -> str:
    """The page but for the address itself and what is drawn anew for every answer."""
    html = re.sub(r"/households/\d+/|%2Fhouseholds%2F\d+%2F", "", html)
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"|nonce="[^"]+"', "", html)


def test_a_visit_is_recorded_without_javascript(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "village_officer", viewport=PHONE, java_script_enabled=False)
    page.goto("/visits/new/")
    page.locator(".pairs a").first.click()
    page.locator("textarea[name=note]").fill("院子已打扫，水管修好了。")
    page.locator("form.record .card-footer button").click()
    expect(page.locator(".done-sign")).to_be_visible()


def test_a_card_on_a_phone_shows_what_matters_and_unfolds(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office", viewport=PHONE, has_touch=True)
    page.goto("/supervision/issues/")
    card = page.locator(".listing-table tbody tr").first
    expect(card.locator(".row-head a")).to_be_visible()
    rest = card.locator(".extra").first
    expect(rest).to_be_hidden()
    card.locator("[data-unfold]").tap()
    expect(rest).to_be_visible()


def test_the_present_tab_is_in_sight_on_a_phone(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office", viewport=PHONE)
    page.goto("/ledger/pairs/")
    expect(page.locator(".tabs [aria-current=page]")).to_be_in_viewport(ratio=0.9)


def test_what_a_thumb_has_to_meet_is_large_enough(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "helper", viewport=PHONE, has_touch=True)
    for path in ("/", "/households/", "/visits/new/"):
        page.goto(path)
        small = page.evaluate(SMALL)
        assert small == [], (path, small)


def test_keys_alone_sign_in_and_search(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, None)
    sign_in(page, panjin, "office")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("PJH00001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    expect(page.locator("main")).to_contain_text("PJH00001")


def test_the_language_is_switched_and_stays(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "leader")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator("button[name=language][value=en]").click()
    expect(page.locator("h1")).to_have_text("Today")
    page.goto("/households/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("button[name=language][value=zh-hans]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_english_is_one_click_away_before_signing_in(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, None, locale="en")
    page.goto("/accounts/login/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Sign in")


def test_large_type_is_remembered_and_fits_a_phone(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "helper", viewport=PHONE)
    page.goto("/")
    button = page.locator("form[action$='/large-type/'] button")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 20
    for path in ("/", "/visits/new/", "/gifts/new/"):
        page.goto(path)
        assert too_wide(page) == 0, path
    page.locator("form[action$='/large-type/'] button").click()
    expect(button).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("role", ["office", "helper"])
def test_dark_pages_are_dark_and_readable(panjin: House, doors: Doors, role: str) -> None:
    page = doors.page(panjin, role, color_scheme="dark")
    page.goto("/")
    red, green, blue = (int(n) for n in re.findall(r"\d+", page.evaluate(DARK))[:3])
    assert max(red, green, blue) < 80
    faults = []
    for path in PAGES if role == "office" else PAGES[:5]:
        page.goto(path)
        faults += [f"{path}: {one}" for one in axe_faults(page)]
    assert faults == []


def test_a_list_prints_without_navigation(panjin: House, doors: Doors, tmp_path: Path) -> None:
    page = doors.page(panjin, "office")
    page.goto("/households/")
    page.emulate_media(media="print")
    for part in (".side", ".top", ".bottom", ".filters", ".page-actions"):
        for one in page.locator(part).all():
            expect(one).to_be_hidden()
    expect(page.locator("table").first).to_be_visible()
    paper = page.pdf(format="A4", path=tmp_path / "list.pdf")
    assert paper.startswith(b"%PDF")
