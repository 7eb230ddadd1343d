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


def orbit(earth: Earth, eccentricity: float = 0.1) -> tuple[Array, float]:
    """Return the state (12,) at the perigee (200 km) of an orbit inclined by 51.7 deg, and its Kepler period (s)."""
    perigee = RADIUS_M + 200e3
    a = perigee / (1.0 - eccentricity)
    speed = math.sqrt(earth.mu * (2.0 / perigee - 1.0 / a))
    i = math.radians(51.7)
    y = state((perigee, 0.0, 0.0), (0.0, speed * math.cos(i), speed * math.sin(i)))
    return y, 2.0 * math.pi * math.sqrt(a**3 / earth.mu)
