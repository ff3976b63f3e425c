"""Model fields of our own."""

from typing import Any

from django.db import models

from jiedui.core import crypto


class EncryptedText(models.BinaryField):
    """Text kept encrypted, read and written as `str`; to look it up keep a digest beside it."""

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

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return crypto.decrypt(bytes(value), context=self._context) if value else ""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = crypto.encrypt(value, context=self._context) if value else b""
        return super().get_db_prep_value(value, connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))
