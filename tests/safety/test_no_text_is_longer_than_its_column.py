"""A text as long as its field takes it fits where it is kept, or is refused with a sentence.

PostgreSQL does not take what is longer than its column, and whoever sent it would see a page with
the number 500; SQLite keeps it, so here it is taught to refuse as well.
"""

from copy import deepcopy

import absurd
import pytest
from django import forms
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from test_auditors_change_nothing import typed

from addresses import addresses, content, undone
from jiedui.core.picks import PickField, PickManyField

NO_END = 5_000  # characters, where a field sets no end


@pytest.fixture
def strict(db):
    """SQLite refuses what is too long, as PostgreSQL does by itself."""
    if connection.vendor == "postgresql":
        return

    def refuse(column):
        raise ValueError(f"too long for {column}")

    with connection.cursor() as cursor:
        connection.connection.create_function("refuse_too_long", 1, refuse)
        for model in apps.get_models(include_auto_created=True):
            for field in model._meta.concrete_fields:
                if isinstance(field, models.CharField) and field.max_length:
                    for event in ("INSERT", "UPDATE"):
                        cursor.execute(_refusing(model._meta.db_table, field, event))


def _refusing(table, field, event):
    return (
        f'CREATE TEMP TRIGGER "{event}_{table}_{field.column}" BEFORE {event} ON main."{table}"'
        f' WHEN length(NEW."{field.column}") > {field.max_length}'
        # Not RAISE: that is the error of a broken constraint, which our code expects.
        f" BEGIN SELECT refuse_too_long('{table}.{field.column}'); END"
    )


def test_what_is_too_long_is_refused_by_the_database_itself(strict, campaign):
    with pytest.raises(DatabaseError), transaction.atomic():
        type(campaign).objects.update(name="柳" * 81)


def fitting(bound):
    """What the form takes, as far as one can say from outside; nothing where nothing need stand."""
    field, value = bound.field, bound.value()
    if value not in (None, "", []):
        return field.prepare_value(value)
    if isinstance(field, PickField | PickManyField):  # the last is seldom the row one looks at
        row = field.rows.order_by("pk").last() if field.required else None
        return field.pick.label(row) if row else ""
    choices = [key for key, _label in getattr(field, "choices", []) if key not in ("", None)]
    if choices:
        last = str(choices[-1])
        return [last] if isinstance(field, forms.MultipleChoiceField) else last
    return typed(bound) if field.required else ""


def form_of(client, url):
    with undone():
        answer = client.get(url)
        content(answer)
    return (answer.context or {}).get("form") if answer.status_code == 200 else None


@pytest.mark.parametrize(("who", "least"), [("office", (120, 55)), ("administrator", (12, 8))])
def test_the_longest_text_of_every_field_is_kept_or_refused(
    client, world, request, strict, who, least
):
    client.force_login(request.getfixturevalue(who))
    client.raise_request_exception = False
    found, asked, kept = [], 0, 0
    for one in addresses():
        url = world.url(one)
        form = form_of(client, url) or ()
        usual = {bound.html_name: fitting(bound) for bound in form}
        for bound in form:
            if not isinstance(bound.field, forms.CharField):
                continue
            name, text = bound.html_name, "柳" * (bound.field.max_length or NO_END)
            cookies, client.cookies = client.cookies, deepcopy(client.cookies)
            with undone(), absurd.falls() as fallen, absurd.writes() as written:
                content(client.post(url, {**usual, name: text}))
            client.cookies = cookies
            asked, kept = asked + 1, kept + bool(written)
            found += [f"{one.name} {name} ({len(text)}): {error}" for error in fallen]
    assert not found, "\n".join(found)
    assert asked >= least[0] and kept >= least[1]


def _below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_every_whole_number_has_a_least_and_a_most(client):
    """A number past its column is an error of the database, not a sentence."""
    addresses()  # imports every form there is
    numbers = {
        f"{form.__module__}.{form.__name__}.{name}": (field.min_value, field.max_value)
        for form in _below(forms.BaseForm)
        if form.__module__.startswith("jiedui.")
        for name, field in form.base_fields.items()
        if type(field) is forms.IntegerField
    }
    assert len(numbers) > 5
    assert [name for name, ends in numbers.items() if None in ends] == []
