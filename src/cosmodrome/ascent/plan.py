"""The best plan of a mission: searched, flown, refined, confirmed from a second start, and valued.

This is the whole of planning on one page; every step has a module of its own.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cosmodrome.ascent import diagnose
from cosmodrome.ascent.diagnose import Diagnosis, Reach, agree
from cosmodrome.ascent.exchange import Exchange, Sensitivity, exchanges, limit_exchanges
from cosmodrome.ascent.improve import Improver
from cosmodrome.ascent.problem import Problem, pose
from cosmodrome.ascent.search import MOST_STARTS, Attempt, Search
from cosmodrome.ascent.verify import Verification
from cosmodrome.flight.propagate import Flight
from cosmodrome.mission.schema import Mission

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """The answer to a mission: its best ascent, flown, or the reason why there is none.

    `status` is verified, unverified, infeasible or not-converged; `attempt` and `verification` are None where there was
    nothing to solve or to fly. `second_kg` is what another start reached on the mesh and limits
    that the plan ended with.
    """

    problem: Problem
    status: str
    attempt: Attempt | None
    verification: Verification | None
    second_kg: float | None
    starts_agree: bool | None
    refinements: int
    exchanges: tuple[Exchange, ...]
    limit_worth_kg: dict[str, float]
    diagnosis: Diagnosis | None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def payload_kg(self) -> float | None:
        """Payload, kg; None where no ascent was found."""
        return self.attempt.solution.payload_kg if self.verification and self.attempt else None

    @property
    def flight(self) -> Flight | None:
        """The verified flight; nobody needs to fly the plan twice."""
        return self.verification.flight if self.verification else None


def plan(mission: Mission, *, start: Plan | None = None, progress: Progress | None = None) -> Plan:
    """Return the best plan of a mission.

    `start` is the plan of a neighbouring mission (other numbers, same vehicle, site and events): its program is used
    again and solved from its optimum, which costs a fraction of a new search. An honest negative is a `Plan` whose
    `diagnosis` says why; CosmodromeError is raised only for what is wrong in the files.
    """
    begun = time.perf_counter()
    problem = pose(mission)
    planner = _Planner(problem, Search(problem, progress or (lambda _: None)), begun)
    return planner.planned(start)


class _Planner:
    """One planning, with its clock."""

    def __init__(self, problem: Problem, search: Search, begun: float):
        self.problem, self.search, self.begun = problem, search, begun
        self.improver = Improver(search)
        self.seconds = search.seconds
        self.seconds |= {"verify": 0.0, "second_start": 0.0}

    def planned(self, start: Plan | None) -> Plan:
        grounded = diagnose.thrust_to_weight(self.problem)
        if grounded is not None:
            return self._without_flight(grounded)
        self.search.progress("flying a first guess")
        found = self._starts(start)
        if isinstance(found, Diagnosis):
            return self._without_flight(found)
        limited = self.improver.limited(found[0])
        if isinstance(limited, Diagnosis):
            return self._without_flight(limited)
        best, verification = limited
        other = self._confirmed(found, limited)
        coarse_kg = best.objective_kg
        best, verification, refinements = self.improver.refined(best, verification)
        best, verification = self._reordered(best, verification)
        second_kg = self._second_kg(other, best)
        if not agree(coarse_kg, best.objective_kg):
            best, verification, second_kg = self._anew(best, verification, second_kg)
        cause = diagnose.unverified(verification, second_kg, best.objective_kg, best.is_squeezed)
        is_confirmed = second_kg is not None and agree(second_kg, best.objective_kg)
        sensitivity = Sensitivity(self.search, best)
        ratios = exchanges(sensitivity)
        worth = limit_exchanges(sensitivity, self.problem.limits)
        self.seconds["total"] = time.perf_counter() - self.begun
        return Plan(
            self.problem,
            "verified" if cause is None else "unverified",
            best,
            verification,
            second_kg,
            is_confirmed,
            refinements,
            ratios,
            worth,
            cause,
            dict(self.seconds),
        )

    def _starts(self, start: Plan | None) -> tuple[Attempt, Attempt | None] | Diagnosis:
        """The best optimum on the coarse mesh before loads are limited, and another start that agrees with it or
        comes next.

        From a neighbour's plan where one is given and its program fits; from flown guesses, until two agree; from an
        easier question where no guess arrives.
        """
        if start is not None and start.attempt is not None:
            if (
                self.problem.alternative
                and self.problem.heading.is_ascending != start.problem.heading.is_ascending
            ):
                self._turn()
            if self.search.fits(start.attempt):
                near = self.search.neighbour(start.attempt, self.problem)
                if near.is_feasible and not near.is_squeezed:
                    return near, self._other(near, [near])
        first = self.search.arrived()
        if self.problem.alternative is not None:
            first = self._better_side(first)
        if first.is_feasible:
            return self._best(first)
        self.search.progress("asking an easier question first")
        begun = time.perf_counter()
        answer = self._reached()
        self.seconds["solve"] += time.perf_counter() - begun
        if isinstance(answer, Diagnosis):
            return answer
        self.search.library = answer[0].library
        return self._best(answer[1])

    def _reached(self) -> tuple[Search, Attempt] | Diagnosis:
        """What an easier question leads to, on the other side of the pad too where that is open; of two diagnoses the
        one that leaves more."""
        answer = Reach(self.problem, self.search.progress).answer()
        if self.problem.alternative is None or not isinstance(answer, Diagnosis):
            return answer
        self._turn()
        other = Reach(self.problem, self.search.progress).answer()
        if not isinstance(other, Diagnosis) or other.leaves_kg > answer.leaves_kg:
            return other
        self._turn()
        return answer

    def _turn(self) -> None:
        """Ask the same for the launch to the other side."""
        self.problem = self.problem.turned()
        library = self.search.library
        self.search = Search(self.problem, self.search.progress, self.search.seconds, library)
        self.improver = Improver(self.search)

    def _better_side(self, first: Attempt) -> Attempt:
        """The optimum of whichever side carries more; the planner is left on that side."""
        self._turn()
        other = self.search.arrived()
        if other.is_feasible and not (first.is_feasible and first.objective_kg >= other.objective_kg):
            return other
        self._turn()
        return first

    def _best(self, first: Attempt) -> tuple[Attempt, Attempt | None]:
        found = [first]
        other = self._other(first, found)
        best = max(found, key=lambda attempt: attempt.objective_kg)
        rest = [attempt for attempt in found if attempt is not best]
        return best, other if other is not best else max(rest, key=lambda a: a.objective_kg, default=None)

    def _other(self, first: Attempt, found: list[Attempt]) -> Attempt | None:
        """Another start's optimum: the first that agrees with the best so far, else the last; all are put into
        `found`."""
        self.search.progress("confirming from a second start")
        other = None
        with self._second_clock():
            for rank in range(1, MOST_STARTS):
                trial = self.search.elsewhere(first, rank)
                if not trial.is_feasible:
                    continue
                best = max(attempt.objective_kg for attempt in found)
                found.append(trial)
                other = trial
                if agree(trial.objective_kg, best):
                    break
        return other

    def _reordered(self, best: Attempt, verification: Verification) -> tuple[Attempt, Verification]:
        """The plan in another order of events where refining has shown that it presses for one."""
        moved = self.search.reordered(best) if best.is_squeezed else None
        limited = self.improver.limited(moved) if moved is not None and moved.is_feasible else None
        if not isinstance(limited, tuple):
            return best, verification
        finer, verified, _ = self.improver.refined(*limited)
        if finer.is_feasible and finer.objective_kg >= best.objective_kg * (1.0 - 1e-3):
            return finer, verified
        return best, verification

    def _anew(
        self, best: Attempt, verification: Verification, second_kg: float | None
    ) -> tuple[Attempt, Verification, float | None]:
        """The plan searched again on its final mesh, where that moved the optimum: the starts agreed on another
        question."""
        with self._second_clock():
            for rank in range(1, 3):
                trial = self.search.on_mesh(best, rank)
                if not trial.is_feasible:
                    continue
                trial = self.search.refined(
                    trial, best.solution.mesh, best.solution.program.rows, problem=best.problem
                )
                if not trial.is_feasible:
                    continue
                if trial.objective_kg > best.objective_kg * (1.0 + 1e-3):
                    finer, verified, _ = self.improver.refined(trial, self.improver.verified(trial))
                    return finer, verified, best.objective_kg
                return best, verification, trial.objective_kg
        return best, verification, second_kg

    def _confirmed(
        self, found: tuple[Attempt, Attempt | None], limited: tuple[Attempt, Verification]
    ) -> Attempt | None:
        """The other start, led to the limits that the best one was led to; None where there is none."""
        first, other = found
        if other is None or limited[0] is first:
            return other
        with self._second_clock():
            led = self.improver.limited(other)
        return led[0] if isinstance(led, tuple) else None

    def _second_kg(self, other: Attempt | None, best: Attempt) -> float | None:
        """What the other start reaches (kg) on the mesh, rows and tightened limits that the best one ended with."""
        if other is None:
            return None
        program = best.solution.program
        with self._second_clock():
            led = self.search.refined(other, program.mesh, program.rows, problem=best.problem)
        return led.objective_kg if led.is_feasible else other.objective_kg

    @contextmanager
    def _second_clock(self) -> Iterator[None]:
        """Books the seconds of what is done inside on the second start alone."""
        begun, kept = time.perf_counter(), dict(self.seconds)
        yield
        self.seconds.update(kept)
        self.seconds["second_start"] += time.perf_counter() - begun

    def _without_flight(self, cause: Diagnosis) -> Plan:
        self.seconds["total"] = time.perf_counter() - self.begun
        status = "not-converged" if cause.code == "not-converged" else "infeasible"
        return Plan(self.problem, status, None, None, None, None, 0, (), {}, cause, dict(self.seconds))
