"""From a start to a converged optimum: one program solved, its free events brought into order, its mesh refined."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.attempt import Attempt
from cosmodrome.ascent.guess import nominal_times, sample
from cosmodrome.ascent.layout import Rows
from cosmodrome.ascent.mesh import Mesh, uniform
from cosmodrome.ascent.order import Order, order_of, unsqueezed
from cosmodrome.ascent.parameters import Parameters, make_parameters, pack, repacked
from cosmodrome.ascent.points import Library, make_library, same
from cosmodrome.ascent.problem import Problem, Start, first_mesh, first_rows, first_start
from cosmodrome.ascent.scaling import Scales, canonical
from cosmodrome.ascent.solve import Solution, Solver, interpolated, make_solver, solve, stacked, transferred
from cosmodrome.ascent.transcription import Program, transcribe
from cosmodrome.catalogue.timeline import Phase, Timeline
from cosmodrome.errors import CosmodromeError
from cosmodrome.mission.schema import Limits
from cosmodrome.physics.orbit import elements

Array = NDArray[np.float64]

_MOST_ORDERS = 5
# how many optima with a shrunk burn or coast are looked at before the best of them is believed
_MOST_SHRUNK = 3
MOST_STARTS = 5
"""How many flown guesses are tried at most."""
# largest violation of a row with which a solve that did not converge has only its gradient left to close
_AT_A_CORNER = 1e-6


@dataclass
class Search:
    """Solves programs of one mission; keeps the compiled functions and counts the seconds."""

    problem: Problem
    progress: Callable[[str], None] = lambda _: None
    seconds: dict[str, float] = field(
        default_factory=lambda: {"import": 0.0, "guess": 0.0, "build": 0.0, "solve": 0.0, "verify": 0.0}
    )
    library: Library | None = None
    settled: set[Order] = field(default_factory=set)

    @property
    def scales(self) -> Scales:
        """Canonical units of the problem's Earth."""
        return canonical(self.problem.environment.earth)

    def cold(self, *, rank: int = 0, way: int | None = None) -> Attempt:
        """Return the optimum from a flown guess, with the free events in the order that it wants."""
        start = self._start(None, rank)
        attempt = self.from_start(start, way=way)
        tried = [order_of(attempt.timeline)]
        for _ in range(_MOST_ORDERS):
            times = unsqueezed(attempt)
            if times is None or not attempt.solution.is_converged:
                return attempt
            try:
                start = self._start(times, rank)
            except CosmodromeError:
                # nothing can happen in that order: what presses is lift-off or insertion itself
                self.settled.add(tried[-1])
                return replace(attempt, is_squeezed=False)
            order = order_of(start.timeline)
            if order in tried:
                # both orders press on the same instant: the events coincide at the optimum, and that is its answer
                self.settled |= {order, tried[-1]}
                return replace(attempt, is_squeezed=False)
            tried.append(order)
            attempt = self.from_start(start, way=way)
        return attempt

    def reordered(self, attempt: Attempt) -> Attempt | None:
        """Return the optimum with the free events in the order that a squeezed attempt presses for; None where there
        is none."""
        times = unsqueezed(attempt)
        if times is None:
            return None
        try:
            return self.from_start(self._start(times, 0))
        except CosmodromeError:
            return None

    def on_mesh(
        self, attempt: Attempt, rank: int, mesh: Mesh | None = None, rows: Rows | None = None
    ) -> Attempt:
        """Return the optimum from another flown guess on the mesh and rows that an attempt ended with, or on others."""
        times = nominal_times(attempt.timeline, attempt.solution.durations)
        program = attempt.solution.program
        return self.from_start(self._start(times, rank), mesh or program.mesh, rows or program.rows)

    def arrived(self, most: int = MOST_STARTS) -> Attempt:
        """Return the first feasible optimum among so many flown guesses, else the last tried.

        One that has shrunk a burn or a coast to its least has found a way with fewer burns: two others are given a
        chance to do better before it is taken.
        """
        attempt = self._from_payload(most) or self.cold(way=0)
        found: list[Attempt] = []
        for way, rank in _trials(attempt, most):
            if (way, rank) != (0, 0):
                attempt = self.elsewhere(attempt, rank, way)
            if attempt.is_feasible:
                found.append(attempt)
                if not attempt.is_shrunk or len(found) == _MOST_SHRUNK:
                    break
        return max(found, key=lambda a: a.objective_kg, default=attempt)

    def _from_payload(self, most: int) -> Attempt | None:
        """The optimum with a given payload, led from the one with the largest; None where nobody gave one, where the
        last stage burns once (a guess then arrives by itself), or where that leads nowhere."""
        if self.problem.question.objective.payload_kg is None or self.problem.way.burns == 1:
            return None
        search = self._of_payload()
        largest = search.arrived(most)
        self.library = search.library
        if not largest.is_feasible:
            return None
        found = self.neighbour(largest, self.problem)
        return found if found.is_feasible else None

    def _of_payload(self) -> "Search":
        """A search for the largest payload of the same mission."""
        return Search(self.problem.for_payload(), self.progress, self.seconds, self.library, self.settled)

    def others(self, attempt: Attempt, most: int = MOST_STARTS) -> Iterator[Attempt]:
        """Yield what the same program's other flown guesses lead to, feasible or not: by the way that is quick for
        most of them, then by the others."""
        for way, rank in _trials(attempt, most):
            if rank != attempt.start.rank:
                yield self.elsewhere(attempt, rank, way)

    def elsewhere(self, attempt: Attempt, rank: int, way: int | None = None) -> Attempt:
        """Return the optimum of the same program from another flown guess, its tilt ranked `rank`, by one of the
        solver's cold ways or by all until one converges."""
        guessed, asked = attempt.start.guesser.question, self.problem.question
        if guessed != asked and replace(guessed, objective=asked.objective) == asked:
            # it was led here from the largest payload, and so is this one
            search = self._of_payload()
            largest = search.elsewhere(replace(attempt, problem=search.problem), rank, way)
            return self.neighbour(largest, self.problem) if largest.is_feasible else largest
        if attempt.start.guesser.question == self.problem.question:
            begun = time.perf_counter()
            start = attempt.start.ranked(rank)
            self.seconds["guess"] += time.perf_counter() - begun
        else:
            # it was led here from another question: guess anew for this one
            start = self._start(nominal_times(attempt.timeline, attempt.solution.durations), rank)
        program, p = attempt.solver.program, self._numbers_like(attempt, self.problem, start.timeline)
        w0 = self._stacked(program, attempt.parameters, p, start)
        return self._solved(start, attempt.parameters, attempt.solver, p, w0, None, way=way)

    def fits(self, attempt: Attempt) -> bool:
        """Whether this problem can be solved on the attempt's program: the same structure, other numbers."""
        old = attempt.problem
        times = nominal_times(attempt.timeline, attempt.solution.durations)
        timeline = self.problem.timeline(times)
        phases = zip(timeline.phases, attempt.timeline.phases, strict=False)
        return (
            len(timeline.phases) == len(attempt.timeline.phases)
            and make_parameters(timeline, self.problem.question) == attempt.parameters
            and same(self.problem.environment, old.environment)
            and all(_alike(a, b) for a, b in phases)
            and {f for f in fields(Limits) if getattr(self.problem.limits, f.name) is None}
            == {f for f in fields(Limits) if getattr(old.limits, f.name) is None}
        )

    def _start(self, nominal: dict[str, float] | None, rank: int) -> Start:
        begun = time.perf_counter()
        start = first_start(self.problem, nominal, rank=rank)
        self.seconds["guess"] += time.perf_counter() - begun
        return start

    def from_start(
        self, start: Start, mesh: Mesh | None = None, rows: Rows | None = None, *, way: int | None = None
    ) -> Attempt:
        """Return the optimum on the start's own timeline."""
        begun = time.perf_counter()
        timeline = start.timeline
        parameters = make_parameters(timeline, self.problem.question)
        mesh = mesh or first_mesh(self.problem, start)
        rows = rows or first_rows(self.problem, start)
        p = self._numbers(parameters, start)
        solver = self._solver(timeline, parameters, p, mesh, rows)
        w0 = self._stacked(solver.program, parameters, p, start)
        self.seconds["build"] += time.perf_counter() - begun
        return self._solved(start, parameters, solver, p, w0, None, way=way)

    def refined(
        self,
        attempt: Attempt,
        mesh: Mesh,
        rows: Rows,
        *,
        problem: Problem | None = None,
        is_last_word: bool = True,
    ) -> Attempt:
        """Return the optimum on another mesh, or with rows for other limits, starting from a solved one.

        `problem` may change its numbers on the way.
        """
        begun = time.perf_counter()
        solution, solver = attempt.solution, attempt.solver
        w0, multipliers = solution.w, (solution.lam_g, solution.lam_x)
        if (mesh, rows) != (solution.mesh, solution.program.rows):
            solver = self._solver(attempt.timeline, attempt.parameters, solution.p, mesh, rows)
            w0 = self._carried(solution, solver.program, attempt.parameters)
            multipliers = transferred(solution, solver.program)
        self.seconds["build"] += time.perf_counter() - begun
        problem = problem or attempt.problem
        p = self._numbers_like(attempt, problem, attempt.timeline)
        found = self._solved(
            attempt.start, attempt.parameters, solver, p, w0, multipliers, is_last_word=is_last_word
        )
        return replace(found, problem=problem)

    def neighbour(self, attempt: Attempt, problem: Problem, *, is_last_word: bool = True) -> Attempt:
        """Return the optimum of a neighbouring problem on the program that is already built.

        The problem may differ in every number, not in the structure of its timeline or target. Where the warm start
        leads astray a cold one from the same point has the last word, unless the caller has a nearer problem to ask.
        """
        solution = attempt.solution
        timeline = problem.timeline(nominal_times(attempt.timeline, solution.durations))
        p = self._numbers_like(attempt, problem, timeline)
        w0 = solution.w.copy()
        objective = problem.question.objective
        if objective.maximize != "payload" and objective.payload_kg is not None:
            w0[solution.program.layout.payload] = (
                objective.payload_kg / p[attempt.parameters.index("payload_scale")]
            )
        found = self._solved(
            replace(attempt.start, timeline=timeline),
            attempt.parameters,
            attempt.solver,
            p,
            w0,
            (solution.lam_g, solution.lam_x),
            is_last_word=is_last_word,
        )
        return replace(found, problem=problem)

    def _numbers_like(self, attempt: Attempt, problem: Problem, timeline: Timeline) -> Array:
        """The parameters of a problem, scaled as a solved attempt."""
        return repacked(attempt.parameters, attempt.solution.p, timeline, problem.question)

    def _stacked(self, program: Program, parameters: Parameters, p: Array, start: Start) -> Array:
        """The scaled variables of a start's flown guess on a program's mesh."""
        guess, timeline = start.guess, start.timeline
        states, axes = sample(guess, timeline, self.problem.environment, program.mesh)
        controls = []
        for phase, u in zip(timeline.phases, axes, strict=False):
            columns = [u] if phase.is_steered else [np.zeros((len(u), 0))]
            if phase.is_throttled:
                columns.append(np.full((len(u), 1), phase.throttle_max))
            controls.append(np.hstack(columns))
        return stacked(
            program,
            parameters,
            self.scales,
            p,
            guess.starts,
            states,
            controls,
            guess.durations,
            guess.payload_kg,
            0.0,
            self._anomaly(parameters, guess.ends[-1]),
        )

    def _anomaly(self, parameters: Parameters, end: Array) -> float:
        """True anomaly (rad) that a guess's last state would have on the target: where its pericenter is asked for the
        wrong half of the orbit is a trap, elsewhere the insertion is at the perigee."""
        asked = self.problem.question.target.arg_of_pericenter_rad
        if not parameters.shape.has_pericenter or asked is None:
            return 0.0
        orbit = elements(tuple(end[:3]), tuple(end[3:6]), self.problem.environment.earth.mu)
        return math.remainder(orbit.omega + orbit.nu - asked, 2.0 * math.pi)

    def _numbers(self, parameters: Parameters, start: Start) -> Array:
        guess = start.guess
        return pack(
            parameters,
            start.timeline,
            self.problem.question,
            np.maximum(guess.durations, 1.0),
            guess.starts[:, 6],
            float(guess.ends[-1, 6]),
        )

    def _solver(self, timeline: Timeline, parameters: Parameters, p: Array, mesh: Mesh, rows: Rows) -> Solver:
        return make_solver(transcribe(timeline, parameters, p, mesh, rows, self._library(timeline)))

    def _library(self, timeline: Timeline) -> Library:
        if self.library is None:
            self.library = make_library(timeline, self.problem.environment, self.scales)
        return self.library

    def _carried(self, solution: Solution, program: Program, parameters: Parameters) -> Array:
        """The scaled variables of a solution on another program of the same phases."""
        states, controls = interpolated(solution, program.mesh)
        return stacked(
            program,
            parameters,
            self.scales,
            solution.p,
            solution.starts,
            states,
            controls,
            solution.durations,
            solution.payload_kg,
            solution.virtual_m_s,
            solution.anomaly_rad,
        )

    def _nudged(self, attempt: Attempt) -> Attempt:
        """The attempt solved on from where it stopped, its points moved.

        Where the layers of the standard air meet, density has a corner; an optimum with a point right on one (within
        centimetres) has a gradient on either side and none between, and Newton steps across it for ever.
        """
        solution = attempt.solution
        mesh = tuple(
            cut if phase.is_fairing_gone else uniform(cut.intervals + 1, cut.degree)
            for phase, cut in zip(attempt.timeline.phases, solution.mesh, strict=False)
        )
        solver = self._solver(attempt.timeline, attempt.parameters, solution.p, mesh, solution.program.rows)
        w0 = self._carried(solution, solver.program, attempt.parameters)
        return self._solved(attempt.start, attempt.parameters, solver, solution.p, w0, None, is_nudged=True)

    def _solved(
        self,
        start: Start,
        parameters: Parameters,
        solver: Solver,
        p: Array,
        w0: Array,
        multipliers: tuple[Array, Array] | None,
        *,
        is_last_word: bool = True,
        is_nudged: bool = False,
        way: int | None = None,
    ) -> Attempt:
        size = solver.program.layout.size
        self.progress(f"solving the ascent ({size} variables)")
        begun = time.perf_counter()
        solution = solve(solver, parameters, self.scales, p, w0, multipliers=multipliers, cold_way=way)
        self.seconds["solve"] += time.perf_counter() - begun
        attempt = Attempt(
            self.problem, start, parameters, solver, self._library(start.timeline), w0, solution
        )
        if not solution.is_converged and solution.violation < _AT_A_CORNER and is_last_word and not is_nudged:
            nudged = self._nudged(attempt)
            if nudged.solution.is_converged or multipliers is None:
                return nudged
        if multipliers is not None and not solution.is_converged and is_last_word:
            # a warm start that led astray says nothing against the problem
            return self._solved(start, parameters, solver, p, w0, None)
        is_squeezed = order_of(start.timeline) not in self.settled and unsqueezed(attempt) is not None
        return replace(attempt, is_squeezed=is_squeezed)


def _trials(attempt: Attempt, most: int) -> Iterator[tuple[int, int]]:
    """The solver's cold ways, each with at most so many guesses ranked from the best on."""
    return product(range(len(attempt.solver.cold)), range(min(most, attempt.start.choices)))


def _alike(a: Phase, b: Phase) -> bool:
    """Whether two phases share a point function and rows."""
    return (
        same(a.leg.aero._replace(area=0.0), b.leg.aero._replace(area=0.0))
        and a.is_vertical == b.is_vertical
        and a.is_steered == b.is_steered
        and a.is_throttled == b.is_throttled
        and a.is_fixed == b.is_fixed
        and a.is_fairing_gone == b.is_fairing_gone
        and [(d.id, d.stage) for d in a.drops] == [(d.id, d.stage) for d in b.drops]
    )
