"""Where flights begin: the Earth's angle at an epoch, the pad, and states in mid-air."""

import datetime
import math

import numpy as np
import pytest

from cosmodrome.catalogue.load import load_site
from cosmodrome.flight.start import earth_rotation_angle, eci_angle, start_state, ut1_minus_utc
from cosmodrome.mission.environment import make_earth
from cosmodrome.mission.schema import EnvironmentSettings, InitialState, Mission, SitePoint, Target

EARTH = make_earth(EnvironmentSettings())
PAD = SitePoint(math.radians(51.884167), math.radians(128.334722), 278.0)


def mission(initial: InitialState | None = None) -> Mission:
    return Mission("start", None, "soyuz-2.1b", PAD, Target(6.6e6, 0.0), initial_state=initial)


def test_the_pad_turns_with_the_earth_and_x_is_its_meridian():
    site = load_site(PAD)
    state = np.array(start_state(mission(), site, EARTH, eci_angle(site.longitude_rad, None)))
    r, v = state[:3], state[3:]
    assert r[1] == pytest.approx(0.0, abs=1e-6)
    # omega times the distance from the axis, and due east
    assert v == pytest.approx([0.0, EARTH.rotation * r[0], 0.0], abs=1e-9)
    assert math.degrees(math.atan2(r[2], r[0])) == pytest.approx(51.70, abs=0.01)  # geocentric


def test_a_state_relative_to_the_ground_is_the_inertial_one():
    """2 km/s eastward at 40 km: the same point as given in ECI."""
    site = load_site(PAD)
    theta = eci_angle(site.longitude_rad, None)
    relative = InitialState(
        altitude_m=40e3,
        latitude_rad=PAD.latitude_rad,
        longitude_rad=PAD.longitude_rad,
        speed_relative_m_s=2000.0,
        flight_path_angle_rad=0.0,
        azimuth_rad=math.pi / 2,
    )
    state = np.array(start_state(mission(relative), site, EARTH, theta))
    ground = np.array([-EARTH.rotation * state[1], EARTH.rotation * state[0], 0.0])
    assert state[3:] - ground == pytest.approx([0.0, 2000.0, 0.0], abs=1e-6)
    again = InitialState(r_eci_m=tuple(state[:3]), v_eci_m_s=tuple(state[3:]))
    assert start_state(mission(again), site, EARTH, theta) == pytest.approx(tuple(state))


def test_the_earths_angle_follows_the_iers_definition():
    """IERS Conventions (2010), eq. 5.15, by hand for a UT1 close to J2000: 2 pi (0.7790572732640 +
    1.00273781191135448 T)."""
    epoch = datetime.datetime(2000, 1, 1, 12, tzinfo=datetime.UTC)
    days = (ut1_minus_utc(epoch) or 0.0) / 86400.0
    turns = 0.7790572732640 + 1.00273781191135448 * days
    assert earth_rotation_angle(epoch) == pytest.approx(2 * math.pi * (turns % 1.0), abs=1e-9)


def test_a_leap_second_does_not_turn_the_earth():
    """2016-12-31 ended with one: UT1 - UTC fell smoothly to about -0.407 s before it and rose by a second at
    midnight."""
    noon, evening = (datetime.datetime(2016, 12, 31, h, tzinfo=datetime.UTC) for h in (12, 23))
    before, after = ut1_minus_utc(noon), ut1_minus_utc(evening)
    assert before is not None and after is not None
    assert abs(after - before) < 2e-3
    assert before == pytest.approx(-0.4075, abs=2e-3)


def test_outside_the_table_ut1_is_not_known():
    assert ut1_minus_utc(datetime.datetime(2090, 1, 1, tzinfo=datetime.UTC)) is None


def test_a_day_is_in_the_table_whole_or_not_at_all():
    """Otherwise UT1 would jump within a day, and an angle could come in it never or twice."""
    day = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    while ut1_minus_utc(day + datetime.timedelta(hours=12)) is not None:
        day += datetime.timedelta(days=1)
    assert ut1_minus_utc(day) is None
    assert ut1_minus_utc(day - datetime.timedelta(microseconds=1)) is not None
