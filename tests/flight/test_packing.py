"""Packing: what a kernel unpacks is what was packed."""

from typing import Any

import numpy as np
import pytest

from cosmodrome.flight.attitude import horizon, polynomial
from cosmodrome.flight.packing import pack, stack, unpack_attitude, unpack_environment, unpack_leg
from cosmodrome.physics.atmosphere import TABLE, make_atmosphere
from cosmodrome.physics.motion import Environment, Leg
from cosmodrome.physics.propulsion import Propulsion
from cosmodrome.physics.wind import make_wind
from tests.flight.worlds import LAUNCHER_AERO, ellipsoid, real


def _leaves(value: Any) -> list[Any]:
    """Numbers and arrays of a tree of tuples, in order."""
    if isinstance(value, tuple):
        return [leaf for part in value for leaf in _leaves(part)]
    return [value]


def _assert_same(value: Any, back: Any) -> None:
    assert type(value) is type(back)
    for a, b in zip(_leaves(value), _leaves(back), strict=True):
        assert np.shape(a) == np.shape(b)
        assert np.array_equal(a, b)


def test_a_leg_comes_back_as_it_was() -> None:
    leg = Leg(Propulsion(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.5, 9.0), LAUNCHER_AERO)
    _assert_same(leg, unpack_leg(pack(leg)))


def test_an_environment_comes_back_as_it_was() -> None:
    h = [0.0, 1e4, 5e4, 2e5]
    air = make_atmosphere(
        TABLE, columns=(h, [290.0, 220.0, 270.0, 900.0], [1e5, 2e4, 80.0, 1e-4], [1.2, 0.4, 1e-3, 1e-10])
    )
    for environment in (
        real(),
        Environment(ellipsoid(6), air, make_wind([0.0, 1e4], [1.0, 2.0], [3.0, 4.0])),
    ):
        _assert_same(environment, unpack_environment(pack(environment)))


@pytest.mark.parametrize(
    "attitude",
    [
        polynomial([0.0, 1.0, 3.0], np.arange(24.0).reshape(2, 3, 4)),
        horizon([0.0, 1.0, 5.0], [1.5, 1.0, 0.5], [0.1, 0.2, 0.3]),
    ],
)
def test_an_attitude_comes_back_as_it_was(attitude: Any) -> None:
    _assert_same(attitude, unpack_attitude(pack(attitude)))


def test_stacked_vectors_lie_where_their_starts_say() -> None:
    vectors = [np.arange(3.0), np.empty(0), np.arange(5.0)]
    stacked, starts = stack(vectors)
    for i, vector in enumerate(vectors):
        assert np.array_equal(stacked[starts[i] : starts[i + 1]], vector)
