"""Where something is shown: an app below knows that there is a page, the app above it which one.

So addresses are named downwards only, as modules are imported. The app above writes into `PAGES`
when it is ready.
"""

from functools import lru_cache
from typing import Any

from django.db import models
from django.urls import get_script_prefix, get_urlconf, reverse

NUMBER = 909090909  # no address has it of its own
PAGES: dict[str, str] = {}  # what is shown, or done → the name of the address


def address(what: str, *args: Any) -> str:
    """The address of what is shown there."""
    return link(PAGES[what], *args)


def link(name: str, *args: Any) -> str:
    """As `reverse`, which takes long on a list: found once a page, and once for all numbers."""
    if not args:
        return _of_one_page(name, get_script_prefix(), get_urlconf())
    if len(args) > 1 or type(args[0]) is not int or args[0] < 0:
        return reverse(name, args=args)
    before, after = _around_a_number(name, get_script_prefix(), get_urlconf())
    return f"{before}{args[0]}{after}"


@lru_cache(maxsize=512)
def _of_one_page(name: str, _prefix: str, _urlconf: str | None) -> str:
    return reverse(name)


@lru_cache(maxsize=512)
def _around_a_number(name: str, _prefix: str, _urlconf: str | None) -> tuple[str, str]:
    """What stands before and after the number in an address with one number."""
    before, _number, after = reverse(name, args=[NUMBER]).partition(str(NUMBER))
    return before, after


def address_of(row: models.Model) -> str:
    """The address of the page about a record."""
    return address(row._meta.label_lower, row.pk)
