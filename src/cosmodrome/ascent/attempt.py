"""A solved program with what its neighbours are solved from, and whether it is an answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.layout import SHORTEST_S
from cosmodrome.ascent.parameters import Parameters
from cosmodrome.ascent.points import Library
from cosmodrome.ascent.problem import Problem, Start
from cosmodrome.ascent.solve import Solution, Solver
from cosmodrome.catalogue.timeline import Timeline

# virtual velocity (m/s) below which an ascent needs none
_VIRTUAL_M_S = 1e-3
# multiplier above which a row counts as active
_ACTIVE = 1e-5


@dataclass(frozen=True)
class Attempt:
    """A solved program with everything needed to solve its neighbours: the compiled functions that it is made of, and
    `w0`, the flown guess that it began from.

    `is_squeezed` tells that the order of the free events still presses on the optimum.
    """

    problem: Problem
    start: Start
    parameters: Parameters
    solver: Solver
    library: Library
    w0: NDArray[np.float64]
    solution: Solution
    is_squeezed: bool = False

    @property
    def timeline(self) -> Timeline:
        """The timeline it was solved on."""
        return self.start.timeline

    def phase_at(self, t_s: float) -> tuple[int, float]:
        """The phase that holds a moment (s after lift-off), at a switch the one before it, and when that phase ends."""
        ends = self.timeline.t0_s + np.cumsum(self.solution.durations)
        k = min(int(np.searchsorted(ends, t_s - 1e-9)), len(ends) - 1)
        return k, float(ends[k])

    @property
    def is_feasible(self) -> bool:
        """Whether the solver converged without virtual velocity, and without pressing on a bound that is only ours."""
        return (
            self.solution.is_converged
            and self.solution.virtual_m_s <= _VIRTUAL_M_S
            and not self._is_turned_aside
        )

    @property
    def _is_turned_aside(self) -> bool:
        """Whether the row that keeps a launch on its side of the pad holds it there."""
        program = self.solution.program
        row = program.glue_start + program.glue_names.index("heading")
        return bool(self.solution.lam_g[row] > _ACTIVE)

    @property
    def is_shrunk(self) -> bool:
        """Whether one of several burns, or a coast between them, is as short as it may be."""
        durations = self.solution.durations
        return any(
            float(durations[list(tie.phases)].sum()) < 1.01 * max(tie.lower_s, SHORTEST_S)
            for burn in self.timeline.burns
            if len(burn.windows) > 1
            for tie in self.timeline.ties
            if tie.name.startswith((f"{burn.stage}.burn-", f"{burn.stage}.coast-"))
        )

    @property
    def objective_kg(self) -> float:
        """What was maximised, kg: the payload, or the mass at insertion."""
        if self.problem.question.objective.maximize == "payload":
            return self.solution.payload_kg
        return self.solution.final_mass_kg
