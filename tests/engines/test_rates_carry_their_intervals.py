import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from jiedui.engines import stats


@given(trials=st.integers(1, 5000), data=st.data())
def test_wilson_agrees_with_scipy(trials, data):
    successes = data.draw(st.integers(0, trials))
    ours = stats.wilson(successes, trials=trials)
    theirs = binomtest(successes, trials).proportion_ci(method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert ours.low <= ours.point <= ours.high


def test_nothing_asked_is_nothing_known():
    assert stats.wilson(0, trials=0) == stats.Interval(0.0, 0.0, 1.0)


def test_more_successes_than_trials_is_refused():
    with pytest.raises(ValueError, match="cannot be"):
        stats.wilson(3, trials=2)


@pytest.mark.parametrize(
    ("population", "margin", "expected"),
    [(16_000, 0.05, 376), (1_000, 0.05, 278), (10, 0.05, 10), (1, 0.1, 1), (0, 0.1, 0)],
)
def test_sample_sizes_are_those_of_the_formula(population, margin, expected):
    assert stats.sample_size(population, margin=margin) == expected
