"""The proof of a plan: flown from lift-off by an independent integrator, never reset, and held against the plan.

The control of an interval is its collocation polynomial, normalised; phases switch at the plan's times. The gap is the
largest distance between plan and flight over all phase ends. Where it is too large the mesh is refined in the intervals
that made it, found by flying each interval from the plan's own state.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent import targets
from cosmodrome.ascent.attempt import Attempt
from cosmodrome.ascent.layout import Rows
from cosmodrome.ascent.limits import FILE_KEYS, PATH_LIMITS
from cosmodrome.ascent.mesh import Mesh, control_monomials
from cosmodrome.ascent.problem import Problem
from cosmodrome.flight.attitude import Attitude, along_velocity, polynomial, vertical
from cosmodrome.flight.integrate import integrate
from cosmodrome.flight.programme import Programme, Step
from cosmodrome.flight.propagate import Flight, fly
from cosmodrome.flight.sampling import Peak
from cosmodrome.physics.frames import angles_from_direction, ground_velocity, place
from cosmodrome.physics.vector import subtracted

Array = NDArray[np.float64]

# what a plan and its flight may differ by: the issue of trust in one place
POSITION_GAP_M = 100.0
VELOCITY_GAP_M_S = 0.1
PAYLOAD_GAP_KG = 1.0
# a limit may be passed by this fraction between collocation points before the mesh is called too coarse
LIMIT_TOLERANCE = 1e-3
# a limit counts as active when the flight comes this close to it
_ACTIVE = 1e-3


@dataclass(frozen=True)
class LimitCheck:
    """One limit on the dense flight: its key in files, limit and peak in that key's unit, when, and whether it
    holds."""

    field: str
    name: str
    limit: float
    peak: float | None
    t_s: float | None
    is_active: bool
    is_kept: bool


@dataclass(frozen=True)
class Verification:
    """What the flight of a plan showed; gaps are the largest over all phase ends."""

    programme: Programme
    flight: Flight
    position_gap_m: float
    velocity_gap_m_s: float
    payload_gap_kg: float
    limits: tuple[LimitCheck, ...]

    @property
    def is_close(self) -> bool:
        """Whether plan and flight agree within what is allowed."""
        return (
            self.position_gap_m <= POSITION_GAP_M
            and self.velocity_gap_m_s <= VELOCITY_GAP_M_S
            and self.payload_gap_kg <= PAYLOAD_GAP_KG
        )

    @property
    def broken(self) -> tuple[LimitCheck, ...]:
        """Limits that the flight does not keep."""
        return tuple(check for check in self.limits if not check.is_kept)


def verify(attempt: Attempt) -> Verification:
    """Return what flying the solved plan shows."""
    programme = programme_of(attempt)
    flight = fly(programme)
    checks = check_limits(attempt.problem, flight, attempt.parameters.azimuth_phase)
    planned = np.array([states[-1] for states in attempt.solution.states])
    if len(flight.phase_ends) < len(planned) or flight.reason is not None:
        return Verification(programme, flight, math.inf, math.inf, math.inf, checks)
    gaps = flight.phase_ends[: len(planned), :7] - planned
    return Verification(
        programme,
        flight,
        float(np.linalg.norm(gaps[:, :3], axis=1).max()),
        float(np.linalg.norm(gaps[:, 3:6], axis=1).max()),
        _payload_gap(attempt, flight.phase_ends[len(planned) - 1]),
        checks,
    )


def programme_of(attempt: Attempt) -> Programme:
    """Return the programme that a solved plan asks to be flown."""
    problem, timeline, solution = attempt.problem, attempt.timeline, attempt.solution
    steps = []
    t = timeline.t0_s
    for k, phase in enumerate(timeline.phases):
        if k < len(solution.durations):
            duration = float(solution.durations[k])
            law = _plan_law(attempt, k, t, duration)
        else:
            duration, law = phase.nominal_s, along_velocity()
        steps.append(Step(phase, duration, law))
        t += duration
    return problem.programme(timeline, tuple(steps), solution.payload_kg)


def _plan_law(attempt: Attempt, k: int, t: float, duration: float) -> Attitude:
    phase = attempt.timeline.phases[k]
    if not phase.is_steered:
        return vertical() if phase.is_vertical else along_velocity()
    cut, values = attempt.solution.mesh[k], attempt.solution.controls[k]
    if values.shape[1] == 3:
        values = np.hstack([values, np.full((len(values), 1), phase.throttle_max)])
    pieces = values.reshape(cut.intervals, cut.degree, 4)
    edges = t + duration * np.array(cut.edges)
    edges[-1] = t + duration
    coefficients = np.einsum("jk,nkc->njc", control_monomials(cut.degree), pieces)
    return polynomial(edges, coefficients, (phase.throttle_min, phase.throttle_max))


def _payload_gap(attempt: Attempt, flown: Array) -> float:
    """Payload (kg) that the flown insertion's distance from the target is worth, by the target's multipliers."""
    solution, parameters, problem = attempt.solution, attempt.parameters, attempt.problem
    program = solution.program
    missed = targets.rows(
        tuple(flown[:3]),
        tuple(flown[3:6]),
        solution.anomaly_rad,
        parameters.shape,
        targets.numbers(problem.question.target),
        problem.environment.earth,
    )
    rows = [program.glue_start + i for i, name in enumerate(program.glue_names) if name.startswith("target.")]
    worth = float(solution.lam_g[rows] @ np.array(missed))
    return abs(worth) * float(solution.p[parameters.index("payload_scale")])


def turned(verification: Verification, angle_rad: float) -> Verification:
    """Return a verification whose flight is turned about the pole: the same flight among other stars."""
    programme = verification.programme.turned(angle_rad)
    return replace(verification, programme=programme, flight=fly(programme))


@dataclass(frozen=True)
class TargetGap:
    """How far an insertion is from the target: the largest miss of its rows, as a length and as a speed."""

    position_m: float
    velocity_m_s: float

    @property
    def is_close(self) -> bool:
        """Whether the miss is within what a plan and its flight may differ by."""
        return self.position_m <= POSITION_GAP_M and self.velocity_m_s <= VELOCITY_GAP_M_S


def target_gap(problem: Problem, flight: Flight) -> TargetGap:
    """Return how far a flight's insertion is from the target of its mission, at the target's nearest true anomaly."""
    k = targets.numbers(problem.question.target)
    form = targets.shape(problem.question.target)
    earth = problem.environment.earth
    r, v = flight.insertion.r_eci_m, flight.insertion.v_eci_m_s
    p = k.a * (1.0 - k.e**2)
    distance = math.hypot(*r)
    nu = 0.0
    if form.is_eccentric:
        climb = sum(a * b for a, b in zip(r, v, strict=True)) / distance
        nu = math.atan2(climb / math.sqrt(earth.mu / p), p / distance - 1.0)
    size, *missed = targets.rows(r, v, nu, form, k, earth)
    missed += [2.0 for row in targets.side_rows(r, v, nu, form, k, earth) if row > 0.0]
    if not form.is_escape:
        return TargetGap(abs(size) * p, max(map(abs, missed)) * math.sqrt(earth.mu / p))
    # what turns an escape is its speed, and no length belongs to it but its perigee
    low = abs(missed.pop(0)) * p if form.has_perigee else 0.0
    return TargetGap(low, max(0.5 * abs(size), *map(abs, missed)) * math.hypot(*v))


# --- limits on the flight ------------------------------------------------------------------------------------------


def check_limits(problem: Problem, flight: Flight, azimuth_phase: int) -> tuple[LimitCheck, ...]:
    """Return every limit of the problem as the dense flight keeps it.

    The launch azimuth is judged at the end of `azimuth_phase`.
    """
    limits, checks = problem.limits, []
    peaks = flight.peaks(problem.question.floor_altitude_m)
    for name, file_key in FILE_KEYS.items():
        bound = getattr(limits, name)
        if name == "min_coast_altitude_m":
            bound = problem.question.floor_altitude_m
        if bound is None:
            continue
        if name.startswith("launch_azimuth"):
            checks.append(_azimuth_check(problem, flight, name, bound, azimuth_phase))
            continue
        checks.append(_path_check(name, file_key.key, file_key.factor, bound, peaks.get(name)))
    return tuple(checks)


def _path_check(name: str, key: str, factor: float, bound: float, peak: Peak | None) -> LimitCheck:
    if peak is None:
        return LimitCheck(name, key, bound / factor, None, None, False, True)
    over = (bound - peak.value) / 1e5 if name == "min_coast_altitude_m" else peak.value / bound - 1.0
    return LimitCheck(
        name, key, bound / factor, peak.value / factor, peak.t_s, over > -_ACTIVE, over <= LIMIT_TOLERANCE
    )


def _azimuth_check(problem: Problem, flight: Flight, name: str, bound: float, phase: int) -> LimitCheck:
    key, earth = FILE_KEYS[name], problem.environment.earth
    y = flight.phase_ends[min(phase, len(flight.phase_ends) - 1)]
    t = float(flight.programme.times_s[phase + 1])
    r, v = tuple(y[:3]), tuple(y[3:6])
    _, azimuth = angles_from_direction(subtracted(v, ground_velocity(r, earth)), place(r, earth))
    turned = math.remainder(azimuth - bound, 2.0 * math.pi)
    over = -turned if name.endswith("min_rad") else turned
    return LimitCheck(
        name,
        key.key,
        bound / key.factor,
        (bound + turned) / key.factor,
        t,
        over > -1e-4,
        over <= LIMIT_TOLERANCE,
    )


# --- where the mesh is too coarse
# --------------------------------------------------------------------------------------


def refined_mesh(attempt: Attempt, shrink: float = 1.0) -> Mesh:
    """Return the mesh with those intervals cut whose own error, flown alone, is more than its share of the gap.

    `shrink` below one asks for less than the plain share. A phase without such an interval stays as it is.
    """
    errors = local_errors(attempt)
    count = sum(len(e) for e in errors)
    allowed = shrink * 0.3 / math.sqrt(count)
    mesh = []
    for cut, mine in zip(attempt.solution.mesh, errors, strict=True):
        order = 2 * cut.degree - 1
        splits = {
            i: min(4, max(2, math.ceil((error / allowed) ** (1.0 / order))))
            for i, error in enumerate(mine)
            if error > allowed
        }
        mesh.append(cut.refined(splits))
    return tuple(mesh)


def halved_where_broken(attempt: Attempt, verification: Verification) -> Mesh:
    """Return the mesh with the intervals halved in which the flight passes a limit between two points that keep it."""
    mesh = list(attempt.solution.mesh)
    for check in verification.broken:
        if check.t_s is None:
            continue
        k, end = attempt.phase_at(check.t_s)
        duration = float(attempt.solution.durations[k])
        at = (check.t_s - (end - duration)) / max(duration, 1e-9)
        i = int(np.clip(np.searchsorted(mesh[k].edges, at) - 1, 0, mesh[k].intervals - 1))
        mesh[k] = mesh[k].refined({j: 2 for j in (i - 1, i, i + 1) if 0 <= j < mesh[k].intervals})
    return tuple(mesh)


def local_errors(attempt: Attempt) -> list[Array]:
    """Return for each phase the error of each interval (n,), in units of the allowed gap at insertion.

    A position error counts as it is, a velocity error by what it grows to until insertion.
    """
    problem, timeline, solution = attempt.problem, attempt.timeline, attempt.solution
    found = []
    end = timeline.t0_s + float(solution.durations.sum())
    t = timeline.t0_s
    for k, cut in enumerate(solution.mesh):
        phase, duration = timeline.phases[k], float(solution.durations[k])
        law = vertical() if duration <= 0.0 else _plan_law(attempt, k, t, duration)
        nodes = np.vstack([solution.starts[k], solution.states[k]])
        edges = t + duration * np.array(cut.edges)
        mine = np.zeros(cut.intervals)
        for i in range(cut.intervals):
            if edges[i + 1] <= edges[i]:
                continue
            y0 = np.concatenate([nodes[i * cut.degree], np.zeros(5)])
            arc = integrate(
                phase.leg,
                law,
                problem.environment,
                y0,
                float(edges[i]),
                float(edges[i + 1]),
                phase_t0=t,
                rtol=1e-9,
            )
            gap = arc.y[-1, :7] - nodes[(i + 1) * cut.degree]
            dr, dv = float(np.linalg.norm(gap[:3])), float(np.linalg.norm(gap[3:6]))
            left = end - float(edges[i + 1])
            mine[i] = max((dr + dv * left) / POSITION_GAP_M, dv / VELOCITY_GAP_M_S)
        found.append(mine)
        t += duration
    return found


def missing_rows(attempt: Attempt, verification: Verification) -> Rows | None:
    """Return the program's rows with those of broken path limits added where the flight breaks them; None if none is
    new."""
    rows = [list(mine) for mine in attempt.solution.program.rows]
    added = False
    for check in verification.broken:
        if check.field not in PATH_LIMITS or check.t_s is None:
            continue
        k, _ = attempt.phase_at(check.t_s)
        for near in {k, min(k + 1, len(rows) - 1)}:
            phase = attempt.timeline.phases[near]
            allowed = phase.is_steered or check.field not in ("max_dynamic_pressure_pa", "max_q_alpha_pa_rad")
            if check.field == "fairing_heat_flux_w_m2" and not phase.is_fairing_gone:
                allowed = False
            if allowed and check.field not in rows[near]:
                rows[near].append(check.field)
                added = True
    if not added:
        return None
    order = list(PATH_LIMITS)
    return tuple(tuple(sorted(mine, key=order.index)) for mine in rows)
