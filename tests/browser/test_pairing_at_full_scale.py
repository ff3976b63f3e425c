"""The journeys of a proposal with 16,000 households: asked, watched, read, doubted, changed by
hand, approved in part by a second person, worked out again by an auditor."""

import re

from doors import Doors
from house import House
from long_work import do, to_the_result
from playwright.sync_api import Page, expect

JOB_MS = 400_000  # a busy machine proves two plans, each checked over 160 million pairs


def test_a_plan_for_16000_households_from_asking_to_the_auditor(
    doors: Doors, whole_panjin: House
) -> None:
    office = doors.page(whole_panjin, "office")
    _asked_for_everybody_anew(office)
    plan = office.url
    _today_and_both_plans_stand_side_by_side(office)
    _loads_and_distances_are_told(office)
    _why_this_helper_and_why_not_another(office)
    _another_is_chosen_by_hand_and_its_cost_said(office)
    _a_leader_approves_two_ticked_rows(doors.page(whole_panjin, "leader"), plan)
    auditor = doors.page(whole_panjin, "auditor")
    _an_auditor_has_it_worked_out_again(auditor, plan)
    _the_command_says_the_same(whole_panjin, plan)


def _asked_for_everybody_anew(page: Page) -> None:
    page.goto("/pairs/proposals/new/")
    page.locator("input[name=scope][value=all]").check()
    page.locator("input[name=preset][value=fitting]").check()
    page.locator("main form[method=post] button.btn-primary").click()
    expect(page.locator("#job progress, #job [role=progressbar]").first).to_be_visible()
    to_the_result(page, most_ms=JOB_MS)
    expect(page).to_have_url(re.compile(r"/pairs/proposals/\d+/$"))


def _numbers(text: str) -> list[int]:
    return [int(one.replace(",", "")) for one in re.findall(r"[\d,]+", text)]


def _today_and_both_plans_stand_side_by_side(page: Page) -> None:
    lines = page.locator(".comparison tbody tr")
    covered = [_numbers(cell) for cell in lines.nth(0).locator("td").all_inner_texts()]
    assert covered[1] == covered[2] == [16_000, 16_000]
    assert covered[0][0] <= 16_000
    today, least, cheap = (
        _numbers(cell)[0] for cell in lines.nth(6).locator("td").all_inner_texts()
    )
    assert today == 0
    assert least < cheap  # fewest changed pairs against least cost
    expect(page.locator(".proof")).to_contain_text("已证明")


def _loads_and_distances_are_told(page: Page) -> None:
    expect(
        page.locator("[data-chart=distances] canvas, [data-chart=distances] svg").first
    ).to_be_visible()
    page.locator(".unit-loads > summary").click()
    expect(page.locator(".unit-loads tbody tr").first).to_be_visible()
    page.locator("details summary", has_text="各职级").click()
    pairs = page.locator(".plan-charts details table").last.locator("tbody tr td:nth-child(2)")
    assert sum(_numbers(text)[0] for text in pairs.all_inner_texts()) == 16_000


def _why_this_helper_and_why_not_another(page: Page) -> None:
    page.locator("#listing tbody tr").first.locator("a[href*='/rows/']").first.click()
    bill = page.locator(".bill").first
    parts = [float(text.replace(",", "")) for text in bill.locator("td").all_inner_texts()]
    assert abs(sum(parts[:-1]) - parts[-1]) < 0.005
    page.locator(".suggestions a.btn").first.click()
    expect(page.locator(".answer .verdict")).to_be_visible()


def _another_is_chosen_by_hand_and_its_cost_said(page: Page) -> None:
    name = page.locator(".answer a").first.inner_text()
    page.locator("form[action$='/change/'] button").first.click()
    told = page.locator(".alert-success")
    expect(told).to_contain_text(name)
    expect(told).to_contain_text("全方案合计")
    expect(page.locator("main")).to_contain_text("人工")


def _a_leader_approves_two_ticked_rows(page: Page, plan: str) -> None:
    page.goto(f"{plan}?which=changes")
    for row in (0, 1):
        page.locator("#listing tbody tr").nth(row).locator("input[name=row]").check()
    page.locator("form[action$='/approve/'] button").click()
    assert _numbers(page.locator(".numbers").inner_text())[:2] == [0, 2]
    page.locator("select[name=reason]").select_option(index=1)
    page.locator("main form[method=post] button.btn-primary").click()
    expect(page.locator(".outcome")).to_contain_text("2")


def _an_auditor_has_it_worked_out_again(page: Page, plan: str) -> None:
    page.goto(plan)
    expect(page.locator("form[action$='/approve/']")).to_have_count(0)
    page.locator(".proof a").click()
    do(page, "form[action$='/again/'] button", most_ms=JOB_MS)
    again = page.locator("#again")
    expect(again.locator(".card-body > p").first).to_have_text(re.compile(r"^\s*一致"))


def _the_command_says_the_same(house: House, plan: str) -> None:
    number = plan.rstrip("/").rsplit("/", 1)[1]
    assert house.jiedui("pair", "--replay", number).startswith("equal")
