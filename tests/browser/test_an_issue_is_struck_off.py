"""An issue is reported, answered by a measure, mended, and struck off by somebody else."""

from doors import Doors
from house import House
from playwright.sync_api import Page, expect

TEXT = "三号楼二单元楼道灯不亮，晚上老人上下楼不便。"
MEASURE = "联系物业更换声控灯，逐层验收。"


def test_whoever_mended_an_issue_does_not_strike_it_off(xiejiaji: House, doors: Doors) -> None:
    supervisor, office = doors.page(xiejiaji, "supervisor"), doors.page(xiejiaji, "office")
    _reported(supervisor)
    address = supervisor.url
    _answered_by_a_measure(office, address)
    _told_to_be_mended(office, address)
    expect(office.locator("form[action$='/strike-off/']")).to_have_count(0)
    _struck_off(supervisor, address)


def _reported(page: Page) -> None:
    page.goto("/supervision/issues/new/")
    page.locator("textarea[name=text]").fill(TEXT)
    for name in ("kind", "source"):
        page.locator(f"select[name={name}]").select_option(index=1)
    _picked(page, "organisation", "社区")
    page.locator("main form[method=post] button.btn-primary").click()
    expect(page.locator("h1")).to_have_text(TEXT)


def _picked(page: Page, name: str, words: str) -> None:
    """Type some of the name, take the first that is offered."""
    field = page.locator(f"input[name={name}]")
    if not field.input_value():
        field.press_sequentially(words)
        expect(page.locator(".offer").first).to_be_visible()
        field.press("Enter")


def _answered_by_a_measure(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("a[href*='/measures/new/']").click()
    page.locator("textarea[name=text]").fill(MEASURE)
    page.locator("main form[method=post] button.btn-primary").click()
    expect(page.locator("main")).to_contain_text(MEASURE)


def _told_to_be_mended(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("form[action$='/mended/'] button").click()
    expect(page.locator("form[action$='/mended/']")).to_have_count(0)


def _struck_off(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("form[action$='/strike-off/'] button").click()
    expect(page.locator(".issue-states .state-green, .issue-states [class*=green]")).to_be_visible()
