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
def waits() -> Iterator[None]:
    """The collector waits until the block is left: among a million objects it takes half a second,
    and so would whoever waits for what the block holds.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
