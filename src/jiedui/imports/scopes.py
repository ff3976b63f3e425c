"""Who sees which upload: its owner, as long as the owner may import."""

from django.db.models import Q

from jiedui.core.models import allow, need
from jiedui.imports.models import Upload


def connect() -> None:
    need(Upload, read="import", change="import")
    allow(Upload, lambda scope: Q(owner=scope.user))
