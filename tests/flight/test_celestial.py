"""From ECI to GCRF and to the turning Earth, against the IAU's own chain of rotations."""

import datetime
import math

import erfa
import numpy as np
import pytest

from cosmodrome.flight.celestial import R_gcrf_eci, ecef_states
from cosmodrome.flight.propagate import fly
from cosmodrome.flight.start import earth_rotation_angle, ut1_minus_utc
from cosmodrome.physics.constants import EQUATORIAL_RADIUS, FLATTENING
from tests.coasts import coast
from tests.flight.worlds import launch

INSTANTS = [
    datetime.datetime(1999, 12, 31, 23, 59, 59, 500000, tzinfo=datetime.UTC),
    datetime.datetime(2014, 4, 3, 21, 2, 26, tzinfo=datetime.UTC),
    datetime.datetime(2016, 12, 31, 23, 30, tzinfo=datetime.UTC),
    datetime.datetime(2027, 4, 15, 2, 0, 0, 123456, tzinfo=datetime.UTC),
    # the same instant told in another zone
    datetime.datetime(2027, 4, 15, 11, 0, 0, 123456, tzinfo=datetime.timezone(datetime.timedelta(hours=9))),
]


def R3(angle):
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])


@pytest.mark.parametrize("instant", INSTANTS)
def test_at_lift_off_the_way_through_eci_is_the_iaus_without_polar_motion(instant):
    utc = instant.astimezone(datetime.UTC)
    day = erfa.dtf2d(
        "UTC", utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second + utc.microsecond * 1e-6
    )
    tt = erfa.taitt(*erfa.utctai(*day))
    ut1 = erfa.utcut1(*day, ut1_minus_utc(instant))
    theirs = erfa.c2t06a(*tt, *ut1, 0.0, 0.0)
    ours = R3(earth_rotation_angle(instant)) @ R_gcrf_eci(instant).T
    # they turn by the TIO locator as well, 47 micro arc seconds a century: 1e-10 rad
    assert np.abs(ours - theirs).max() < 1e-9


def test_to_gcrf_is_a_rotation_and_the_pole_has_precessed():
    R = R_gcrf_eci(INSTANTS[3])
    assert np.abs(R @ R.T - np.eye(3)).max() < 1e-15
    assert np.linalg.det(R) == pytest.approx(1.0, abs=1e-15)
    # IERS Conventions (2010), eq. 5.16: X of the pole grows by 2004.19 arc seconds a century; nutation within 10 of it
    x = math.degrees(R[0, 2]) * 3600.0
    assert x == pytest.approx(20.0419 * 27.288, abs=10.0)


def test_a_year_outside_the_table_of_the_iers_raises_no_warning(recwarn):
    R_gcrf_eci(datetime.datetime(2060, 1, 1, tzinfo=datetime.UTC))
    assert not recwarn.list


def test_the_pad_stands_still_on_the_turning_earth():
    flight = fly(launch())
    y = flight.y[:1]
    r, v = ecef_states(flight.t_s[:1], y[:, :3], y[:, 3:6], flight.programme)
    longitude, latitude, height = erfa.gc2gde(EQUATORIAL_RADIUS, FLATTENING, r[0])
    # the pad of the made-up launch: 28.5 N, 80.5 W, 10 m; positions are rounded to 1e-9 m
    assert (math.degrees(latitude), math.degrees(longitude)) == pytest.approx((28.5, -80.5), abs=1e-11)
    assert height == pytest.approx(10.0, abs=1e-6)
    assert v[0] == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)


def test_earth_fixed_positions_have_the_latitude_longitude_and_altitude_of_the_columns():
    flight = coast(6000.0, longitude_deg=70.0, earth_angle_rad=0.3)
    columns = flight.columns()
    r_eci = np.stack([columns[f"r_eci_{axis}_m"] for axis in "xyz"], axis=-1)
    v_eci = np.stack([columns[f"v_eci_{axis}_m_s"] for axis in "xyz"], axis=-1)
    r, v = ecef_states(columns["t_s"], r_eci, v_eci, flight.programme)
    longitude, latitude, altitude = erfa.gc2gde(EQUATORIAL_RADIUS, FLATTENING, r)
    assert altitude == pytest.approx(columns["altitude_m"], abs=1e-6)
    assert np.degrees(latitude) == pytest.approx(columns["latitude_deg"], abs=1e-8)
    turn = np.degrees(longitude) - columns["longitude_deg"]
    assert (turn + 180.0) % 360.0 - 180.0 == pytest.approx(np.zeros(turn.size), abs=1e-8)
    assert np.linalg.norm(v, axis=-1) == pytest.approx(columns["speed_relative_m_s"], rel=1e-12)


def test_earth_fixed_velocity_is_how_the_earth_fixed_position_moves():
    flight = coast(100.0)
    t = np.array([49.9, 50.0, 50.1])
    y = np.array([flight.state_at(each) for each in t])
    r, v = ecef_states(t, y[:, :3], y[:, 3:6], flight.programme)
    # a symmetric difference over 0.2 s is off by h^2/6 of a jerk of 0.01 m/s^3, and by 1e-9 m / 0.1 s
    assert (r[2] - r[0]) / (t[2] - t[0]) == pytest.approx(v[1], abs=1e-4)
