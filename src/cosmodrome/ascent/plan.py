"""The best plan of a mission: searched, flown, refined, confirmed from a second start, and valued.

This is the whole of planning on one page; every step has a module of its own.
"""

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice

from cosmodrome.ascent import diagnose
from cosmodrome.ascent.attempt import Attempt
from cosmodrome.ascent.diagnose import Diagnosis, agree
from cosmodrome.ascent.exchange import Exchange, Sensitivity, exchanges, limit_exchanges
from cosmodrome.ascent.improve import Improver
from cosmodrome.ascent.opening import liftoff_utc
from cosmodrome.ascent.problem import Problem, Way, pose
from cosmodrome.ascent.reach import Reach
from cosmodrome.ascent.search import MOST_STARTS, Search
from cosmodrome.ascent.verify import Verification, turned
from cosmodrome.catalogue.schema import Vehicle
from cosmodrome.flight.propagate import Flight
from cosmodrome.flight.start import earth_rotation_angle
from cosmodrome.mission.schema import Mission
from cosmodrome.shown import Shown

Progress = Callable[[str], None]

# how many flown guesses each further way is given where one has been found that flies
_STARTS_OF_OTHER_WAYS = 2
# how many more a way with more burns is given where it carried less than one with fewer
_STARTS_OF_MORE_BURNS = 3


