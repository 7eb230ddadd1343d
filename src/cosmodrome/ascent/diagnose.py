"""Why there is no verified plan, in physical words: what is short, by how much, and the nearest change that would do.

The elastic optimum already holds the answer: the virtual velocity that remains *is* the shortfall. Whether a limit or the
inclination is to blame is found by asking the neighbouring questions without them, on the program that is built.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from cosmodrome.ascent.limits import FILE_KEYS, PATH_LIMITS
from cosmodrome.ascent.problem import Problem, pose
from cosmodrome.ascent.search import Attempt, Search
from cosmodrome.ascent.verify import (
    PAYLOAD_GAP_KG,
    POSITION_GAP_M,
    VELOCITY_GAP_M_S,
    LimitCheck,
    TargetGap,
    Verification,
)
from cosmodrome.errors import CosmodromeError
from cosmodrome.flight.propagate import Flight
from cosmodrome.mission.schema import LOWEST_PERIGEE_ALTITUDE_M, Mission, Target
from cosmodrome.physics.constants import G0
from cosmodrome.physics.frames import place
from cosmodrome.physics.atmosphere import air

# virtual velocity (m/s) below which an ascent needs none
_VIRTUAL_M_S = 1e-3


@dataclass(frozen=True)
class Nearest:
    """The nearest change that makes the mission feasible: one key of its file, with what it then carries."""

    key: str
    value: float
    unit: str
    payload_kg: float


@dataclass(frozen=True)
class Diagnosis:
    """One cause: `code` of the contract, one sentence, the key to look at, and the nearest feasible change if known."""

    code: str
    message: str
    key: str | None = None
    shortfall_m_s: float | None = None
    nearest_feasible: Nearest | None = None


def is_feasible(attempt: Attempt) -> bool:
    """Whether the solver converged without virtual velocity."""
    return attempt.solution.is_converged and attempt.solution.virtual_m_s <= _VIRTUAL_M_S


def thrust_to_weight(problem: Problem) -> Diagnosis | None:
    """Return the diagnosis of a vehicle that cannot leave its pad, None for one that can (or does not start there)."""
    if problem.mission.initial_state is not None:
        return None
    timeline = problem.timeline()
    phase = timeline.phases[0]
    payload = problem.question.objective.payload_kg or 0.0
    mass = timeline.mass_without_payload_kg + payload
    start = problem.question.start
    height = place(start[:3], problem.environment.earth).altitude
    pressure = air(height, problem.environment.atmosphere).pressure
    p = phase.leg.propulsion
    thrust = p.thrust + p.throttled_thrust * phase.throttle_max - pressure * p.exit_area
    ratio = thrust / (mass * G0)
    if ratio > 1.0:
        return None
    nearest = None
    spare = thrust / G0 - timeline.mass_without_payload_kg
    if spare > 0.0:
        nearest = Nearest("objective.payload_kg", spare, "kg", spare)
    return Diagnosis(
        "thrust-to-weight-below-one",
        f"the vehicle does not lift off: its thrust at the pad is {thrust / 1e3:.4g} kN but it weighs "
        f"{mass * G0 / 1e3:.4g} kN (thrust-to-weight {ratio:.3f})",
        "vehicle",
        None,
        nearest,
    )


def infeasible(search: Search, attempt: Attempt) -> Diagnosis:
    """Return why the elastic optimum still needs virtual velocity, or did not converge."""
    if not attempt.solution.is_converged:
        blocking = _blocking_limit(search, attempt)
        if blocking is not None:
            return blocking
        return Diagnosis(
            "not-converged",
            f"the solver stopped without an answer ({attempt.solution.return_status} after "
            f"{attempt.solution.iterations} iterations); try another launch_direction or looser limits",
        )
    blocking = _blocking_limit(search, attempt)
    if blocking is not None:
        return blocking
    short = attempt.solution.virtual_m_s
    return _below_latitude(search, attempt, short) or _short_of_delta_v(search, attempt, short)


def _short_of_delta_v(search: Search, attempt: Attempt, short: float) -> Diagnosis:
    objective = attempt.problem.question.objective
    stage = attempt.timeline.burns[-1].stage
    if objective.maximize != "payload" and objective.payload_kg:
        best = _most_payload(search, attempt)
        if best is not None:
            return Diagnosis(
                "insufficient-delta-v",
                f"{stage} is short by {short:.0f} m/s; the payload must drop by {objective.payload_kg - best:.0f} kg "
                f"to {best:.0f} kg",
                "objective.payload_kg",
                short,
                Nearest("objective.payload_kg", best, "kg", best),
            )
    nearest = _lower_orbit(search, attempt)
    hint = "no orbit above 120 km of this inclination is in reach even without a payload"
    if nearest is not None:
        hint = f"with {nearest.key} = {nearest.value:.0f} it would carry {nearest.payload_kg:.0f} kg"
    return Diagnosis(
        "insufficient-delta-v",
        f"even without a payload {stage} is short by {short:.0f} m/s; {hint}",
        "target",
        short,
        nearest,
    )


def _most_payload(search: Search, attempt: Attempt) -> float | None:
    """The largest payload (kg) of the same ascent, found on a program of its own."""
    problem = attempt.problem
    objective = replace(problem.question.objective, maximize="payload", payload_kg=None)
    found = Search(problem.with_question(objective=objective), search.progress).cold()
    return found.solution.payload_kg if is_feasible(found) else None


def _lower_orbit(search: Search, attempt: Attempt) -> Nearest | None:
    """The highest apogee, or circular altitude, below the target's that is in reach, by halving."""
    problem = attempt.problem
    target, radius = problem.question.target, problem.environment.earth.radius
    low, high = target.perigee_radius_m, target.apogee_radius_m
    assert low is not None and high is not None
    floor = radius + max(LOWEST_PERIGEE_ALTITUDE_M, problem.question.floor_altitude_m)
    is_circular = high - low < 1e3

    def attempt_at(apogee: float) -> Attempt:
        perigee = apogee if is_circular else min(low, apogee)
        lower = replace(
            target,
            semi_major_axis_m=0.5 * (perigee + apogee),
            eccentricity=(apogee - perigee) / (apogee + perigee),
        )
        return search.neighbour(attempt, problem.with_question(target=lower))

    worst, best = high, max(floor, low if not is_circular else floor)
    found = attempt_at(best)
    if not is_feasible(found):
        return None
    for _ in range(7):
        middle = 0.5 * (worst + best)
        trial = attempt_at(middle)
        if is_feasible(trial):
            best, found = middle, trial
        else:
            worst = middle
    value = math.floor((best - radius) / 1e3)
    key = "target.perigee_altitude_km" if is_circular else "target.apogee_altitude_km"
    return Nearest(key, float(value), "km", found.solution.payload_kg)


