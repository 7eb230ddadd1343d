"""Small worlds and orbits with known answers, which several measures of this room share."""

import math

import numpy as np
from numpy.typing import NDArray

from cosmodrome.physics import constants
from cosmodrome.physics.aerodynamics import NO_AERO
from cosmodrome.physics.atmosphere import NONE, make_atmosphere
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.motion import Environment, Leg
from cosmodrome.physics.propulsion import NO_PROPULSION
from cosmodrome.physics.wind import make_wind

Array = NDArray[np.float64]

RADIUS_M = constants.EQUATORIAL_RADIUS
COASTING = Leg(NO_PROPULSION, NO_AERO)


def ellipsoid(degree: int, j2: float = constants.ZONALS[0]) -> Earth:
    """Return the WGS 84 Earth with gravity to a degree."""
    f = constants.FLATTENING
    zonals = (j2, *constants.ZONALS[1:])
    return Earth(constants.MU, RADIUS_M, f * (2.0 - f), constants.ROTATION_RATE, degree, zonals)


def ball(mu: float = constants.MU) -> Earth:
    """Return a sphere at rest with a point mass's gravity."""
    return Earth(mu, RADIUS_M, 0.0, 0.0, 0, constants.ZONALS)


def vacuum(earth: Earth) -> Environment:
    """Return a world without air."""
    return Environment(earth, make_atmosphere(NONE), make_wind())


def state(r: tuple[float, float, float], v: tuple[float, float, float], mass_kg: float = 1000.0) -> Array:
    """Return the state (12,) of a position, a velocity and a mass, nothing on the velocity budget yet."""
    return np.array([*r, *v, mass_kg, 0.0, 0.0, 0.0, 0.0, 0.0])


def orbit(earth: Earth, eccentricity: float = 0.1, inclination_deg: float = 51.7) -> tuple[Array, float]:
    """Return the state (12,) at the perigee (200 km, on x) of an orbit, and its Kepler period (s)."""
    a = (RADIUS_M + 200e3) / (1.0 - eccentricity)
    return on_orbit(earth, 0.0, eccentricity, inclination_deg), 2.0 * math.pi * math.sqrt(a**3 / earth.mu)


def on_orbit(earth: Earth, t_s: float, eccentricity: float = 0.1, inclination_deg: float = 51.7) -> Array:
    """Return the state (12,) on that orbit so long after the perigee, by Kepler's equation and Newton's method."""
    e, i = eccentricity, math.radians(inclination_deg)
    a = (RADIUS_M + 200e3) / (1.0 - e)
    b, n = a * math.sqrt(1.0 - e * e), math.sqrt(earth.mu / a**3)
    anomaly = n * t_s
    for _ in range(20):
        anomaly -= (anomaly - e * math.sin(anomaly) - n * t_s) / (1.0 - e * math.cos(anomaly))
    turning = n / (1.0 - e * math.cos(anomaly))
    along, across = a * (math.cos(anomaly) - e), b * math.sin(anomaly)
    v_along, v_across = -a * math.sin(anomaly) * turning, b * math.cos(anomaly) * turning
    c, s = math.cos(i), math.sin(i)
    return state((along, across * c, across * s), (v_along, v_across * c, v_across * s))


# eccentricity and inclination (deg): round, equatorial, polar, retrograde; and to the geostationary ring
LOW_ORBITS = ((0.1, 51.7), (0.0, 0.0), (0.001, 90.0), (0.02, 140.0))
TRANSFER = (0.7308, 6.0)
