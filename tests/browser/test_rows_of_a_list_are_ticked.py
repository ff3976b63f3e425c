"""Ticking rows in a browser: a bar counts them, ranges and other pages come along, keys suffice."""

from io import BytesIO
from pathlib import Path

import openpyxl
from doors import Doors
from house import House
from playwright.sync_api import Page, expect
from watching import too_wide

PHONE = {"width": 390, "height": 844}
LIST = "/households/?sort=number"


def boxes(page: Page):
    return page.locator("input[name=row][form=ticked-rows]")


def bar(page: Page):
    return page.locator("[data-ticked-rows]")


def numbers(path: Path) -> list[str]:
    sheet = openpyxl.load_workbook(BytesIO(path.read_bytes())).active
    rows = list(sheet.iter_rows(values_only=True, min_row=2))
    at = rows[0].index("户编号")
    return [row[at] for row in rows[1:]]


def number_at(page: Page, at: int) -> str:
    """The number of a household of this page; other journeys bring households in as well."""
    heads = [text.strip() for text in page.locator("#listing thead th").all_inner_texts()]
    cells = page.locator("#listing tbody tr").nth(at).locator("th, td").all_inner_texts()
    return cells[heads.index("户编号")].strip()


def test_a_range_and_another_page_are_exported(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto(LIST)
    expect(bar(page)).to_be_hidden()
    boxes(page).nth(1).check()
    boxes(page).nth(3).click(modifiers=["Shift"])
    expect(bar(page)).to_contain_text("3")
    wanted = [number_at(page, at) for at in (1, 2, 3)]
    page.locator(".pager a[rel=next]").click()
    expect(page.locator(".pager-at")).to_contain_text("2 /")
    boxes(page).first.check()
    wanted.append(number_at(page, 0))
    expect(bar(page)).to_contain_text("4")
    with page.expect_download() as kept:
        bar(page).locator("button[value=export]").click()
    assert numbers(kept.value.path()) == wanted
    page.locator(".pager a[rel=prev]").click()
    expect(page.locator(".is-ticked")).to_have_count(3)
    page.locator("[data-untick]").click()
    expect(bar(page)).to_be_hidden()


def test_the_next_page_stands_still_at_once(panjin: House, doors: Doors) -> None:
    """A list that still scrolls moves its buttons away from under the hand that clicks them."""
    page = doors.page(panjin, "office")
    page.goto(LIST)
    page.evaluate("""() => {
        window.heights = [];
        document.addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => {
            addEventListener("scroll", () => heights.push(scrollY));
        }));
    }""")
    page.locator(".pager a[rel=next]").click()
    expect(page.locator(".pager-at")).to_contain_text("2 /")
    page.wait_for_timeout(700)
    assert len(set(page.evaluate("heights"))) <= 1


def test_keys_alone_tick_rows(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto(LIST)
    boxes(page).nth(2).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".is-ticked")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    expect(boxes(page).nth(5)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".is-ticked")).to_have_count(0)


def test_all_that_match_are_taken_on_a_phone(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office", viewport=PHONE)
    page.goto(f"{LIST}&q=PJH0001")
    total = int(page.locator(".listing-total strong").inner_text().replace(",", ""))
    boxes(page).first.check()
    bar(page).locator("input[name=all]").check()
    with page.expect_download() as kept:
        bar(page).locator("button[value=export]").click()
    assert len(numbers(kept.value.path())) == total


def test_the_heading_and_the_name_stay_in_view(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto(f"{LIST}&size=100")
    page.mouse.wheel(0, 2_000)
    expect(page.locator("thead th.row-head")).to_be_in_viewport()
    page.set_viewport_size({"width": 820, "height": 700})
    page.goto("/activities/")
    wrap = page.locator(".listing-wrap")
    before = page.locator("tbody .row-head").first.bounding_box()
    wrap.evaluate("wrap => wrap.scrollTo(300, 0)")
    after = page.locator("tbody .row-head").first.bounding_box()
    assert before and after and abs(after["x"] - before["x"]) < 60
    assert after["x"] >= wrap.bounding_box()["x"]  # type: ignore[index]


def test_ticked_pairs_are_handed_over_together(panjin: House, doors: Doors) -> None:
    """To the draft with its proposals, on the telephone too; it is laid aside again."""
    for viewport in (None, PHONE):
        page = doors.page(panjin, "office", **({"viewport": viewport} if viewport else {}))
        page.goto("/pairs/?state=open")
        for at in (0, 1):
            boxes(page).nth(at).check()
        bar(page).locator("button[value=hand_over]").click()
        assert too_wide(page) == 0
        page.locator("select[name=reason]").select_option(index=1)
        page.locator("main form.form-card button.btn-primary").click()
        expect(page.locator("#listing tbody tr")).to_have_count(2)
        page.locator("form[action$='/discard/'] button").click()
        page.locator("#ask button[value=yes]").click()
        expect(page.locator("main")).to_contain_text("作废")
