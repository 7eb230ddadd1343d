"""Rows of a target vanish on states of its orbit, and nowhere near are they blind."""

import math
from dataclasses import replace
from types import SimpleNamespace

import casadi as ca
import numpy as np
import pytest

import cosmodrome.ascent.symbols  # noqa: F401  (makes the rows symbolic)
from cosmodrome.ascent import targets
from cosmodrome.ascent.verify import target_gap
from cosmodrome.mission.schema import Target
from cosmodrome.physics import constants
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.orbit import Elements, perifocal_axis, state

MU, RE = constants.MU, constants.EQUATORIAL_RADIUS
EARTH = Earth(MU, RE, 0.0, constants.ROTATION_RATE, 0, constants.ZONALS)


def orbit(a_km=6700.0, e=0.0, **degrees):
    """A target; angles in degrees, absent ones free."""
    return Target(1e3 * a_km, e, **{f"{name}_rad": math.radians(value) for name, value in degrees.items()})


GTO = {"a_km": 24500.0, "e": 0.73}
TARGETS = {
    "circular": orbit(),
    "circular, inclined": orbit(inclination=51.7),
    "circular, polar": orbit(inclination=90.0),
    "circular, retrograde": orbit(inclination=97.4),
    "circular, equatorial": orbit(inclination=0.0),
    "circular, equatorial and retrograde": orbit(inclination=180.0),
    "circular, with node": orbit(inclination=51.7, ra_of_asc_node=210.0),
    "eccentric": orbit(e=0.01),
    "eccentric, inclined": orbit(**GTO, inclination=28.5),
    "eccentric, equatorial": orbit(**GTO, inclination=0.0),
    "eccentric, with node": orbit(**GTO, inclination=28.5, ra_of_asc_node=269.8),
    "eccentric, with pericenter": orbit(**GTO, inclination=28.5, arg_of_pericenter=130.5),
    "eccentric, polar, with pericenter": orbit(e=0.02, inclination=90.0, arg_of_pericenter=300.0),
    "eccentric, retrograde, with all": orbit(
        e=0.02, inclination=97.4, ra_of_asc_node=10.0, arg_of_pericenter=250.0
    ),
    "eccentric, with all": orbit(**GTO, inclination=28.5, ra_of_asc_node=269.8, arg_of_pericenter=130.5),
}
ROWS = {
    "circular": 3,
    "circular, inclined": 4,
    "circular, equatorial": 5,
    "circular, with node": 5,
    "eccentric, inclined": 4,
    "eccentric, with pericenter": 5,
    "eccentric, with all": 6,
}
ANOMALIES = (-2.5, -0.4, 0.0, 0.3, 1.9, math.pi)


def on(target, nu, **changed):
    """State (r, v) on the target at true anomaly nu; what the target leaves free is somewhere."""
    i = 0.8 if target.inclination_rad is None else target.inclination_rad
    node = 1.1 if target.ra_of_asc_node_rad is None else target.ra_of_asc_node_rad
    pericenter = 2.3 if target.arg_of_pericenter_rad is None else target.arg_of_pericenter_rad
    k = Elements(target.semi_major_axis_m, target.eccentricity, i, node, pericenter, nu)
    return state(k._replace(**changed), MU)


def rows(target, r, v, nu):
    form, k = targets.shape(target), targets.numbers(target)
    return np.array([float(x) for x in targets.rows(r, v, nu, form, k, EARTH)])


@pytest.mark.parametrize("nu", ANOMALIES)
@pytest.mark.parametrize("name", TARGETS)
def test_the_rows_vanish_on_states_of_the_orbit(name, nu):
    target = TARGETS[name]
    r, v = on(target, nu)
    assert np.abs(rows(target, r, v, nu)).max() < 1e-13


@pytest.mark.parametrize("name", ROWS)
def test_each_shape_has_as_many_rows_as_it_fixes(name):
    target = TARGETS[name]
    assert len(rows(target, *on(target, 0.3), 0.3)) == ROWS[name]


