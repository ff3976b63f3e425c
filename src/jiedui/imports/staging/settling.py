"""Answers of a person that hold for all rows of a list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.imports.columns.declarations import Field, Schema
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.models import Upload, WordMemory
from jiedui.imports.staging import checking
from jiedui.imports.tables.answers import EMPTY, Words, is_closed
from jiedui.imports.values.parsers import Bad

_LONGEST = 300


@transaction.atomic
def keep(
    upload: Upload,
    *,
    words: Words,
    empty: Collection[str] | None,
    filled: Mapping[str, str],
    by: User | None,
) -> None:
    """Store answers with the list, and those for columns with a code list for later lists.

    `words` is column → what cells say → what to read instead, "" for nothing; `empty` are all
    columns whose wrong cells are left empty. Raises `Refused` for an answer its column cannot read.
    """
    schema = SCHEMAS[upload.kind]
    for key, replacements in words.items():
        for means in replacements.values():
            _refuse_unreadable(schema, key, means)
    for key, means in filled.items():
        _refuse_unreadable(schema, key, means or None)
    if any(schema.by_key[key].required for key in empty or () if key in schema.by_key):
        raise Refused(_("Choose one of the answers."))
    answers = checking.answers_of(upload).with_words(words).with_filled(filled)
    if empty is not None:
        answers = replace(answers, empty=frozenset(empty))
    upload.answers = answers.written()
    upload.seal = ""  # the preview is out of date
    upload.save(update_fields=["answers", "seal"])
    remembered = _remember(upload.kind, schema, words)
    counts = {key: len(replacements) for key, replacements in words.items()}
    facts: dict[str, Any] = {"kind": upload.kind, "words": counts, "remembered": remembered}
    audit.record("import.settled", upload, by=by, **facts)


def _refuse_unreadable(schema: Schema, key: str, means: str | None) -> None:
    column = schema.by_key.get(key)
    if column is None or not column.is_kept or len(means or "") > _LONGEST:
        raise Refused(_("Choose one of the answers."))
    if means is None:
        return
    if means == EMPTY:
        if column.required:
            raise Refused(_("“%(title)s” cannot be left empty.") % {"title": column.title})
        return
    read = column.parser(means)
    if isinstance(read, Bad) and read.value is None:
        raise Refused(f"{column.title}: {read.message} {read.mend}")


def _remember(kind: str, schema: Schema, words: Words) -> dict[str, dict[str, str]]:
    """Store replacements of words by words; “leave empty” holds for this list only."""
    kept: dict[str, dict[str, str]] = {}
    for key, replacements in words.items():
        for word, means in replacements.items():
            if means and _is_word(schema.by_key[key], word, means):
                kept.setdefault(key, {})[word] = means
                WordMemory.objects.update_or_create(
                    kind=kind, field=key, word=word, defaults={"means": means}
                )
    return kept


def _is_word(column: Field, word: str, means: str) -> bool:
    return is_closed(column) and bool(word) and len(word) <= 100 and len(means) <= 100
