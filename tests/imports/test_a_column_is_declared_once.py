"""A column says itself where it is kept; reading, writing and labels follow from that."""

import pytest

from jiedui.imports.columns.declarations import MORE
from jiedui.imports.matching.comparisons import COMPARISONS


@pytest.mark.parametrize("kind", COMPARISONS)
def test_every_column_that_is_kept_names_a_field_of_its_register(kind):
    for part in COMPARISONS[kind].parts.values():
        fields = {field.attname for field in part.model._meta.concrete_fields}
        fields |= {field.name for field in part.model._meta.concrete_fields}
        for name in part.fields.values():
            assert ("more" if name.startswith(MORE) else name) in fields


@pytest.mark.parametrize("kind", COMPARISONS)
def test_what_is_declared_is_a_register_of_the_list(kind):
    registers = COMPARISONS[kind].parts
    # A column that several kinds of list share may name a register another kind speaks of.
    foreign = {"person"} if kind == "needs" else set()
    for field in COMPARISONS[kind].schema.fields:
        places = {into.partition(".")[0] for into in field.into}
        assert places - foreign <= set(registers), field.key
        assert field.is_kept or not field.into, field.key
