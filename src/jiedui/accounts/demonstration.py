"""Accounts offered on the sign-in page of a demonstration, and nowhere else."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from jiedui.core.models import Installation

FILE = "demo-accounts.json"


@dataclass(frozen=True)
class DemonstrationAccount:
    """One line of DATA/demo-accounts.json: a list of objects with these keys."""

    username: str
    password: str
    name: str
    role: str  # a key of Role
    note: str = ""


def demonstration_accounts() -> list[DemonstrationAccount]:
    """The accounts to choose from; none unless this installation is a demonstration."""
    path = Path(settings.DATA) / FILE
    if not Installation.current().is_demonstration or not path.exists():
        return []
    return [DemonstrationAccount(**line) for line in json.loads(path.read_text())]
