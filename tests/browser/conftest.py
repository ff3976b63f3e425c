"""Two demonstrations served by the product itself, and a browser that forgives nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doors import FLAGS, Doors
from house import SCALE, House, served
from playwright.sync_api import Browser, expect, sync_playwright

from browser import find_browser
from installations import demonstration


@pytest.fixture(scope="package")
def panjin(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from _house("panjin", shared, tmp_path_factory)


@pytest.fixture(scope="package")
def whole_panjin(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """All 16,000 households, for what only a full register shows."""
    yield from _house("panjin", shared, tmp_path_factory, scale="1")


@pytest.fixture(scope="package")
def xiejiaji(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from _house("xiejiaji", shared, tmp_path_factory)


@pytest.fixture(scope="package")
def harbour(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An invented campaign, which has what none that ships has yet."""
    file = Path(__file__).parents[1] / "playbooks" / "harbour_demonstration.toml"
    yield from _house(str(file), shared, tmp_path_factory)


def _house(
    name: str, shared: Path, factory: pytest.TempPathFactory, *, scale: str = SCALE
) -> Iterator[House]:
    template = demonstration(name, below=shared, scale=scale)
    with served(name, template=template, folder=factory.mktemp(Path(name).stem) / "data") as house:
        yield house


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.fail("There is no browser: install chromium or set JIEDUI_BROWSER to one's path.")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django refuses to work beside.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=15_000)
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def _signed_in() -> dict[tuple[str, str], Any]:
    return {}


@pytest.fixture
def doors(browser: Browser, _signed_in: dict[tuple[str, str], Any]) -> Iterator[Doors]:
    """At the end of a test every console error, failed request, request to another host and
    breach of the content security policy on any of its pages fails it."""
    doors = Doors(browser, _signed_in)
    yield doors
    assert doors.close() == []
