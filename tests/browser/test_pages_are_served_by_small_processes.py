"""What holds hundreds of megabytes is loaded beside the processes that serve pages."""

import sys
from pathlib import Path

import pytest
from doors import Doors
from house import House

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="libraries are told by /proc")

HEAVY = ("duckdb", "llvmlite", "libarrow")


def processes(house: House) -> dict[str, list[str]]:
    """Command line and loaded files of every process of this house."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_text().replace("\0", " ")
            maps = (folder / "maps").read_text()
        except OSError:
            continue
        if f"JIEDUI_DATA={house.data}".encode() in environment:
            found[f"{folder.name} {command}"] = maps.splitlines()
    return found


def test_a_figure_nobody_asked_for_is_counted_beside_the_pages(panjin: House, doors: Doors) -> None:
    page = doors.page(panjin, "office")
    page.goto("/figures/panjin/visits.person_times/")
    assert page.locator("main table tbody tr").count()
    own = processes(panjin)
    pages = {name: maps for name, maps in own.items() if "jiedui.asgi" in name}
    assert len(pages) > 1
    loaded = [
        (name, one) for name, maps in pages.items() for one in HEAVY for line in maps if one in line
    ]
    assert not loaded
    beside = [maps for name, maps in own.items() if "jiedui.core.apart" in name]
    assert any("duckdb" in line for maps in beside for line in maps)
