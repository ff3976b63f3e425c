"""From an empty installation and one's own spreadsheets to a visit, a figure and a bulletin.

Nothing is loaded and no developer helps: what stands here is done on the pages, hand to hand.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import lists_of_a_stranger as lists
import pytest
from doors import OWN, PHONE, Doors, sign_in_first, slips
from house import House, served
from long_work import do
from playwright.sync_api import Page, expect
from watching import too_wide

from installations import empty


@pytest.fixture
def house(shared: Path, tmp_path: Path) -> Iterator[House]:
    with served("empty", template=empty(shared), folder=tmp_path / "data") as house:
        yield house


def test_a_stranger_starts_their_own(house: House, doors: Doors, tmp_path: Path) -> None:
    office, administrator = _page(doors, house), _page(doors, house)
    keeper = _the_installation_is_set_up(office, house.jiedui("account", "code").strip())
    _first_steps(office, done=0)
    _a_shipped_playbook_becomes_our_campaign(office)
    _lists_come_in(office, tmp_path)
    _first_steps(office, done=4)
    liaison = _an_account(office, "方敏", role="liaison")
    helpers = _accounts_at_once(office, "县教育局") | _accounts_at_once(office, "县农业农村局")
    sign_in_first(administrator, *keeper)
    leader = _a_leader_is_appointed(administrator)
    sign_in_first(visitor := _page(doors, house), *leader)
    _pairs_are_proposed_and_a_second_person_approves(office, visitor)
    expect(_home(office).locator("#steps-head")).to_have_count(0)
    sign_in_first(unit := _page(doors, house), *liaison)
    expect(_home(unit).locator("main")).to_contain_text("县农业农村局")
    phone = _page(doors, house, viewport=PHONE, has_touch=True, is_mobile=True)
    paired = _who_is_paired(office)
    sign_in_first(phone, *next(slip for name, slip in helpers.items() if name in paired))
    _a_visit_is_recorded(phone)
    assert _visits_counted(office) == 1
    _a_bulletin_speaks_of_our_campaign(office, visitor)
    stranger = _page(doors, house)
    assert (stranger.goto("/setup/") or pytest.fail("no answer")).status == 404


def _page(doors: Doors, house: House, **options: object) -> Page:
    # The page of the set-up is gone afterwards, and is asked for on purpose.
    return doors.page(house, None, expected={404}, **options)


def _the_installation_is_set_up(page: Page, code: str) -> tuple[str, str]:
    """The administrator's user name and first password."""
    page.goto("/households/")
    expect(page).to_have_url(re.compile("/setup/$"))
    page.locator("[name=code]").fill(code.upper().replace("-", " "))
    page.locator("main button.btn-primary").click()
    page.locator("[name=place]").press_sequentially("pingjiang")
    page.locator(".offer", has_text="平江县").first.click()
    facts = {
        "organisation": "中共平江县委组织部", "display_name": "罗小青", "username": "luoxq",
        "password": OWN, "again": OWN, "administrator_name": "邓工", "administrator": "dengg",
    }  # fmt: skip
    for name, value in facts.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("main button.btn-primary").click()
    return slips(page)["邓工"]


def _home(page: Page) -> Page:
    page.goto("/")
    return page


def _first_steps(page: Page, *, done: int) -> None:
    expect(_home(page).locator(".first-steps li")).to_have_count(7)
    expect(page.locator(".first-steps .is-done")).to_have_count(done)


def _a_shipped_playbook_becomes_our_campaign(page: Page) -> None:
    page.locator(".first-steps a").first.click()
    page.locator("label", has_text="走亲戚").click()
    page.locator("main button.btn-primary").click()
    expect(page.locator("[name=place]")).to_have_value(re.compile("平江县"))
    page.locator("[name=name]").fill("一户一帮")
    page.locator("[name=full_name]").fill("平江县党员干部“一户一帮”活动")
    page.locator("[name=document_word]").fill("平帮办")
    page.locator("main button.btn-primary").click()
    expect(page.locator(".alert-success")).to_contain_text("一户一帮")


def _lists_come_in(page: Page, folder: Path) -> None:
    for kind, make in (
        ("organisations", lists.organisations),
        ("members", lists.members),
        ("households", lists.households),
        ("needs", lists.needs),
    ):
        page.goto("/imports/")
        page.locator(f"main a[href$='kind={kind}']").click()
        page.locator("input[type=file]").set_input_files(make(folder))
        do(page, "form[enctype] button.btn-primary")
        _to_the_preview(page)
        do(page, "form[action$='/apply/'] button")
        expect(page.locator(".alert-success").first).to_be_visible()


