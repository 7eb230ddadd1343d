"""From an optimum on a coarse mesh to one that its own flight confirms: limits kept, mesh refined, rows tuned.

Every step flies the attempt and answers what the flight showed: a limit that it breaks gets rows, an interval that
departs from the plan is cut, a row that is passed between two points is tightened.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from cosmodrome.ascent import diagnose, walk
from cosmodrome.ascent.attempt import Attempt
from cosmodrome.ascent.diagnose import Diagnosis
from cosmodrome.ascent.layout import Rows
from cosmodrome.ascent.limits import FILE_KEYS, PATH_LIMITS, THROTTLED_LOAD, UPPER_LIMITS
from cosmodrome.ascent.mesh import Mesh, uniform
from cosmodrome.ascent.problem import Problem
from cosmodrome.ascent.search import Search
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

# where on a walk, as shares of how far it came, a place is sought that a flight confirms
_RETREAT = (1.0, 0.9, 0.7, 0.4)
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
# longest interval (s) where a throttle keeps a limit
_THROTTLED_S = 6.0


@dataclass(frozen=True)
class Improver:
    """Improves attempts of one search."""

    search: Search

    def limited(self, attempt: Attempt) -> tuple[Attempt, Verification] | Diagnosis:
        """The optimum with rows for every limit that its flight breaks, each led from what is flown to what is
        allowed."""
        verification = self.verified(attempt)
        for _ in range(_MOST_LIMITS):
            rows = missing_rows(attempt, verification)
            if rows is None:
                break
            self.search.progress("keeping limits")
            found = self._led(attempt, verification, rows)
            if isinstance(found, Diagnosis):
                return found
            attempt = found
            verification = self.verified(attempt)
        return attempt, verification

    def _led(self, attempt: Attempt, verification: Verification, rows: Rows) -> Attempt | Diagnosis:
        """The optimum with the given rows: at once where that converges, else limit by limit from the flown peaks."""
        mesh = _mesh_for(attempt, rows)
        direct = self.search.refined(attempt, mesh, rows, is_last_word=False)
        if direct.is_feasible:
            return direct
        eased, flown = self.search.problem, {}
        for check in verification.broken:
            if check.peak is not None and check.field in PATH_LIMITS:
                flown[check.field] = check.peak * FILE_KEYS[check.field].factor
                eased = eased.with_rows_of(check.field, _EASED * flown[check.field])
        found = self.search.refined(attempt, mesh, rows, problem=eased)
        if not found.is_feasible:
            return _stuck(found)
        # alone, a limit is certainly kept where the flight without it is
        last = None
        if len(flown) == 1:
            ((name, peak),) = flown.items()
            last = replace(attempt, problem=attempt.problem.with_limit(name, peak))
        answer = self._led_down(found, list(flown), last)
        if isinstance(answer, Diagnosis) and len(flown) > 1:
            # which limit takes hold first may decide whether the other can be reached
            other = self._led_down(found, list(reversed(flown)), None)
            if not isinstance(other, Diagnosis) or answer.nearest_feasible is None:
                return other
        return answer

    def _led_down(self, attempt: Attempt, names: list[str], last: Attempt | None) -> Attempt | Diagnosis:
        """The optimum with limits led from where they were eased to, to their values, one after the other; what is
        offered where that fails is at the `last` what is given."""
        for name in names:
            asked = getattr(self.search.problem.limits, name)
            base, value = attempt.problem, getattr(attempt.problem.question.limits, name)

            def ask(
                at: float, base: Problem = base, name: str = name, value: float = value, asked: float = asked
            ) -> Problem:
                return base.with_rows_of(name, asked if at == 1.0 else walk.between(value, asked, at))

            taken = walk.walk(self.search, attempt, ask)
            if not taken.arrived:

                def allow(at: float, ask: Callable[[float], Problem] = ask, name: str = name) -> Problem:
                    problem = ask(at)
                    return problem.with_limit(name, getattr(problem.question.limits, name))

                near = farthest_flown(self.search, taken, allow) or last
                return diagnose.limit_blocks(self.search.problem, name, taken, near)
            attempt = taken.attempt
        return replace(attempt, problem=self.search.problem)

    def refined(self, attempt: Attempt, verification: Verification) -> tuple[Attempt, Verification, int]:
        """The attempt refined until its flight agrees with it and keeps every limit, at most six times (and tightened
        as often)."""
        refinements, tunings, shrink = 0, 0, 1.0
        good: tuple[Attempt, Verification] | None = None
        least = (attempt, verification)
        while True:
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
            is_tuning = mesh == attempt.solution.mesh
            if (tunings if is_tuning else refinements) == _MOST_REFINEMENTS:
                break
            self.search.progress("refining where the flight departs from the plan")
            rows = rows or attempt.solution.program.rows
            finer = self.search.refined(attempt, mesh, rows, problem=problem)
            if not finer.is_feasible and verification.broken:
                # where a limit is grazed between two points a solver may stray: a point in between holds it
                mesh = halved_where_broken(attempt, verification)
                finer = self.search.refined(attempt, mesh, rows, problem=attempt.problem)
            if not finer.is_feasible:
                finer = self.search.on_mesh(attempt, 0, mesh, rows)
            if is_tuning and mesh == attempt.solution.mesh:
                tunings += 1
            else:
                refinements += 1
                shrink *= 0.3
            if not finer.is_feasible:
                break
            attempt, verification = finer, self.verified(finer)
            if _faults(verification) < _faults(least[1]):
                least = (attempt, verification)
        if verification.broken or not verification.is_close:
            attempt, verification = good or least
        return attempt, verification, refinements

    def verified(self, attempt: Attempt) -> Verification:
        """What flying an attempt shows, its time booked."""
        begun = time.perf_counter()
        self.search.progress("flying the plan")
        verification = verify(attempt)
        self.search.seconds["verify"] += time.perf_counter() - begun
        return verification


def confirmed(search: Search, attempt: Attempt) -> Attempt | None:
    """Return an optimum on the mesh and limits with which its flight confirms it; None where none does."""
    improver = Improver(replace(search, problem=attempt.problem))
    limited = improver.limited(attempt)
    if isinstance(limited, Diagnosis):
        return None
    finer, verification, _ = improver.refined(*limited)
    is_confirmed = finer.is_feasible and diagnose.unverified(verification, 1.0, 1.0, False) is None
    return finer if is_confirmed else None


def farthest_flown(search: Search, found: walk.Walk, ask: Callable[[float], Problem]) -> Attempt | None:
    """Return the optimum at the farthest place of a walk that its own flight confirms, its start excepted; None where
    no flight does.

    A coarse mesh promises more than there is: where a plane is turned, tonnes.
    """
    tried = set()
    for share in _RETREAT:
        at, attempt = next(p for p in reversed(found.places) if p[0] <= share * found.reached)
        if at == 0.0 or at in tried:
            continue
        tried.add(at)
        near = search.neighbour(attempt, ask(at), is_last_word=False)
        kept = confirmed(search, near) if near.is_feasible else None
        if kept is not None:
            return kept
    return None


def _mesh_for(attempt: Attempt, rows: Rows) -> Mesh:
    """The attempt's mesh, fine in phases where a limit frees a throttle that was held open: what a throttle does no
    long polynomial can follow, and a short one that can do anything cheats."""
    mesh = list(attempt.solution.mesh)
    for k, phase in enumerate(attempt.timeline.phases[: len(mesh)]):
        new = set(rows[k]) - set(attempt.solution.program.rows[k])
        if phase.is_throttled and phase.throttle_serves_loads and THROTTLED_LOAD in new:
            pieces = math.ceil(float(attempt.solution.durations[k]) / _THROTTLED_S)
            mesh[k] = uniform(max(pieces, mesh[k].intervals), 3)
    return tuple(mesh)


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
        if check.field not in UPPER_LIMITS or check.peak is None:
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
