"""Rows of a target vanish on states of its orbit, and nowhere near are they blind."""

import math
from dataclasses import replace

import casadi as ca
import numpy as np
import pytest

import cosmodrome.ascent.symbols  # noqa: F401  (makes the rows symbolic)
from cosmodrome.ascent import targets
from cosmodrome.mission.schema import Target
from cosmodrome.physics import constants
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.orbit import Elements, state

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
