"""An app names addresses of its own and of apps below it, as it imports modules."""

import re
import tomllib
from pathlib import Path

import jiedui

SOURCE = Path(jiedui.__file__).parent
NAME = re.compile(r"""["'](\w+):\w+["']""")


def ranks():
    contracts = tomllib.loads((SOURCE.parents[1] / "pyproject.toml").read_text("utf-8"))
    layers = contracts["tool"]["importlinter"]["contracts"][0]["layers"]
    return {app.strip(): n for n, layer in enumerate(layers) for app in layer.split("|")}


def named(app):
    """Where this app names an address: file, line, the app whose address it is."""
    for path in sorted((SOURCE / app).rglob("*")):
        if path.suffix not in (".py", ".html", ".js"):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for found in NAME.finditer(line):
                yield f"{path.relative_to(SOURCE)}:{number}", found[1]


def test_addresses_are_named_downwards():
    rank = ranks()
    assert len(rank) > 15
    found = [(app, *one) for app in rank if (SOURCE / app).is_dir() for one in named(app)]
    assert len(found) > 300
    upwards = [
        f"{where} names an address of {other}"
        for app, where, other in found
        if other != app and other in rank and rank[other] <= rank[app]
    ]
    assert upwards == []


def test_every_page_below_is_shown_by_an_app_above():
    """What `core.pages` knows leads to pages that there are."""
    from django.urls import reverse

    from jiedui.core.pages import PAGES

    assert {"households.household", "orgs.member", "core.job", "export"} <= PAGES.keys()
    for name in PAGES.values():
        args = {"web:export": ["a"]}.get(name, [1])
        try:
            assert reverse(name)
        except Exception:
            assert reverse(name, args=args)
