"""A family is asked by supervision: a question appears with the answer it hangs on; once saved."""

import re

from doors import Doors
from house import House
from playwright.sync_api import Page, expect

MISSING = "记的是两袋米，只收到一袋"


def test_a_question_stands_there_only_beside_the_answer_it_hangs_on(
    panjin: House, doors: Doors
) -> None:
    page = doors.page(panjin, "supervisor")
    page.goto("/forms/")
    page.locator("a[href='/forms/revisit/new/']").click()
    what = page.locator("[name=f_received_what]")
    expect(what).to_be_hidden()
    _chosen(page, "f_received", "0")
    what.fill(MISSING)
    _chosen(page, "f_received", "1")
    expect(what).to_be_hidden()
    _chosen(page, "f_received", "0")
    expect(what).to_have_value(MISSING)
    page.locator("main form[method=post] button.btn-primary").click()
    expect(page.locator("main .has-error, main .alert-danger").first).to_be_visible()
    expect(what).to_have_value(MISSING)
    _picked(page, "subject", "王")
    _chosen(page, "f_knows_helper", "1")
    page.locator("main form[method=post] button.btn-primary").click()
    expect(page).to_have_url(re.compile(r"/forms/sheets/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text(MISSING)


def _chosen(page: Page, name: str, value: str) -> None:
    page.locator(f"[name={name}][value='{value}']").check(force=True)


def _picked(page: Page, name: str, words: str) -> None:
    """Type some of the name, take the first that is offered."""
    field = page.locator(f"input[name={name}]")
    field.press_sequentially(words)
    expect(page.locator(".offer").first).to_be_visible()
    field.press("Enter")
