"""Delta III in yapss: exact second derivatives by CasADi, IPOPT with MUMPS.

Three settings: the example that the package ships, untouched; the same mesh and guess written anew on the shared
problem (its last stage held to its tank, it takes a third of the iterations); and the quickest mesh found that
keeps 0.01 kg.
"""

import math
from typing import Any

from harness import Answer, Solver, solving
from problem import NEIGHBOUR_M, elements, even_path, read, slopes

_POSITION, _VELOCITY = slice(0, 3), slice(3, 6)
# intervals of each phase and points of each interval; the shipped example has the first
_MESHES = {"shipped": (5, 5), "authors' mesh": (5, 5), "quickest": (2, 6)}
# room (kg) and widest values that the authors leave the bounds
_ROOM_KG, _FASTEST_M_S = 10.0, 10e3


def load(setting: str) -> Solver:
    """Import yapss and return its solver on one of the meshes."""
    import yapss  # noqa: F401  what is imported here is counted as import

    return (_Shipped if setting == "shipped" else _Yapss)(*_MESHES[setting])


class _Yapss:
    def __init__(self, intervals: int, points: int) -> None:
        self.ascent, self.intervals, self.points = read(), intervals, points

    def cold(self) -> Answer:
        return self._solved(self._problem())

    def warm(self, former: Answer) -> Answer:
        """On the same `Problem`, its target moved and its guess the former optimum; yapss makes derivatives anew."""
        problem, solution = former.left
        bounds = problem.bounds.discrete
        bounds.lower[18] = bounds.upper[18] = self.ascent.target.semi_major_axis_m + NEIGHBOUR_M
        problem.guess(solution)
        return self._solved(problem)

    def _solved(self, problem: Any) -> Answer:
        solution = problem.solve()
        info = solution.nlp_info
        size = {
            "variables": len(info.x),
            "rows": len(info.g),
            "mesh": f"4 x {self.intervals} x {self.points} LGL",
        }
        end = solution.phase[3]
        return Answer(
            float(end.state[6, -1]),
            float(end.final_time),
            info.ipopt_status == 0,
            str(info.ipopt_status_message),
            size,
            (problem, solution),
        )

    def _problem(self) -> Any:
        from yapss import Problem

        ocp = Problem(name="Delta III", nx=[7] * 4, nu=[3] * 4, nh=[2] * 4, nd=23)
        self._functions(ocp)
        self._bounds(ocp)
        self._scales(ocp)
        self._guess(ocp)
        for mesh in ocp.mesh.phase:
            mesh.collocation_points = (self.points,) * self.intervals
            mesh.fraction = (1.0 / self.intervals,) * self.intervals
        ocp.spectral_method = "lgl"
        ocp.derivatives.method, ocp.derivatives.order = "auto", "second"
        ocp.ipopt_options.max_iter = 1000
        ocp.ipopt_options.print_level = 0
        return ocp

    def _functions(self, ocp: Any) -> None:
        from yapss.math import arccos, exp

        def objective(arg: Any) -> None:
            arg.objective = arg.phase[3].final_state[6]

        def continuous(arg: Any) -> None:
            for p in arg.phase_list:
                x, u = arg.phase[p].state, arg.phase[p].control
                arg.phase[p].dynamics[:] = slopes(self.ascent, self.ascent.phases[p], x, u, exp)
                arg.phase[p].path[:] = (
                    (u[0] ** 2 + u[1] ** 2 + u[2] ** 2) ** 0.5,
                    (x[0] ** 2 + x[1] ** 2 + x[2] ** 2) ** 0.5,
                )

        def discrete(arg: Any) -> None:
            for p in range(3):
                joint = arg.phase[p].final_state[:6] - arg.phase[p + 1].initial_state[:6]
                arg.discrete[6 * p : 6 * p + 6] = joint
            arg.discrete[18:] = elements(self.ascent, arg.phase[3].final_state, arccos)

        ocp.functions.objective, ocp.sense = objective, "maximize"
        ocp.functions.continuous, ocp.functions.discrete = continuous, discrete

    def _bounds(self, ocp: Any) -> None:
        widest = 3 * [2.0 * self.ascent.radius_m] + 3 * [_FASTEST_M_S]
        for p, phase in enumerate(self.ascent.phases):
            bounds = ocp.bounds.phase[p]
            for box in (bounds.initial_state, bounds.state, bounds.final_state):
                box.lower[:6], box.upper[:6] = [-x for x in widest], widest
                box.lower[6], box.upper[6] = phase.end_kg - _ROOM_KG, phase.start_kg + _ROOM_KG
            bounds.initial_state.lower[6] = bounds.initial_state.upper[6] = phase.start_kg
            bounds.initial_time.lower = bounds.initial_time.upper = phase.start_s
            bounds.final_time.lower = bounds.final_time.upper = phase.end_s
            bounds.path.lower[:] = 1.0, self.ascent.radius_m
            bounds.path.upper[0] = 1.0
            bounds.control.lower[:], bounds.control.upper[:] = -1.1, 1.1
        first, last = ocp.bounds.phase[0].initial_state, ocp.bounds.phase[3]
        first.lower[:6] = first.upper[:6] = list(self.ascent.start)
        last.final_time.lower = self.ascent.phases[3].start_s
        rows, target = ocp.bounds.discrete, self.ascent.target
        rows.lower[:18] = rows.upper[:18] = 0.0
        rows.lower[18:] = rows.upper[18:] = tuple(vars(target).values())

    def _scales(self, ocp: Any) -> None:
        length, mass = self.ascent.radius_m, self.ascent.phases[0].start_kg
        speed = math.sqrt(self.ascent.mu / length)
        for scale in ocp.scale.phase:
            for vector in (scale.state, scale.dynamics):
                vector[_POSITION], vector[_VELOCITY], vector[6] = length, speed, mass
            scale.time = length / speed
            scale.path[:] = 1.0, length
        for p in range(3):
            ocp.scale.discrete[6 * p : 6 * p + 3] = length
            ocp.scale.discrete[6 * p + 3 : 6 * p + 6] = speed
        ocp.scale.discrete[18] = length
        ocp.scale.objective = mass

    def _guess(self, ocp: Any) -> None:
        import numpy as np

        fractions = np.linspace(0.0, 1.0, 9)
        for guess, phase in zip(ocp.guess.phase, self.ascent.phases, strict=True):
            guess.time = phase.start_s + fractions * (phase.end_s - phase.start_s)
            guess.state = even_path(self.ascent, phase, fractions)
            guess.control = np.tile([[0.0], [1.0], [0.0]], (1, fractions.size))


class _Shipped(_Yapss):
    """The example inside the package, silenced."""

    def _problem(self) -> Any:
        from yapss.examples.delta_iii_ascent import setup

        ocp = setup()
        ocp.ipopt_options.print_level = 0
        return ocp


if __name__ == "__main__":
    solving("yapss", load, tuple(_MESHES))
