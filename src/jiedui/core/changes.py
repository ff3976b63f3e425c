"""What a change of a row changes: said in the audit chain, sensitive values only by name."""

from typing import Any

from django.db import models

from jiedui.core import audit
from jiedui.core.fields import EncryptedText
from jiedui.core.personal import HIDDEN as HIDDEN


def apply(row: models.Model, values: dict[str, Any], *, action: str, by: Any) -> bool:
    """Set the values that differ, save and record them; False when nothing differs."""
    before, after = {}, {}
    for name, value in values.items():
        old = getattr(row, name)
        if old == value:
            continue
        setattr(row, name, value)
        before[name], after[name] = _said(row, name, old), _said(row, name, value)
    if not after:
        return False
    row.save(update_fields=list(after))
    audit.record(action, row, by=by, before=before, after=after)
    return True


def _said(row: models.Model, name: str, value: Any) -> Any:
    if isinstance(row._meta.get_field(name), EncryptedText):
        return HIDDEN if value else ""
    return value.pk if isinstance(value, models.Model) else value
