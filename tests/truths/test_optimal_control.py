"""Closed truths of optimal control, solved with the collocation that plans ascents (`ascent.mesh`) and IPOPT.

Sources: E. D. Dolan, J. J. More, T. S. Munson, Benchmarking Optimization Software with COPS 3.0, ANL/MCS-TM-273
(2004), problem 9 (Goddard rocket); A. E. Bryson and Y.-C. Ho, Applied Optimal Control (1975), sec. 2.4 (bilinear
tangent); K. Tsiolkovsky's equation as the bound that no ascent passes.
"""

import math
from pathlib import Path

import casadi as ca
import numpy as np
import pytest

from cosmodrome.ascent.mesh import control_monomials, differentiation, uniform
from cosmodrome.ascent.plan import plan
from cosmodrome.mission.read import read_mission

G0 = 9.80665
EXAMPLES = Path(__file__).parents[2] / "examples"
QUIET = {"print_time": False, "ipopt": {"print_level": 0, "sb": "yes", "tol": 1e-10, "max_iter": 500}}


class Collocation:
    """One phase of free or fixed length collocated on a mesh: states at start and points, controls at points.

    `rate(x, u)` gives x'; `x` and `u` are lists of columns of symbols, one for each point.
    """

    def __init__(self, mesh, states, controls, rate, duration):
        self.mesh, self.states = mesh, states
        n = mesh.intervals * mesh.degree
        self.x, self.u = ca.MX.sym("x", states, n + 1), ca.MX.sym("u", controls, n)
        d, matrix = mesh.degree, ca.DM(differentiation(mesh.degree))
        defects = []
        rates = rate.map(n)(self.x[:, 1:], self.u)
        for i, width in enumerate(mesh.widths):
            nodes = self.x[:, i * d : i * d + d + 1]
            defects.append(ca.vec(nodes @ matrix.T - duration * width * rates[:, i * d : i * d + d]))
        self.defects = ca.vertcat(*defects)

    @property
    def end(self):
        return self.x[:, -1]


ARC = 7
"""Points whose polynomial is the thrust of the whole singular arc."""


def goddard(intervals):
    """(h_f, durations (3,), status, thrust at the arc's points, its h, v, m) of the rocket that climbs highest.

    Full thrust, an arc on which the thrust is free, and a coast, each of free length. On a singular arc the
    Hamiltonian does not depend on the thrust: free at every point it would chatter, so it is one polynomial instead.
    """
    h0, m0, g0, thrust_most, hc, vc, mc = 1.0, 1.0, 1.0, 3.5, 500.0, 620.0, 0.6
    c = 0.5 * math.sqrt(g0 * h0)
    dc = 0.5 * vc * m0 / g0
    x, u = ca.SX.sym("x", 3), ca.SX.sym("u")
    h, v, m = ca.vertsplit(x)
    drag = dc * v**2 * ca.exp(-hc * (h - h0) / h0)
    gravity = g0 * (h0 / h) ** 2
    rate = ca.Function("rate", [x, u], [ca.vertcat(v, (u - drag) / m - gravity, -u / c)])
    mesh, t = uniform(intervals, 3), ca.MX.sym("t", 3)
    phases = [Collocation(mesh, 3, 1, rate, t[k]) for k in range(3)]
    powers = ca.DM(mesh.points[:, None] ** np.arange(ARC) @ control_monomials(ARC))
    arc = ca.MX.sym("arc", ARC)
    n = phases[0].u.shape[1]
    thrusts = (ca.MX(thrust_most * ca.DM.ones(1, n)), (powers @ arc).T, ca.MX.zeros(1, n))
    rows = [phases[0].x[:, 0] - ca.DM([h0, 0.0, m0]), phases[2].end[2] - mc * m0]
    rows += [phases[k + 1].x[:, 0] - phases[k].end for k in range(2)]
    rows += [p.defects for p in phases]
    rows += [ca.vec(p.u - thrust) for p, thrust in zip(phases, thrusts, strict=True)]
    w = ca.vertcat(*(part for p in phases for part in (ca.vec(p.x), ca.vec(p.u))), arc, t)
    solver = ca.nlpsol("goddard", "ipopt", {"x": w, "f": -phases[2].end[0], "g": ca.vertcat(*rows)}, QUIET)
    start, low, high = [], [], []
    for k in range(3):
        s = (k + np.concatenate([[0.0], mesh.points])) / 3.0
        mass = 1.0 - (1.0 - mc) * np.minimum(1.5 * s, 1.0)
        states = np.vstack([h0 + 0.012 * s, 0.3 * s * (1.0 - s), mass])
        start += [states.T.ravel(), np.full(n, (3.5, 2.0, 0.0)[k])]
        low += [np.tile([h0, 0.0, mc * m0], n + 1), np.zeros(n)]
        high += [np.tile([2.0, 1.0, m0], n + 1), np.full(n, thrust_most)]
    w0 = np.concatenate([*start, np.full(ARC, 2.0), [0.03, 0.05, 0.1]])
    lbx = np.concatenate([*low, np.zeros(ARC), [1e-3] * 3])
    ubx = np.concatenate([*high, np.full(ARC, thrust_most), [1.0] * 3])
    found = solver(x0=w0, lbx=lbx, ubx=ubx, lbg=0.0, ubg=0.0)
    values = np.array(found["x"]).ravel()
    thrust = np.array(powers @ ca.DM(values[-3 - ARC : -3])).ravel()
    size = 3 * (n + 1) + n
    on_arc = values[size : size + 3 * (n + 1)].reshape(n + 1, 3).T
    return -float(found["f"]), values[-3:], solver.stats()["return_status"], thrust, on_arc


