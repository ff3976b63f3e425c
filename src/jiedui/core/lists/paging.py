"""Which part of a list's rows a page shows, and the way to the others."""

from typing import TYPE_CHECKING

from django.http import QueryDict

from jiedui.core.doors import number

SIZES = (25, 50, 100)


class Paging:
    """The part of a listing that knows of pages."""

    if TYPE_CHECKING:
        params: QueryDict

        @property
        def total(self) -> int: ...
        def link(self, **changes: object) -> str: ...

    @property
    def size(self) -> int:
        sizes = {str(size): size for size in SIZES}
        return sizes.get(self.params.get("size", ""), SIZES[0])

    @property
    def sizes(self) -> list[tuple[int, str]]:
        return [(size, self.link(size=size)) for size in SIZES]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def page(self) -> int:
        return min(max(1, number(self.params.get("page", "")) or 1), self.pages)

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * self.size, self.total)

    def page_link(self, page: int) -> str:
        return self.link(page=page) if 1 <= page <= self.pages else ""

    @property
    def steps(self) -> dict[str, str]:
        """Addresses of the first, previous, next and last page; "" where there is none."""
        page, pages = self.page, self.pages
        return {
            "first": self.page_link(1) if page > 2 else "",
            "previous": self.page_link(page - 1),
            "next": self.page_link(page + 1),
            "last": self.page_link(pages) if page < pages - 1 else "",
        }
