"""Elements and states of every kind of orbit, near-circular, near-equatorial and nearly parabolic ones included."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmodrome.physics import orbit
from cosmodrome.physics.constants import MU
from cosmodrome.physics.frames import rotated_about_z

thorough = settings(max_examples=80, deadline=None, derandomize=True)

TURN = 2.0 * math.pi
ANGLES = st.floats(-math.pi, math.pi)
SMALL = st.floats(-12.0, -1.0).map(lambda x: 10.0**x)
INCLINATIONS = st.one_of(
    st.floats(0.0, math.pi),
    SMALL,
    SMALL.map(lambda x: math.pi - x),
    st.sampled_from([0.0, math.pi / 2, math.pi]),
)
CLOSED = st.one_of(st.floats(0.0, 0.95), SMALL, st.just(0.0))
OPEN = st.floats(1.05, 10.0)
LEANING = st.one_of(st.floats(1e-3, 0.95), OPEN)
TILTED = st.floats(1e-3, math.pi - 1e-3)
NEARLY_PARABOLIC = st.floats(-6.0, -2.0).flatmap(lambda x: st.sampled_from([1.0 - 10.0**x, 1.0 + 10.0**x]))
ANY = st.one_of(CLOSED, OPEN, NEARLY_PARABOLIC)
PERIGEES = st.floats(6.4e6, 5e7)


@st.composite
def orbits(draw, eccentricities=ANY, inclinations=INCLINATIONS):
    """Elements of an orbit, at an anomaly that lies on it and within some 20 times its perigee."""
    e, perigee = draw(eccentricities), draw(PERIGEES)
    widest = math.pi if e < 0.9 else 0.9 * math.acos(max(-1.0 / e, -0.95))
    nu = draw(st.floats(-widest, widest))
    return orbit.Elements(perigee / (1.0 - e), e, draw(inclinations), draw(ANGLES), draw(ANGLES), nu)


def rounding(k):
    """What 1e-15 of a state is of its elements: near escape `a` and 1 - e are small differences."""
    return 1e-14 / abs(1.0 - k.e)


def near(a, b, allowed):
    return abs(math.remainder(a - b, TURN)) <= allowed


@thorough
@given(orbits())
def test_a_state_comes_back_from_its_elements(k):
    """Whatever conventions the angles follow: the state is what is physical."""
    r, v = (np.array(x) for x in orbit.state(k, MU))
    found = orbit.elements(tuple(r), tuple(v), MU)
    r_again, v_again = (np.array(x) for x in orbit.state(found, MU))
    allowed = 10.0 * rounding(k)
    if min(k.e, math.sin(k.i)) < 2e-11:
        # below 1e-11 there is no pericenter, or no node, and up to twice that is lost with it
        allowed += 4e-11
    assert np.linalg.norm(r_again - r) <= allowed * np.linalg.norm(r)
    assert np.linalg.norm(v_again - v) <= allowed * np.linalg.norm(v)


@thorough
@given(orbits())
def test_size_shape_and_tilt_come_back_from_the_state(k):
    found = orbit.elements(*orbit.state(k, MU), MU)
    assert found.a == pytest.approx(k.a, rel=10.0 * rounding(k))
    assert found.e == pytest.approx(k.e, abs=1e-14 * (1.0 + k.e))
    # the floor of 1e-15 rad, and rounding
    assert found.i == pytest.approx(k.i, abs=4e-15)
    assert -math.pi <= min(found[3:]) and max(found[3:]) <= math.pi


@thorough
@given(orbits())
def test_the_angles_come_back_as_far_as_they_mean_something(k):
    """A node means something by sin i, a pericenter by e; sums that do not lean on them always do."""
    found = orbit.elements(*orbit.state(k, MU), MU)
    tilt, lean = math.sin(k.i), min(k.e, 1.0)
    if tilt > 1e-10:
        assert near(found.Omega, k.Omega, 1e-15 + 1e-14 / tilt)
        assert near(found.omega + found.nu, k.omega + k.nu, 1e-14 + 1e-14 / tilt)
    if lean > 1e-10:
        assert near(found.nu, k.nu, 1e-14 * (1.0 + k.e) / lean + rounding(k) * (k.e > 0.9))
    forward = 1.0 if k.i < math.pi / 2 else -1.0
    longitude = found.Omega + forward * (found.omega + found.nu)
    # Omega + omega + nu is blind to where the node is, up to the tilt
    if tilt < 1e-6:
        assert near(longitude, k.Omega + forward * (k.omega + k.nu), 1e-11)


@thorough
@given(orbits(LEANING, TILTED), ANGLES)
def test_turning_about_the_pole_turns_the_node_and_nothing_else(k, angle):
    r, v = orbit.state(k, MU)
    before = orbit.elements(r, v, MU)
    after = orbit.elements(rotated_about_z(r, angle), rotated_about_z(v, angle), MU)
    assert after.a == pytest.approx(before.a, rel=10.0 * rounding(k))
    assert (after.e, after.i) == pytest.approx((before.e, before.i), abs=1e-14 * (1.0 + k.e))
    assert near(after.Omega, before.Omega + angle, 1e-11)
    assert near(after.omega, before.omega, 1e-10) and near(after.nu, before.nu, 1e-10)


@thorough
@given(orbits(LEANING, st.just(0.0)), ANGLES)
def test_an_equatorial_orbit_turns_by_its_pericenter(k, angle):
    """Its node is zero by convention, so what is left to turn is the angle from x to the pericenter."""
    r, v = orbit.state(k._replace(Omega=0.0), MU)
    found = orbit.elements(rotated_about_z(r, angle), rotated_about_z(v, angle), MU)
    assert found.Omega == 0.0
    assert near(found.omega, k.omega + angle, 1e-10)


@thorough
@given(orbits())
def test_flown_backward_an_orbit_keeps_its_shape_and_turns_its_plane_over(k):
    r, v = orbit.state(k, MU)
    forth, back = orbit.elements(r, v, MU), orbit.elements(r, tuple(-x for x in v), MU)
    assert (back.a, back.e) == (forth.a, forth.e)
    assert back.i == pytest.approx(math.pi - forth.i, abs=4e-15)
    if k.e > 1e-10:
        assert near(back.nu, -forth.nu, 1e-15)


@thorough
@given(orbits(), st.integers(-20, 20), st.integers(-10, 10))
def test_elements_do_not_know_the_units(k, length, time):
    """Metres and seconds times powers of two: the same bits, and a in the other unit."""
    r, v = orbit.state(k, MU)
    here = orbit.elements(r, v, MU)
    scale, speed = 2.0**length, 2.0 ** (length - time)
    there = orbit.elements(
        tuple(scale * x for x in r), tuple(speed * x for x in v), MU * 2.0 ** (3 * length - 2 * time)
    )
    assert there.a == scale * here.a
    assert there[1:] == here[1:]


@thorough
@given(orbits())
def test_the_state_lies_where_conic_and_energy_say(k):
    r, v = (np.array(x) for x in orbit.state(k, MU))
    distance = np.linalg.norm(r)
    allowed = 10.0 * rounding(k)
    # the equation of the conic, vis-viva, and angular momentum (Vallado, eq. 1-24, 1-31 and 1-15)
    p = k.a * (1.0 - k.e**2)
    assert distance == pytest.approx(p / (1.0 + k.e * math.cos(k.nu)), rel=allowed)
    assert v @ v == pytest.approx(MU * (2.0 / distance - 1.0 / k.a), rel=allowed)
    h = np.cross(r, v)
    assert h == pytest.approx(
        math.sqrt(MU * p) * np.array(orbit.normal(k.i, k.Omega)), abs=allowed * np.linalg.norm(h)
    )
    # outward after the pericenter, inward before it: r.v = sqrt(mu p) e sin(nu) r / p
    assert r @ v == pytest.approx(
        math.sqrt(MU / p) * k.e * math.sin(k.nu) * distance, abs=allowed * distance * np.linalg.norm(v)
    )


@thorough
@given(orbits(OPEN))
def test_an_escape_leaves_with_its_energy_along_its_asymptote_from_wherever_it_is_asked(k):
    here, there = (orbit.state(k._replace(nu=nu), MU) for nu in (k.nu, 0.5 * k.nu + 0.1))
    c3 = [orbit.characteristic_energy(*state, MU) for state in (here, there)]
    assert c3 == pytest.approx([-MU / k.a] * 2, rel=1e-11)
    ways = [np.array(orbit.outgoing_asymptote(*state, -MU / k.a, MU)) for state in (here, there)]
    assert np.linalg.norm(ways[0]) == pytest.approx(1.0, abs=1e-11)
    assert ways[1] == pytest.approx(ways[0], abs=1e-11)


@thorough
@given(st.floats(0.0, 0.99), ANGLES, ANGLES)
def test_the_anomalies_grow_together_and_meet_at_the_apsides(e, one, other):
    low, high = min(one, other), max(one, other)
    for anomaly in (orbit.eccentric_anomaly, orbit.mean_anomaly):
        assert anomaly(low, e) <= anomaly(high, e) + 1e-15
        assert anomaly(-one, e) == pytest.approx(-anomaly(one, e), abs=1e-15)
        assert [anomaly(x, e) for x in (0.0, math.pi)] == pytest.approx([0.0, math.pi], abs=4e-15)
    E = orbit.eccentric_anomaly(one, e)
    assert orbit.mean_anomaly(one, e) == pytest.approx(E - e * math.sin(E), abs=1e-15)


@thorough
@given(st.floats(6.4e6, 1e8), st.floats(6.4e6, 1e8))
def test_a_hohmann_transfer_there_and_back_costs_the_same(r1, r2):
    there, back = orbit.hohmann_delta_v(r1, r2, MU), orbit.hohmann_delta_v(r2, r1, MU)
    # speeds of 8 km/s, rounded
    assert [-x for x in reversed(back)] == pytest.approx(list(there), abs=1e-11)
    assert math.copysign(1.0, r2 - r1) * min(there, key=abs) >= -1e-11
