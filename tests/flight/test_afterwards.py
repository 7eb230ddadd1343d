"""The payload's orbit after the flight: against Kepler, and where it ends."""

import math
from dataclasses import replace

import numpy as np
import pytest

from cosmodrome.flight.afterwards import orbit_after
from cosmodrome.physics import constants
from tests.coasts import PERIGEE_M, coast
from tests.flight.worlds import ball, vacuum

POINT_MASS = vacuum(ball(rotation=constants.ROTATION_RATE))


def test_a_revolution_about_a_point_mass_ends_where_it_began():
    flight = coast(10.0, world=POINT_MASS, speed_ratio=1.05)
    t, y = orbit_after(flight)
    semi_major = 1.0 / (2.0 / PERIGEE_M - 1.05**2 / PERIGEE_M)
    assert t[0] == flight.end.t_s
    assert t[-1] - t[0] == pytest.approx(2.0 * math.pi * math.sqrt(semi_major**3 / constants.MU), rel=1e-12)
    # steps of relative error 1e-13: below a millimetre in a revolution
    assert y[-1, :3] == pytest.approx(y[0, :3], abs=1e-2)
    assert y[0, :3] == pytest.approx(flight.end.r_eci_m, abs=1e-9)
    assert y[0, 3:] == pytest.approx(flight.end.v_eci_m_s, abs=1e-12)


def test_an_escape_is_followed_for_an_hour_and_keeps_its_energy():
    flight = coast(10.0, world=POINT_MASS, speed_ratio=1.5)
    t, y = orbit_after(flight)
    assert t[-1] - t[0] == pytest.approx(3600.0)
    energy = 0.5 * np.sum(y[:, 3:] ** 2, axis=-1) - constants.MU / np.linalg.norm(y[:, :3], axis=-1)
    assert energy == pytest.approx(np.full(t.size, energy[0]), rel=1e-10)


def test_a_far_orbit_is_followed_for_a_day():
    t, _ = orbit_after(coast(10.0, speed_ratio=1.405))
    assert t[-1] - t[0] == pytest.approx(86400.0)


def test_an_orbit_that_comes_down_ends_above_the_air():
    flight = coast(10.0, world=POINT_MASS, speed_ratio=0.97)
    t, y = orbit_after(flight)
    altitude = np.linalg.norm(y[:, :3], axis=-1) - constants.EQUATORIAL_RADIUS
    # half a minute of sinking at most is left out: Kepler's time down to 100 km by the radius alone
    assert 100e3 < altitude[-1] < 115e3
    assert (altitude > 100e3).all()
    assert t[-1] - t[0] < 0.5 * 5400.0


def test_states_are_close_enough_to_be_joined_by_cubics():
    t, _ = orbit_after(coast(10.0))
    assert np.diff(t).max() <= 30.0 + 1e-9


def test_a_flight_that_did_not_come_to_its_end_has_no_orbit():
    t, y = orbit_after(replace(coast(10.0), reason="comes down to the ground"))
    assert t.shape == (0,)
    assert y.shape == (0, 6)


def test_a_flight_that_ends_in_the_air_has_no_orbit():
    sinking = coast(1000.0, world=POINT_MASS, speed_ratio=0.965)
    assert sinking.reason is None
    assert np.linalg.norm(sinking.end.r_eci_m) < constants.EQUATORIAL_RADIUS + 100e3
    t, _ = orbit_after(sinking)
    assert t.size == 0
