"""The way to an orbit in impulses: against Hohmann's transfer, the vis-viva integral, and where a hyperbola ends."""

import math
from itertools import pairwise

import pytest

from cosmodrome.ascent.route import route
from cosmodrome.mission.schema import Target
from cosmodrome.physics.constants import MU
from cosmodrome.physics.orbit import Elements, state
from tests.flight.worlds import RADIUS_M, ball

EARTH = ball()
FLOOR_M = 120e3
INCLINATION = math.radians(51.7)
# a parking orbit lies somewhere above the floor: the route says where, the truths are of wherever that is
GEO_M = 42164e3


def orbit(perigee_km, apogee_km, pericenter_deg=None):
    perigee, apogee = RADIUS_M + 1e3 * perigee_km, RADIUS_M + 1e3 * apogee_km
    argument = None if pericenter_deg is None else math.radians(pericenter_deg)
    a, e = 0.5 * (perigee + apogee), (apogee - perigee) / (apogee + perigee)
    return Target(a, e, INCLINATION, arg_of_pericenter_rad=argument)


def escape(c3, declination_deg, perigee_km=None):
    e = None if perigee_km is None else 1.0 + (RADIUS_M + 1e3 * perigee_km) * c3 / MU
    return Target(-MU / c3, e, c3_m2_s2=c3, declination_rad=math.radians(declination_deg))


def found(target, burns, inclination=INCLINATION):
    return route(target, inclination, burns, EARTH, FLOOR_M)


def speed(r, a):
    """The vis-viva integral, Vallado eq. 1-31."""
    return math.sqrt(MU * (2.0 / r - 1.0 / a))


def circular(r):
    return math.sqrt(MU / r)


# --- one burn -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("perigee_km", "apogee_km"), [(200, 200), (200, 35786), (900, 1200)])
def test_one_burn_ends_at_the_perigee_of_the_target(perigee_km, apogee_km):
    target = orbit(perigee_km, apogee_km)
    way = found(target, 1)
    assert way.radius_m == pytest.approx(RADIUS_M + 1e3 * perigee_km, rel=1e-12)
    assert way.speed_m_s == pytest.approx(speed(way.radius_m, target.semi_major_axis_m), rel=1e-12)
    assert way.hops == way.gains_m_s == ()


# --- a high circle ------------------------------------------------------------------------------------


@pytest.mark.parametrize("altitude_km", [600.0, 1500.0, 35786.0])
def test_two_burns_to_a_high_circle_are_the_end_of_hohmanns_transfer(altitude_km):
    """The first burn ends on the ellipse that grazes the circle, the second stays there."""
    top = RADIUS_M + 1e3 * altitude_km
    way = found(orbit(altitude_km, altitude_km), 2)
    ellipse = 0.5 * (way.radius_m + top)
    assert RADIUS_M + FLOOR_M < way.radius_m < RADIUS_M + FLOOR_M + 100e3
    assert way.speed_m_s == pytest.approx(speed(way.radius_m, ellipse), rel=1e-12)
    assert way.gains_m_s == pytest.approx((circular(top) - speed(top, ellipse),), rel=1e-10)
    assert way.hops[0].is_at_apogee


def test_three_burns_to_a_high_circle_are_hohmanns_transfer_from_a_parking_orbit():
    top = RADIUS_M + 1500e3
    way = found(orbit(1500, 1500), 3)
    ellipse = 0.5 * (way.radius_m + top)
    assert way.speed_m_s == pytest.approx(circular(way.radius_m), rel=1e-12)
    first = speed(way.radius_m, ellipse) - circular(way.radius_m)
    second = circular(top) - speed(top, ellipse)
    assert way.gains_m_s == pytest.approx((first, second), rel=1e-10)
    assert [hop.is_at_apogee for hop in way.hops] == [False, True]


def test_the_transfer_of_the_textbook_is_found():
    """Vallado, example 6-1: 191.34411 km to 35 781.34857 km is 2.457038 and 1.478187 km/s (its Earth is ours)."""
    floor = FLOOR_M + 191344.11 - (found(orbit(35781.34857, 35781.34857), 3).radius_m - RADIUS_M)
    way = route(orbit(35781.34857, 35781.34857), INCLINATION, 3, EARTH, floor)
    assert way.gains_m_s == pytest.approx((2457.038, 1478.187), abs=6e-4)


