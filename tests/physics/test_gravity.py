"""Gravity: the gradient of its potential, closed forms of single harmonics, and the Geodetic Reference System 1980."""

import math

import numpy as np
import pytest

from cosmodrome.physics.constants import EQUATORIAL_RADIUS, MU, ZONALS
from cosmodrome.physics.frames import Earth, geodetic_to_ecef
from cosmodrome.physics.gravity import gravity, potential
from tests.physics.domains import EARTH, FLYING, NORTH_POLE, SOUTH_POLE, position
from tests.physics.engines import differences

# H. Moritz, Geodetic Reference System 1980, J. Geodesy 74 (2000) 128: defining constants, the zonals of the
# level ellipsoid's field (table of derived physical constants), gravity on the equator and the poles, and the
# potential there.
GRS80_FLATTENING = 1.0 / 298.257222101
GRS80 = Earth(
    mu=3.986005e14,
    radius=6378137.0,
    e2=GRS80_FLATTENING * (2.0 - GRS80_FLATTENING),
    rotation=7.292115e-5,
    degree=6,
    zonals=(108263e-8, 0.0, -0.00000237091222, 0.0, 0.00000000608347),
)
GRS80_EQUATOR_M_S2, GRS80_POLE_M_S2, GRS80_POTENTIAL_M2_S2 = 9.7803267715, 9.8321863685, 62636860.850
# what J8 = -1.4e-11, left out, may change: 9 J8 g and J8 mu / R
GRS80_GRAVITY_TOLERANCE, GRS80_POTENTIAL_TOLERANCE = 2e-9, 2e-3


@pytest.mark.parametrize("degree", [0, 2, 6])
@pytest.mark.parametrize("r", [FLYING, NORTH_POLE, SOUTH_POLE, position(0.0, 30.0, 2e5), (3e7, -2e7, 1e7)])
def test_gravity_is_the_gradient_of_the_potential(r, degree):
    earth = EARTH._replace(degree=degree)
    gradient = differences(lambda r: potential(r, earth), (r,), 1e-2)[0]
    g = np.array(gravity(r, earth))
    # steps of 1 % and sixth order: 1e-10 of gravity for a field that falls like 1/r^2
    assert gradient == pytest.approx(g, abs=1e-9 * np.linalg.norm(g))


@pytest.mark.parametrize("r", [FLYING, (7e6, 0.0, 0.0), (0.0, 0.0, -7e6), (-3e6, 5e6, 4e6)])
def test_j2_has_its_closed_form(r):
    x, y, z = r
    d = math.sqrt(x * x + y * y + z * z)
    k = 1.5 * ZONALS[0] * (EQUATORIAL_RADIUS / d) ** 2
    s = 5.0 * (z / d) ** 2
    # D. Vallado, Fundamentals of Astrodynamics and Applications, 4th ed., sec. 8.7.1
    expected = tuple(-MU / d**3 * c * (1.0 - k * (s - n)) for c, n in ((x, 1.0), (y, 1.0), (z, 3.0)))
    assert gravity(r, EARTH._replace(degree=2)) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_each_zonal_has_its_value_on_the_axis_and_its_parity(n, sign):
    zonals = tuple(ZONALS[n - 2] if m == n else 0.0 for m in range(2, 7))
    d = 6.9e6
    found = gravity((0.0, 0.0, sign * d), EARTH._replace(zonals=zonals))
    # P_n(1) = 1 and P_n(-1) = (-1)^n: g_r = -mu/r^2 (1 - (n + 1) J_n (R/r)^n P_n)
    radial = -MU / d**2 * (1.0 - (n + 1) * ZONALS[n - 2] * (EQUATORIAL_RADIUS / d) ** n * sign**n)
    assert found == pytest.approx((0.0, 0.0, sign * radial), rel=1e-14)


@pytest.mark.parametrize(
    ("n", "p", "slope"), [(2, -1 / 2, 0), (3, 0, -3 / 2), (4, 3 / 8, 0), (5, 0, 15 / 8), (6, -5 / 16, 0)]
)
def test_each_zonal_has_its_value_on_the_equator(n, p, slope):
    zonals = tuple(ZONALS[n - 2] if m == n else 0.0 for m in range(2, 7))
    d = 6.9e6
    j = ZONALS[n - 2] * (EQUATORIAL_RADIUS / d) ** n
    found = gravity((0.0, d, 0.0), EARTH._replace(zonals=zonals))
    expected = (0.0, -MU / d**2 * (1.0 - (n + 1) * j * p), -MU / d**2 * j * slope)
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-20)


def test_the_zonals_are_those_of_the_published_fields():
    # WGS84: derived J2; EGM2008 as tabulated by Vallado, 4th ed., table D-1 (J2 to J6, to its six digits)
    assert ZONALS[0] == pytest.approx(1.08262982e-3, rel=1e-8)
    assert ZONALS[1:] == pytest.approx((-2.53241e-6, -1.61990e-6, -2.27754e-7, 5.40667e-7), rel=1e-5)


@pytest.mark.parametrize(
    ("latitude", "expected"), [(0.0, GRS80_EQUATOR_M_S2), (math.pi / 2, GRS80_POLE_M_S2)]
)
def test_weight_on_the_level_ellipsoid_is_that_of_grs80(latitude, expected):
    r = geodetic_to_ecef(latitude, 0.3, 0.0, GRS80)
    g = np.array(gravity(r, GRS80)) + GRS80.rotation**2 * np.array([r[0], r[1], 0.0])
    assert np.linalg.norm(g) == pytest.approx(expected, abs=GRS80_GRAVITY_TOLERANCE)


@pytest.mark.parametrize("latitude_deg", [-90.0, -50.0, 0.0, 45.0, 90.0])
def test_the_level_ellipsoid_of_grs80_is_level(latitude_deg):
    r = geodetic_to_ecef(math.radians(latitude_deg), 0.3, 0.0, GRS80)
    level = potential(r, GRS80) + 0.5 * GRS80.rotation**2 * (r[0] ** 2 + r[1] ** 2)
    assert level == pytest.approx(GRS80_POTENTIAL_M2_S2, abs=GRS80_POTENTIAL_TOLERANCE)


def test_odd_zonals_break_the_mirror_of_north_and_south_and_even_ones_keep_it():
    north, south = FLYING, (FLYING[0], FLYING[1], -FLYING[2])
    odd_flipped = EARTH._replace(
        zonals=tuple((-1) ** n * j for n, j in zip(range(2, 7), ZONALS, strict=True))
    )
    a, b = gravity(north, EARTH), gravity(south, odd_flipped)
    assert (a[0], a[1], -a[2]) == pytest.approx(b, rel=1e-15)
    assert gravity(south, EARTH)[2] != pytest.approx(-a[2], rel=1e-7)


def test_no_harmonics_leave_newton():
    d = math.sqrt(50e12)
    expected = tuple(-MU * c / d**3 for c in (4e6, -3e6, 5e6))
    assert gravity((4e6, -3e6, 5e6), EARTH._replace(degree=0)) == pytest.approx(expected, rel=1e-15)
