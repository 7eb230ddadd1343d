"""Published constants against other libraries, and against constants that their publishers derived from them."""

import math

import erfa
import pytest
import scipy.constants

from cosmodrome.physics.constants import (
    EQUATORIAL_RADIUS,
    FLATTENING,
    G0,
    GAMMA_AIR,
    GAS_CONSTANT_AIR,
    MU,
    ROTATION_RATE,
    ZONALS,
)

# -J_n / sqrt(2 n + 1), fully normalised: C_20 of WGS84, and C_30 to C_60 of the file EGM2008_to2190_TideFree
NORMALISED = {
    2: -0.484166774985e-03,
    3: 0.957161207093473e-06,
    4: 0.539965866638991e-06,
    5: 0.686702913736681e-07,
    6: -0.149953927978527e-06,
}


def test_standard_gravity_and_the_ellipsoid_are_those_of_other_libraries():
    assert scipy.constants.g == G0
    radius, flattening = erfa.eform(1)  # WGS84
    assert (radius, flattening) == (EQUATORIAL_RADIUS, FLATTENING)


def test_spin_size_and_mass_give_the_derived_constant_of_wgs84():
    # m = omega^2 a^2 b / GM = 0.00344978650684, NIMA TR8350.2 (2000), table 3.3, to its last digit
    polar_radius = EQUATORIAL_RADIUS * (1.0 - FLATTENING)
    m = ROTATION_RATE**2 * EQUATORIAL_RADIUS**2 * polar_radius / MU
    assert m == pytest.approx(0.00344978650684, abs=1e-14)


@pytest.mark.parametrize("n", NORMALISED)
def test_a_zonal_is_its_normalised_coefficient_as_published(n):
    # one rounding: the last digit that is published is 1e-15 of the coefficient
    assert ZONALS[n - 2] == pytest.approx(-math.sqrt(2 * n + 1) * NORMALISED[n], rel=3e-16, abs=0.0)


def test_air_has_the_constants_of_the_standard():
    # g0 M0 / R* = 34.163195 K/km, U.S. Standard Atmosphere 1976, as rounded there
    assert pytest.approx(34.163195e-3, abs=5e-10) == G0 / GAS_CONSTANT_AIR
    # its sound at sea level: 340.294 m/s
    assert math.sqrt(GAMMA_AIR * GAS_CONSTANT_AIR * 288.15) == pytest.approx(340.294, abs=5e-4)
