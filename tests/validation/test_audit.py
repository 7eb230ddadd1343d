"""The audit of work and energy: closed on a sound flight, open where a force was taken for another."""

import dataclasses

import pytest

from cosmodrome.flight.propagate import fly
from cosmodrome.physics.frames import Earth
from cosmodrome.validation.audit import energy_gap
from cosmodrome.validation.missions import mass_gap
from tests.flight.worlds import launch


@pytest.fixture(scope="module")
def flight():
    """Two stages with wind, back-pressure, lift, a tail-off, a throttle and two drops."""
    return fly(launch())


def test_work_is_what_energy_gains(flight):
    # the dense output is of order 7 on steps of a tolerance of 1e-11
    assert abs(energy_gap(flight)) < 1e-8


def test_a_force_that_the_flight_did_not_feel_opens_the_gap(flight):
    """The same flight audited in a world whose gravity is a millionth stronger."""
    world = flight.programme.environment
    earth: Earth = world.earth._replace(mu=world.earth.mu * (1.0 + 1e-6))
    other = dataclasses.replace(flight.programme, environment=world._replace(earth=earth))
    assert abs(energy_gap(dataclasses.replace(flight, programme=other))) > 1e-7


def test_every_kilogram_is_booked(flight):
    assert abs(mass_gap(flight)) < 1e-12
