"""Problems of optimal control with a known answer, solved with the collocation that plans ascents and IPOPT.

Sources: E. D. Dolan, J. J. More, T. S. Munson, Benchmarking Optimization Software with COPS 3.0, ANL/MCS-TM-273
(2004), problem 9 (Goddard's rocket); A. E. Bryson and Y.-C. Ho, Applied Optimal Control (1975), sec. 2.4 (the tangent
of the best steering over a flat Earth is linear in time).
"""

import math
from collections.abc import Sequence
from typing import Any

import casadi as ca
import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.mesh import PhaseMesh, control_monomials, differentiation, uniform
from cosmodrome.validation.truths import Truth

Array = NDArray[np.float64]

_QUIET = {"print_time": False, "ipopt": {"print_level": 0, "sb": "yes", "tol": 1e-10, "max_iter": 500}}
_SOLVED = "Solve_Succeeded"


def measure_goddard(_: Sequence[Truth]) -> dict[str, float]:
    """Return greatest height and time of it, in the problem's units; ArithmeticError where IPOPT does not succeed."""
    height, durations, status, *_rest = goddard(12)
    if status != _SOLVED:
        raise ArithmeticError(f"IPOPT ended with {status}")
    return {"goddard.height": height, "goddard.t_f": float(durations.sum())}


def measure_tangent(_: Sequence[Truth]) -> dict[str, float]:
    """Return the largest distance of the steering's tangent from the straight line in time that fits it best."""
    _mesh, points, u, duration = bilinear_tangent()
    tangent, t = u[:, 1] / u[:, 0], points * duration
    return {"tangent.linear": float(np.abs(tangent - np.polyval(np.polyfit(t, tangent, 1), t)).max())}


class Collocation:
    """One phase of free or fixed length collocated on a mesh: states at start and points, controls at points.

    `rate(x, u)` gives x'; `x` and `u` are lists of columns of symbols, one for each point.
    """

    def __init__(self, mesh: PhaseMesh, states: int, controls: int, rate: Any, duration: Any):
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
    def end(self) -> Any:
        """The state at the end."""
        return self.x[:, -1]


_ARC = 7
"""Points whose polynomial is the thrust of the whole singular arc."""


def goddard(intervals: int) -> tuple[float, Array, str, Array, Array]:
    """Return (h_f, durations (3,), status, thrust at the arc's points, its h, v, m) of the rocket that climbs highest.

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
    powers = ca.DM(mesh.points[:, None] ** np.arange(_ARC) @ control_monomials(_ARC))
    arc = ca.MX.sym("arc", _ARC)
    n = phases[0].u.shape[1]
    thrusts = (ca.MX(thrust_most * ca.DM.ones(1, n)), (powers @ arc).T, ca.MX.zeros(1, n))
    rows = [phases[0].x[:, 0] - ca.DM([h0, 0.0, m0]), phases[2].end[2] - mc * m0]
    rows += [phases[k + 1].x[:, 0] - phases[k].end for k in range(2)]
    rows += [p.defects for p in phases]
    rows += [ca.vec(p.u - thrust) for p, thrust in zip(phases, thrusts, strict=True)]
    w = ca.vertcat(*(part for p in phases for part in (ca.vec(p.x), ca.vec(p.u))), arc, t)
    solver = ca.nlpsol("goddard", "ipopt", {"x": w, "f": -phases[2].end[0], "g": ca.vertcat(*rows)}, _QUIET)
    start: list[Array] = []
    low: list[Array] = []
    high: list[Array] = []
    for k in range(3):
        s = (k + np.concatenate([[0.0], mesh.points])) / 3.0
        mass = 1.0 - (1.0 - mc) * np.minimum(1.5 * s, 1.0)
        states = np.vstack([h0 + 0.012 * s, 0.3 * s * (1.0 - s), mass])
        start += [states.T.ravel(), np.full(n, (3.5, 2.0, 0.0)[k])]
        low += [np.tile([h0, 0.0, mc * m0], n + 1), np.zeros(n)]
        high += [np.tile([2.0, 1.0, m0], n + 1), np.full(n, thrust_most)]
    w0 = np.concatenate([*start, np.full(_ARC, 2.0), [0.03, 0.05, 0.1]])
    lbx = np.concatenate([*low, np.zeros(_ARC), [1e-3] * 3])
    ubx = np.concatenate([*high, np.full(_ARC, thrust_most), [1.0] * 3])
    found = solver(x0=w0, lbx=lbx, ubx=ubx, lbg=0.0, ubg=0.0)
    values = np.array(found["x"]).ravel()
    thrust = np.array(powers @ ca.DM(values[-3 - _ARC : -3])).ravel()
    size = 3 * (n + 1) + n
    on_arc = values[size : size + 3 * (n + 1)].reshape(n + 1, 3).T
    return -float(found["f"]), values[-3:], solver.stats()["return_status"], thrust, on_arc


def bilinear_tangent() -> tuple[PhaseMesh, Array, Array, float]:
    """Return mesh, points, thrust axes (n, 2) and duration (s) of the quickest way to a height and a level speed.

    At constant acceleration over a flat Earth, the range free.
    """
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
    solver = ca.nlpsol("tangent", "ipopt", {"x": w, "f": t, "g": g_rows}, _QUIET)
    s = np.concatenate([[0.0], mesh.points])
    states = np.vstack([100.0 * s, 300e-3 * s * (1 - s), 5.0 * s]).T.ravel()
    controls = np.tile([math.cos(0.7), math.sin(0.7)], n)
    found = solver(x0=np.concatenate([states, controls, [3.5]]), lbg=0.0, ubg=0.0)
    if solver.stats()["return_status"] != _SOLVED:
        raise ArithmeticError(f"IPOPT ended with {solver.stats()['return_status']}")
    values = np.array(found["x"]).ravel()
    u = values[3 * (n + 1) : 3 * (n + 1) + 2 * n].reshape(n, 2)
    return mesh, mesh.points, u, 100.0 * float(values[-1])
