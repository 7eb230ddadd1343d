"""Delta III in dymos: Radau pseudospectral phases, analytic total derivatives by OpenMDAO with coloring, IPOPT.

Derivatives of the equations are complex steps over all nodes at once, exact to rounding. No second derivatives: IPOPT
builds its own Hessian, as it does for every user of dymos.
"""

import math
from typing import Any

from harness import Answer, Solver, solving
from problem import NEIGHBOUR_M, Ascent, elements, even_path, read, slopes

# segments of each phase and their order: the quickest found that keeps 0.01 kg
_MESHES = {"quickest": (2, 5)}
_STEP = 1e-30


def load(setting: str) -> Solver:
    """Import OpenMDAO, dymos and IPOPT, and return the solver on one of the meshes."""
    import dymos  # noqa: F401  what is imported here is counted as import
    import dymos_ipopt  # noqa: F401

    return _Dymos(*_MESHES[setting])


def _components(ascent: Ascent) -> tuple[Any, Any]:
    """The classes of the equations of motion and of the orbit at the end."""
    import numpy as np
    import openmdao.api as om

    class Motion(om.ExplicitComponent):  # type: ignore[misc]
        def initialize(self) -> None:
            self.options.declare("num_nodes", types=int)
            self.options.declare("stage", types=int)

        def setup(self) -> None:
            n = self.options["num_nodes"]
            for name in ("r", "v", "u"):
                self.add_input(name, np.ones((n, 3)))
            self.add_input("m", np.ones(n))
            self.add_output("vdot", np.ones((n, 3)))
            self.add_output("mdot", np.ones(n))
            self.add_output("u_square", np.ones(n))
            block = np.arange(3 * n).reshape(n, 1, 3)
            rows = np.repeat(np.arange(3 * n), 3)
            columns = np.broadcast_to(block, (n, 3, 3)).ravel()
            for name in ("r", "v", "u"):
                self.declare_partials("vdot", name, rows=rows, cols=columns)
            node = np.repeat(np.arange(n), 3)
            self.declare_partials("vdot", "m", rows=np.arange(3 * n), cols=node)
            self.declare_partials("u_square", "u", rows=node, cols=np.arange(3 * n))

        def _rates(self, x: list[Any]) -> list[Any]:
            phase = ascent.phases[self.options["stage"]]
            return slopes(ascent, phase, x[:7], x[7:], np.exp)

        def compute(self, inputs: Any, outputs: Any) -> None:
            rates = self._rates(_columns(inputs))
            outputs["vdot"] = np.stack(rates[3:6], axis=1)
            outputs["mdot"] = rates[6]
            outputs["u_square"] = (inputs["u"] ** 2).sum(axis=1)

        def compute_partials(self, inputs: Any, partials: Any) -> None:
            x = _columns(inputs)
            slope = []
            for k in range(10):
                moved = [column + 1j * _STEP * (i == k) for i, column in enumerate(x)]
                slope.append(np.stack(self._rates(moved)[3:6], axis=1).imag / _STEP)
            for name, at in (("r", 0), ("v", 3), ("u", 7)):
                partials["vdot", name] = np.stack(slope[at : at + 3], axis=2).ravel()
            partials["vdot", "m"] = slope[6].ravel()
            partials["u_square", "u"] = 2.0 * inputs["u"].ravel()

    class Orbit(om.ExplicitComponent):  # type: ignore[misc]
        def setup(self) -> None:
            self.add_input("r", np.ones((1, 3)))
            self.add_input("v", np.ones((1, 3)))
            self.add_input("further", 0.0)
            self.add_output("elements", np.ones(5))
            self.declare_partials("elements", ["r", "v"])

        def compute(self, inputs: Any, outputs: Any) -> None:
            outputs["elements"] = elements(ascent, [*inputs["r"][0], *inputs["v"][0]], np.arccos)
            outputs["elements"][0] -= inputs["further"][0]

        def compute_partials(self, inputs: Any, partials: Any) -> None:
            x = np.array([*inputs["r"][0], *inputs["v"][0]], dtype=complex)
            slope = np.empty((5, 6))
            for k in range(6):
                moved = x.copy()
                moved[k] += 1j * _STEP
                slope[:, k] = np.array(elements(ascent, moved, np.arccos)).imag / _STEP
            partials["elements", "r"], partials["elements", "v"] = slope[:, :3], slope[:, 3:]

    return Motion, Orbit


