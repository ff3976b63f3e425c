"""Make the pictures of docs/images from the panjin demonstration, served as anybody would.

Run by `make screenshots`. Pages are flat: each picture stays below 250 kB as it comes.
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

from doors import DESK, FLAGS, PHONE, Doors  # noqa: E402
from house import House, served  # noqa: E402

from browser import find_browser  # noqa: E402
from installations import demonstration  # noqa: E402

IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 250_000
CHARTS_DRAWN = """() => [...document.querySelectorAll('[data-chart]')]
  .every(one => one.querySelector('canvas, svg, table'))"""


def main() -> None:
    """Take every picture; one that cannot be taken stops the rest, with its error."""
    path = find_browser()
    if path is None:
        sys.exit("There is no browser: install chromium or set JIEDUI_BROWSER to one's path.")
    with ExitStack() as stack:
        below = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        template = demonstration("panjin", below=below, scale="1")
        house = stack.enter_context(served("panjin", template=template, folder=below / "served"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        _take_all(house, browser)
        browser.close()


def _take_all(house: House, browser: Browser) -> None:
    doors = Doors(browser, {})
    IMAGES.mkdir(parents=True, exist_ok=True)
    desk = {"viewport": DESK}
    phone = {"viewport": PHONE, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
    office = doors.page(house, "office", **desk)
    for name, go in OFFICE.items():
        _take(office, f"panjin-{name}", go)
    helper = doors.page(house, "helper", **phone)
    for name, go in HELPER.items():
        _take(helper, f"panjin-{name}", go)
    _take(doors.page(house, "office", color_scheme="dark", **desk), "panjin-dark", _goes_to("/"))
    doors.close()


def _take(page: Page, name: str, go: Callable[[Page], None]) -> None:
    go(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(CHARTS_DRAWN)
    file = IMAGES / f"{name}.png"
    page.screenshot(path=file, animations="disabled")
    size = file.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{file} has {size:,} bytes; a picture of the documentation has {MOST_BYTES:,}.")
    print(f"{file.relative_to(ROOT)}: {size // 1000} kB")


def _goes_to(address: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(address)

    return go


def _household(page: Page) -> None:
    """The first household of the list that is among the hardest: much has happened there."""
    page.goto("/households/?hardest=1")
    page.locator("table tbody a[href*='/households/']").first.click()
    page.wait_for_url("**/households/*/")


def _proposal(page: Page) -> None:
    page.goto("/pairs/proposals/new/")
    page.locator("main form[method=post] button.btn-primary").click()
    page.locator("#job a.btn-primary").click(timeout=90_000)


def _bulletin(page: Page) -> None:
    page.goto("/bulletins/new/")
    page.locator("main form button.btn-primary").click()
    page.locator("#chip-editor").wait_for()


def _visit(page: Page) -> None:
    page.goto("/visits/new/")
    page.locator(".pairs a").first.tap()
    page.locator("form.record").wait_for()


OFFICE: dict[str, Callable[[Page], None]] = {
    "home": _goes_to("/"),
    "household": _household,
    "proposal": _proposal,
    "tasks": _goes_to("/campaigns/tasks/"),
    "figures": _goes_to("/figures/panjin/"),
    "bulletin": _bulletin,
    "map": _goes_to("/map/"),
}
HELPER: dict[str, Callable[[Page], None]] = {
    "phone-home": _goes_to("/"),
    "phone-households": _goes_to("/households/"),
    "phone-visit": _visit,
}


if __name__ == "__main__":
    main()
