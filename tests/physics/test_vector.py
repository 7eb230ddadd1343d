"""Vectors of three scalars: the same as NumPy's."""

import numpy as np
import pytest

from cosmodrome.physics import vector

A, B = (3.0, -5.0, 7.0), (-11.0, 2.0, 13.0)


def test_the_operations_are_those_of_numpy():
    # whole numbers: nothing is rounded
    a, b = np.array(A), np.array(B)
    assert vector.dot(A, B) == a @ b
    assert vector.cross(A, B) == tuple(np.cross(a, b))
    assert vector.subtracted(A, B) == tuple(a - b)
    assert vector.scaled(4.0, A) == tuple(4.0 * a)


def test_a_length_is_that_of_pythagoras_and_its_floor_is_one_more_side():
    assert vector.norm((2.0, -3.0, 6.0)) == 7.0
    assert vector.floored_norm((1.0, -2.0, 4.0), 2.0) == 5.0
    assert vector.floored_norm((0.0, 0.0, 0.0), 1e-3) == pytest.approx(1e-3, rel=1e-15)