def _columns(inputs: Any) -> list[Any]:
    r, v, m, u = (inputs[name] for name in ("r", "v", "m", "u"))
    return [*r.T, *v.T, m, *u.T]


class _Dymos:
    def __init__(self, segments: int, order: int) -> None:
        self.ascent, self.segments, self.order = read(), segments, order

    def cold(self) -> Answer:
        return self._solved(self._problem())

    def warm(self, former: Answer) -> Answer:
        """The same `Problem`, set up and colored, its target moved, from the optimum where it stands."""
        problem = former.left
        problem.set_val("orbit.further", NEIGHBOUR_M)
        return self._solved(problem)

    def _solved(self, problem: Any) -> Answer:
        problem.run_driver()
        driver = problem.driver
        end = "traj.phase3.timeseries"
        return Answer(
            float(problem.get_val(f"{end}.m")[-1, 0]),
            float(problem.get_val(f"{end}.time")[-1, 0]),
            driver.code == 0,
            driver.status,
            {
                "variables": driver.size[0],
                "rows": driver.size[1],
                "mesh": f"4 x {self.segments} segments of order {self.order}, Radau",
                "iterations": driver.iterations,
            },
            problem,
        )

    def _problem(self) -> Any:
        import dymos as dm
        import numpy as np
        import openmdao.api as om
        from dymos_ipopt import IpoptDriver

        ascent, (Motion, Orbit) = self.ascent, _components(self.ascent)
        problem = om.Problem(reports=None)
        problem.driver = IpoptDriver()
        problem.driver.declare_coloring(show_summary=False)
        traj = problem.model.add_subsystem("traj", dm.Trajectory())
        parts: list[Any] = []
        length, speed = ascent.radius_m, math.sqrt(ascent.mu / ascent.radius_m)
        for p, stage in enumerate(ascent.phases):
            phase = dm.Phase(
                ode_class=Motion,
                ode_init_kwargs={"stage": p},
                transcription=dm.Radau(num_segments=self.segments, order=self.order, compressed=True),
            )
            parts.append(traj.add_phase(f"phase{p}", phase))
            last, duration = p == len(ascent.phases) - 1, stage.end_s - stage.start_s
            free = (
                {"duration_bounds": (1.0, duration), "duration_ref": duration}
                if last
                else {"fix_duration": True}
            )
            phase.set_time_options(fix_initial=True, units=None, **free)
            first = p == 0
            phase.add_state(
                "r", rate_source="v", fix_initial=first, ref=length, defect_ref=length, targets=["r"]
            )
            phase.add_state(
                "v", rate_source="vdot", fix_initial=first, ref=speed, defect_ref=speed, targets=["v"]
            )
            mass = ascent.phases[0].start_kg
            phase.add_state(
                "m", rate_source="mdot", fix_initial=True, ref=mass, defect_ref=mass, targets=["m"]
            )
            phase.add_control(
                "u", shape=(3,), targets=["u"], lower=-1.1, upper=1.1, continuity=False, rate_continuity=False
            )
            phase.add_path_constraint("u_square", equals=1.0)
        phases = [f"phase{p}" for p in range(len(ascent.phases))]
        traj.link_phases(phases, ["r", "v"])
        phase.add_objective("m", loc="final", ref=-ascent.phases[0].start_kg)
        self._orbit(problem, Orbit)
        problem.setup()
        for phase, stage in zip(parts, ascent.phases, strict=True):
            f = np.linspace(0.0, 1.0, 9)
            path = even_path(ascent, stage, f)
            phase.set_time_val(initial=stage.start_s, duration=stage.end_s - stage.start_s)
            phase.set_state_val("r", path[:3].T, time_vals=f)
            phase.set_state_val("v", path[3:6].T, time_vals=f)
            phase.set_state_val("m", path[6], time_vals=f)
            phase.set_control_val("u", np.tile([0.0, 1.0, 0.0], (f.size, 1)), time_vals=f)
        return problem

    def _orbit(self, problem: Any, orbit: Any) -> None:
        import openmdao.api as om

        problem.model.add_subsystem("orbit", orbit())
        for name in ("r", "v"):
            problem.model.connect(
                f"traj.phase3.timeseries.{name}", f"orbit.{name}", src_indices=om.slicer[-1:, ...]
            )
        target = list(vars(self.ascent.target).values())
        problem.model.add_constraint("orbit.elements", equals=target, ref=[1e7, 1.0, 60.0, 60.0, 60.0])


if __name__ == "__main__":
    solving("dymos", load, tuple(_MESHES))
