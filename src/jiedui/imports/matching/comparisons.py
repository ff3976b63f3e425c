"""The kinds of list and the book that compares each with the registers."""

from __future__ import annotations

from jiedui.imports.matching.comparison import Book
from jiedui.imports.matching.households import HouseholdBook
from jiedui.imports.matching.members import MemberBook
from jiedui.imports.matching.organisations import OrganisationBook
from jiedui.imports.matching.people import NeedBook, PeopleBook
from jiedui.imports.matching.places import PlaceBook
from jiedui.imports.matching.teams import TeamBook

BOOKS: dict[str, type[Book]] = {
    book.schema.kind: book
    for book in (
        *(HouseholdBook, PeopleBook, NeedBook, OrganisationBook, MemberBook, TeamBook, PlaceBook),
    )
}
