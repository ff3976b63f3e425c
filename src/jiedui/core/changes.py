"""What a change of a row changes: said in the audit chain, sensitive values only by name."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from jiedui.core import audit, readings
from jiedui.core.derived import Derived
from jiedui.core.fields import EncryptedText
from jiedui.core.models import Versioned
from jiedui.core.personal import HIDDEN as HIDDEN
from jiedui.core.refusals import Refused


class Stale(Refused):
    """The row is no longer the one this change started from."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed this meanwhile. Look at it again, then save."))


@transaction.atomic
def apply(row: models.Model, values: dict[str, Any], *, action: str, by: Any) -> bool:
    """Set the values that differ and what follows from them, save and record; False when none do.

    Raises `Stale` when somebody changed the row since it was read: nothing is overwritten unseen.
    """
    before, after = {}, {}
    for name, value in values.items():
        with readings.unseen():  # compared only
            old = getattr(row, name)
        if old == value:
            continue
        setattr(row, name, value)
        before[name], after[name] = old, value
    if not after:
        return False
    derived = row.derived({n: values[n] for n in after}) if isinstance(row, Derived) else {}
    for name, value in derived.items():
        setattr(row, name, value)
    if isinstance(row, Versioned):
        raise_version(row)
    row.save(update_fields=[*after, *derived])
    before, after = said(type(row), before), said(type(row), after)
    audit.record(action, row, by=by, before=before, after=after)
    return True


def raise_version(row: Versioned) -> None:
    """The lock of a change: of two who started from one version, the second finds no row."""
    same = type(row)._default_manager.filter(pk=row.pk, version=row.version)
    if not same.update(version=F("version") + 1):
        raise Stale
    row.version += 1


def said(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the audit chain may keep them: of encrypted fields only whether there is one."""
    return {name: _said(model, name, value) for name, value in values.items()}


def _said(model: type[models.Model], name: str, value: Any) -> Any:
    field = model._meta.get_field(name.partition(".")[0])  # `more.x` is an entry of `more`
    if isinstance(field, EncryptedText):
        return HIDDEN if value else ""
    return value.pk if isinstance(value, models.Model) else value
