"""What a process for pages would grow by is done in another one, and looks the same from here."""

import os
import signal
import threading
from pathlib import Path

import pytest

from jiedui.core import apart
from jiedui.core.refusals import Refused


@apart.apart
def where(number=0):
    return os.getpid(), number + 1


@apart.apart
def fails(how):
    raise {"refused": Refused("Not today."), "odd": Odd(1, 2)}[how]


@apart.apart
def dies():
    os.kill(os.getpid(), signal.SIGKILL)


class Odd(Exception):
    """Cannot be pickled and read again: it asks for more than its arguments."""

    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


@pytest.fixture
def other(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "jiedui.settings")
    monkeypatch.setenv("JIEDUI_DATA", str(tmp_path))
    monkeypatch.setattr(apart, "_other", apart._Other())
    yield apart._other
    apart._other._forget()


def test_without_a_word_it_is_done_here():
    assert where(1) == (os.getpid(), 2)


def test_it_is_done_in_one_process_that_stays(other):
    (first, two), (second, three) = where(1), where(number=2)
    assert (two, three) == (2, 3)
    assert first == second == other.process.pid != os.getpid()


def test_what_it_raises_is_raised_here(other):
    with pytest.raises(Refused, match="Not today"):
        fails("refused")
    with pytest.raises(RuntimeError, match="1 and 2"):
        fails("odd")
    assert where()[1] == 1


def test_when_it_dies_at_work_that_is_said_and_the_next_one_starts(other):
    first = where()[0]
    with pytest.raises(apart.Broken):
        dies()
    assert where()[0] != first


def test_when_it_has_ended_meanwhile_another_one_starts(other):
    first = where()[0]
    os.kill(first, signal.SIGKILL)
    other.process.wait()
    assert where()[0] != first


def test_when_it_ends_before_it_has_begun_another_one_does_the_work(other):
    """It may end for idleness while the next piece of work is on its way."""
    first = where()[0]
    os.kill(first, signal.SIGSTOP)
    ending = threading.Timer(0.3, os.kill, (first, signal.SIGKILL))
    ending.start()
    assert where(4) != (first, 5) and where(4)[1] == 5
    ending.join()


def test_it_ends_with_whoever_asked(other):
    where()
    process = other.process
    other.connection.close()
    assert process.wait(timeout=20) == 0
    other.connection = None
