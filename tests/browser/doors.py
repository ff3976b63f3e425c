"""Opens pages as somebody, at the width of a desk or of a phone, and watches them."""

import re
from dataclasses import dataclass, field
from typing import Any

from house import House
from playwright.sync_api import Browser, BrowserContext, Page, expect
from watching import Watch

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
OWN = "Pingjiang-2026"  # of the password somebody chooses, with letters of their own around it


@dataclass
class Doors:
    """The pages one test opened. Signing in is done once for each account and remembered."""

    browser: Browser
    signed_in: dict[tuple[str, str], Any]
    opened: list[tuple[BrowserContext, Watch]] = field(default_factory=list)

    def page(self, house: House, role: str | None, **options: Any) -> Page:
        """A page signed in as the role, or as a stranger; `expected` states are no complaint."""
        return self.watched(house, role, **options)[0]

    def watched(self, house: House, role: str | None, **options: Any) -> tuple[Page, Watch]:
        watch = Watch(house.address, expected=set(options.pop("expected", ())))
        options = {"viewport": DESK, "locale": "zh-CN", "base_url": house.address} | options
        if role:
            options["storage_state"] = self._cookies(house, role)
        context = self.browser.new_context(**options)
        context.set_default_timeout(20_000)
        watch.over(context)
        self.opened.append((context, watch))
        return context.new_page(), watch

    def close(self) -> list[str]:
        """Close every page and say what was wrong on them."""
        for context, _watch in self.opened:
            context.close()
        return [one for _context, watch in self.opened for one in watch.taken()]

    def _cookies(self, house: House, role: str) -> Any:
        key = (house.address, role)
        if key not in self.signed_in:
            context = self.browser.new_context(base_url=house.address)
            sign_in(context.new_page(), house, role)
            self.signed_in[key] = context.storage_state()
            context.close()
        return self.signed_in[key]


def sign_in(page: Page, house: House, role: str) -> None:
    """By the keys alone, as somebody without a mouse does."""
    username, password = house.accounts[role]
    page.goto("/accounts/login/")
    page.locator("input[type=text][name=username]").fill(username)
    page.locator("input[type=password]").fill(password)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url("**/")


def slips(page: Page) -> dict[str, tuple[str, str]]:
    """By name: what to sign in with, as it stands on the slips of paper of new accounts."""
    expect(page.locator(".slip").first).to_be_visible()
    found = {}
    for slip in page.locator(".slip").all():
        username, password = slip.locator("code").all_inner_texts()
        found[slip.locator("h2").inner_text()] = (username, password)
    return found


def sign_in_first(page: Page, username: str, password: str) -> None:
    """With the first password, which is then changed for one of one's own."""
    page.goto("/accounts/login/")
    page.locator("input[type=text][name=username]").fill(username)
    page.locator("input[type=password]").fill(password)
    page.locator("input[type=password]").press("Enter")
    expect(page.locator("h1")).to_be_visible()
    if "/password/" in page.url:
        page.locator("[name=old_password]").fill(password)
        for name in ("new_password1", "new_password2"):
            page.locator(f"[name={name}]").fill(f"Xin-{OWN}-{username[0]}")
        page.locator("main button.btn-primary").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))
