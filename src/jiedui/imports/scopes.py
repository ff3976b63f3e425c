"""Who sees which upload: its owner, as long as the owner may import."""

from typing import Any

from django.db.models import Q

from jiedui.core.models import allow
from jiedui.imports.models import Upload


def connect() -> None:
    allow(Upload, _own)


def _own(user: Any) -> Q | bool:
    return Q(owner=user) if user.may("import") else False
