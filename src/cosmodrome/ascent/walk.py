"""Continuation: from a question that has an answer to the one that was asked, one aspect at a time.

Where the search from a guess fails, an easier question is solved first (a low orbit, an inclination that the site
reaches directly, thicker air at the fairing's release) and moved toward the asked one, each optimum starting the
next. Either it arrives, or the place where it stops is the diagnosis: which aspect, and how far it can be taken.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from cosmodrome.ascent.attempt import Attempt
from cosmodrome.ascent.problem import Problem
from cosmodrome.ascent.search import Search
from cosmodrome.ascent.targets import shape
from cosmodrome.mission.schema import Target

_FINEST = 1.0 / 128.0
_MOST_STEPS = 30
# an escape (m^2/s^2) that hardly leaves
_LEAST_C3 = 0.2e6
# from here on the last step is tried cold as well before it counts as impossible
_NEARLY = 0.9


@dataclass(frozen=True)
class Walk:
    """How far an aspect was taken: the feasible optima on the way with their places in [0, 1], the start's first;
    `beyond` is the elastic optimum at the asked value where that was infeasible but converged."""

    places: tuple[tuple[float, Attempt], ...]
    beyond: Attempt | None

    @property
    def reached(self) -> float:
        """The farthest place."""
        return self.places[-1][0]

    @property
    def attempt(self) -> Attempt:
        """The optimum there."""
        return self.places[-1][1]

    @property
    def shortfall_m_s(self) -> float | None:
        """The virtual velocity that the asked value needs; None where that could not be found."""
        return self.beyond.solution.virtual_m_s if self.beyond else None

    @property
    def lack(self) -> str:
        """The shortfall in words."""
        short = self.shortfall_m_s
        return "falls short" if short is None else f"is short by {short:.0f} m/s"

    @property
    def arrived(self) -> bool:
        """Whether the asked value is feasible."""
        return self.reached == 1.0


def walk(search: Search, attempt: Attempt, ask: Callable[[float], Problem]) -> Walk:
    """Return how far `ask` can be taken from 0, where `attempt` is feasible, to 1."""
    reached, step, beyond = 0.0, 1.0, None
    places = [(0.0, attempt)]
    for _ in range(_MOST_STEPS):
        at = min(1.0, reached + step)
        trial = search.neighbour(attempt, ask(at), is_last_word=False)
        if trial.is_feasible:
            attempt, reached = trial, at
            places.append((at, trial))
            if reached == 1.0:
                return Walk(tuple(places), None)
            step *= 1.5
            continue
        if at == 1.0 and trial.solution.is_converged:
            beyond = trial
        step *= 0.5
        if step < _FINEST:
            break
    if reached > _NEARLY:
        trial = search.neighbour(attempt, ask(1.0))
        if trial.is_feasible:
            return Walk((*places, (1.0, trial)), None)
    return Walk(tuple(places), beyond or _elastic(search, attempt, ask, reached))


def _elastic(
    search: Search, attempt: Attempt, ask: Callable[[float], Problem], reached: float
) -> Attempt | None:
    """The elastic optimum at the asked value, walked to through infeasible ones; None where that fails."""
    step = 0.5 * (1.0 - reached)
    at = reached
    for _ in range(12):
        trial = search.neighbour(attempt, ask(min(1.0, at + step)), is_last_word=False)
        if trial.solution.is_converged:
            attempt, at = trial, min(1.0, at + step)
            if at == 1.0:
                return attempt
            step *= 2.0
        else:
            step *= 0.5
    return None


# --- aspects ---------------------------------------------------------------------------------------------------------


def low_orbit(problem: Problem) -> Target:
    """Return the target's orbit brought down: to about 200 km, as eccentric as its shape needs, somewhat higher where a
    second burn is to have something to do; an escape to one that hardly leaves."""
    target = problem.question.target
    if target.is_escape:
        return _with_energy(target, min(target.c3_m2_s2 or 0.0, _LEAST_C3), problem.environment.earth.mu)
    perigee, apogee = _radii(target)
    lowest = 200e3 if problem.way.burns == 1 else 450e3
    low = min(perigee, problem.environment.earth.radius + lowest)
    high = min(apogee, low + 20e3) if shape(target).is_eccentric else low
    return _with_radii(target, low, high)


def toward_orbit(problem: Problem, low: Target, at: float) -> Target:
    """Return the orbit between a low one (at = 0) and the problem's own (at = 1)."""
    asked = problem.question.target
    if asked.is_escape:
        c3 = asked.c3_m2_s2 or 0.0
        c3 = c3 if at == 1.0 else between(low.c3_m2_s2 or c3, c3, at)
        return _with_energy(low, c3, problem.environment.earth.mu)
    if at == 1.0:
        return replace(low, semi_major_axis_m=asked.semi_major_axis_m, eccentricity=asked.eccentricity)
    (p0, a0), (p1, a1) = _radii(low), _radii(asked)
    return _with_radii(low, p0 + at * (p1 - p0), a0 + at * (a1 - a0))


def _with_energy(target: Target, c3: float, mu: float) -> Target:
    """The escape with another energy (m^2/s^2) and the same perigee."""
    perigee = target.perigee_radius_m
    return replace(
        target,
        c3_m2_s2=c3,
        semi_major_axis_m=-mu / c3,
        eccentricity=None if perigee is None else 1.0 + perigee * c3 / mu,
    )


def _radii(target: Target) -> tuple[float, float]:
    perigee, apogee = target.perigee_radius_m, target.apogee_radius_m
    assert perigee is not None and apogee is not None
    return perigee, apogee


def _with_radii(target: Target, perigee: float, apogee: float) -> Target:
    return replace(
        target,
        semi_major_axis_m=0.5 * (perigee + apogee),
        eccentricity=(apogee - perigee) / (apogee + perigee),
    )


def reachable_inclination(problem: Problem) -> float | None:
    """Return the nearest inclination (rad) that the start reaches without turning its plane; None where the target's
    is free."""
    i = problem.question.target.inclination_rad
    if i is None:
        return None
    r = problem.question.start[:3]
    latitude = abs(math.asin(r[2] / math.hypot(*r)))
    return min(max(i, latitude), math.pi - latitude)


def between(low: float, high: float, at: float) -> float:
    """Return the value between two positive ones in equal ratios."""
    return float(low * (high / low) ** at)