# --- a low perigee ------------------------------------------------------------------------------------


def test_a_low_perigee_is_left_from_a_parking_orbit():
    target = orbit(200, 35786)
    way = found(target, 2)
    assert way.speed_m_s == pytest.approx(circular(way.radius_m), rel=1e-12)
    wanted = speed(way.radius_m, target.semi_major_axis_m) - circular(way.radius_m)
    assert way.gains_m_s == pytest.approx((wanted,), rel=1e-10)
    assert not way.hops[0].is_at_apogee and way.hops[0].argument_rad is None


@pytest.mark.parametrize("pericenter_deg", [0.0, 178.0, -40.0])
def test_it_is_left_where_its_pericenter_is_asked_for(pericenter_deg):
    for burns in (2, 3):
        way = found(orbit(200, 35786, pericenter_deg), burns)
        assert [hop.argument_rad for hop in way.hops] == [pytest.approx(math.radians(pericenter_deg))] * (
            burns - 1
        )


def test_a_high_orbit_with_a_pericenter_is_left_there_too_until_a_burn_is_to_spare():
    two, three = (found(orbit(900, 20000, 60.0), burns) for burns in (2, 3))
    assert [hop.is_at_apogee for hop in two.hops] == [False]
    assert [hop.is_at_apogee for hop in three.hops] == [False, True]


@pytest.mark.parametrize("target", [orbit(200, 35786), escape(5e6, -20.0)], ids=["closed", "escape"])
@pytest.mark.parametrize("burns", [2, 3, 5])
def test_more_burns_at_one_place_gain_the_same_in_steps(target, burns):
    """Speeds at one distance along one line add up, whatever the steps."""
    way = found(target, burns)
    assert len(way.gains_m_s) == burns - 1 and min(way.gains_m_s) > 0.0
    end = speed(way.radius_m, target.semi_major_axis_m)
    assert way.speed_m_s + sum(way.gains_m_s) == pytest.approx(end, rel=1e-12)
    apogees = [hop.opposite_m for hop in way.hops]
    assert all(before < after for before, after in pairwise(apogees))


# --- escapes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("c3", "perigee_km"), [(1e5, None), (1e7, None), (1e7, 185.0), (8e7, 150.0)])
@pytest.mark.parametrize("declination_deg", [-51.0, -20.0, 0.0, 33.0])
def test_an_escape_is_left_where_its_asymptote_has_the_declination(c3, perigee_km, declination_deg):
    """The state at that place and speed, followed to where its distance is without end."""
    way = found(escape(c3, declination_deg, perigee_km), 2)
    (hop,), (gain,) = way.hops, way.gains_m_s
    assert gain == pytest.approx(math.sqrt(c3 + 2.0 * MU / way.radius_m) - circular(way.radius_m), rel=1e-10)
    e = 1.0 + way.radius_m * c3 / MU
    far = math.acos(-1.0 / e) - 1e-7
    _, v = state(Elements(-MU / c3, e, INCLINATION, 0.3, hop.argument_rad, far), MU)
    # that anomaly is 1e-7 short of the end; a perigee that is asked for may lie 60 km beside the parking orbit, whose
    # hyperbola then is turned by parts of a degree
    allowed = 1e-4 if perigee_km is None else 0.3
    assert math.degrees(math.asin(v[2] / math.hypot(*v))) == pytest.approx(declination_deg, abs=allowed)


def test_a_hop_tells_the_speed_at_any_distance_and_none_beyond_its_reach():
    (hop,) = found(orbit(1500, 1500), 2).hops
    top = RADIUS_M + 1500e3
    assert hop.speed(top, MU) == pytest.approx(circular(top), rel=1e-12)
    assert hop.speed(top + 100e3, MU) == pytest.approx(speed(top + 100e3, top + 50e3), rel=1e-12)
    (leaving,) = found(orbit(200, 35786), 2).hops
    assert leaving.speed(2.0 * GEO_M, MU) == 0.0
