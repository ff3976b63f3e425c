"""Model fields of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from jiedui.core import crypto, readings

BOUND = b"row\x01"  # stands before a ciphertext that belongs to one row


_copying: ContextVar[bool] = ContextVar("copying", default=False)


class Sealed(bytes):
    """A ciphertext as the database gave it: opened only when somebody asks for the value."""


@contextmanager
def unopened() -> Iterator[None]:
    """Encrypted fields asked for inside give their ciphertext: to copy it within its row."""
    token = _copying.set(True)
    try:
        yield
    finally:
        _copying.reset(token)


class _Opening(DeferredAttribute):
    """Decrypts at each access and notes who was read; keeps the ciphertext, never the text."""

    field: "EncryptedText"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = kept(instance, self.field.attname)
        if not isinstance(value, Sealed) or _copying.get():
            return value
        readings.note(instance.read_as(), self.field.attname)
        return self.field.opened(value, key=instance.pk)

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


def kept(row: models.Model, name: str) -> Any:
    """What the row holds of this field, a ciphertext unopened; fetched where it was deferred."""
    if name not in row.__dict__:
        row.refresh_from_db(fields=[name])
    return row.__dict__[name]


class EncryptedText(models.BinaryField):
    """Text kept encrypted, read and written as `str`; to look it up keep a digest beside it.

    A ciphertext is bound to its row: put into another one, it cannot be read. So a value is written
    through its row (`save`, `core.bulk`), never through `QuerySet.update`.
    """

    descriptor_class = _Opening

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        kwargs["editable"] = True
        super().__init__(*args, **kwargs)

    @property
    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def _check_str_default_value(self) -> list[Any]:
        return []  # the default is text here: it is encrypted on its way to the database

    def get_default(self) -> Any:
        return ""

    def seal(self, text: str, *, key: Any) -> bytes:
        """The ciphertext of a value of the row with this key."""
        if not text:
            return b""
        if key is None:
            raise ValueError(f"{self._context} is encrypted for a row whose key is not known yet.")
        return Sealed(BOUND + crypto.encrypt(text, context=self._bound(key)))

    def opened(self, sealed: Any, *, key: Any) -> str:
        """The value; raises `Unreadable` when it was altered or belongs to another row.

        What is open already, as `QuerySet.values` gives an empty one, stays as it is.
        """
        if not isinstance(sealed, bytes) or not sealed:
            return str(sealed or "")
        if sealed.startswith(BOUND):
            return crypto.decrypt(sealed[len(BOUND) :], context=self._bound(key))
        # Written before ciphertexts were bound; `core.binding` binds them when one upgrades.
        return crypto.decrypt(sealed, context=self._context)

    def _bound(self, key: Any) -> str:
        return f"{self._context}#{key.hex if isinstance(key, UUID) else key}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return Sealed(value) if value else ""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = kept(model_instance, self.attname)
        if isinstance(value, Sealed):
            return value
        return self.seal(str(value or ""), key=model_instance.pk)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            if value:
                raise TypeError(f"{self._context} is written through its row, not by a query.")
            value = b""
        return super().get_db_prep_value(value, connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))