def _below_latitude(search: Search, attempt: Attempt, short: float) -> Diagnosis | None:
    """Blame the inclination when it lies outside the site's latitude and the nearest one inside would do."""
    problem = attempt.problem
    i = problem.question.target.inclination_rad
    if i is None:
        return None
    r = problem.question.start[:3]
    latitude = abs(math.asin(r[2] / math.sqrt(r[0] ** 2 + r[1] ** 2 + r[2] ** 2)))
    if latitude <= min(i, math.pi - i) + 1e-9:
        return None
    reachable = latitude if i < math.pi / 2 else math.pi - latitude
    found = _with_target(search, problem, replace(problem.question.target, inclination_rad=reachable))
    if found is None or not is_feasible(found):
        return None
    degrees = math.degrees(reachable)
    return Diagnosis(
        "inclination-below-latitude",
        f"the inclination of {math.degrees(i):.2f} deg lies {math.degrees(abs(reachable - i)):.2f} deg outside what the pad at "
        f"geocentric latitude {math.degrees(latitude):.2f} deg reaches without turning the plane, which leaves it short by "
        f"{short:.0f} m/s; at {degrees:.2f} deg it would carry {found.solution.payload_kg:.0f} kg",
        "target.inclination_deg",
        short,
        Nearest("target.inclination_deg", degrees, "deg", found.solution.payload_kg),
    )


def _with_target(search: Search, problem: Problem, target: Target) -> Attempt | None:
    """The optimum for another target from a start of its own; None when it cannot be posed."""
    mission: Mission = replace(problem.mission, target=target)
    try:
        return Search(pose(mission), search.progress).cold()
    except CosmodromeError:
        return None


def _blocking_limit(search: Search, attempt: Attempt) -> Diagnosis | None:
    """Blame a limit when the ascent is feasible without it; the nearest feasible value is found by halving."""
    problem = attempt.problem
    for name, value in _limits_with_rows(attempt):
        key = FILE_KEYS[name]
        sign = -1.0 if name == "min_coast_altitude_m" else 1.0
        free = _with_limit(search, attempt, name, value * 1e3 if sign > 0 else 0.0)
        if not is_feasible(free):
            continue
        best, found = _loosened(lambda x, n=name: _with_limit(search, attempt, n, x), value, sign, free)  # type: ignore[misc]
        return Diagnosis(
            "limit-blocks",
            f"limits.{key.key} = {value / key.factor:.6g} cannot be kept on any ascent found; from {best / key.factor:.4g} on "
            f"the rocket would carry {found.solution.payload_kg:.0f} kg",
            f"limits.{key.key}",
            None,
            Nearest(
                f"limits.{key.key}", best / key.factor, key.key.rpartition("_")[2], found.solution.payload_kg
            ),
        )
    _ = problem
    return None


