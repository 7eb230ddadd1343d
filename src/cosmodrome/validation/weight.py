"""Gravity: the gradient of its potential, and the weights and the level of the Geodetic Reference System 1980."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

from cosmodrome.physics.frames import Earth, geodetic_to_ecef
from cosmodrome.physics.gravity import gravity, potential
from cosmodrome.validation.truths import Truth
from cosmodrome.validation.worlds import RADIUS_M, ellipsoid

# H. Moritz, Geodetic Reference System 1980, J. Geodesy 74 (2000) 128: defining constants and the zonals of the level
# ellipsoid's field.
_FLATTENING = 1.0 / 298.257222101
GRS80 = Earth(
    mu=3.986005e14,
    radius=6378137.0,
    e2=_FLATTENING * (2.0 - _FLATTENING),
    rotation=7.292115e-5,
    degree=6,
    zonals=(108263e-8, 0.0, -0.00000237091222, 0.0, 0.00000000608347),
)
# central differences of order 6: coefficients of the values at 1, 2 and 3 steps to each side
_SLOPE = (45.0 / 60.0, -9.0 / 60.0, 1.0 / 60.0)
# 1 % of a distance: the remainder of order 6 is 1e-10 of a field that falls by its square
_STEP = 1e-2


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return the largest relative error of the gradient; weights (m/s^2) and potential (m^2/s^2) on the ellipsoid."""
    gaps = [_gap(latitude, ratio) for latitude in (-90, -51.9, 0, 28.5, 90) for ratio in (1.0, 1.03, 6.6)]
    pole, equator = _weight(math.pi / 2.0), _weight(0.0)
    levels = [_level(math.radians(latitude)) for latitude in (-90, -50, 0, 45, 90)]
    return {
        "gravity.gradient": max(gaps),
        "gravity.pole": pole,
        "gravity.equator": equator,
        "gravity.level": max(levels),
    }


def _gap(latitude_deg: float, ratio: float) -> float:
    """Largest difference of our gravity from the gradient of the potential as written here, over gravity."""
    earth, angle = ellipsoid(6), math.radians(latitude_deg)
    distance = ratio * RADIUS_M
    r = distance * np.array([math.cos(angle) * 0.8, math.cos(angle) * 0.6, math.sin(angle)])
    g, h = np.array(gravity(tuple(r), earth)), _STEP * distance
    gradient = np.zeros(3)
    for axis, (k, slope) in ((axis, pair) for axis in range(3) for pair in enumerate(_SLOPE, 1)):
        aside = np.zeros(3)
        aside[axis] = k * h
        gradient[axis] += slope * (_written_here(r + aside, earth) - _written_here(r - aside, earth)) / h
    return float(np.abs(gradient - g).max() / np.linalg.norm(g))


def _written_here(r: NDArray[np.float64], earth: Earth) -> float:
    """The potential (m^2/s^2) as a sum of Legendre polynomials, which NumPy evaluates by another recursion."""
    distance = float(np.linalg.norm(r))
    ratio = earth.radius / distance
    series = [1.0, 0.0, *(-j * ratio**n for n, j in enumerate(earth.zonals, 2))]
    return float(earth.mu / distance * legendre.legval(r[2] / distance, series))


def _weight(latitude_rad: float) -> float:
    """Gravity less the centrifugal acceleration on the level ellipsoid, m/s^2."""
    r = geodetic_to_ecef(latitude_rad, 0.3, 0.0, GRS80)
    g = np.array(gravity(r, GRS80)) + GRS80.rotation**2 * np.array([r[0], r[1], 0.0])
    return float(np.linalg.norm(g))


def _level(latitude_rad: float) -> float:
    """Potential of gravity and rotation on the level ellipsoid, m^2/s^2."""
    r = geodetic_to_ecef(latitude_rad, 0.3, 0.0, GRS80)
    return float(potential(r, GRS80) + 0.5 * GRS80.rotation**2 * (r[0] ** 2 + r[1] ** 2))
