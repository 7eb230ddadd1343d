"""Lift-off times: against the mean Sun of others, satellites and a launch that were, and there and back again."""

import datetime
import math

import erfa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cosmodrome.flight.liftoff import (
    liftoff_for_ltan,
    liftoff_for_right_ascension,
    ltan_of,
    right_ascension_of,
)
from cosmodrome.flight.start import earth_rotation_angle, ut1_minus_utc

DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2060, 12, 31))
ANGLES = st.floats(0.0, math.tau)
HOURS = st.floats(0.0, 24.0, exclude_max=True)
LEAP_SECOND_DAY = datetime.date(2016, 12, 31)
# the datetime is rounded to the microsecond; arithmetic with days of 2e4 to 1e-9 s
HALF_MICROSECOND_S = 0.501e-6
RAD_PER_S = math.tau * 1.00273781191135448 / 86400.0


def utc(*fields):
    return datetime.datetime(*fields, tzinfo=datetime.UTC)


def midnight(day):
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def hours_apart(a, b):
    return abs(math.remainder(a - b, 24.0))


# --- what others say -----------------------------------------------------------------------------------


@pytest.mark.parametrize("epoch", [utc(1990, 3, 21, 6), utc(2014, 4, 3, 21, 2, 26), utc(2050, 11, 5, 13, 30)])
def test_a_node_that_follows_the_mean_longitude_of_the_sun_is_at_noon(epoch):
    """The mean Sun has the right ascension of the Sun's mean longitude.

    J. Meeus, Astronomical Algorithms (1998), eq. 25.2, less the aberration of 20.5 arc seconds; from the mean equinox
    of date, which ERFA's mean sidereal time (IAU 2006) places against the CIO.
    """
    tt = (epoch - utc(2000, 1, 1, 12)).total_seconds() / 86400.0 + 64.0 / 86400.0
    centuries = tt / 36525.0
    longitude = 280.46646 + 36000.76983 * centuries + 0.0003032 * centuries**2 - 20.5 / 3600.0
    days = (2451545.0, (epoch - utc(2000, 1, 1, 12)).total_seconds() / 86400.0)
    equinox = erfa.gmst06(*days, 2451545.0, tt) - erfa.era00(*days)
    found = ltan_of(math.radians(longitude) - equinox, epoch)
    # UT1 as a time of day follows Newcomb's Sun, now a second or two of time from the real one's mean longitude
    assert hours_apart(found, 12.0) * 3600.0 < 3.0


@pytest.mark.parametrize("epoch", [utc(1995, 7, 1), utc(2027, 4, 15, 10), utc(2058, 1, 1, 23, 59, 59)])
def test_the_node_on_the_zero_meridian_has_the_time_of_greenwich(epoch):
    seconds = (epoch - midnight(epoch.date())).total_seconds() + (ut1_minus_utc(epoch) or 0.0)
    # 1e-9 s is what is left of a Julian date after its day
    assert hours_apart(ltan_of(earth_rotation_angle(epoch), epoch), seconds / 3600.0) * 3600.0 < 1e-8


# Sentinel-1A, kept at a local time of 18:00 at the ascending node (ESA, Sentinel-1 User Handbook): epochs (year, day)
# and right ascensions (deg, true equinox of date) of its published two-line elements.
@pytest.mark.parametrize(
    ("year", "day", "node_deg"),
    [(2015, 92.10425777, 100.2577), (2018, 124.03591006, 132.0838), (2020, 201.80753859, 208.3314)],
)
def test_a_satellite_of_the_twilight_has_its_node_at_eighteen_hours(year, day, node_deg):
    epoch = utc(year, 1, 1) + datetime.timedelta(days=day - 1.0)
    # since 2000 the equinox has gone 46.1 arc seconds a year along the equator, the CIO has stayed
    node = node_deg - 46.1 / 3600.0 * (year - 2000 + day / 365.0)
    # it is kept within some kilometres of its track, and its plane within a minute or two of time
    assert hours_apart(ltan_of(math.radians(node), epoch), 18.0) * 60.0 < 2.0


def test_the_launch_of_that_satellite_was_when_its_node_came_round():
    """Sentinel-1A: 2014-04-03 21:02:26 UTC from Kourou, northbound into 98.2 deg. Such a plane meets the equator where
    it left the pad, some degrees east of it since the Earth takes the rocket along for a while: half an hour."""
    pad = math.radians(-52.77)
    at_the_pad = liftoff_for_ltan(datetime.date(2014, 4, 3), pad, 1400.0, 18.0)
    early = (at_the_pad - utc(2014, 4, 3, 21, 2, 26)).total_seconds()
    assert 0.0 < early < 1800.0


