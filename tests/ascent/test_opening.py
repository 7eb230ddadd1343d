"""When it can go: a flight turned by its lift-off time has the node, the local time or the asymptote asked for.

The angle of the Earth's rotation is ERFA's, the local mean solar time is UT1 and the node's hour angle.
"""

import datetime
import math
from dataclasses import replace
from types import SimpleNamespace

import erfa
import pytest

from cosmodrome.ascent.opening import liftoff_utc, planned_target
from cosmodrome.flight.start import ut1_minus_utc
from cosmodrome.mission.schema import Mission, Target
from cosmodrome.physics.constants import MU
from cosmodrome.physics.orbit import Elements, state

DAY = datetime.date(2027, 4, 15)
EPOCH = datetime.datetime(2027, 4, 15, 9, 30, tzinfo=datetime.UTC)
# a microsecond of lift-off turns the Earth by 4e-9 deg
TOLERANCE_DEG = 1e-7
CIRCLE = Target(6.978e6, 0.0, 1.7)
ESCAPE = Target(-MU / 1e7, None, c3_m2_s2=1e7, declination_rad=-0.3)


def mission(target, **when):
    return Mission("Test", None, "rocket.toml", "vostochny-1s", target, **when)


def flight(k, t_s=900.0):
    """What is read of a flight: its world and its state at insertion."""
    r, v = state(k, MU)
    world = SimpleNamespace(earth=SimpleNamespace(mu=MU))
    return SimpleNamespace(
        programme=SimpleNamespace(environment=world),
        insertion=SimpleNamespace(r_eci_m=r, v_eci_m_s=v, t_s=t_s),
    )


def ut1_day(instant):
    """UT1 as a two-part Julian date: the day and the seconds since noon, apart."""
    midnight = datetime.datetime(instant.year, instant.month, instant.day, tzinfo=datetime.UTC)
    seconds = (instant - midnight).total_seconds() + (ut1_minus_utc(instant) or 0.0)
    return 2400000.5 + (
        midnight - datetime.datetime(1858, 11, 17, tzinfo=datetime.UTC)
    ).days, seconds / 86400.0


def rotation_angle(instant):
    """Earth rotation angle, rad: IERS Conventions (2010), eq. 5.15, in ERFA."""
    return float(erfa.era00(*ut1_day(instant)))


def local_time_h(node_rad, instant):
    """Mean solar time (h) at the meridian under a node."""
    hours = 24.0 * ut1_day(instant)[1]
    return (hours + math.degrees(node_rad - rotation_angle(instant)) / 15.0) % 24.0


# --- what is planned for ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        replace(CIRCLE, ra_of_asc_node_rad=1.0),
        replace(CIRCLE, ltan_h=10.5),
        replace(ESCAPE, ra_of_asymptote_rad=2.0),
    ],
    ids=["node", "local time", "asymptote"],
)
def test_with_a_launch_date_the_plan_leaves_the_direction_free(target):
    found = planned_target(mission(target, launch_date_utc=DAY), 900.0)
    assert found.ra_of_asc_node_rad is found.ltan_h is found.ra_of_asymptote_rad is None
    assert (found.semi_major_axis_m, found.inclination_rad) == (
        target.semi_major_axis_m,
        target.inclination_rad,
    )


@pytest.mark.parametrize("insertion_s", [0.0, 900.0, 20000.0])
@pytest.mark.parametrize("ltan_h", [0.0, 10.5, 22.25])
def test_with_an_epoch_a_local_time_is_a_node_at_the_instant_of_insertion(ltan_h, insertion_s):
    found = planned_target(mission(replace(CIRCLE, ltan_h=ltan_h), epoch_utc=EPOCH), insertion_s)
    assert found.ltan_h is None
    at = EPOCH + datetime.timedelta(seconds=insertion_s)
    apart = math.remainder(local_time_h(found.ra_of_asc_node_rad, at) - ltan_h, 24.0)
    # a microsecond of time
    assert abs(apart) * 3600.0 < 1e-6


