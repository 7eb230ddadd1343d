"""Longitude over the turning Earth and distance along its surface from the pad."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmodrome.flight.programme import Programme

Array = NDArray[np.float64]


def longitude_rad(longitude_eci_rad: ArrayLike, t_s: ArrayLike, programme: Programme) -> Array:
    """Return the longitude (rad, in [-pi, pi)) of an ECI longitude at a time."""
    rotation = programme.environment.earth.rotation
    angle = np.asarray(longitude_eci_rad) - programme.earth_angle_rad - rotation * np.asarray(t_s)
    return np.asarray(np.mod(angle + math.pi, 2.0 * math.pi) - math.pi)


def downrange_m(latitude_rad: ArrayLike, longitude_rad: ArrayLike, programme: Programme) -> Array:
    """Return the length (m) of the geodesic from the pad, on the mission's ellipsoid or sphere."""
    from pyproj import Geod

    earth = programme.environment.earth
    geod = Geod(a=earth.radius, es=earth.e2)
    latitude = np.degrees(np.atleast_1d(latitude_rad))
    longitude = np.degrees(np.atleast_1d(longitude_rad))
    pad_longitude = np.full_like(longitude, math.degrees(programme.pad_longitude_rad))
    pad_latitude = np.full_like(latitude, math.degrees(programme.pad_latitude_rad))
    return np.asarray(geod.inv(pad_longitude, pad_latitude, longitude, latitude)[2])
