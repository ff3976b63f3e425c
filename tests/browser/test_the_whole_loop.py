"""From a list of households to a published figure that anybody can verify, hand to hand."""

import re
from pathlib import Path

import xlsxwriter
from doors import PHONE, Doors
from house import House
from long_work import do
from playwright.sync_api import Page, expect
from watching import too_wide

HEAD = "秦百川"  # the invented head of the household that the office gets a list of
VISITS = "/figures/panjin/visits.count/"
COLUMNS = ("序号", "户主姓名", "身份证号码", "所在乡镇", "行政村（社区）", "家庭人口", "困难户类别")


def test_a_household_goes_from_a_list_to_a_figure_the_public_can_verify(
    panjin: House, doors: Doors, tmp_path: Path
) -> None:
    office, leader = doors.page(panjin, "office"), doors.page(panjin, "leader")
    town, village = _a_village(office)
    helper = doors.page(panjin, "helper", viewport=PHONE, has_touch=True, is_mobile=True)
    before = _figure_counted_now(office)

    _the_office_imports_a_list(office, _list(tmp_path / "困难户名单.xlsx", town, village))
    _the_household_stands_among_those_without_a_helper(office)
    _a_proposal_is_worked_out_and_a_leader_approves_it(office, leader)
    _nobody_looks_for_the_household_any_more(office)
    _a_helper_records_a_visit_with_a_gift(helper)
    _the_village_officer_confirms_a_receipt(doors, panjin)
    _the_figure_rises_and_opens_its_records(office, before)
    address = _a_bulletin_is_written_and_frozen(office, leader)
    _a_stranger_verifies_it(doors, panjin, address)
    _the_auditor_verifies_the_chain(doors.page(panjin, "auditor"))


def _a_village(page: Page) -> tuple[str, str]:
    """Town and village of the first household on the register."""
    page.goto("/households/?sort=number")
    page.locator("#listing tbody .row-head a").first.click()
    town, village = page.locator(".breadcrumb a").all_inner_texts()[-2:]
    return town, village


def _list(file: Path, town: str, village: str) -> Path:
    """A list as offices have them: two title rows, merged, then the heads, then a total."""
    book = xlsxwriter.Workbook(file)
    sheet, bold = book.add_worksheet("名单"), book.add_format({"bold": True})
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "困难群众基本情况统计表", bold)
    sheet.merge_range(1, 0, 1, len(COLUMNS) - 1, "填报单位：（盖章）    2026年11月")
    sheet.write_row(2, 0, COLUMNS, bold)
    sheet.write_row(3, 0, ("1", HEAD, "", town, village, "３人", "低保户"))
    sheet.write_row(4, 0, ("合计", "1户", "", "", "", 3, ""))
    book.close()
    return file


def _the_office_imports_a_list(page: Page, file: Path) -> None:
    page.goto("/imports/")
    page.locator("main a[href$='kind=households']").click()
    page.locator("input[type=file]").set_input_files(file)
    do(page, "form[enctype] button.btn-primary")
    _to_the_preview(page)
    expect(page.locator("table tbody")).to_contain_text(HEAD)
    do(page, "form[action$='/apply/'] button")
    expect(page.locator(".alert-success").first).to_be_visible()


def _to_the_preview(page: Page) -> None:
    """Through the steps that ask for nothing."""
    apply = page.locator("form[action$='/apply/'] button")
    on = page.locator(".page-actions a.btn-primary")
    expect(apply.or_(on).first).to_be_visible()
    while on.count():
        on.click()
        expect(page.locator("h1")).to_be_visible()


def _the_household_stands_among_those_without_a_helper(page: Page) -> None:
    page.goto("/pairs/uncovered/?size=100")
    expect(page.locator("#listing tbody")).to_contain_text(HEAD)


def _a_proposal_is_worked_out_and_a_leader_approves_it(office: Page, leader: Page) -> None:
    office.goto("/pairs/proposals/new/")
    do(office, "main form[method=post] button.btn-primary")
    expect(office.locator("#listing tbody")).to_contain_text(HEAD)
    expect(office.locator("form[action$='/approve/']")).to_have_count(0)
    leader.goto(office.url)
    leader.locator("form[action$='/approve/'] button").click()
    leader.locator("main form[method=post] button.btn-primary").click()
    expect(leader.locator(".outcome")).to_be_visible()


def _nobody_looks_for_the_household_any_more(page: Page) -> None:
    page.goto("/pairs/uncovered/?size=100")
    expect(page.locator("main")).not_to_contain_text(HEAD)


def _a_helper_records_a_visit_with_a_gift(page: Page) -> None:
    """Of one household the form opens at once: two folds and fields, save."""
    page.goto("/visits/new/")
    page.locator("summary", has=page.locator("use[href$='#gift']")).tap()
    page.locator("input[name=cash]").fill("200")
    assert too_wide(page) == 0
    page.locator("form.record .card-footer button").tap()
    expect(page.locator(".done-sign")).to_be_visible()
    expect(page.locator(".done")).to_contain_text("200")


def _the_village_officer_confirms_a_receipt(doors: Doors, house: House) -> None:
    page = doors.page(house, "village_officer", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/gifts/?confirmed=0")
    page.locator(".listing a[href*='/gifts/0']").first.tap()
    page.locator("form[action$='/confirm/'] button").tap()
    expect(page.locator("form[action$='/confirm/']")).to_have_count(0)


def _figure_counted_now(page: Page) -> int:
    """From a snapshot of this moment: the journeys before this one have recorded visits too."""
    page.goto(VISITS)
    figure = page.locator(".figure-card").first
    expect(figure).to_be_visible()
    anew = "form[action$='/refresh'] button"
    if page.locator(anew).count():
        do(page, anew)
        page.goto(VISITS)
    return _number(figure.inner_text())


def _number(text: str) -> int:
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found.group().replace(",", ""))


def _the_figure_rises_and_opens_its_records(page: Page, before: int) -> None:
    assert _figure_counted_now(page) == before + 1
    page.locator("a[data-panel]").first.click()
    expect(page.locator("#panel-body")).to_be_visible()


def _a_bulletin_is_written_and_frozen(office: Page, leader: Page) -> str:
    """The address of its public page."""
    office.goto("/bulletins/new/")
    office.locator("main form button.btn-primary").click()
    office.locator("#chip-editor").press("Control+End")
    office.keyboard.type("各单位继续做好走访。")
    expect(office.locator("#preview")).to_contain_text("各单位继续做好走访。")
    office.locator("button[form=writing]").click()
    leader.goto(office.url)
    leader.locator("a[href$='/freeze/']").click()
    leader.locator("main form input[type=checkbox]").check()
    leader.locator("main form button.btn-primary").click()
    link = leader.locator(".proof a")
    expect(link).to_be_visible()
    return str(link.get_attribute("href"))


def _a_stranger_verifies_it(doors: Doors, house: House, address: str) -> None:
    page = doors.page(house, None)
    page.goto(address)
    expect(page.locator(".verdict-good")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(HEAD)


def _the_auditor_verifies_the_chain(page: Page) -> None:
    page.goto("/audit/")
    do(page, "form[action$='/audit/verify'] button")
    expect(page.locator(".alert-success").first).to_be_visible()