@dataclass(frozen=True, repr=False)
class Plan(Shown):
    """The answer to a mission: its best ascent, flown, or the reason why there is none.

    `status` is verified, unverified, infeasible or not-converged; `diagnosis` says why it is not verified. `attempt`
    and `verification` are None where there was nothing to solve or to fly. `second_kg` is what another start reached
    of the objective (kg) on the mesh and limits that the plan ended with; `starts_agree` is whether that is the same to
    0.1 %. `exchanges` say what one more of each number of the vehicle is worth (kg), `limit_worth_kg` what one more of
    each limit is, in the unit that files write it in. `seconds` is where the time went, `refinements` how often the
    mesh was cut. `liftoff_utc` is the mission's epoch, or what its launch date and target make it; None without either.

    In a notebook it shows itself; `plot` draws it, `to_pandas` is its flight as a table.
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
    liftoff_utc: datetime.datetime | None = None

    @property
    def payload_kg(self) -> float | None:
        """Payload, kg; None where no ascent was found."""
        return self.attempt.solution.payload_kg if self.verification and self.attempt else None

    @property
    def second_payload_kg(self) -> float | None:
        """What the second start carries (kg); for another objective the payload, and what the starts differ by."""
        if self.second_kg is None or self.attempt is None or self.payload_kg is None:
            return None
        return self.payload_kg + (self.second_kg - self.attempt.objective_kg)

    @property
    def flight(self) -> Flight | None:
        """The verified flight; nobody needs to fly the plan twice."""
        return self.verification.flight if self.verification else None


def plan(
    mission: Mission,
    *,
    vehicle: Vehicle | None = None,
    start: Plan | None = None,
    confirm: Plan | None = None,
    with_ratios: bool = True,
    progress: Progress | None = None,
) -> Plan:
    """Return the best `Plan` of a mission, with another `vehicle` than it names where one is given.

    The largest payload (kg), or what else the mission maximises, that collocation finds (Garg et al., Automatica 46
    (2010) 1843; a local optimum), flown again from lift-off, held against every limit, and confirmed from a second
    start. It is valid as far as its equations are, each of which names its domain.

    `start` is the plan of a neighbouring mission (other numbers, same stages, site and events): its program is used
    again and solved from its optimum, which costs a fraction of a new search. `confirm` is another neighbour's, whose
    optimum led here is the second start, in place of flown guesses. Without `with_ratios` nothing is asked about what a
    kilogram or a limit is worth. `progress` is called with a few words before each step.

    An honest negative is a `Plan` whose `diagnosis` says why; CosmodromeError is raised only for what is wrong in the
    files.
    """
    begun = time.perf_counter()

    def planned(problem: Problem, start: Plan | None, confirm: Plan | None) -> Plan:
        search = Search(problem, progress or (lambda _: None))
        return _Planner(problem, search, begun, with_ratios).planned(start, confirm)

    found = planned(pose(mission, vehicle), start, confirm)
    if mission.epoch_utc is not None and mission.target.ltan_h is not None and found.flight is not None:
        # the local time of the node holds at the insertion, of which the first plan tells the time; led here from that
        # plan twice, the optimum would confirm itself
        problem = pose(mission, vehicle, found.flight.insertion.t_s)
        found = planned(problem, found, None)
    return _timed(found)


def _timed(found: Plan) -> Plan:
    """The plan with its lift-off time, turned to it where that was left to follow from the flight."""
    problem = found.problem
    liftoff = liftoff_utc(problem.mission, problem.theta0, found.flight)
    if liftoff is None or problem.mission.epoch_utc is not None or found.verification is None:
        return replace(found, liftoff_utc=liftoff)
    angle = earth_rotation_angle(liftoff) - problem.theta0
    return replace(found, liftoff_utc=liftoff, verification=turned(found.verification, angle))


class _Planner:
    """One planning, with its clock."""

    def __init__(self, problem: Problem, search: Search, begun: float, with_ratios: bool):
        self.problem, self.search, self.begun, self.with_ratios = problem, search, begun, with_ratios
        self.improver = Improver(search)
        self.seconds = search.seconds
        self.seconds |= {"verify": 0.0, "second_start": 0.0}

    def planned(self, start: Plan | None, confirm: Plan | None) -> Plan:
        grounded = diagnose.thrust_to_weight(self.problem)
        if grounded is not None:
            return self._without_flight(grounded)
        self.search.progress("flying a first guess")
        found = self._starts(start, confirm)
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
        ratios, worth = self._ratios(best) if self.with_ratios else ((), {})
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

    def _ratios(self, best: Attempt) -> tuple[tuple[Exchange, ...], dict[str, float]]:
        sensitivity = Sensitivity(self.search, best)
        return exchanges(sensitivity), limit_exchanges(sensitivity, self.problem.limits)

    def _starts(self, start: Plan | None, confirm: Plan | None) -> tuple[Attempt, Attempt | None] | Diagnosis:
        """The best optimum on the coarse mesh before loads are limited, and another start that agrees with it or
        comes next.

        From neighbours' plans where they are given and their programs fit; from flown guesses, until two agree; from an
        easier question where no guess arrives.
        """
        if start is not None and start.attempt is not None:
            self._take_like(start.problem.way)
            near = self._near(start)
            if near is not None:
                return self._confirmed_nearby(near, confirm)
        first = self._best_way()
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

    def _near(self, plan: Plan | None) -> Attempt | None:
        """The optimum that a neighbour's leads to; None where its program does not fit, or it leads nowhere."""
        if plan is None or plan.attempt is None or not plan.problem.way.is_like(self.problem.way):
            return None
        if not self.search.fits(plan.attempt):
            return None
        self.search.library = self.search.library or plan.attempt.library
        near = self.search.neighbour(plan.attempt, self.problem.tightened(plan.attempt.problem.tightening))
        return near if near.is_feasible and not near.is_squeezed else None

    def _confirmed_nearby(self, near: Attempt, confirm: Plan | None) -> tuple[Attempt, Attempt | None]:
        """The better of what two neighbours lead to and the other, where they agree; else what flown guesses say."""
        with self._second_clock():
            other = self._near(confirm)
        if other is None:
            return near, self._other(near, [near])
        if other.objective_kg > near.objective_kg:
            near, other = other, near
        if not agree(other.objective_kg, near.objective_kg):
            other = self._other(near, [near])
        return near, other

    def _best_way(self) -> Attempt:
        """The optimum of whichever way carries most, the planner left on that way; the last tried where none flies."""
        best = self.search.arrived()
        for way in self.problem.others:
            before = self.problem.way
            self._take(way)
            other = self.search.arrived(_STARTS_OF_OTHER_WAYS if best.is_feasible else MOST_STARTS)
            if other.is_feasible and not (best.is_feasible and best.objective_kg >= other.objective_kg):
                best = self._more_burns(before, best, other)
            else:
                self._take(before)
        return best

    def _more_burns(self, way: Way, worse: Attempt, better: Attempt) -> Attempt:
        """The better of two optima, unless the worse one's way has more burns and further guesses of it do better: a
        burn more costs hardly anything, so that it carried less may be the guess's fault."""
        mine = self.problem.way
        if not worse.is_feasible or way.burns <= mine.burns:
            return better
        self._take(way)
        for trial in islice(self.search.others(worse), _STARTS_OF_MORE_BURNS):
            if trial.is_feasible and trial.objective_kg > better.objective_kg:
                return trial
        self._take(mine)
        return better

    def _reached(self) -> tuple[Search, Attempt] | Diagnosis:
        """What an easier question leads to, by the other ways too; of several diagnoses the one nearest to it."""
        answer = Reach(self.problem, self.search.progress).answer()
        for way in self.problem.others:
            if not isinstance(answer, Diagnosis):
                break
            before = self.problem.way
            self._take(way)
            other = Reach(self.problem, self.search.progress).answer()
            if not isinstance(other, Diagnosis) or other.is_nearer_than(answer):
                answer = other
            else:
                self._take(before)
        return answer

    def _take(self, way: Way) -> None:
        """Ask the same by another way."""
        self.problem = self.problem.by(way)
        library = self.search.library
        self.search = Search(self.problem, self.search.progress, self.search.seconds, library)
        self.improver = Improver(self.search)

    def _take_like(self, other: Way) -> None:
        """Ask the same by the way that a neighbour went, where it is open here."""
        mine = next((way for way in self.problem.others if way.is_like(other)), None)
        if mine is not None and not self.problem.way.is_like(other):
            self._take(mine)

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
            for trial in self.search.others(first):
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
        if other.solution.program is program:
            return other.objective_kg
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