def _to_the_preview(page: Page) -> None:
    apply = page.locator("form[action$='/apply/'] button")
    on = page.locator(".page-actions a.btn-primary")
    expect(apply.or_(on).first).to_be_visible()
    while on.count():
        on.click()
        expect(page.locator("h1")).to_be_visible()
    expect(apply).to_be_visible()


def _an_account(page: Page, name: str, *, role: str) -> tuple[str, str]:
    """From the page of a member of the register."""
    page.goto("/organisations/members/")
    page.get_by_role("link", name=name).first.click()
    page.locator("a[href$='/account/']").click()
    page.locator("[name=role]").select_option(role)
    page.locator("main button.btn-primary").click()
    return slips(page)[name]


def _accounts_at_once(page: Page, organisation: str) -> dict[str, tuple[str, str]]:
    page.goto("/organisations/users/")
    page.locator("a[href$='/users/helpers/']").first.click()
    page.locator("[name=organisation]").fill(organisation)
    page.locator("main button.btn-primary").click()
    return slips(page)


def _a_leader_is_appointed(page: Page) -> tuple[str, str]:
    page.goto("/organisations/users/new/")
    page.locator("[name=username]").fill("zhougp")
    page.locator("[name=display_name]").fill("周桂平")
    page.locator("main button.btn-primary").click()
    leader = slips(page)["周桂平"]
    page.locator(".page-actions a").click()
    page.locator(".page-actions a.btn-primary").click()
    page.locator("[name=role]").select_option("leader")
    page.locator("[name=organisation]").fill("中共平江县委组织部")
    page.locator("[name=place]").fill("平江县")
    page.locator("main button.btn-primary").click()
    expect(page.locator(".alert-success")).to_be_visible()
    return leader


def _pairs_are_proposed_and_a_second_person_approves(office: Page, leader: Page) -> None:
    _home(office).locator(".first-steps li").last.locator("a").click()
    do(office, "main form[method=post] button.btn-primary")
    expect(office.locator("#listing tbody tr")).to_have_count(4)
    expect(office.locator("form[action$='/approve/']")).to_have_count(0)
    _home(leader).locator(".todo a[href*='/proposals/']").first.click()
    leader.locator("form[action$='/approve/'] button").click()
    leader.locator("main form[method=post] button.btn-primary").click()
    expect(leader.locator(".outcome")).to_be_visible()
    office.goto("/pairs/uncovered/")
    expect(office.locator("#listing tbody tr")).to_have_count(0)


def _who_is_paired(page: Page) -> str:
    page.goto("/pairs/")
    return page.locator("#listing tbody").inner_text()


def _a_visit_is_recorded(page: Page) -> None:
    page.goto("/visits/new/")
    households, form = page.locator(".pairs a"), page.locator("form.record")
    expect(households.or_(form).first).to_be_visible()
    if households.count():  # with one household alone there is nothing to choose
        households.first.tap()
    assert too_wide(page) == 0
    page.locator("[name=note]").fill("身体好")
    page.locator("form.record .card-footer button").tap()
    expect(page.locator(".done-sign")).to_be_visible()


ANEW = "form[action$='/refresh'] button"


def _visits_counted(page: Page) -> int:
    """Counted by itself meanwhile, or now."""
    page.goto("/figures/panjin/visits.count/")
    if page.locator(ANEW).count():
        do(page, ANEW)
        page.goto("/figures/panjin/visits.count/")
    figure = page.locator(".figure-card").first
    expect(figure).to_be_visible()
    found = re.search(r"\d+", figure.inner_text())
    assert found
    return int(found.group())


def _a_bulletin_speaks_of_our_campaign(office: Page, leader: Page) -> None:
    office.goto("/bulletins/new/")
    office.locator("main form button.btn-primary").click()
    text = office.locator("textarea[name=text]")
    expect(text).to_have_value(re.compile("一户一帮"))
    expect(text).not_to_have_value(re.compile("走亲戚 在行动"))
    expect(office.locator("#preview")).to_contain_text("4户")
    office.locator("button[form=writing]").click()
    leader.goto(office.url)
    leader.locator("a[href$='/freeze/']").click()
    leader.locator("main form input[type=checkbox]").check()
    leader.locator("main form button.btn-primary").click()
    expect(leader.locator(".proof a")).to_be_visible()
