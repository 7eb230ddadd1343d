"""Delta III in maptor: Radau collocation, exact derivatives by CasADi, IPOPT with MUMPS.

Two settings. "authors" has the rows, scales, guess, tolerances and adaptive refinement of maptor's published example:
there a tanh chooses the quadrants of the target's angles, which moves them a little, and with them the optimum by
0.05 kg. "quickest" asks for the angles themselves, begins from yapss's guess, keeps one mesh and lets CasADi expand
its graph, an option that maptor passes on. |r| above the ground is a row in neither, as in the example.
"""

import math
from typing import Any

from harness import Answer, Solver, solving
from problem import NEIGHBOUR_M, elements, even_path, perigee, read, slopes

# metres, metres a second and kilograms to one; the target's semi-major axis, where it is scaled
_LENGTH, _SPEED, _MASS = 1e6, 1e3, 1e4
_UNITS = 3 * (_LENGTH,) + 3 * (_SPEED,) + (_MASS,)
_AXIS_M = 1e7
_FASTEST_M_S = 10e3
# width of the authors' switch between quadrants
_BLUR = 0.1
_IPOPT = {
    "ipopt.max_iter": 1000,
    "ipopt.tol": 1e-6,
    "ipopt.constr_viol_tol": 1e-6,
    "ipopt.linear_solver": "mumps",
    "ipopt.print_level": 0,
    "ipopt.sb": "yes",
    "print_time": False,
}


def load(setting: str) -> Solver:
    """Import maptor and return its solver with one of the settings."""
    import maptor  # noqa: F401  what is imported here is counted as import

    return _Authors() if setting == "authors" else _Quickest()


class _Authors:
    degrees: tuple[int, ...] = (4, 4)
    axis_m = 1.0

    def __init__(self) -> None:
        self.ascent = read()

    def cold(self) -> Answer:
        meshes = []
        for p in range(len(self.ascent.phases)):
            nodes = [-1.0 + 2.0 * k / len(self.degrees) for k in range(len(self.degrees) + 1)]
            meshes.append((list(self.degrees), nodes, self._guess(p)))
        return self._solved(self.ascent.target.semi_major_axis_m, meshes)

    def warm(self, former: Answer) -> Answer:
        """A new `Problem` on the mesh that the former one ended with, its guess the former optimum."""
        meshes = []
        for k, phase in former.left.phases.items():
            degrees, nodes = phase["mesh"]["polynomial_degrees"], phase["mesh"]["mesh_nodes"]
            guess = _in_intervals(former.left, k, degrees)
            guess |= {"initial_time": phase["times"]["initial"], "terminal_time": phase["times"]["final"]}
            meshes.append((degrees, nodes, guess))
        return self._solved(self.ascent.target.semi_major_axis_m + NEIGHBOUR_M, meshes)

    def _guess(self, p: int) -> dict[str, Any]:
        """Standing on the pad, the last phase in the perigee; only the mass runs down."""
        import numpy as np

        phase = self.ascent.phases[p]
        at = perigee(self.ascent) if p == len(self.ascent.phases) - 1 else self.ascent.start
        states = [np.tile([*at, 0.0], (n + 1, 1)).T / np.array(_UNITS)[:, None] for n in self.degrees]
        for part in states:
            part[6] = np.linspace(phase.start_kg, phase.end_kg, part.shape[1]) / _MASS
        return {"states": states, "controls": [np.tile([[1.0], [0.0], [0.0]], n) for n in self.degrees]}

    def _found(self, problem: Any) -> Any:
        import maptor

        return maptor.solve_adaptive(
            problem,
            error_tolerance=1e-6,
            max_iterations=20,
            min_polynomial_degree=3,
            max_polynomial_degree=8,
            nlp_options=_IPOPT,
            show_summary=False,
        )

    def _reached(self, end: list[Any]) -> list[Any]:
        """Elements of the end, angles in radians, the quadrants of two of them blurred as the authors do."""
        import casadi

        a, e, i, raan, arg = _radians(elements(self.ascent, end, casadi.acos))
        r, v = end[:3], end[3:6]
        outward = r[0] * v[0] + r[1] * v[1] + r[2] * v[2]
        square = v[0] ** 2 + v[1] ** 2 + v[2] ** 2
        distance = (r[0] ** 2 + r[1] ** 2 + r[2] ** 2) ** 0.5
        node_y = r[1] * v[2] - r[2] * v[1]
        e_z = ((square - self.ascent.mu / distance) * r[2] - outward * v[2]) / self.ascent.mu
        return [a, e, i, _blurred(node_y, 2.0 * math.pi - raan), _blurred(e_z, arg)]

    def _solved(self, semi_major_axis_m: float, meshes: list[Any]) -> Answer:
        solution = self._found(self._problem(semi_major_axis_m, meshes))
        told = solution.status
        degrees = [phase["mesh"]["polynomial_degrees"] for phase in solution.phases.values()]
        mesh = f"{sum(map(len, degrees))} intervals, {sum(map(sum, degrees))} Radau points"
        return Answer(
            -_MASS * told["objective"],
            solution.phases[4]["times"]["final"],
            bool(told["success"]),
            str(told["message"]),
            {"variables": int(solution.opti.nx), "rows": int(solution.opti.ng), "mesh": mesh},
            solution,
        )

    def _problem(self, semi_major_axis_m: float, meshes: list[Any]) -> Any:
        import casadi
        import maptor

        problem = maptor.Problem("Delta III")
        ascent, widest = self.ascent, 3 * [2.0 * self.ascent.radius_m] + 3 * [_FASTEST_M_S]
        begin = [x / unit for x, unit in zip(ascent.start, _UNITS, strict=False)]
        begin.append(ascent.phases[0].start_kg / _MASS)
        for p, phase in enumerate(ascent.phases):
            part = problem.set_phase(p + 1)
            last = p == len(ascent.phases) - 1
            part.time(initial=phase.start_s, final=(phase.start_s, phase.end_s) if last else phase.end_s)
            x = []
            for i in range(6):
                bound = widest[i] / _UNITS[i]
                x.append(part.state(f"x{i}", initial=begin[i], boundary=(-bound, bound)))
            masses = (ascent.payload_kg if last else phase.end_kg) / _MASS, phase.start_kg / _MASS
            x.append(part.state("x6", initial=begin[6], boundary=masses))
            u = [part.control(f"u{i}", boundary=(-1.0, 1.0)) for i in range(3)]
            physical = [value * unit for value, unit in zip(x, _UNITS, strict=True)]
            rates = slopes(ascent, phase, physical, u, casadi.exp)
            part.dynamics({value: rate / unit for value, rate, unit in zip(x, rates, _UNITS, strict=True)})
            part.path_constraints(u[0] ** 2 + u[1] ** 2 + u[2] ** 2 == 1.0)
            begin = [value.final for value in x]
            begin[6] = begin[6] - phase.drop_kg / _MASS
            degrees, nodes, guess = meshes[p]
            part.mesh(degrees, nodes)
            part.guess(**guess)
        a, *reached = self._reached([value.final * unit for value, unit in zip(x, _UNITS, strict=True)])
        _, *wanted = _radians(list(vars(ascent.target).values()))
        rows = [a / self.axis_m == semi_major_axis_m / self.axis_m]
        rows += [is_ == asked for is_, asked in zip(reached, wanted, strict=True)]
        part.event_constraints(*rows)
        problem.minimize(-x[6].final)
        return problem


