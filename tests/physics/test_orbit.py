"""Orbital elements both ways, against a textbook's worked examples and closed forms computed apart."""

import math
from decimal import Decimal, getcontext

import numpy as np
import pytest
from scipy.integrate import quad

from cosmodrome.physics import orbit
from cosmodrome.physics.constants import MU
from tests.physics.domains import EARTH, ELEMENTS, ORBITS

# D. Vallado, Fundamentals of Astrodynamics and Applications, 4th ed. (2013); its Earth:
VALLADO_MU = 3.986004418e14
VALLADO_RADIUS = 6378137.0


def test_elements_of_the_textbook_example():
    # example 2-5, as printed: a 36 127.343 km, e 0.832853, i 87.870, node 227.898, perigee 53.38, anomaly
    # 92.335 deg
    r = (6524.834e3, 6862.875e3, 6448.296e3)
    v = (4.901327e3, 5.533756e3, -1.976341e3)
    k = orbit.elements(r, v, VALLADO_MU)
    assert k.a == pytest.approx(36127.343e3, abs=10.0)
    assert k.e == pytest.approx(0.832853, abs=1e-6)
    assert math.degrees(k.i) == pytest.approx(87.870, abs=1e-3)
    assert math.degrees(k.Omega) % 360.0 == pytest.approx(227.898, abs=1e-3)
    assert math.degrees(k.omega) % 360.0 == pytest.approx(53.38, abs=6e-3)
    assert math.degrees(k.nu) % 360.0 == pytest.approx(92.335, abs=1e-3)


@pytest.mark.parametrize("case", ORBITS)
def test_state_and_elements_are_inverse_on_every_kind_of_orbit(case):
    r, v, _ = ORBITS[case]
    r_back, v_back = orbit.state(orbit.elements(r, v, MU), MU)
    # e and the angles are rounded to 1e-16 and re-enter multiplied by up to 1/(1 + e cos nu)
    assert np.array(r_back) == pytest.approx(np.array(r), abs=1e-13 * np.linalg.norm(r))
    assert np.array(v_back) == pytest.approx(np.array(v), abs=1e-13 * np.linalg.norm(v))


@pytest.mark.parametrize("k", ELEMENTS)
def test_elements_and_state_are_inverse_for_what_the_angles_mean(k):
    found = orbit.elements(*orbit.state(k, MU), MU)
    assert (found.a, found.i) == pytest.approx((k.a, k.i), rel=1e-13, abs=1e-14)
    assert found.e == pytest.approx(k.e, abs=2e-15)
    # where the perigee or the node is undefined only the sums of angles are physics
    turn = found.omega + found.nu - k.omega - k.nu
    assert math.remainder(turn, 2.0 * math.pi) == pytest.approx(0.0, abs=1e-14)
    assert math.remainder(found.Omega - k.Omega, 2.0 * math.pi) == pytest.approx(0.0, abs=1e-14)
    if k.e > 0.0:
        assert math.remainder(found.omega - k.omega, 2.0 * math.pi) == pytest.approx(0.0, abs=1e-13)


def test_conventions_where_angles_are_undefined():
    circular = orbit.elements(*ORBITS["circular"][:2], MU)
    assert circular.omega == 0.0
    equatorial = orbit.elements(*ORBITS["equatorial"][:2], MU)
    assert equatorial.Omega == 0.0
    # the floor under the root is 1e-15 rad
    assert equatorial.i == pytest.approx(0.0, abs=2e-15)
    backward = orbit.elements(*ORBITS["circular retrograde equatorial"][:2], MU)
    assert (backward.i, backward.Omega) == pytest.approx((math.pi, 0.0), abs=2e-15)


