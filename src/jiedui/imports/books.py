"""The kinds of list and the book that compares each with the registers."""

from __future__ import annotations

from jiedui.imports.book import Book
from jiedui.imports.book_households import HouseholdBook
from jiedui.imports.book_orgs import MemberBook, OrganisationBook
from jiedui.imports.book_people import NeedBook, PeopleBook
from jiedui.imports.book_places import PlaceBook

BOOKS: dict[str, type[Book]] = {
    book.schema.kind: book
    for book in (HouseholdBook, PeopleBook, NeedBook, OrganisationBook, MemberBook, PlaceBook)
}


def kept(kind: str) -> set[str]:
    """The columns of a kind of list that reach a register; others are read and not kept."""
    helping = {"county", "township", "village", "household_code", "head", "parent", "relation"}
    return helping.union(
        *(part.fields for part in BOOKS[kind].parts.values()), {"disability_level"}
    )