class _Quickest(_Authors):
    degrees = (8,)
    axis_m = _AXIS_M

    def _guess(self, p: int) -> dict[str, Any]:
        import numpy as np

        (n,) = self.degrees
        states = even_path(self.ascent, self.ascent.phases[p], np.linspace(0.0, 1.0, n + 1))
        controls = np.tile([[0.0], [1.0], [0.0]], n)
        return {"states": [states / np.array(_UNITS)[:, None]], "controls": [controls]}

    def _found(self, problem: Any) -> Any:
        import maptor

        return maptor.solve_fixed_mesh(problem, nlp_options=_IPOPT | {"expand": True}, show_summary=False)

    def _reached(self, end: list[Any]) -> list[Any]:
        import casadi

        return _radians(elements(self.ascent, end, casadi.acos))


def _radians(found: list[Any]) -> list[Any]:
    return found[:2] + [math.pi / 180.0 * angle for angle in found[2:]]


def _blurred(side: Any, angle: Any) -> Any:
    """An angle from an arc cosine where `side` is positive, its complement to 360 degrees where negative."""
    import casadi

    share = 0.5 * (1.0 + casadi.tanh(side / _BLUR))
    return share * angle + (1.0 - share) * (2.0 * math.pi - angle)


def _in_intervals(solution: Any, phase: int, degrees: list[int]) -> dict[str, Any]:
    """States (7, n + 1) and controls (3, n) of each interval, cut out of a solution's arrays, which join them."""
    import numpy as np

    x = np.array([solution[phase, f"x{i}"] for i in range(7)])
    u = np.array([solution[phase, f"u{i}"] for i in range(3)])
    cuts = [(b - n, b) for b, n in zip(np.cumsum(degrees), degrees, strict=True)]
    return {"states": [x[:, a : b + 1] for a, b in cuts], "controls": [u[:, a:b] for a, b in cuts]}


if __name__ == "__main__":
    solving("maptor", load, ("authors", "quickest"))