def _loosened(
    ask: Callable[[float], Attempt], value: float, sign: float, free: Attempt
) -> tuple[float, Attempt]:
    """The tightest value of a limit, to about 1 %, at which the ascent is feasible."""
    factor = 1.0
    good = value * (1e3 if sign > 0 else 0.0)
    found = free
    for step in (1.05, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0):
        trial_value = value * step if sign > 0 else value / step
        trial = ask(trial_value)
        if is_feasible(trial):
            good, found = trial_value, trial
            break
        factor = step
    low = value * factor if sign > 0 else value / factor
    for _ in range(5):
        middle = 0.5 * (low + good)
        trial = ask(middle)
        if is_feasible(trial):
            good, found = middle, trial
        else:
            low = middle
    return good, found


def _limits_with_rows(attempt: Attempt) -> Iterator[tuple[str, float]]:
    """Path limits that have rows in the program and a value of the mission or vehicle."""
    used = {key for mine in attempt.solution.program.rows for key in mine}
    for name in PATH_LIMITS:
        value = getattr(attempt.problem.limits, name)
        if name == "min_coast_altitude_m":
            value = attempt.problem.question.floor_altitude_m
        if name in used and value is not None:
            yield name, float(value)


def _with_limit(search: Search, attempt: Attempt, name: str, value: float) -> Attempt:
    problem = attempt.problem
    limits = replace(problem.limits, **{name: value})
    changes: dict[str, object] = {"limits": limits}
    if name == "min_coast_altitude_m":
        changes["floor_altitude_m"] = value
    changed = replace(problem.with_question(**changes), limits=limits)
    return search.fresh(attempt, changed)


# --- verdicts on a plan that was flown -------------------------------------------------------------------------------


def unverified(
    verification: Verification, second_kg: float | None, first_kg: float, is_squeezed: bool
) -> Diagnosis | None:
    """Return why a converged plan is not verified, None when it is."""
    if verification.broken:
        return _broken(verification.broken[0])
    if not verification.is_close:
        return Diagnosis(
            "gap-too-large",
            f"flown from lift-off the plan misses itself by {verification.position_gap_m:.3g} m, "
            f"{verification.velocity_gap_m_s:.3g} m/s and {verification.payload_gap_kg:.3g} kg, more than {POSITION_GAP_M:.0f} m, "
            f"{VELOCITY_GAP_M_S} m/s or {PAYLOAD_GAP_KG:.0f} kg",
        )
    if is_squeezed:
        return Diagnosis(
            "bound-active",
            "the order that was given to the free events still presses on the optimum; impose their times in [sequence]",
            "sequence",
        )
    if second_kg is None:
        return Diagnosis(
            "starts-disagree", "no second start converged, so the optimum has not been confirmed from elsewhere"
        )
    if abs(second_kg - first_kg) > 1e-3 * max(abs(first_kg), 1.0):
        return Diagnosis(
            "starts-disagree",
            f"two starts disagree: {first_kg:.2f} kg and {second_kg:.2f} kg; the better one is given, but a third may be better yet",
        )
    return None


def unreached(flight: Flight, checks: tuple[LimitCheck, ...], gap: TargetGap) -> Diagnosis:
    """Return why a flight that nothing was planned for is no verified answer."""
    if flight.reason is not None:
        return Diagnosis("gap-too-large", f"the flight did not reach its target: it {flight.reason}")
    broken = [check for check in checks if not check.is_kept]
    if broken:
        return _broken(broken[0])
    return Diagnosis(
        "gap-too-large",
        f"the flight ends {gap.position_m:.3g} m and {gap.velocity_m_s:.3g} m/s away from the target orbit, more than "
        f"{POSITION_GAP_M:.0f} m or {VELOCITY_GAP_M_S} m/s",
        "target",
    )


def _broken(check: LimitCheck) -> Diagnosis:
    return Diagnosis(
        "limit-broken",
        f"the flight breaks limits.{check.name} = {check.limit:.6g}: it reaches {check.peak:.6g} at {check.t_s:.1f} s",
        f"limits.{check.name}",
    )
