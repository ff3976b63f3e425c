"""The pole of inaccessibility of areas whose answer is known, and boxes that fit or do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.engines.outlines import fits, pole


def ring(*points):
    return np.array([*points, points[0]], dtype=float)


SQUARE = [ring((0, 0), (100, 0), (100, 100), (0, 100))]
# A thin arm to the right of a square: its centre of gravity lies outside the square's middle.
HAMMER = [ring((0, 0), (100, 0), (100, 45), (400, 45), (400, 55), (100, 55), (100, 100), (0, 100))]
HORSESHOE = [ring((0, 0), (90, 0), (90, 30), (30, 30), (30, 60), (90, 60), (90, 90), (0, 90))]
HOLED = [*SQUARE, ring((40, 40), (60, 40), (60, 60), (40, 60))]


def test_of_a_square_it_is_the_middle():
    (x, y), distance = pole(SQUARE, precision=0.1)
    assert (x, y, distance) == pytest.approx((50, 50, 50), abs=0.2)


def test_it_lies_in_the_thick_part_of_an_area():
    (x, y), distance = pole(HAMMER, precision=0.1)
    assert (x, y) == pytest.approx((50, 50), abs=3)
    assert distance == pytest.approx(50, abs=0.5)


def test_it_lies_inside_where_the_centre_of_gravity_does_not():
    centre, distance = pole(HORSESHOE, precision=0.1)
    assert distance > 15
    assert fits(HORSESHOE, centre, 5, 5)


def test_holes_are_kept_away_from():
    centre, distance = pole(HOLED, precision=0.1)
    assert distance < 30
    assert fits(HOLED, centre, distance, distance)
    assert not fits(HOLED, (50, 50), 10, 10)
    assert not fits(HOLED, (50, 50), 60, 60)


def test_a_wide_label_is_put_where_the_area_is_wide():
    tower = [ring((0, 0), (40, 0), (40, 200), (300, 200), (300, 260), (0, 260))]
    (x, y), _distance = pole(tower, stretch=4, precision=0.1)
    assert x > 60
    assert 205 < y < 255
    assert fits(tower, (x, y), 120, 30)
    assert not fits(tower, (20, 100), 120, 30)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(1, 50), st.floats(0.3, 1.0)), min_size=5, max_size=14))
def test_the_point_is_inside_and_as_far_as_it_says(corners):
    """Stars around the origin: any circle of that distance, and a box in it, lies inside."""
    angles = np.linspace(0, 2 * np.pi, len(corners), endpoint=False)
    star = [
        ring(
            *(
                (r * s * np.cos(a), r * s * np.sin(a))
                for a, (r, s) in zip(angles, corners, strict=True)
            )
        )
    ]
    centre, distance = pole(star, precision=0.3)
    assert distance > 0
    side = distance * 1.3  # of a square inside the circle
    assert fits(star, centre, side, side)
    assert not fits(star, centre, 1000, 1000)
