"""Print the path of a browser for the tests; fetch Playwright's own if none is there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")


def main() -> None:
    path = find_browser()
    if path is None:
        sys.exit(
            "There is no browser for the tests and none could be fetched: install chromium, "
            "or set JIEDUI_BROWSER to the path of one."
        )
    print(path)


def find_browser() -> str | None:
    """The browser that JIEDUI_BROWSER names, else one that is installed, else Playwright's own."""
    return named() or installed() or playwrights_own()


def named() -> str | None:
    path = os.environ.get("JIEDUI_BROWSER")
    if path and not shutil.which(path):
        sys.exit(f"JIEDUI_BROWSER is {path}, which is not a program.")
    return path


def installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        print("Fetching a browser for the tests", file=sys.stderr)
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, stdout=sys.stderr)
    return path if Path(path).exists() else None


if __name__ == "__main__":
    main()
