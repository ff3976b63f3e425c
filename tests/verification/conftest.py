"""A frozen bulletin, as in the tests of bulletins."""

from tests.reports.conftest import _no_cache, counted, draft, frozen  # noqa: F401