# --- there and back ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(day=DAYS, angle=ANGLES, right_ascension=ANGLES)
def test_at_its_lift_off_an_angle_has_the_right_ascension_first_on_that_day(day, angle, right_ascension):
    found = liftoff_for_right_ascension(day, angle, right_ascension)
    assert found.date() == day
    missed = math.remainder(earth_rotation_angle(found) + angle - right_ascension, math.tau)
    assert abs(missed) / RAD_PER_S < HALF_MICROSECOND_S
    # a turn earlier is another day
    assert (found - midnight(day)).total_seconds() < math.tau / RAD_PER_S + 1e-3


@settings(deadline=None)
@given(day=DAYS, angle=ANGLES, t_s=st.floats(0.0, 30000.0), ltan=HOURS)
def test_from_its_lift_off_a_node_comes_to_its_local_time(day, angle, t_s, ltan):
    found = liftoff_for_ltan(day, angle, t_s, ltan)
    # the millisecond that no day has is one of 1e8 draws
    assert found.date() == day
    node = earth_rotation_angle(found) + angle
    assert hours_apart(ltan_of(node, found, t_s), ltan) * 3600.0 < HALF_MICROSECOND_S


@settings(deadline=None)
@given(day=DAYS, seconds=st.floats(0.0, 86399.0), t_s=st.floats(0.0, 30000.0), ltan=HOURS)
def test_the_right_ascension_of_a_local_time_has_that_local_time(day, seconds, t_s, ltan):
    instant = midnight(day) + datetime.timedelta(seconds=seconds)
    node = right_ascension_of(ltan, instant, t_s)
    assert 0.0 <= node < math.tau
    assert hours_apart(ltan_of(node, instant, t_s), ltan) * 3600.0 < 1e-6


@settings(deadline=None)
@given(day=DAYS, seconds=st.floats(0.0, 86399.0), angle=ANGLES, t_s=st.floats(0.0, 30000.0))
def test_a_lift_off_is_found_again_from_what_it_brought(day, seconds, angle, t_s):
    flown = midnight(day) + datetime.timedelta(seconds=round(seconds, 6))
    node = earth_rotation_angle(flown) + angle
    one = datetime.timedelta(microseconds=1)
    assert abs(liftoff_for_ltan(day, angle, t_s, ltan_of(node, flown, t_s)) - flown) <= one
    assume(seconds < 86160.0)  # afterwards the first of two is another
    assert abs(liftoff_for_right_ascension(day, angle, node) - flown) <= one


# --- ends of the day -----------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [datetime.date(2027, 4, 15), LEAP_SECOND_DAY, datetime.date(2017, 1, 1)])
def test_what_holds_at_midnight_is_found_at_midnight_and_not_a_turn_later(day):
    start = midnight(day)
    for angle in (0.0, 1.0, 5.5):
        node = earth_rotation_angle(start) + angle
        assert liftoff_for_right_ascension(day, angle, node) == start
        assert liftoff_for_ltan(day, angle, 0.0, ltan_of(node, start)) == start


@pytest.mark.parametrize("day", [datetime.date(2027, 4, 15), LEAP_SECOND_DAY])
def test_what_comes_twice_in_a_day_is_found_the_first_time(day):
    late = midnight(day) + datetime.timedelta(seconds=86399.0)
    found = liftoff_for_right_ascension(day, 0.3, earth_rotation_angle(late) + 0.3)
    assert (late - found).total_seconds() == pytest.approx(math.tau / RAD_PER_S, abs=3e-3)


@pytest.mark.parametrize("day", [datetime.date(2027, 4, 15), LEAP_SECOND_DAY])
def test_the_last_second_of_a_day_has_a_local_time_of_its_own(day):
    late = midnight(day) + datetime.timedelta(seconds=86399.5)
    ltan = ltan_of(earth_rotation_angle(late) + 0.3, late)
    found = liftoff_for_ltan(day, 0.3, 0.0, ltan)
    assert abs((found - late).total_seconds()) < 2e-6


def test_over_a_leap_second_the_local_time_runs_on():
    """Ten minutes after 23:55 the node has gone east of the mean Sun by 0.0027 of them, leap second or not."""
    before = utc(2016, 12, 31, 23, 55)
    node = earth_rotation_angle(before)
    rate = 1.0 - 1.00273781191135448
    moved = (ltan_of(node, before, 600.0) - ltan_of(node, before)) * 3600.0
    assert moved == pytest.approx(600.0 * rate, abs=1e-6)


def test_a_right_ascension_is_reached_four_minutes_earlier_each_day():
    first, second = (liftoff_for_right_ascension(datetime.date(2027, 4, day), 0.2, 3.0) for day in (15, 16))
    assert (second - first).total_seconds() == pytest.approx(86164.0989, abs=3e-3)
