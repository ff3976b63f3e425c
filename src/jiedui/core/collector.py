"""The garbage collector, tuned for processes that run for long and make many objects at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def settle() -> None:
    """What is loaded by now stays, and the collector need not go through it again and again.

    A page makes some ten thousand objects that go with it, a list of 16,000 rows a million that
    stay until it is written: looking for rings after every seven hundred finds none, and takes a
    tenth of a second in every tenth page, and a fifth of the time that a list is checked in.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@contextmanager
def aside() -> Iterator[None]:
    """What exists now is not gone through inside: half a second that others would wait for."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        settle()
