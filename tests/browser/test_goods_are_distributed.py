"""206 quilts to the twelve villages of a town, in one form and under a minute."""

import time

from doors import Doors
from house import House
from playwright.sync_api import Page, expect

MINUTE = 60  # seconds


def test_206_quilts_to_12_villages_in_under_a_minute(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto("/gifts/")
    begun = time.monotonic()
    page.locator(".tabs a[href$='/distributions/new/']").click()
    _say_what(page)
    page.locator("#id_area").press_sequentially("唐家镇")
    page.locator(".offer:visible").first.click()
    page.locator("button[value=villages]").click()
    expect(page.locator(".portions tbody tr")).to_have_count(12)
    expect(page.locator("[data-left]")).to_have_text("0")
    page.locator("button[value=save]").click()
    expect(page.locator("h1")).to_have_text("棉被 206 床")
    assert time.monotonic() - begun < MINUTE
    expect(page.locator("tbody tr")).to_have_count(12)
    page.locator(".page-actions .btn-primary").click()
    expect(page.locator(".to-sign tbody tr")).to_have_count(13)


def _say_what(page: Page) -> None:
    page.locator("#id_good").select_option(label="棉被")
    page.locator("#id_total").fill("206")
    page.locator("#id_giver").press_sequentially("局")
    page.locator(".offer:visible").first.click()


def test_the_remainder_follows_what_is_typed(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto("/gifts/distributions/new/")
    _say_what(page)
    page.locator("#id_pasted").fill("唐家镇白家铺村\n唐家铺村\t6\n没有的村 3")
    page.locator(".receivers-add button[value=split]").click()
    rows = page.locator(".portions tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator("#id_pasted")).to_have_value("没有的村 3")
    expect(page.locator("#receivers .errorlist").first).to_contain_text("没有的村")
    first = rows.first.locator("[name^=quantity_]")
    expect(first).to_have_value("200")
    first.fill("190")
    expect(page.locator("[data-left]")).to_have_text("10")
    rows.nth(1).locator("[name=take]").uncheck()
    expect(page.locator("[data-taken]")).to_have_text("1")
    expect(page.locator("[data-left]")).to_have_text("16")
    page.locator("#id_total").fill("190")
    expect(page.locator("[data-left]")).to_have_text("0")


def test_names_stay_offered_while_the_parts_are_worked_out(panjin: House, doors: Doors) -> None:
    """On a slow day the answer to the total comes while one chooses the town."""
    page = doors.page(panjin, "office")
    page.goto("/gifts/distributions/new/")
    page.locator("#id_good").select_option(label="棉被")
    page.locator("#id_total").fill("206")
    area, offered = page.locator("#id_area"), page.locator(".offer:visible")
    area.press_sequentially("唐家镇")
    expect(offered.first).to_be_visible()
    page.locator("#receivers").evaluate("(part) => { part.dataset.before = '1' }")
    page.locator("#id_total").dispatch_event("change")
    expect(page.locator("#receivers[data-before]")).to_have_count(0)
    expect(area).to_have_value("唐家镇")
    expect(area).to_be_focused()
    offered.first.click()
    page.locator("button[value=villages]").click()
    expect(page.locator(".portions tbody tr")).to_have_count(12)


def test_it_works_without_javascript(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office", java_script_enabled=False)
    page.goto("/gifts/offers/giver/?q=局")
    giver = page.locator(".offer").first.get_attribute("data-label") or ""
    page.goto("/gifts/distributions/new/")
    page.locator("#id_good").select_option(label="棉被")
    page.locator("#id_total").fill("206")
    page.locator("#id_giver").fill(giver)
    page.locator("#id_area").fill("榆树镇")
    page.locator("button[value=villages]").click()
    rows = page.locator(".portions tbody tr")
    expect(rows).to_have_count(12)
    rows.first.locator("[name=take]").uncheck()
    page.locator(".receivers-bar button").click()
    expect(page.locator("[data-left]")).to_have_text("0")
    page.locator("button[value=save]").click()
    expect(page.locator("tbody tr")).to_have_count(11)


def test_a_list_that_was_not_sent_is_offered_again(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto("/gifts/distributions/new/")
    _say_what(page)
    page.locator("#id_pasted").fill("唐家镇白家铺村 206")
    page.locator(".receivers-add button[value=split]").click()
    first = page.locator(".portions [name^=quantity_]").first
    with page.expect_response("**/drafts/?form=*"):
        first.fill("205")
    page.goto("/gifts/")
    page.goto("/gifts/distributions/new/")
    page.locator(".draft [data-draft=take]").click()
    expect(page.locator(".portions [name^=quantity_]")).to_have_value("205")
    expect(page.locator("[data-left]")).to_have_text("1")
