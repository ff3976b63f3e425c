"""What is typed outlives its page; two windows are compared; a wrong record is corrected."""

from doors import Doors
from house import House
from playwright.sync_api import Page, expect

WORDS = "线缆老化，需要更换。"


def test_what_was_typed_is_offered_again_and_only_to_its_writer(
    xiejiaji: House, doors: Doors
) -> None:
    office = doors.page(xiejiaji, "office")
    office.goto("/supervision/issues/new/")
    with office.expect_response("**/drafts/?form=*"):
        office.locator("textarea[name=text]").fill(WORDS)
    office.goto("/households/")
    other = doors.page(xiejiaji, "supervisor")
    other.goto("/supervision/issues/new/")
    expect(other.locator("main form[method=post]")).to_be_visible()
    expect(other.locator(".draft")).to_have_count(0)
    office.goto("/supervision/issues/new/")
    office.locator(".draft [data-draft=take]").click()
    expect(office.locator("textarea[name=text]")).to_have_value(WORDS)
    expect(office.locator(".draft")).to_have_count(0)
    office.reload()
    with office.expect_response("**/drafts/?form=*"):
        office.locator(".draft [data-draft=drop]").click()
    office.reload()
    expect(office.locator("main form[method=post]")).to_be_visible()
    expect(office.locator(".draft")).to_have_count(0)


def test_two_windows_on_one_member_are_compared(xiejiaji: House, doors: Doors) -> None:
    office = doors.page(xiejiaji, "office", expected={409})
    address = _first_member(office)
    first, second = office.context.new_page(), office.context.new_page()
    for page, post in ((first, "网格长"), (second, "楼长")):
        page.goto(address)
        page.locator("input[name=post]").fill(post)
    _save(first)
    _save(second)
    row = second.locator("tr.differs")
    expect(row).to_contain_text("网格长")
    expect(row).to_contain_text("楼长")
    row.locator("input[value=mine]").check()
    _save(second)
    second.goto(address)
    expect(second.locator("input[name=post]")).to_have_value("楼长")
    first.close()
    second.close()


def _first_member(page: Page) -> str:
    page.goto("/organisations/members/")
    link = page.locator("main tbody a[href*='/members/']").first.get_attribute("href") or ""
    return f"/organisations{link}edit/"


def _save(page: Page) -> None:
    page.locator("main form[method=post] button.btn-primary").click()
    page.wait_for_load_state()