@pytest.mark.parametrize("when", [{}, {"epoch_utc": EPOCH}], ids=["no date", "epoch"])
def test_a_node_without_a_launch_date_is_planned_for_as_it_is(when):
    target = replace(CIRCLE, ra_of_asc_node_rad=1.0)
    assert planned_target(mission(target, **when), 900.0) == target


# --- when it goes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theta0", [0.0, -2.2])
@pytest.mark.parametrize("inclination", [0.9, 1.7])
@pytest.mark.parametrize("asked_deg", [0.0, 123.0, 359.9])
def test_the_lift_off_brings_the_node(asked_deg, inclination, theta0):
    """Both ways to fly: a southbound launch has its node on the other side of the pad, and its hour with it."""
    target = replace(CIRCLE, inclination_rad=inclination, ra_of_asc_node_rad=math.radians(asked_deg))
    asked = mission(target, launch_date_utc=DAY)
    for node in (0.4, 0.4 + math.pi):
        found = liftoff_utc(asked, theta0, flight(Elements(6.978e6, 0.001, inclination, node, 1.0, 0.5)))
        assert found.date() == DAY
        turned = math.degrees(node - theta0 + rotation_angle(found)) - asked_deg
        assert math.remainder(turned, 360.0) == pytest.approx(0.0, abs=TOLERANCE_DEG)


@pytest.mark.parametrize("ltan_h", [0.0, 10.5, 18.0])
@pytest.mark.parametrize("t_s", [700.0, 12000.0])
def test_the_lift_off_brings_the_local_time_at_the_insertion(ltan_h, t_s):
    asked = mission(replace(CIRCLE, ltan_h=ltan_h), launch_date_utc=DAY)
    found = liftoff_utc(asked, 0.3, flight(Elements(6.978e6, 0.001, 1.7, 2.0, 1.0, 0.5), t_s))
    # the node stays among the stars while the mean Sun goes on
    node = 2.0 - 0.3 + rotation_angle(found)
    apart = math.remainder(local_time_h(node, found + datetime.timedelta(seconds=t_s)) - ltan_h, 24.0)
    assert abs(apart) * 3600.0 < 1e-5


@pytest.mark.parametrize("asked_deg", [10.0, 200.0])
def test_the_lift_off_brings_the_asymptote(asked_deg):
    target = replace(ESCAPE, ra_of_asymptote_rad=math.radians(asked_deg))
    k = Elements(-MU / 1e7, 1.165, 0.9, 0.7, -1.1, 0.2)
    found = liftoff_utc(mission(target, launch_date_utc=DAY), 1.1, flight(k))
    # far out the hyperbola moves along its asymptote; 1e-8 rad before its end, that is within 1e-6 deg or so
    _, v = state(k._replace(nu=math.acos(-1.0 / k.e) - 1e-9), MU)
    turned = math.degrees(math.atan2(v[1], v[0]) - 1.1 + rotation_angle(found)) - asked_deg
    assert math.remainder(turned, 360.0) == pytest.approx(0.0, abs=1e-5)


def test_an_epoch_is_the_lift_off():
    asked = mission(replace(CIRCLE, ra_of_asc_node_rad=1.0), epoch_utc=EPOCH)
    assert liftoff_utc(asked, 0.0, None) == EPOCH


def test_without_a_date_a_flight_or_an_angle_no_lift_off_follows():
    flown = flight(Elements(6.978e6, 0.001, 0.9, 2.0, 1.0, 0.5))
    asked = replace(CIRCLE, ra_of_asc_node_rad=1.0)
    assert liftoff_utc(mission(asked), 0.0, flown) is None
    assert liftoff_utc(mission(asked, launch_date_utc=DAY), 0.0, None) is None
    assert liftoff_utc(mission(CIRCLE, launch_date_utc=DAY), 0.0, flown) is None