@pytest.fixture(scope="module")
def highest():
    return goddard(12)


def test_goddards_rocket_climbs_as_high_as_published(highest):
    h, durations, status, _, _ = highest
    assert status == "Solve_Succeeded"
    assert h == pytest.approx(1.0128369, abs=1e-6)
    # the height is stationary in the time of flight, so the time is looser
    assert durations.sum() == pytest.approx(0.19885, abs=1e-4)


def test_a_finer_mesh_leaves_goddards_height_where_it_is(highest):
    # the coarse mesh of the coast still errs by 2e-8
    assert goddard(20)[0] == pytest.approx(highest[0], abs=4e-8)


def test_goddards_rocket_burns_fully_then_on_the_singular_arc_then_coasts(highest):
    """On the arc D (1 + v / c) = m g, in which no thrust is: Bryson and Ho, sec. 8.4, for drag by the square of v."""
    _, durations, _, thrust, (h, v, m) = highest
    assert (durations > 0.01).all()
    assert 0.5 < thrust.min() < thrust.max() < 3.4
    drag = 310.0 * v**2 * np.exp(-500.0 * (h - 1.0))
    # the height hardly feels the arc's ends, so they are loosest
    assert drag * (1.0 + v / 0.5) * h**2 / m == pytest.approx(np.ones_like(v), abs=0.02)


def bilinear_tangent():
    """Least time to (h, v_x, v_y = 0) at constant acceleration over a flat Earth: mesh, points, axes, duration."""
    a, g = 20.0, 9.81
    scale = 1e3  # metres and metres a second, so that a rise of 100 km in minutes is of order one
    x, u = ca.SX.sym("x", 3), ca.SX.sym("u", 2)
    rate = ca.Function("rate", [x, u], [ca.vertcat(x[1], a * u[1] / scale - g / scale, a * u[0] / scale)])
    mesh = uniform(12, 5)
    t = ca.MX.sym("t")
    phase = Collocation(mesh, 3, 2, rate, 100.0 * t)
    n = phase.u.shape[1]
    w = ca.vertcat(ca.vec(phase.x), ca.vec(phase.u), t)
    end = phase.end - ca.DM([1e5 / scale, 0.0, 5000.0 / scale])
    unit = ca.sum1(phase.u**2).T - 1.0
    g_rows = ca.vertcat(phase.x[:, 0], end, unit, phase.defects)
    solver = ca.nlpsol("tangent", "ipopt", {"x": w, "f": t, "g": g_rows}, QUIET)
    s = np.concatenate([[0.0], mesh.points])
    states = np.vstack([100.0 * s, 300e-3 * s * (1 - s), 5.0 * s]).T.ravel()
    controls = np.tile([math.cos(0.7), math.sin(0.7)], n)
    found = solver(x0=np.concatenate([states, controls, [3.5]]), lbg=0.0, ubg=0.0)
    assert solver.stats()["return_status"] == "Solve_Succeeded"
    values = np.array(found["x"]).ravel()
    u = values[3 * (n + 1) : 3 * (n + 1) + 2 * n].reshape(n, 2)
    return mesh, mesh.points, u, 100.0 * float(values[-1])


