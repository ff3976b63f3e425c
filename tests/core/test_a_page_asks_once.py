"""What every part of a page asks for is read once, and never longer than for that page."""

import pytest
from django.urls import get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from jiedui.core.once import once, one_page
from jiedui.core.pages import link


@pytest.fixture
def read():
    numbers = iter(range(100))
    return lambda: next(numbers)


def test_inside_a_page_it_is_read_once(read):
    with one_page():
        assert [once("it", read), once("it", read), once("other", read)] == [0, 0, 1]
    with one_page():
        assert once("it", read) == 2


def test_elsewhere_it_is_read_every_time(read):
    assert [once("it", read), once("it", read)] == [0, 1]


def test_a_form_that_is_sent_is_no_page(rf):
    """What it writes it may read again, as it is now."""
    from jiedui.core.middleware import OnePageMiddleware

    numbers = iter(range(100))
    seen = []

    def view(_request):
        seen.extend(once("it", lambda: next(numbers)) for _time in range(2))

    middleware = OnePageMiddleware(view)
    for request in (rf.get("/"), rf.post("/"), rf.get("/")):
        middleware(request)
    assert seen == [0, 0, 1, 2, 3, 3]


def names():
    for (app,), resolver in _apps():
        for name in {name for name in resolver.reverse_dict if isinstance(name, str)}:
            yield f"{app}:{name}"


def _apps():
    found = get_resolver().namespace_dict
    return [((name,), resolver) for name, (_prefix, resolver) in found.items()]


def test_addresses_with_a_number_are_those_that_django_finds(db):
    compared = 0
    for name in names():
        for args in ([], [7], [10**15], ["7"], [0]):
            try:
                wanted = reverse(name, args=args or None)
            except NoReverseMatch:
                with pytest.raises(NoReverseMatch):
                    link(name, *args)
                continue
            assert link(name, *args) == wanted
            compared += 1
    assert compared > 200
