"""The books of a flight: closed where it is sound, open where gravity, a step or a mass is not what was flown."""

import dataclasses
import math

import numpy as np
import pytest

from cosmodrome.flight.audit import Audit
from cosmodrome.flight.propagate import fly
from cosmodrome.physics.frames import Earth
from tests.flight.worlds import launch


@pytest.fixture(scope="module")
def flight():
    """Two stages with wind, back-pressure, lift, a tail-off, a throttle and two drops."""
    return fly(launch())


def test_work_is_what_energy_gains(flight):
    # the dense output is of order 7 on steps of a tolerance of 1e-13
    assert abs(flight.audit.energy_gap) < 1e-8


def test_a_gravity_that_the_flight_did_not_feel_opens_the_gap(flight):
    """The same flight audited in a world whose gravity is a millionth stronger."""
    world = flight.programme.environment
    earth: Earth = world.earth._replace(mu=world.earth.mu * (1.0 + 1e-6))
    other = dataclasses.replace(flight.programme, environment=world._replace(earth=earth))
    found = dataclasses.replace(flight, programme=other).audit
    assert abs(found.energy_gap) > 1e-7
    assert not found.is_closed


def test_a_step_that_went_astray_opens_the_gap(flight):
    """The state at the end of one phase is a kilometre higher than the forces carried it."""
    astray, rest = flight.segments[0], flight.segments[1:]
    y = astray.arc.y.copy()
    y[-1, :3] *= 1.0 + 1e3 / np.linalg.norm(y[-1, :3])
    astray = dataclasses.replace(astray, arc=astray.arc._replace(y=y))
    found = dataclasses.replace(flight, segments=(astray, *rest)).audit
    # a kilometre is 9.8 kJ/kg: of the some 30 MJ/kg near orbit more than 1e-4
    assert abs(found.energy_gap) > 1e-4


def test_the_velocity_budget_closes(flight):
    # the budget is integrated beside the motion, to the same tolerance of 1e-13 of some km/s
    assert abs(flight.audit.delta_v_gap_m_s) < 1e-6


def test_every_kilogram_is_booked(flight):
    assert abs(flight.audit.mass_gap) < 1e-12


def test_a_kilogram_that_vanishes_opens_the_gap(flight):
    lost = dataclasses.replace(flight, dropped=flight.dropped[1:])
    missing = flight.dropped[0].mass_kg / flight.liftoff_mass_kg
    assert math.isclose(lost.audit.mass_gap, missing, rel_tol=1e-9)


@pytest.mark.parametrize("gaps", [(1.1e-8, 0.0, 0.0), (0.0, -0.11, 0.0), (0.0, 0.0, -1.1e-9)])
def test_books_with_any_gap_beyond_what_it_may_be_are_not_closed(gaps):
    assert not Audit(*gaps).is_closed
    assert Audit(*(0.9 * gap for gap in gaps)).is_closed