@pytest.mark.parametrize("nu", ANOMALIES)
@pytest.mark.parametrize("name", TARGETS)
def test_the_rows_are_independent_on_the_orbit(name, nu):
    """Full row rank, in units in which a solver works; a circle's anomaly is held, so it does not help there."""
    target = TARGETS[name]
    form = targets.shape(target)
    z = ca.SX.sym("z", 7)
    speed = math.sqrt(MU / RE)
    r, v = tuple(RE * z[i] for i in range(3)), tuple(speed * z[i] for i in range(3, 6))
    found = ca.vertcat(*targets.rows(r, v, z[6], form, targets.numbers(target), EARTH))
    jacobian = ca.Function("j", [z], [ca.jacobian(found, z)])
    r0, v0 = on(target, nu)
    matrix = np.array(jacobian([*(x / RE for x in r0), *(x / speed for x in v0), nu]))
    matrix = matrix if form.is_eccentric else matrix[:, :6]
    singular = np.linalg.svd(matrix, compute_uv=False)
    assert len(singular) == len(matrix)
    assert singular[-1] > 1e-3 * singular[0]


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("circular", {"e": 0.001}),
        ("circular", {"a": 6.7e6 + 1000.0}),
        ("circular, inclined", {"i": math.radians(51.75)}),
        ("circular, equatorial", {"i": math.radians(0.05)}),
        ("circular, with node", {"Omega": math.radians(210.05)}),
        ("eccentric, inclined", {"e": 0.7301}),
        ("eccentric, with node", {"Omega": math.radians(269.85)}),
        ("eccentric, with pericenter", {"omega": math.radians(130.55)}),
        ("eccentric, with all", {"omega": math.radians(130.55)}),
    ],
)
def test_a_state_of_another_orbit_does_not_pass(name, changed):
    """At every anomaly that the row's variable may take."""
    target = TARGETS[name]
    misses = []
    for at in np.linspace(-math.pi, math.pi, 25):
        r, v = on(target, float(at), **changed)
        nus = np.linspace(-math.pi, math.pi, 721) if targets.shape(target).is_eccentric else [0.0]
        misses.append(min(np.abs(rows(target, r, v, float(nu))).max() for nu in (*nus, float(at))))
    assert min(misses) > 1e-5


# --- escapes -------------------------------------------------------------------------------------------


def escape(declination=-20.0, c3=1e7, perigee_km=None, **degrees):
    """An escape; angles in degrees, absent ones free."""
    angles = {f"{name}_rad": math.radians(value) for name, value in degrees.items()}
    e = None if perigee_km is None else 1.0 + (RE + 1e3 * perigee_km) * c3 / MU
    return Target(-MU / c3, e, c3_m2_s2=c3, declination_rad=math.radians(declination), **angles)


ESCAPES = {
    "barely": escape(c3=1e3),
    "plain": escape(),
    "fast": escape(35.0, c3=1e8),
    "with perigee": escape(perigee_km=200.0),
    "inclined": escape(inclination=51.7),
    "retrograde": escape(inclination=120.0),
    "as steep as its plane": escape(inclination=20.0),
    "as steep as its retrograde plane": escape(inclination=160.0),
    "with direction": escape(ra_of_asymptote=200.0),
    "equatorial": escape(0.0, inclination=0.0),
    "equatorial, with direction": escape(0.0, inclination=0.0, ra_of_asymptote=20.0),
    "in the equator": escape(0.0),
    "along the pole": escape(90.0),
    "along the south pole, with plane": escape(-90.0, inclination=90.0),
    "with all": escape(28.0, perigee_km=180.0, inclination=51.7, ra_of_asymptote=310.0),
    "as steep as its plane, with all": escape(
        28.0, perigee_km=180.0, inclination=28.0, ra_of_asymptote=310.0
    ),
}
ESCAPE_ROWS = {
    "plain": 2,
    "with perigee": 3,
    "inclined": 3,
    "as steep as its plane": 3,
    "with direction": 3,
    "equatorial": 3,
    "equatorial, with direction": 4,
    "along the pole": 3,
    "along the south pole, with plane": 3,
    "with all": 5,
}


def leaving(target, nu, opposite=False, backward=False, **changed):
    """State (r, v) on the escape at true anomaly nu; what it leaves free is somewhere.

    Built from its elements, so independent of the asymptote's vector: the asymptote is at the argument of latitude
    whose sine is sin(declination) / sin(i), omega before it by the anomaly acos(-1/e), and the node follows.
    """
    declination = changed.get("declination", target.declination_rad)
    c3, e = changed.get("c3", target.c3_m2_s2), target.eccentricity
    if e is None or "perigee_km" in changed:
        e = 1.0 + (RE + 1e3 * changed.get("perigee_km", 300.0)) * c3 / MU
    i = changed.get("i", target.inclination_rad)
    if i is None:
        i = 0.5 * (abs(declination) + math.pi / 2)
    i = math.pi - i if backward else i
    alpha = target.ra_of_asymptote_rad
    alpha = changed.get("alpha", 2.2 if alpha is None else alpha) + (math.pi if opposite else 0.0)
    sine = math.sin(declination) / math.sin(i) if math.sin(i) > 1e-12 else 0.0
    u = math.asin(max(-1.0, min(1.0, sine)))
    x, y, _ = perifocal_axis(i, 0.0, u)
    node = alpha - math.atan2(y, x)
    return state(Elements(-MU / c3, e, i, node, u - math.acos(-1.0 / e), nu), MU)


