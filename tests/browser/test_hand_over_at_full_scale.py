"""Among 16,000 households a member leaves, and a unit is dissolved: proposed, changed, confirmed,
told to both helpers, their unit and the families, and finished by the successor's first visit."""

import re

import leaving
from doors import PHONE, Doors, sign_in_first, slips
from house import House
from playwright.sync_api import Locator, Page, expect

UNIT, OTHER = "盘锦市生态环境局", "盘锦市团委"


def test_a_leaver_among_16000_households_stays_until_the_successor_calls(
    doors: Doors, whole_panjin: House
) -> None:
    office, leaver = (doors.page(whole_panjin, role) for role in ("office", "helper"))
    pair, family = _a_pair_of_ones_own(leaver)
    leaving.begins(office, pair)
    others = office.locator("#listing tbody tr").count()
    expect(office.locator("#listing")).to_contain_text(family)
    successor = _another_is_named_for(office, family)
    plan = office.url
    account = _gets_an_account(office, successor)
    office.goto(plan)
    leaving.settled(office)
    assert office.locator("#listing tbody tr").count() == others
    household = _answers_still(office, pair, successor)
    _families_get_slips(office, family, successor)
    new = doors.page(whole_panjin, None, viewport=PHONE, has_touch=True, is_mobile=True)
    sign_in_first(new, *account)
    for page in (leaver, doors.page(whole_panjin, "liaison"), new):
        _has_a_notice_of(page, family)
    expect(leaver.locator("main")).to_contain_text(successor)
    _calls_on(new, family)
    _is_relieved(office, pair, household, successor)


def _a_pair_of_ones_own(page: Page) -> tuple[str, str]:
    """Its address, and the head of the family."""
    page.goto("/pairs/?state=open")
    page.locator("#listing tbody tr a").first.click()
    family = page.locator("main dl.facts a[href^='/households/']").first.inner_text()
    return page.url, family


def _another_is_named_for(page: Page, family: str) -> str:
    page.goto(f"{page.url}?q={family}")
    return leaving.another_successor(page)


def _gets_an_account(page: Page, name: str) -> tuple[str, str]:
    page.locator("#listing a[href^='/members/']", has_text=name).first.click()
    page.locator("a[href$='/account/']").click()
    page.locator("main button.btn-primary").click()
    return slips(page)[name]


def _answers_still(page: Page, pair: str, successor: str) -> str:
    """Both helpers stand on the household's page, whose address is returned."""
    page.goto(pair)
    expect(page.locator(".alert-warning")).to_contain_text("共同负责")
    expect(page.locator(".relay .is-here ~ li", has_text=successor)).to_have_count(1)
    page.locator("main dl.facts a[href^='/households/']").first.click()
    expect(_relay(page).locator("li").first).to_contain_text(successor)
    expect(_relay(page)).to_contain_text("最迟")
    return page.url


def _relay(page: Page) -> Locator:
    """From helper to helper, on the page of a household."""
    return page.locator("section.card", has=page.locator("h2", has_text="接力经过")).first


def _families_get_slips(page: Page, family: str, successor: str) -> None:
    page.goto(f"/pairs/to-tell/?whom=family&q={family}")
    expect(page.locator("#listing")).to_contain_text(family)
    page.goto(f"/pairs/to-tell/slips/?whom=family&q={family}")
    slip = page.locator(".notice-slip").filter(has_text=family)
    expect(slip).to_contain_text(successor)
    expect(slip).to_contain_text("第一次上门")


def _has_a_notice_of(page: Page, family: str) -> None:
    page.goto("/notices/")
    expect(page.locator(".todo li", has_text=family).first).to_be_visible()


def _calls_on(page: Page, family: str) -> None:
    """The successor's first visit, on a telephone."""
    page.goto("/visits/new/")
    page.locator(".pairs a", has_text=family).or_(page.locator("form.record")).first.tap()
    page.locator("[name=note]").fill("认了门，身体好")
    page.locator("form.record .card-footer button").tap()
    expect(page.locator(".done-sign")).to_be_visible()


def _is_relieved(page: Page, pair: str, household: str, successor: str) -> None:
    page.goto(pair)
    expect(page.locator(".alert-warning")).to_have_count(0)
    expect(page.locator("main dl.facts")).to_contain_text("已结束")
    page.goto(household)
    expect(_relay(page)).to_contain_text(successor)
    expect(_relay(page)).not_to_contain_text("最迟")


def test_a_unit_is_dissolved_among_16000_households(doors: Doors, whole_panjin: House) -> None:
    office = doors.page(whole_panjin, "office")
    unit = _is_dissolved(office)
    total, taken, alone = (_figure(office, at) for at in range(3))
    assert taken > 100
    assert taken + alone == total
    villages = _taken_by_organisations(office, total)
    pair = leaving.first_row(office).locator("a[href^='/pairs/']").first.get_attribute("href")
    successor = leaving.another_successor(office)
    leaving.settled(office)
    office.locator("a[href*='/to-tell/?hand_over=']").click()
    expect(office.locator("#listing tbody tr").first).to_be_visible()
    slips = office.locator("a[href*='/to-tell/slips/']")
    assert int(re.findall(r"\d+", slips.inner_text())[0]) == taken - villages  # a family each
    _answers_still(office, str(pair), successor)
    office.goto(unit)
    expect(office.locator("main dl.facts")).to_contain_text("撤销日期")


def _taken_by_organisations(page: Page, total: int) -> int:
    """Villages of the unit that others are to keep; ends on the plan again."""
    plan, found = page.url, 0
    for number in range(1, total // 100 + 2):
        page.goto(f"{plan}?size=100&page={number}")
        found += page.locator("#listing .taker > a[href^='/organisations/']").count()
    page.goto(plan)
    return found


def _is_dissolved(page: Page) -> str:
    page.goto(f"/organisations/?q={UNIT}")
    page.locator("#listing tbody a", has_text=UNIT).first.click()
    unit = page.url
    page.locator("main a[href$='/dissolve/']").first.click()
    page.locator("a[href^='/pairs/dissolve/']").click()
    page.locator("input[name=fate][value=move]").check()
    page.locator("[name=goes_to]").fill(OTHER)
    page.locator("select[name=reason]").select_option("transferred")
    leaving.proposed(page)
    return unit


def _figure(page: Page, at: int) -> int:
    text = page.locator(".figures > *").nth(at).inner_text()
    return int(re.findall(r"\d+", text.replace(",", ""))[0])
