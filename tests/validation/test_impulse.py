"""Delivered impulse against the rocket equation: closed on a sound flight, open where propellant only leaked."""

from dataclasses import replace

import numpy as np
import pytest

from cosmodrome.flight.propagate import Flight, fly
from cosmodrome.physics.propulsion import NO_PROPULSION
from cosmodrome.validation.impulse import impulse_gap
from tests.flight.worlds import launch


@pytest.fixture(scope="module")
def flight() -> Flight:
    """Two stages with a steady burn, a tail-off and a falling throttle."""
    return fly(launch())


def test_every_burn_gives_what_its_propellant_is_worth(flight: Flight) -> None:
    burning = [s for s in flight.segments if s.phase.leg.propulsion != NO_PROPULSION]
    assert len(burning) == 4
    assert abs(impulse_gap(flight)) < 1e-9


def test_a_kilogram_that_left_without_thrust_opens_the_gap(flight: Flight) -> None:
    first = flight.segments[0]
    y = first.arc.y.copy()
    y[-1, 6] -= 1.0
    leaking = replace(first, arc=first.arc._replace(y=y))
    found = impulse_gap(replace(flight, segments=(leaking, *flight.segments[1:])))
    burnt = float(first.arc.y[0, 6] - first.arc.y[-1, 6])
    # of 175 t one kilogram, and a little more since the mass at the end counts most
    assert -20.0 / burnt < found < -1.0 / burnt


def test_a_flight_that_only_coasts_delivered_nothing() -> None:
    whole = launch()
    coast = fly(replace(whole, steps=whole.steps[-1:], insertion_step=0))
    assert np.ptp(coast.y[:, 6]) == 0.0
    assert impulse_gap(coast) == 0.0
