"""The text of a bulletin shows figures by name and value; what is kept is the text with tokens."""

import re

import pytest
from doors import PHONE, Doors
from house import House
from playwright.sync_api import Locator, Page, expect

TOKEN = re.compile(r"\[\[(\w+)\]\]")


def draft(doors: Doors, house: House, **more: object) -> Page:
    page = doors.page(house, "office", **more)
    page.goto("/bulletins/new/")
    page.locator("main form button.btn-primary").click()
    return page


def chips(page: Page) -> Locator:
    return page.locator("#chip-editor .chip-figure")


def text(page: Page) -> str:
    return str(page.locator("textarea[name=text]").input_value())


def test_every_figure_of_the_text_is_a_chip_with_name_and_value(
    panjin: House, doors: Doors
) -> None:
    page = draft(doors, panjin)
    expect(chips(page)).to_have_count(len(TOKEN.findall(text(page))))
    first = page.locator("#chip-editor [data-chip=f1]").first
    expect(first.locator("small")).to_have_text(
        page.locator("[data-token=f1] [data-name]").inner_text()
    )
    expect(first.locator("b")).not_to_be_empty()


def test_a_chip_is_replaced_worded_otherwise_moved_and_removed(panjin: House, doors: Doors) -> None:
    page = draft(doors, panjin)
    before = TOKEN.findall(text(page))
    chips(page).nth(1).click()
    page.locator("[data-chip-other]").select_option("f2")
    assert TOKEN.findall(text(page)) == [before[0], "f2", *before[2:]]
    menu = page.locator("#chip-menu")
    wordings = menu.locator("[data-chip-style] option").all_inner_texts()
    menu.locator("[data-chip-style]").select_option(label=wordings[-1])
    expect(chips(page).nth(1).locator("b")).to_have_text(wordings[-1])
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    was = text(page)
    page.keyboard.press("Alt+ArrowRight")
    moved = text(page)
    assert moved != was
    page.keyboard.press("Alt+ArrowLeft")
    assert text(page) == was
    page.keyboard.press("Delete")
    assert TOKEN.findall(text(page)) == [before[0], *before[2:]]
    page.locator("button[form=writing]").click()
    expect(page.locator(".alert-success")).to_be_visible()
    assert TOKEN.findall(text(page)) == [before[0], *before[2:]]


def test_what_is_cut_and_pasted_comes_back_whole(panjin: House, doors: Doors) -> None:
    page = draft(doors, panjin)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    was = text(page)
    page.locator("#chip-editor").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+x")
    assert text(page).strip() == ""
    page.keyboard.press("Control+v")
    assert text(page).strip() == was.strip()
    page.keyboard.press("Control+End")
    page.keyboard.type("新增[[f1]]户")
    page.keyboard.press("Enter")
    page.keyboard.type("<b>不是</b>标签[[")
    assert text(page).endswith("新增[[f1]]户\n<b>不是</b>标签[[")
    expect(page.locator("#preview")).to_contain_text("<b>不是</b>")


def test_a_figure_from_the_list_stands_where_the_cursor_was(panjin: House, doors: Doors) -> None:
    page = draft(doors, panjin)
    page.locator("#chip-editor").press("Control+Home")
    page.keyboard.type("共")
    page.locator("[data-insert='[[f2]]']").click()
    assert text(page).startswith("共[[f2]]")
    page.keyboard.type("个")
    assert text(page).startswith("共[[f2]]个")


def test_a_figure_that_is_none_is_seen(panjin: House, doors: Doors) -> None:
    page = draft(doors, panjin)
    page.locator("#chip-editor").press("Control+End")
    page.keyboard.type("[[f999]]")
    expect(page.locator("#chip-editor .is-unknown")).to_have_count(1)
    page.locator("button[form=writing]").click()
    expect(page.locator(".alert-error").first).to_be_visible()
    assert text(page).rstrip().endswith("[[f999]]")


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_and_without_a_script_one_writes_as_well(
    panjin: House, doors: Doors, script: bool
) -> None:
    page = draft(doors, panjin, viewport=PHONE, java_script_enabled=script)
    if script:
        page.locator("#chip-editor").press("Control+End")
        page.keyboard.type("到此为止。")
    else:
        area = page.locator("textarea[name=text]")
        area.fill(area.input_value() + "到此为止。")
    page.locator("button[form=writing]").click()
    expect(page.locator("#preview")).to_contain_text("到此为止。")
