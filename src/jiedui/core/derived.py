"""Columns that follow from others: how a name is said, the digest that finds an identity number."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from jiedui.core import crypto
from jiedui.engines import words


class Derived(models.Model):
    """A record found by its name in pinyin, and people by their identity number.

    Every door writes what `derived` says beside the values it writes.
    """

    NAME: ClassVar[str] = "name"  # the field whose sound is kept
    IS_PERSON: ClassVar[bool] = False  # family names have readings of their own

    class Meta:
        abstract = True

    @classmethod
    def derived(cls, values: Mapping[str, Any]) -> dict[str, str]:
        """The columns that follow from these values, as long as there is room for."""
        found: dict[str, str] = {}
        if cls.NAME in values:
            name = values[cls.NAME]
            found["pinyin"] = words.pinyin(name, is_person=cls.IS_PERSON)
            found["initials"] = words.initials(name, is_person=cls.IS_PERSON)
        if "identity" in values:
            found["identity_digest"] = crypto.digest(values["identity"])
        return {key: text[: _room(cls, key)] for key, text in found.items()}


def _room(model: type[models.Model], name: str) -> int | None:
    field = model._meta.get_field(name)
    return field.max_length if isinstance(field, models.CharField) else None