@pytest.fixture(scope="module")
def steered():
    return bilinear_tangent()


def test_the_tangent_of_the_best_steering_is_linear_in_time(steered):
    """Free range makes the bilinear law of Bryson and Ho linear: tan(angle) = c - d t."""
    _, points, u, duration = steered
    tangent, t = u[:, 1] / u[:, 0], points * duration
    slope, at_start = np.polyfit(t, tangent, 1)
    assert slope < 0.0 < at_start
    # the angle turns through most of a right angle, so that a straight line is no accident
    assert np.ptp(np.degrees(np.arctan(tangent))) > 40.0
    assert np.abs(tangent - (at_start + slope * t)).max() < 1e-4


def test_the_steering_between_the_points_keeps_the_law(steered):
    """The control that is flown is the interval's polynomial, normalised."""
    mesh, points, u, duration = steered
    slope, at_start = np.polyfit(points * duration, u[:, 1] / u[:, 0], 1)
    d = mesh.degree
    for s in (0.1, 0.35, 0.77):
        weights = s ** np.arange(d) @ control_monomials(d)
        for i in range(mesh.intervals):
            x, y = weights @ u[i * d : i * d + d]
            t = duration * (mesh.edges[i] + s * mesh.widths[i])
            assert y / x == pytest.approx(at_start + slope * t, abs=1e-4)


def test_the_steered_flight_ends_where_its_closed_integrals_say(steered):
    """The law's own integrals: for a linear tangent velocity has the closed form of Bryson and Ho, eq. 2.4.19-20.

    Integral of a cos b dt = (a / d) [asinh(tan b)] and integral of a sin b dt = (a / d) [sec b], over the turn.
    """
    _, points, u, duration = steered
    slope, at_start = np.polyfit(points * duration, u[:, 1] / u[:, 0], 1)
    at_end = at_start + slope * duration
    a, d = 20.0, -slope
    v_x = a / d * (math.asinh(at_start) - math.asinh(at_end))
    v_y = a / d * (math.hypot(1.0, at_start) - math.hypot(1.0, at_end)) - 9.81 * duration
    assert v_x == pytest.approx(5000.0, rel=1e-5)
    assert v_y == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("name", ["delta-iii", "vostochny-leo"])
def test_no_plan_carries_more_than_the_rocket_equation_without_losses(name):
    """The ideal velocity of the stack with the planned payload exceeds what an impulsive ascent to its orbit needs.

    Needed at least: the speed that has the orbit's energy at the pad's radius, less the whole speed that the turning
    Earth gives, in vacuum with no gravity loss.
    """
    found = plan(read_mission(EXAMPLES / f"{name}.toml"))
    assert found.flight is not None and found.attempt is not None
    timeline, mu = found.attempt.timeline, found.problem.environment.earth.mu
    mass, ideal = timeline.mass_without_payload_kg + found.payload_kg, 0.0
    left = dict(timeline.propellant_kg)
    for phase, duration in zip(timeline.phases, found.attempt.solution.durations, strict=False):
        p = phase.leg.propulsion
        burnt = p.flow * float(duration)
        if burnt:
            ideal += p.thrust / p.flow * math.log(mass / (mass - burnt))
        for flow in phase.flows:
            left[flow.stage] -= flow.burnt_kg(float(duration))
        mass -= burnt + sum(d.mass_kg + (left[d.stage] if d.stage else 0.0) for d in phase.drops)
    r0 = math.hypot(*found.problem.question.start[:3])
    target = found.problem.question.target
    energy = -mu / (2.0 * target.semi_major_axis_m)
    least = math.sqrt(2.0 * (energy + mu / r0)) - math.hypot(*found.problem.question.start[3:])
    assert ideal > least + 500.0
    # the flight's own book says the same, and where the difference went
    budget = found.flight.delta_v_m_s
    assert budget["ideal"] == pytest.approx(ideal, rel=1e-6)
    # and the bound has a meaning: without its losses the same stack would have lifted that much more
    assert ideal - least < 2600.0
