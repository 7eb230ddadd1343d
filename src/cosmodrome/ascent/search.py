"""From a start to a converged optimum: one program solved, its free events brought into order, its mesh refined."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.guess import nominal_times, sample
from cosmodrome.ascent.mesh import Mesh
from cosmodrome.ascent.parameters import Parameters, make_parameters, pack
from cosmodrome.ascent.problem import Problem, Start, first_mesh, first_rows, first_start
from cosmodrome.ascent.scaling import Scales, canonical
from cosmodrome.ascent.solve import Solution, Solver, interpolated, make_solver, solve, stacked
from cosmodrome.ascent.transcription import Library, Rows, make_library, transcribe
from cosmodrome.catalogue.phases import Timeline

Array = NDArray[np.float64]

# a free phase shorter than this (s) has been squeezed against the order of events, which is ours, not the mission's
_SQUEEZED_S = 0.02
_MOST_ORDERS = 5


@dataclass(frozen=True)
class Attempt:
    """A solved program with everything needed to solve its neighbours.

    `is_squeezed` tells that the order of the free events still presses on the optimum.
    """

    problem: Problem
    start: Start
    parameters: Parameters
    solver: Solver
    solution: Solution
    is_squeezed: bool = False

    @property
    def timeline(self) -> Timeline:
        """The timeline it was solved on."""
        return self.start.timeline

    @property
    def objective_kg(self) -> float:
        """What was maximised, kg: the payload, or the mass at insertion."""
        if self.problem.question.objective.maximize == "payload":
            return self.solution.payload_kg
        return self.solution.final_mass_kg


@dataclass
class Search:
    """Solves programs of one mission; keeps the compiled functions and counts the seconds."""

    problem: Problem
    progress: Callable[[str], None] = lambda _: None
    seconds: dict[str, float] = field(
        default_factory=lambda: {"import": 0.0, "guess": 0.0, "build": 0.0, "solve": 0.0}
    )
    library: Library | None = None

    @property
    def scales(self) -> Scales:
        """Canonical units of the problem's Earth."""
        return canonical(self.problem.environment.earth)

    def cold(self, *, kick_rank: int = 0) -> Attempt:
        """Return the optimum from a flown guess, with the free events in the order that it wants."""
        begun = time.perf_counter()
        start = first_start(self.problem, kick_rank=kick_rank)
        self.seconds["guess"] += time.perf_counter() - begun
        attempt = self.from_start(start)
        tried = [_order(attempt.timeline)]
        for _ in range(_MOST_ORDERS):
            times = _unsqueezed(attempt)
            if times is None or not attempt.solution.is_converged:
                return attempt
            start = first_start(self.problem, times, kick_rank=kick_rank)
            order = _order(start.timeline)
            if order in tried:
                # both orders press on the same instant: the events coincide at the optimum, and that is its answer
                return replace(attempt, is_squeezed=False)
            tried.append(order)
            attempt = self.from_start(start)
        return attempt

    def from_start(self, start: Start, mesh: Mesh | None = None, rows: Rows | None = None) -> Attempt:
        """Return the optimum on the start's own timeline."""
        begun = time.perf_counter()
        timeline, guess = start.timeline, start.guess
        parameters = make_parameters(timeline, self.problem.question)
        mesh = mesh or first_mesh(timeline)
        rows = rows or first_rows(self.problem, start)
        p = self._numbers(parameters, start)
        solver = self._solver(timeline, parameters, mesh, rows)
        states, axes = sample(guess, timeline, self.problem.environment, mesh)
        controls = [
            np.hstack([u, np.ones((len(u), 1))])
            if phase.is_throttled
            else (u if not phase.is_vertical else np.zeros((len(u), 0)))
            for phase, u in zip(timeline.phases, axes, strict=False)
        ]
        w0 = stacked(
            solver.program,
            parameters,
            self.scales,
            p,
            guess.starts,
            states,
            controls,
            guess.durations,
            guess.payload_kg,
            0.0,
            0.0,
        )
        self.seconds["build"] += time.perf_counter() - begun
        return self._solved(start, parameters, solver, p, w0, None)

    def refined(self, attempt: Attempt, mesh: Mesh, rows: Rows) -> Attempt:
        """Return the optimum on another mesh, or with rows for other limits, starting from a solved one."""
        begun = time.perf_counter()
        solution = attempt.solution
        solver = self._solver(attempt.timeline, attempt.parameters, mesh, rows)
        states, controls = interpolated(solution, mesh)
        w0 = stacked(
            solver.program,
            attempt.parameters,
            self.scales,
            solution.p,
            solution.starts,
            states,
            controls,
            solution.durations,
            solution.payload_kg,
            solution.virtual_kg,
            solution.anomaly_rad,
        )
        self.seconds["build"] += time.perf_counter() - begun
        return self._solved(attempt.start, attempt.parameters, solver, solution.p, w0, None)

    def neighbour(self, attempt: Attempt, problem: Problem) -> Attempt:
        """Return the optimum of a neighbouring problem on the program that is already built.

        The problem may differ in every number, not in the structure of its timeline or target.
        """
        solution = attempt.solution
        timeline = problem.timeline(nominal_times(attempt.timeline, solution.durations))
        p = pack(
            attempt.parameters,
            timeline,
            problem.question,
            self._scales_of(attempt, "duration"),
            self._scales_of(attempt, "mass_scale"),
            float(solution.p[attempt.parameters.index("payload_scale")]),
        )
        w0 = solution.w.copy()
        objective = problem.question.objective
        if objective.maximize != "payload" and objective.payload_kg is not None:
            w0[solution.program.layout.payload] = (
                objective.payload_kg / p[attempt.parameters.index("payload_scale")]
            )
        found = self._solved(
            Start(timeline, attempt.start.guess),
            attempt.parameters,
            attempt.solver,
            p,
            w0,
            (solution.lam_g, solution.lam_x),
        )
        return replace(found, problem=problem)

    def _scales_of(self, attempt: Attempt, name: str) -> Array:
        p, place = attempt.solution.p, Parameters.PHASE.index(name)
        return np.array(
            [p[attempt.parameters.phase_index(k)[place]] for k in range(attempt.parameters.phases)]
        )

    def _numbers(self, parameters: Parameters, start: Start) -> Array:
        guess = start.guess
        return pack(
            parameters,
            start.timeline,
            self.problem.question,
            guess.durations,
            guess.starts[:, 6],
            float(guess.ends[-1, 6]),
        )

    def _solver(self, timeline: Timeline, parameters: Parameters, mesh: Mesh, rows: Rows) -> Solver:
        if self.library is None:
            self.library = make_library(timeline, self.problem.environment, self.scales)
        return make_solver(transcribe(timeline, parameters, mesh, rows, self.library))

    def _solved(
        self,
        start: Start,
        parameters: Parameters,
        solver: Solver,
        p: Array,
        w0: Array,
        multipliers: tuple[Array, Array] | None,
    ) -> Attempt:
        size = solver.program.layout.size
        self.progress(f"solving the ascent ({size} variables)")
        begun = time.perf_counter()
        solution = solve(solver, parameters, self.scales, p, w0, multipliers=multipliers)
        if multipliers is not None and not solution.is_converged:
            # a warm start that led astray says nothing against the problem
            solution = solve(solver, parameters, self.scales, p, w0)
        self.seconds["solve"] += time.perf_counter() - begun
        attempt = Attempt(self.problem, start, parameters, solver, solution)
        return replace(attempt, is_squeezed=_unsqueezed(attempt) is not None)


def _order(timeline: Timeline) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(timeline.free.items()))


def _unsqueezed(attempt: Attempt) -> dict[str, float] | None:
    """Times of the free events with those moved on that press against a neighbour; None when none does."""
    timeline, durations = attempt.timeline, attempt.solution.durations
    times = nominal_times(timeline, durations)
    moved = False
    for key, k in timeline.free.items():
        if k >= len(durations) or key.endswith(".cutoff"):
            continue
        if k + 1 < len(durations) and durations[k + 1] < _SQUEEZED_S and not timeline.phases[k + 1].is_fixed:
            times[key] += _past_fixed(timeline, durations, k + 1, 1) + 1.0
            moved = True
        elif durations[k] < _SQUEEZED_S and not timeline.phases[k].is_fixed:
            times[key] -= _past_fixed(timeline, durations, k, -1) + 1.0
            moved = True
    return times if moved else None


def _past_fixed(timeline: Timeline, durations: Array, k: int, step: int) -> float:
    """Seconds to the far side of the phases of fixed length that lie next to phase k in one direction."""
    total, k = float(durations[k]), k + step
    while 0 <= k < len(durations) and timeline.phases[k].is_fixed:
        total += float(durations[k])
        k += step
    return total
