"""Cells are drawn without the request: a form in one would be sent without its token."""

from collections.abc import Iterator
from pathlib import Path

from django.urls import get_resolver

import jiedui
from jiedui.core.lists import Listing

TEMPLATES = list(Path(jiedui.__file__).parent.glob("*/templates/**/*.html"))


def _below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_no_cell_of_a_list_is_a_form_of_its_own():
    assert get_resolver().url_patterns  # all views, and so all lists, are loaded
    used = {column.template for one in _below(Listing) for column in getattr(one, "columns", ())}
    used.discard("")
    assert len(used) > 8
    for name in used:
        (path,) = [one for one in TEMPLATES if one.as_posix().endswith(f"/templates/{name}")]
        assert "csrf_token" not in path.read_text(), name
        assert "request" not in path.read_text(), name