def sides(target, r, v):
    form, k = targets.shape(target), targets.numbers(target)
    return [float(x) for x in targets.side_rows(r, v, 0.0, form, k, EARTH)]


@pytest.mark.parametrize("nu", [-0.4, 0.0, 0.6, 1.4])
@pytest.mark.parametrize("name", ESCAPES)
def test_the_rows_vanish_on_states_of_the_escape(name, nu):
    target = ESCAPES[name]
    r, v = leaving(target, nu)
    # a plane at its turning point is known by half the digits: acos loses them, and 1e-16 becomes 1e-8
    assert np.abs(rows(target, r, v, 0.0)).max() < (3e-8 if "steep" in name else 1e-13)
    assert all(row < -1e-3 for row in sides(target, r, v))


@pytest.mark.parametrize("name", ESCAPE_ROWS)
def test_each_shape_of_escape_has_as_many_rows_as_it_fixes(name):
    target = ESCAPES[name]
    assert len(rows(target, *leaving(target, 0.3), 0.0)) == ESCAPE_ROWS[name]


@pytest.mark.parametrize("name", ESCAPES)
def test_the_rows_of_an_escape_are_independent_and_of_order_one(name):
    target = ESCAPES[name]
    for nu in (-0.4, 0.0, 0.9):
        singular = np.linalg.svd(jacobian(target, *leaving(target, nu)), compute_uv=False)
        assert len(singular) == len(rows(target, *leaving(target, nu), 0.0))
        assert 10.0 > singular[0] > singular[-1] > 1e-2


def jacobian(target, r, v):
    z = ca.SX.sym("z", 6)
    speed = math.sqrt(MU / RE)
    position, velocity = tuple(RE * z[i] for i in range(3)), tuple(speed * z[i] for i in range(3, 6))
    found = targets.rows(position, velocity, 0.0, targets.shape(target), targets.numbers(target), EARTH)
    function = ca.Function("j", [z], [ca.jacobian(ca.vertcat(*found), z)])
    return np.array(function([*(x / RE for x in r), *(x / speed for x in v)]))


@pytest.mark.parametrize("name", ESCAPES)
@pytest.mark.parametrize("e", [0.0, 0.5, 0.999999, 1.000001])
def test_on_the_way_to_an_escape_the_rows_are_finite_and_the_energy_pulls(name, e):
    target = ESCAPES[name]
    r, v = state(Elements(6.6e6 / (1.0 - e), e, 0.9, 0.4, 1.0, 0.5), MU)
    assert np.isfinite(rows(target, r, v, 0.0)).all()
    assert np.isfinite(sides(target, r, v)).all()
    slopes = jacobian(target, r, v)
    assert np.isfinite(slopes).all()
    speed = math.sqrt(MU / RE)
    # the derivative of v^2 / (C3 + 2 mu / r) along v is 2 / |v| times itself, in canonical speeds
    assert slopes[0, 3:] @ (np.array(v) / np.linalg.norm(v)) * np.linalg.norm(v) / speed == pytest.approx(
        2.0 * (rows(target, r, v, 0.0)[0] + 1.0), rel=1e-9
    )


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("plain", {"c3": 1.01e7}),
        ("plain", {"declination": math.radians(-20.05)}),
        ("plain", {"declination": math.radians(20.0)}),
        ("with perigee", {"perigee_km": 201.0}),
        ("inclined", {"i": math.radians(51.75)}),
        ("as steep as its plane", {"i": math.radians(20.05)}),
        ("as steep as its plane", {"i": math.radians(21.0)}),
        ("with direction", {"alpha": math.radians(200.05)}),
        ("equatorial", {"i": math.radians(0.05)}),
        ("equatorial, with direction", {"alpha": math.radians(20.05)}),
        ("along the pole", {"declination": math.radians(89.95)}),
    ],
)
def test_a_state_of_another_escape_does_not_pass(name, changed):
    target = ESCAPES[name]
    r, v = leaving(target, 0.3, **changed)
    assert np.abs(rows(target, r, v, 0.0)).max() > 1e-5


@pytest.mark.parametrize("name", ["with direction", "equatorial, with direction", "with all"])
def test_an_asymptote_the_opposite_way_is_on_the_wrong_side(name):
    target = ESCAPES[name]
    r, v = leaving(target, 0.3, opposite=True)
    assert np.abs(rows(target, r, v, 0.0)).max() < 1e-12
    assert max(sides(target, r, v)) > 0.1


