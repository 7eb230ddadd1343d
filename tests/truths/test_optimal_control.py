"""Closed truths of optimal control, solved with the collocation that plans ascents (`ascent.mesh`) and IPOPT.

Sources: E. D. Dolan, J. J. More, T. S. Munson, Benchmarking Optimization Software with COPS 3.0, ANL/MCS-TM-273 (2004),
problem 9 (Goddard rocket); A. E. Bryson and Y.-C. Ho, Applied Optimal Control (1975), sec. 2.4 and 2.7 (bilinear tangent);
K. Tsiolkovsky's equation as the bound that no ascent passes.
"""

import math
from pathlib import Path

import casadi as ca
import numpy as np
import pytest

from cosmodrome.ascent.mesh import PhaseMesh, control_monomials, differentiation, uniform
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


def goddard(mesh):
    """(h_f, t_f, solver's status, thrust at the points, their fractions) of the rocket that climbs highest."""
    h0, m0, g0, thrust_most, hc, vc, mc = 1.0, 1.0, 1.0, 3.5, 500.0, 620.0, 0.6
    c = 0.5 * math.sqrt(g0 * h0)
    dc = 0.5 * vc * m0 / g0
    x, u = ca.SX.sym("x", 3), ca.SX.sym("u")
    h, v, m = ca.vertsplit(x)
    drag = dc * v**2 * ca.exp(-hc * (h - h0) / h0)
    gravity = g0 * (h0 / h) ** 2
    rate = ca.Function("rate", [x, u], [ca.vertcat(v, (u - drag) / m - gravity, -u / c)])
    t = ca.MX.sym("t")
    phase = Collocation(mesh, 3, 1, rate, t)
    n = phase.u.shape[1]
    w = ca.vertcat(ca.vec(phase.x), ca.vec(phase.u), t)
    g = ca.vertcat(phase.x[:, 0] - ca.DM([h0, 0.0, m0]), phase.end[2] - mc * m0, phase.defects)
    solver = ca.nlpsol("goddard", "ipopt", {"x": w, "f": -phase.end[0], "g": g}, QUIET)
    s = np.concatenate([[0.0], mesh.points])
    start = np.vstack([np.full(n + 1, 1.0), s * (1.0 - s), 1.0 + (mc - 1.0) * s])
    low = np.concatenate([np.tile([h0, 0.0, mc * m0], n + 1), np.zeros(n), [0.01]])
    high = np.concatenate([np.tile([2.0, 1.0, m0], n + 1), np.full(n, thrust_most), [1.0]])
    w0 = np.concatenate([start.T.ravel(), np.full(n, 0.5 * thrust_most), [0.2]])
    found = solver(x0=w0, lbx=low, ubx=high, lbg=0.0, ubg=0.0)
    values = np.array(found["x"]).ravel()
    thrust = values[3 * (n + 1) : 3 * (n + 1) + n]
    return -float(found["f"]), values[-1], solver.stats()["return_status"], thrust, mesh.points


def switches(thrust, points):
    """Fractions where full thrust ends and where the coast begins."""
    full = points[np.flatnonzero(thrust > 3.5 - 1e-3)]
    off = points[np.flatnonzero(thrust > 1e-3)]
    return full.max(), off.max()


@pytest.fixture(scope="module")
def highest():
    """Found on equal intervals, then with intervals drawn together about the two switches that those show."""
    h, t, status, thrust, points = goddard(uniform(40, 3))
    for width in (0.02, 0.003):
        edges = np.linspace(0.0, 1.0, 31)
        for at in switches(thrust, points):
            edges = np.concatenate([edges[np.abs(edges - at) > 1.2 * width], np.linspace(at - width, at + width, 17)])
        h, t, status, thrust, points = goddard(PhaseMesh(tuple(float(x) for x in np.sort(edges)), 3))
    return h, t, status, thrust, points


def test_goddards_rocket_climbs_as_high_as_published(highest):
    h, t, status, _, _ = highest
    assert status == "Solve_Succeeded"
    assert h == pytest.approx(1.0128369, abs=1e-6)
    # the height is stationary in the time of flight, so the time is looser
    assert t == pytest.approx(0.19885, abs=1e-4)


def test_goddards_rocket_burns_fully_then_on_the_singular_arc_then_coasts(highest):
    _, _, _, thrust, points = highest
    full, off = switches(thrust, points)
    assert 0.05 < full < 0.2 < off < 0.5
    on_arc = thrust[(points > full + 0.03) & (points < off - 0.03)]
    assert on_arc.size > 10
    assert on_arc.min() > 0.5 and on_arc.max() < 3.0


def bilinear_tangent():
    """Least time to (h, v_x, v_y = 0) of a constant acceleration over a flat Earth without air: times, angles, duration."""
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

    Needed at least: the speed at the orbit's perigee after a Hohmann rise from the pad's radius, less the whole speed that
    the turning Earth gives, in vacuum with no gravity loss.
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
