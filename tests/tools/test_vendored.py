"""The vendored assets are the pinned ones, and pages can rely on the icons."""

import json
import re
from pathlib import Path

import pytest

from jiedui.web import vendored

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src/jiedui/web/static"
PINS = json.loads((ROOT / "tools/vendor.json").read_text("utf-8"))
NAMES = {name: path for name, path in vars(vendored).items() if name.isupper()}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_leads_to_a_file_of_the_pinned_version(name: str) -> None:
    versions = {
        constant: package["version"]
        for package in PINS["packages"]
        for constant in [*package.get("files", {}), *package.get("sprite", {})]
    }
    assert (STATIC / NAMES[name]).stat().st_size > 0
    assert f"-{versions[name]}." in NAMES[name]


def test_the_sprite_holds_every_listed_icon_once() -> None:
    ids = re.findall(r'<symbol id="([^"]+)"', (STATIC / vendored.ICONS).read_text("utf-8"))
    assert ids == sorted(PINS["icons"])


def test_no_icon_is_empty() -> None:
    text = (STATIC / vendored.ICONS).read_text("utf-8")
    assert not re.findall(r'<symbol id="([^"]+)"[^>]*></symbol>', text)


def test_no_asset_asks_for_a_map_file() -> None:
    for path in (STATIC / "vendor").iterdir():
        assert "sourceMappingURL" not in path.read_text("utf-8"), path.name