def test_an_exact_circle_on_the_equator_has_the_documented_floors():
    # units in which nothing is rounded: 1e-15 is the root of what stands under the two roots beside zero
    k = orbit.elements((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0)
    assert (k.e, k.i) == pytest.approx((1e-15, 1e-15), rel=1e-12, abs=0.0)


def test_what_is_nearly_circular_or_equatorial_keeps_the_convention_exactly():
    # 5e-12 in eccentricity is 35 micrometres, in inclination as much: no direction to count from
    circular = orbit.elements(*orbit.state(orbit.Elements(7e6, 5e-12, 0.9, 0.3, 1.2, 0.5), MU), MU)
    assert circular.omega == 0.0
    assert circular.nu == pytest.approx(1.2 + 0.5, abs=1e-14)
    equatorial = orbit.elements(*orbit.state(orbit.Elements(7e6, 0.1, 5e-12, 1.3, 0.4, 0.5), MU), MU)
    assert equatorial.Omega == 0.0
    assert equatorial.omega == pytest.approx(1.3 + 0.4, abs=1e-14)


def test_energy_and_angular_momentum_follow_from_the_elements():
    for r, v, _ in ORBITS.values():
        k = orbit.elements(r, v, MU)
        energy = 0.5 * np.dot(v, v) - MU / np.linalg.norm(r)
        # near escape the energy is a difference of numbers three times as large
        assert -MU / (2.0 * k.a) == pytest.approx(energy, rel=1e-14)
        h = np.cross(r, v)
        assert math.sqrt(MU * k.a * (1.0 - k.e**2)) == pytest.approx(np.linalg.norm(h), rel=1e-13)
        assert np.array(orbit.normal(k.i, k.Omega)) == pytest.approx(h / np.linalg.norm(h), abs=4e-15)


def test_the_plane_and_its_axes_fit_together():
    i, node = 0.9, 2.0
    P = np.array(orbit.perifocal_axis(i, node, 0.4))
    Q = np.array(orbit.perifocal_axis(i, node, 0.4 + math.pi / 2))
    assert np.cross(P, Q) == pytest.approx(np.array(orbit.normal(i, node)), abs=1e-15)
    ascending = np.array(orbit.perifocal_axis(i, node, 0.0))
    assert ascending == pytest.approx([math.cos(node), math.sin(node), 0.0], abs=1e-16)
    assert orbit.perifocal_axis(i, node, 1e-3)[2] > 0.0, "northward at the ascending node"


def test_hohmann_transfer_of_the_textbook():
    # example 6-1: from 191.34411 km to 35 781.34857 km: 2.457038 and 1.478187 km/s
    r1, r2 = VALLADO_RADIUS + 191344.11, VALLADO_RADIUS + 35781348.57
    first, second = orbit.hohmann_delta_v(r1, r2, VALLADO_MU)
    assert (first, second) == pytest.approx((2457.038, 1478.187), abs=6e-4)


@pytest.mark.parametrize(
    ("r1", "r2"), [("6578137", "42164000"), ("42164000", "6578137"), ("6700000", "6700001")]
)
def test_hohmann_transfer_agrees_with_thirty_digits(r1, r2):
    getcontext().prec = 30
    mu, a, b = Decimal("3.986004418e14"), Decimal(r1), Decimal(r2)
    # R. Battin, An Introduction to the Mathematics and Methods of Astrodynamics (1999), sec. 11.3
    first = (mu / a).sqrt() * ((2 * b / (a + b)).sqrt() - 1)
    second = (mu / b).sqrt() * (1 - (2 * a / (a + b)).sqrt())
    found = orbit.hohmann_delta_v(float(r1), float(r2), MU)
    # for close circles the impulses are differences of speeds of 7.7 km/s, each rounded to 1e-12 m/s
    assert found == pytest.approx((float(first), float(second)), rel=1e-9, abs=2e-12)


def test_plane_change_of_the_textbook_and_its_limits():
    # example 6-4: 15 deg at 5.892311 km/s: 1.5382021 km/s
    assert orbit.plane_change_delta_v(5892.311, math.radians(15.0)) == pytest.approx(1538.2021, abs=6e-4)
    assert orbit.plane_change_delta_v(3074.66, math.pi) == pytest.approx(2.0 * 3074.66, rel=1e-15)
    assert orbit.plane_change_delta_v(3000.0, math.pi / 3) == pytest.approx(3000.0, rel=1e-9)


def test_speeds_on_circle_ellipse_and_escape():
    assert orbit.vis_viva(6.7e6, 6.7e6, MU) == pytest.approx(orbit.circular_speed(6.7e6, MU), rel=1e-15)
    assert orbit.vis_viva(6.7e6, 1e30, MU) == pytest.approx(
        math.sqrt(2.0) * orbit.circular_speed(6.7e6, MU), rel=1e-15
    )
    # h = r v is one number at perigee and apogee
    perigee, apogee, a = 6.6e6, 4.2e7, 0.5 * (6.6e6 + 4.2e7)
    assert perigee * orbit.vis_viva(perigee, a, MU) == pytest.approx(
        apogee * orbit.vis_viva(apogee, a, MU), rel=1e-14
    )


# --- hyperbolas: perigee radius, eccentricity, inclination, node, argument of perigee
HYPERBOLAS = [
    orbit.Elements(6.578e6 / (1.0 - e), e, i, 0.7, omega, 0.0)
    for e in (1.0 + 1e-6, 1.17, 3.0)
    for i, omega in ((0.5, -1.1), (1.7, 2.0), (math.pi / 2, 0.3), (0.0, 1.0))
]


@pytest.mark.parametrize("k", HYPERBOLAS)
def test_the_asymptote_lies_at_the_anomaly_whose_cosine_is_minus_one_over_e(k):
    limit = math.acos(-1.0 / k.e)
    expected = orbit.perifocal_axis(k.i, k.Omega, k.omega + limit)
    for nu in (-0.9 * limit, 0.0, 0.5, 0.9 * limit):
        r, v = orbit.state(k._replace(nu=nu), MU)
        c3 = orbit.characteristic_energy(r, v, MU)
        found = orbit.outgoing_asymptote(r, v, c3, MU)
        # C3 is a small difference near escape: its rounding of 1e-16 v^2 comes in under a root
        rounding = 4e-16 * np.dot(v, v) / c3
        assert c3 == pytest.approx(-MU / k.a, rel=max(1e-13, 4.0 * rounding))
        assert np.array(found) == pytest.approx(np.array(expected), abs=1e-14 + 2.0 * rounding)


def test_far_away_a_hyperbola_moves_along_its_outgoing_asymptote():
    k = orbit.Elements(-4e7, 1.17, 0.9, 2.0, -0.6, math.acos(-1.0 / 1.17) - 1e-9)
    r, v = orbit.state(k, MU)
    near = orbit.state(k._replace(nu=0.2), MU)
    s = np.array(orbit.outgoing_asymptote(*near, orbit.characteristic_energy(*near, MU), MU))
    # what is left of the turn at the distance r is of the order of |a| / r
    assert np.linalg.norm(np.array(v) / np.linalg.norm(v) - s) < 2.0 * abs(k.a) / np.linalg.norm(r) < 1e-6
    assert np.linalg.norm(v) == pytest.approx(math.sqrt(MU / 4e7), rel=1e-6)


def test_the_asymptote_of_a_given_energy_is_finite_on_closed_orbits():
    """It shrinks with the eccentricity, as e / sqrt(1 + C3 h^2 / mu^2), and vanishes on a circle."""
    c3 = 1e7
    for e in (0.0, 0.3, 0.99):
        r, v = orbit.state(orbit.Elements(6.6e6 / (1.0 - e), e, 0.9, 0.4, 1.0, 0.5), MU)
        h = np.linalg.norm(np.cross(r, v))
        length = np.linalg.norm(orbit.outgoing_asymptote(r, v, c3, MU))
        assert length == pytest.approx(e / math.sqrt(1.0 + c3 * (h / MU) ** 2), rel=1e-12, abs=1e-15)


# --- anomalies


def test_the_anomalies_of_the_textbook_example():
    # Vallado, example 2-1, as printed: M = 235.4 deg at e = 0.4 is E = 220.512074767522 deg
    E, e = math.radians(220.512074767522), 0.4
    nu = math.atan2(math.sqrt(1.0 - e * e) * math.sin(E), math.cos(E) - e)
    assert math.degrees(orbit.eccentric_anomaly(nu, e)) % 360.0 == pytest.approx(220.512074767522, abs=1e-12)
    assert math.degrees(orbit.mean_anomaly(nu, e)) % 360.0 == pytest.approx(235.4, abs=1e-11)


@pytest.mark.parametrize("e", [0.0, 0.3, 0.73, 0.99])
@pytest.mark.parametrize("nu", [-3.0, -0.5, 0.0, 1.2, math.pi, 4.0])
def test_the_eccentric_anomaly_tells_the_distance(e, nu):
    """r = a (1 - e cos E) = p / (1 + e cos nu), Vallado eq. 1-24 and 2-9; of one turn with nu, on its side of the
    axis."""
    E = orbit.eccentric_anomaly(nu, e)
    assert 1.0 - e * math.cos(E) == pytest.approx((1.0 - e * e) / (1.0 + e * math.cos(nu)), rel=1e-13)
    assert abs(E - nu) < math.pi and E * nu >= 0.0


@pytest.mark.parametrize("e", [0.0, 0.3, 0.73, 0.95])
@pytest.mark.parametrize("nu", [-2.5, 0.4, 1.2, 3.0])
def test_the_mean_anomaly_grows_with_the_area_that_is_swept(e, nu):
    """Kepler's second law: M is twice the area from the pericenter over a b, with no eccentric anomaly in it."""
    swept, _ = quad(lambda x: (1.0 + e * math.cos(x)) ** -2, 0.0, nu, epsrel=1e-12, epsabs=0.0)
    assert orbit.mean_anomaly(nu, e) == pytest.approx((1.0 - e * e) ** 1.5 * swept, rel=1e-11)


def test_landsat_is_sun_synchronous():
    # NASA/USGS, Landsat 8 Data Users Handbook: circular, 705 km, 98.2 deg; one turn of the node a year,
    # eastward
    rate = orbit.node_rate(VALLADO_RADIUS + 705e3, 0.0, math.radians(98.2), EARTH)
    # 0.05 deg of rounding in the inclination moves the rate by 0.6 %
    assert math.degrees(rate) * 86400.0 == pytest.approx(360.0 / 365.2422, rel=6e-3)
    assert orbit.node_rate(6.8e6, 0.0, 0.9, EARTH) < 0.0, "a prograde node moves westward"
    assert orbit.node_rate(6.8e6, 0.0, math.pi / 2, EARTH) == pytest.approx(0.0, abs=1e-21)


@pytest.mark.parametrize("e", [0.0, 0.3, 0.74])
def test_the_node_moves_as_the_torque_of_j2_turns_it_over_one_revolution(e):
    """Gauss's equation dOmega/dt = r sin(u) W / (h sin i), with W what J2 accelerates across the plane; Vallado, sec.
    9.3.2 and 8.7.1."""
    a, i, omega = 2.66e7, 1.1, 0.7
    p = a * (1.0 - e * e)
    h = math.sqrt(MU * p)

    def turn(nu):
        r, u = p / (1.0 + e * math.cos(nu)), omega + nu
        W = -3.0 * MU * EARTH.zonals[0] * EARTH.radius**2 / r**4 * math.sin(i) * math.cos(i) * math.sin(u)
        # r^2 / h seconds pass for a radian of true anomaly
        return r * math.sin(u) * W / (h * math.sin(i)) * r * r / h

    turned, _ = quad(turn, 0.0, 2.0 * math.pi, epsrel=1e-12, epsabs=0.0)
    period = 2.0 * math.pi * math.sqrt(a**3 / MU)
    assert orbit.node_rate(a, e, i, EARTH) == pytest.approx(turned / period, rel=1e-11, abs=0.0)
