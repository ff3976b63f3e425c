"""Where something is shown: an app below knows that there is a page, the app above it which one.

So addresses are named downwards only, as modules are imported. The app above writes into `PAGES`
when it is ready.
"""

from typing import Any

from django.db import models
from django.urls import reverse

PAGES: dict[str, str] = {}  # what is shown, or done → the name of the address


def address(what: str, *args: Any) -> str:
    """The address of what is shown there."""
    return reverse(PAGES[what], args=args or None)


def address_of(row: models.Model) -> str:
    """The address of the page about a record."""
    return address(row._meta.label_lower, row.pk)
