"""A family whose size is looked at: lists of its people, changes of them, and undoing."""

import lists
from registers import done

from jiedui.households import actions as households
from jiedui.households.models import Person
from jiedui.imports import actions

HEAD = ["户编号", "姓名", "与户主关系", "出生日期", "减少时间"]


def size(household):
    household.refresh_from_db()
    return household.size


def people(family, *rows):
    return lists.xlsx([HEAD, *([family.number, *row] for row in rows)])


def amended(name, **values):
    """Somebody changes a person after the list."""
    person = Person.objects.get(name=name)
    households.amend_person(person, {"relation": person.relation, **values}, by=None)


def undone(upload, office, kept):
    done(actions.undo(upload, by=office), upload)
    assert upload.counts["kept"] == kept
