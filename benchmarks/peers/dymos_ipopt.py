"""IPOPT for OpenMDAO, the solver that dymos's own examples ask for, through cyipopt's published wheel.

They reach it by pyOptSparse, which no package index has built for a plain `pip install`; pyOptSparse in turn calls the
same cyipopt. This driver gives IPOPT what that one would: scaled variables, bounds and rows, total derivatives with the
sparsity of OpenMDAO's coloring, and no second derivatives, which dymos does not have.
"""

from typing import Any

import cyipopt
import numpy as np
from openmdao.core.driver import Driver

_OPTIONS = {
    "hessian_approximation": "limited-memory",
    "linear_solver": "mumps",
    "mu_strategy": "adaptive",
    "nlp_scaling_method": "none",
    "tol": 1e-7,
    "max_iter": 2000,
    "print_level": 0,
    "sb": "yes",
}
_FAR = 1e20


class IpoptDriver(Driver):
    """Minimises an OpenMDAO problem; `status` and `iterations` tell how it ended."""

    def __init__(self) -> None:
        super().__init__()
        for ability in (
            "optimization",
            "gradients",
            "inequality_constraints",
            "equality_constraints",
            "two_sided_constraints",
            "linear_constraints",
            "simultaneous_derivatives",
            "total_jac_sparsity",
        ):
            self.supports[ability] = True
        self.status, self.code, self.iterations, self.size = "", -1, 0, (0, 0)

    def run(self) -> bool:
        """Solve, leave the optimum in the model; True where it failed."""
        problem = self._problem()
        self.result.reset()
        self._run_solve_nonlinear()
        coloring = problem.get_total_coloring(self._coloring_info, run_model=False)
        start, rows = self.get_design_var_values(), self.get_constraint_values()
        names, self._rows = list(start), list(rows)
        self._places = np.cumsum([0, *(start[name].size for name in names)])
        self._names, self._goal = names, next(iter(self._objs))
        self._at: Any = None
        x0, g0 = np.concatenate([start[n].ravel() for n in names]), self._stacked(rows)
        self._nonzeros = self._structure(coloring, {n: rows[n].size for n in rows}, (g0.size, x0.size))
        lower, upper = self._bounds("design_var", start)
        row_lower, row_upper = self._bounds("constraint", rows)
        self.size = (x0.size, g0.size)
        solver = cyipopt.Problem(
            n=x0.size, m=g0.size, problem_obj=self, lb=lower, ub=upper, cl=row_lower, cu=row_upper
        )
        for name, value in _OPTIONS.items():
            solver.add_option(name, value)
        best, info = solver.solve(x0)
        self._moved(best)
        self.status, self.code = info["status_msg"].decode(), int(info["status"])
        return self.code != 0

    # what cyipopt calls -----------------------------------------------------------------------------------------------

    def objective(self, x: Any) -> float:
        """Scaled objective."""
        self._moved(x)
        return float(self.get_objective_values()[self._goal][0])

    def constraints(self, x: Any) -> Any:
        """Scaled rows (m,)."""
        self._moved(x)
        return self._stacked(self.get_constraint_values())

    def gradient(self, x: Any) -> Any:
        """Gradient (n,) of the objective."""
        return self._totals(x)[0]

    def jacobianstructure(self) -> Any:
        """Rows and columns of what may be other than zero."""
        return self._nonzeros

    def jacobian(self, x: Any) -> Any:
        """Derivatives of the rows there."""
        return self._totals(x)[1:][self._nonzeros]

    def intermediate(self, *told: Any) -> bool:
        """Count."""
        self.iterations = int(told[1])
        return True

    def _moved(self, x: Any) -> None:
        if self._at is not None and np.array_equal(self._at, x):
            return
        self._vectors["design_var"].set_data(x, driver_scaling=True)
        self._set_design_vars(desvar_names=self._names, driver_scaling=True)
        self._run_solve_nonlinear()
        self._at, self._slopes = x.copy(), None

    def _totals(self, x: Any) -> Any:
        self._moved(x)
        if self._slopes is None:
            self._slopes = self._compute_totals(
                of=[self._goal, *self._rows], wrt=self._names, return_format="array"
            ).copy()
        return self._slopes

    def _stacked(self, rows: dict[str, Any]) -> Any:
        return np.concatenate([np.ravel(rows[name]) for name in self._rows])

    def _bounds(self, kind: str, values: dict[str, Any]) -> tuple[Any, Any]:
        scaled = self._autoscaler.get_bounds_scaling(kind)
        sides: tuple[list[Any], list[Any]] = ([], [])
        for name, value in values.items():
            bound = scaled[name]
            equals = getattr(bound, "equals", None)
            for side, one in zip(sides, (bound.lower, bound.upper), strict=True):
                side.append(np.broadcast_to(one if equals is None else equals, value.size))
        return tuple(np.clip(np.concatenate(side), -_FAR, _FAR) for side in sides)  # type: ignore[return-value]

    def _structure(self, coloring: Any, sizes: dict[str, int], shape: tuple[int, int]) -> tuple[Any, Any]:
        if coloring is None:
            return np.unravel_index(np.arange(shape[0] * shape[1]), shape)  # type: ignore[return-value]
        blocks = coloring.get_subjac_sparsity()
        down = dict(zip(sizes, np.cumsum([0, *sizes.values()]), strict=False))
        rows, columns = [], []
        for name in self._rows:
            for k, wrt in enumerate(self._names):
                if wrt in blocks.get(name, {}):
                    r, c, *_ = blocks[name][wrt]
                    rows.append(np.asarray(r) + down[name])
                    columns.append(np.asarray(c) + self._places[k])
        return np.concatenate(rows), np.concatenate(columns)
