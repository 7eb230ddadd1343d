"""The best plan of a mission: searched, flown, refined, confirmed from a second start, and valued.

This is the whole of planning on one page; every step has a module of its own.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from cosmodrome.ascent import diagnose, walk
from cosmodrome.ascent.diagnose import Diagnosis, Reach, agree
from cosmodrome.ascent.exchange import Exchange, Sensitivity, exchanges, limit_exchanges
from cosmodrome.ascent.layout import Rows
from cosmodrome.ascent.limits import FILE_KEYS, PATH_LIMITS
from cosmodrome.ascent.problem import Problem, pose
from cosmodrome.ascent.search import MOST_STARTS, Attempt, Search
from cosmodrome.ascent.verify import (
    LIMIT_TOLERANCE,
    PAYLOAD_GAP_KG,
    POSITION_GAP_M,
    VELOCITY_GAP_M_S,
    Verification,
    halved_where_broken,
    missing_rows,
    refined_mesh,
    verify,
)
from cosmodrome.flight.propagate import Flight
from cosmodrome.mission.schema import Mission

_MOST_REFINEMENTS = 6
_MOST_LIMITS = 6
# a limit that must be led down starts this far above what the unlimited flight reaches: clear of it, so that one
# limit at a time takes hold
_EASED = 2.0
# how far a flight may pass a limit between points for the row to be tightened by as much instead of the mesh refined
_SLIGHTLY = 1.15
# a tightened row that leaves its limit untouched by more than this is loosened again
_UNTOUCHED = 2e-3
# how often rows are tuned on a mesh before it is cut finer as well
_PATIENCE = 2

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
        limited = self._limited(found[0])
        if isinstance(limited, Diagnosis):
            return self._without_flight(limited)
        best, verification = limited
        other = self._confirmed(found, limited)
        coarse_kg = best.objective_kg
        best, verification, refinements = self._refined(best, verification)
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
        limited = self._limited(moved) if moved is not None and moved.is_feasible else None
        if not isinstance(limited, tuple):
            return best, verification
        finer, verified, _ = self._refined(*limited)
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
                    finer, verified, _ = self._refined(trial, self._verified(trial))
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
            led = self._limited(other)
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

    def _limited(self, attempt: Attempt) -> tuple[Attempt, Verification] | Diagnosis:
        """The optimum with rows for every limit that its flight breaks, each led from what is flown to what is
        allowed."""
        verification = self._verified(attempt)
        for _ in range(_MOST_LIMITS):
            rows = missing_rows(attempt, verification)
            if rows is None:
                break
            self.search.progress("keeping limits")
            found = self._led(attempt, verification, rows)
            if isinstance(found, Diagnosis):
                return found
            attempt = found
            verification = self._verified(attempt)
        return attempt, verification

    def _led(self, attempt: Attempt, verification: Verification, rows: Rows) -> Attempt | Diagnosis:
        """The optimum with the given rows: at once where that converges, else limit by limit from the flown peaks."""
        mesh = attempt.solution.mesh
        direct = self.search.refined(attempt, mesh, rows, is_last_word=False)
        if direct.is_feasible:
            return direct
        eased, flown = self.problem, {}
        for check in verification.broken:
            if check.peak is not None and check.field in PATH_LIMITS:
                flown[check.field] = check.peak * FILE_KEYS[check.field].factor
                eased = walk.with_limit(eased, check.field, _EASED * flown[check.field])
        found = self.search.refined(attempt, mesh, rows, problem=eased)
        if not found.is_feasible:
            return direct if direct.is_feasible else _stuck(found)
        answer = self._led_down(found, list(flown))
        if isinstance(answer, Diagnosis) and len(flown) > 1:
            # which limit takes hold first may decide whether the other can be reached
            other = self._led_down(found, list(reversed(flown)))
            return answer if isinstance(other, Diagnosis) else other
        return answer

    def _led_down(self, attempt: Attempt, names: list[str]) -> Attempt | Diagnosis:
        """The optimum with limits led from where they were eased to, to their values, one after the other."""
        for name in names:
            asked = getattr(self.problem.limits, name)
            base, value = attempt.problem, getattr(attempt.problem.limits, name)

            def ask(
                at: float, base: Problem = base, name: str = name, value: float = value, asked: float = asked
            ) -> Problem:
                return walk.with_limit(base, name, asked if at == 1.0 else walk.between(value, asked, at))

            taken = walk.walk(self.search, attempt, ask)
            attempt = taken.attempt
            if not taken.arrived:
                return diagnose.limit_blocks(self.problem, name, taken)
        return replace(attempt, problem=self.problem)

    def _refined(self, attempt: Attempt, verification: Verification) -> tuple[Attempt, Verification, int]:
        """The attempt refined until its flight agrees with it and keeps every limit, at most six times (and tightened
        as often)."""
        refinements, tunings, shrink = 0, 0, 1.0
        good: tuple[Attempt, Verification] | None = None
        least = (attempt, verification)
        while refinements < _MOST_REFINEMENTS and tunings < _MOST_REFINEMENTS:
            rows, problem, mesh = missing_rows(attempt, verification), attempt.problem, attempt.solution.mesh
            tuned = _tuned(attempt, verification) if verification.is_close and rows is None else None
            if verification.is_close and not verification.broken:
                good = (attempt, verification)
                if tuned is None:
                    break
            if tuned is not None:
                problem = tuned
                if verification.broken and tunings >= _PATIENCE:
                    # rows that chatter between two points want more points, not more room
                    mesh = halved_where_broken(attempt, verification)
            elif verification.is_close and rows is None:
                mesh = halved_where_broken(attempt, verification)
            else:
                mesh = refined_mesh(attempt, shrink)
                if mesh == attempt.solution.mesh and rows is None:
                    if shrink < 1e-3:
                        break
                    shrink *= 0.1
                    continue
            self.search.progress("refining where the flight departs from the plan")
            finer = self.search.refined(attempt, mesh, rows or attempt.solution.program.rows, problem=problem)
            if mesh == attempt.solution.mesh:
                tunings += 1
            else:
                refinements += 1
                shrink *= 0.3
            if not finer.is_feasible:
                break
            attempt, verification = finer, self._verified(finer)
            if _faults(verification) < _faults(least[1]):
                least = (attempt, verification)
        if verification.broken or not verification.is_close:
            attempt, verification = good or least
        return attempt, verification, refinements

    def _verified(self, attempt: Attempt) -> Verification:
        begun = time.perf_counter()
        self.search.progress("flying the plan")
        verification = verify(attempt)
        self.seconds["verify"] += time.perf_counter() - begun
        return verification

    def _without_flight(self, cause: Diagnosis) -> Plan:
        self.seconds["total"] = time.perf_counter() - self.begun
        status = "not-converged" if cause.code == "not-converged" else "infeasible"
        return Plan(self.problem, status, None, None, None, None, 0, (), {}, cause, dict(self.seconds))


def _faults(verification: Verification) -> float:
    """How far a flight is from what is allowed: the largest gap or broken limit, in what is allowed of it."""
    gap = max(
        verification.position_gap_m / POSITION_GAP_M,
        verification.velocity_gap_m_s / VELOCITY_GAP_M_S,
        verification.payload_gap_kg / PAYLOAD_GAP_KG,
    )
    passed = [
        abs(check.peak / check.limit - 1.0) / LIMIT_TOLERANCE
        for check in verification.broken
        if check.peak is not None and check.limit
    ]
    return max(gap, *passed, 0.0)


def _tuned(attempt: Attempt, verification: Verification) -> Problem | None:
    """The problem with its rows tightened by what the flight passes their limits between points, or loosened again
    where that was more than the optimum needs; None where nothing is to be tuned, or too much.

    The limits themselves, which the flight is checked against, stay as they are.
    """
    question, changes = attempt.problem.question, {}
    for check in verification.limits:
        if check.field not in PATH_LIMITS or check.peak is None or check.field == "min_coast_altitude_m":
            if not check.is_kept:
                return None
            continue
        bound, passed = getattr(question.limits, check.field), check.peak / check.limit
        is_tightened = bound < getattr(attempt.problem.limits, check.field) * (1.0 - 1e-9)
        if passed > _SLIGHTLY:
            return None
        if not check.is_kept or (is_tightened and passed < 1.0 - _UNTOUCHED):
            changes[check.field] = bound / (passed * (1.0 + 2e-4))
    if not changes:
        return None
    limits = replace(question.limits, **changes)
    return attempt.problem.with_question(limits=limits.capped(attempt.problem.limits))


def _stuck(attempt: Attempt) -> Diagnosis:
    return Diagnosis(
        "not-converged",
        f"the solver lost the ascent when limits were added ({attempt.solution.return_status}); loosen one of them",
    )
