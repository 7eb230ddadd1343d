"""The lift-off time that turns a plan to where the sky, or the Sun, is wanted.

    angle  of a node or an asymptote, east of where the zero meridian lies at lift-off (rad): the Earth is round about
           its pole, so a plan keeps it whenever it is flown
    LTAN   local mean solar time of the ascending node (h): UT1 + (right ascension - Earth rotation angle) / (15 deg/h)
           at the instant of insertion. UT1 is the time of day of a fictitious mean Sun, so no theory of the Sun is
           needed

Right ascensions are in ECI, counted from the CIO. Within a flight UT1 runs as the seconds do: a day that is longer by
1 ms moves an LTAN by less than a microsecond in 6 h.

Sources: IERS Conventions (2010), eq. 5.15; S. Aoki et al., Astronomy and Astrophysics 105 (1982) 359: UT1 and the mean
Sun.
"""

import datetime
import math
from collections.abc import Callable

from cosmodrome.flight.start import earth_rotation_angle, ut1

_TURN = 2.0 * math.pi
_MEAN_SOLAR_DAY_S = 86400.0
# IERS Conventions (2010), eq. 5.15: turns of the Earth in a day of UT1
_STELLAR_DAY_S = _MEAN_SOLAR_DAY_S / 1.00273781191135448
_HALF_MICROSECOND_S = 0.5e-6


def liftoff_for_right_ascension(
    launch_date_utc: datetime.date, angle_rad: float, right_ascension_rad: float
) -> datetime.datetime:
    """Return the first UTC instant of a day, to the microsecond, at which an angle has the asked right ascension.

    A turn of the Earth is 236 s shorter than the day: what comes in its first 236 s comes once more at its end.
    """

    def ahead(liftoff: datetime.datetime) -> float:
        return (right_ascension_rad - angle_rad - earth_rotation_angle(liftoff)) / _TURN

    return _first(launch_date_utc, ahead, _STELLAR_DAY_S)


def liftoff_for_ltan(
    launch_date_utc: datetime.date, angle_rad: float, t_s: float, ltan_h: float
) -> datetime.datetime:
    """Return the first UTC instant of a day, to the microsecond, from which the node at `angle_rad` has the asked LTAN
    `t_s` seconds after lift-off.

    A day has one such instant (one that ends with a leap second may have two); the millisecond by which a mean solar
    day may outlast it is told as the first of the next day.
    """

    def ahead(liftoff: datetime.datetime) -> float:
        node = earth_rotation_angle(liftoff) + angle_rad
        return (ltan_h - ltan_of(node, liftoff, t_s)) / 24.0

    return _first(launch_date_utc, ahead, _MEAN_SOLAR_DAY_S)


def ltan_of(ra_of_asc_node_rad: float, liftoff_utc: datetime.datetime, t_s: float = 0.0) -> float:
    """Return the local mean solar time, h in [0, 24), of a node `t_s` seconds after lift-off."""
    return _in(24.0, (ra_of_asc_node_rad - _noon(liftoff_utc, t_s)) * 24.0 / _TURN + 12.0)


def right_ascension_of(ltan_h: float, liftoff_utc: datetime.datetime, t_s: float = 0.0) -> float:
    """Return the right ascension, rad in [0, 2 pi), of a node of the asked LTAN `t_s` seconds after lift-off."""
    return _in(_TURN, (ltan_h - 12.0) * _TURN / 24.0 + _noon(liftoff_utc, t_s))


def _noon(liftoff_utc: datetime.datetime, t_s: float) -> float:
    """Right ascension (rad, any turn) of the mean Sun: the meridian where it is 12 h."""
    import erfa

    day, fraction = ut1(liftoff_utc)
    fraction += t_s / _MEAN_SOLAR_DAY_S
    # a Julian date counts from noon: what is left of whole days is the hour angle of the mean Sun
    return float(erfa.era00(day, fraction)) - _TURN * (day % 1.0 + fraction % 1.0)


def _first(
    day: datetime.date, ahead: Callable[[datetime.datetime], float], period_s: float
) -> datetime.datetime:
    """The first instant of a day at which `ahead` is whole; it counts turns and falls by one in each period."""
    midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    # what rounding puts less than half a microsecond before midnight is at midnight
    early = _HALF_MICROSECOND_S / period_s
    instant = midnight + datetime.timedelta(seconds=period_s * ((ahead(midnight) + early) % 1.0 - early))
    # the period is a mean one, and UT1 may run a little off it: corrections of milliseconds, then of nothing
    for _ in range(2):
        instant += datetime.timedelta(seconds=period_s * math.remainder(ahead(instant), 1.0))
    return instant


def _in(period: float, x: float) -> float:
    """x brought into [0, period): what is tiny below zero would round up to the period itself."""
    return x % period % period
