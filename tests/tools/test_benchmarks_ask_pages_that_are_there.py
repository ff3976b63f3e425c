import runpy
from pathlib import Path

import pytest
from django.urls import resolve

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
ASKED = runpy.run_path(str(BENCHMARKS / "page_addresses.py"))
ANY = dict.fromkeys(("household", "pair", "member", "organisation", "place"), 1)


@pytest.mark.parametrize("address", [*ASKED["PAGES"], *ASKED["OF_RECORDS"]])
def test_benchmarks_ask_pages_that_are_there(address):
    assert resolve(address.partition("?")[0].format(**ANY))