@pytest.mark.parametrize("name", ["equatorial", "as steep as its plane", "as steep as its retrograde plane"])
def test_an_escape_in_its_plane_flown_the_other_way_round_is_on_the_wrong_side(name):
    target = ESCAPES[name]
    r, v = leaving(target, 0.3, backward=True)
    assert np.abs(rows(target, r, v, 0.0)).max() < 3e-8
    assert max(sides(target, r, v)) > 0.1


def test_the_incoming_asymptote_does_not_pass():
    """The same hyperbola flown backward leaves where it came from."""
    target = ESCAPES["plain"]
    r, v = leaving(target, 0.0)
    assert np.abs(rows(target, r, tuple(-x for x in v), 0.0)).max() > 1e-2


def test_the_rows_of_an_escape_do_not_change_with_the_size_of_its_world():
    near = ESCAPES["with all"]
    far = replace(near, semi_major_axis_m=2.0 * near.semi_major_axis_m)
    r, v = leaving(near, 0.7, c3=1.2e7)
    ours = rows(near, r, v, 0.0)
    heavy = EARTH._replace(mu=2.0 * MU)
    theirs = targets.rows(tuple(2.0 * x for x in r), v, 0.0, targets.shape(far), targets.numbers(far), heavy)
    assert [float(x) for x in theirs] == pytest.approx(list(ours), rel=1e-12, abs=1e-14)


def gap(target, r, v):
    """Gap of an insertion; of a problem and a flight it reads nothing but target, world and state."""
    problem = SimpleNamespace(
        question=SimpleNamespace(target=target), environment=SimpleNamespace(earth=EARTH)
    )
    return target_gap(problem, SimpleNamespace(insertion=SimpleNamespace(r_eci_m=r, v_eci_m_s=v)))


@pytest.mark.parametrize("name", ["plain", "inclined", "with direction", "along the pole", "with all"])
def test_the_gap_of_an_escape_is_none_on_it_and_large_beside_it(name):
    target = ESCAPES[name]
    on_target = gap(target, *leaving(target, 0.3))
    # rounding of 1e-15, of a perigee of 7 000 km and a speed of 11 km/s
    assert on_target.position_m < 1e-6 and on_target.velocity_m_s < 1e-9
    assert not gap(target, *leaving(target, 0.3, c3=1.001e7)).is_close
    assert not gap(target, *leaving(target, 0.3, opposite=True)).is_close or "direction" not in name


def test_the_gap_of_an_escape_counts_the_speed_that_it_lacks():
    """In the equator a slower flight misses no declination."""
    target = ESCAPES["equatorial"]
    r, v = leaving(target, 0.0)
    speed = math.sqrt(sum(x * x for x in v))
    slower = tuple(x * (1.0 - 1.0 / speed) for x in v)
    assert gap(target, r, slower).velocity_m_s == pytest.approx(1.0, rel=1e-3)
    assert gap(target, r, slower).position_m == 0.0


def test_the_gap_of_an_escape_is_a_length_where_only_the_perigee_misses():
    target = ESCAPES["with perigee"]
    found = gap(target, *leaving(target, 0.3, perigee_km=201.0))
    # d(rp) = 1 km is d(p) = (1 + e) d(rp) + rp de = 2 d(rp) (1 + O(e - 1)), e - 1 = 0.165
    assert found.position_m == pytest.approx(2000.0, rel=0.2)
    assert found.velocity_m_s < 1e-6


# --- mirror images and sizes ---------------------------------------------------------------------------


def test_the_opposite_node_does_not_pass():
    target = TARGETS["circular, with node"]
    r, v = on(target, 0.3, Omega=target.ra_of_asc_node_rad + math.pi)
    assert np.abs(rows(target, r, v, 0.0)).max() > 1e-3


def test_the_rows_do_not_change_with_the_size_of_the_orbit():
    """They are dimensionless: twice the orbit around four times the mass misses by the same numbers."""
    near = TARGETS["eccentric, with all"]
    far = replace(near, semi_major_axis_m=2.0 * near.semi_major_axis_m)
    r, v = on(near, 0.7, e=0.6)
    heavy = EARTH._replace(mu=2.0 * MU)
    form = targets.shape(near)
    ours = targets.rows(r, v, 0.7, form, targets.numbers(near), EARTH)
    theirs = targets.rows(tuple(2.0 * x for x in r), v, 0.7, form, targets.numbers(far), heavy)
    assert [float(x) for x in theirs] == pytest.approx([float(x) for x in ours], rel=1e-12, abs=1e-14)
