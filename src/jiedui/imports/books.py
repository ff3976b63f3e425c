"""The kinds of list and the book that compares each with the registers."""

from __future__ import annotations

from jiedui.imports.book import Book
from jiedui.imports.book_households import HouseholdBook
from jiedui.imports.book_members import MemberBook
from jiedui.imports.book_orgs import OrganisationBook
from jiedui.imports.book_people import NeedBook, PeopleBook
from jiedui.imports.book_places import PlaceBook
from jiedui.imports.book_teams import TeamBook

BOOKS: dict[str, type[Book]] = {
    book.schema.kind: book
    for book in (
        *(HouseholdBook, PeopleBook, NeedBook, OrganisationBook, MemberBook, TeamBook, PlaceBook),
    )
}
