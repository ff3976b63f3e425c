"""Ciphertexts of earlier versions, which belonged to a column only, are bound to their rows."""

from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from jiedui.core import bulk
from jiedui.core.fields import BOUND, EncryptedText
from jiedui.core.models import Confidential

CHUNK = 1_000


def bind_all() -> int:
    """Bind every ciphertext that is not; returns how many rows were written. Safe to repeat."""
    return sum(
        _bind(model, field)
        for model in apps.get_models()
        if issubclass(model, Confidential)
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedText)
    )


def _bind(model: type[models.Model], field: EncryptedText) -> int:
    """A thousand rows to a transaction, so that nobody waits long for the database."""
    written = 0
    while True:
        with transaction.atomic():
            rows = _unbound(model, field)
            if not rows:
                return written
            opened = [[field.opened(bytes(stored), key=pk), pk] for pk, stored in rows]
            bulk.update(model, [field.name], opened)
        written += len(rows)


def _unbound(model: type[models.Model], field: EncryptedText) -> list[tuple[Any, Any]]:
    quote = connection.ops.quote_name
    table, pk, column = (
        quote(str(name)) for name in (model._meta.db_table, model._meta.pk.column, field.column)
    )
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {pk}, {column} FROM {table} WHERE length({column}) > 0"  # noqa: S608
            f" AND substr({column}, 1, {len(BOUND)}) <> %s LIMIT {CHUNK}{lock}",
            [BOUND],
        )
        found = cursor.fetchall()
    convert = model._meta.pk.to_python
    return [(convert(key), stored) for key, stored in found]
