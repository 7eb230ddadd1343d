"""Frames against the IAU's library of fundamental astronomy: places at all latitudes from -10 km to 50 000 km, and the
turning axes of the Earth."""

import datetime
import itertools
import math
from collections.abc import Sequence

import erfa
import numpy as np

from cosmodrome.flight.celestial import R_gcrf_eci
from cosmodrome.flight.start import earth_rotation_angle, ut1
from cosmodrome.physics.constants import EQUATORIAL_RADIUS, FLATTENING
from cosmodrome.physics.frames import geodetic_to_ecef, place, rotated_about_z
from cosmodrome.validation.truths import Truth
from cosmodrome.validation.worlds import ellipsoid

_LATITUDES_DEG = (*range(-90, 91, 5), -89.9999999, -89.9, -1e-6, 1e-9, 51.884, 89.99, 89.999999999)
_LONGITUDES_DEG = (-180.0, -90.0, 0.0, 128.334, 180.0)
# leap seconds lie between, and days with a whole minute of UT1 less than a day of UTC
_INSTANTS = [
    datetime.datetime(year, month, day, hour, 17, 41, 250000, datetime.UTC)
    for year, month, day, hour in ((1999, 1, 1, 0), (2012, 6, 30, 23), (2016, 12, 31, 12), (2024, 3, 23, 12))
]
_ALTITUDES_M = (-10e3, 0.0, 286.0, 11e3, 86e3, 2e5, 1e6, 6e6, 3.6e7, 5e7)


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return the largest differences: of positions and altitudes (m), of latitudes, directions east and axes (rad)."""
    worst = dict.fromkeys(("position", "altitude", "latitude", "east"), 0.0)
    for found in itertools.starmap(
        _compared, itertools.product(_LATITUDES_DEG, _LONGITUDES_DEG, _ALTITUDES_M)
    ):
        for key, value in found.items():
            worst[key] = max(worst[key], value)
    worst["axes"] = max(map(_turn, _INSTANTS))
    return {f"frames.{key}": value for key, value in worst.items()}


def _turn(instant: datetime.datetime) -> float:
    """Angle (rad) of our way from GCRF to Earth-fixed axes, by pole and CIO, from the library's by equinox and sidereal
    time."""
    ut, ut_fraction = ut1(instant)
    utc = erfa.dtf2d("UTC", *instant.timetuple()[:5], instant.second + instant.microsecond * 1e-6)
    tt, tt_fraction = erfa.taitt(*erfa.utctai(*utc))
    equinox = erfa.pnm06a(tt, tt_fraction)
    theirs = erfa.rz(erfa.gst06(ut, ut_fraction, tt, tt_fraction, equinox), equinox)
    to_eci = R_gcrf_eci(instant).T
    ours = np.array([rotated_about_z(axis, -earth_rotation_angle(instant)) for axis in to_eci.T]).T
    return float(np.linalg.norm(ours - theirs) / math.sqrt(2.0))


def _compared(latitude_deg: float, longitude_deg: float, altitude_m: float) -> dict[str, float]:
    """Our ways between geodetic and Earth-fixed against the library's at one place."""
    earth = ellipsoid(0)
    latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
    theirs = erfa.gd2gce(EQUATORIAL_RADIUS, FLATTENING, longitude, latitude, altitude_m)
    ours = geodetic_to_ecef(latitude, longitude, altitude_m, earth)
    x, y, z = (float(c) for c in theirs)
    here = place((x, y, z), earth)
    _, north, height = (float(c) for c in erfa.gc2gde(EQUATORIAL_RADIUS, FLATTENING, theirs))
    # on a pole the east has no direction
    turn = 0.0
    if abs(latitude_deg) < 90.0:
        toward = math.atan2(-here.east[0], here.east[1]) - longitude
        turn = abs(math.remainder(toward, 2.0 * math.pi)) * math.cos(latitude)
    return {
        "position": math.dist(ours, theirs),
        "altitude": abs(here.altitude - height),
        "latitude": abs(math.atan2(here.sin_latitude, here.cos_latitude) - north),
        "east": turn,
    }
