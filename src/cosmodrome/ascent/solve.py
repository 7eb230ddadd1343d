"""IPOPT on a transcribed ascent, and the solution in physical units.

The solver's word is a claim: `Solution.is_converged` only says that IPOPT met its own tolerance (its "acceptable level"
does not count); `ascent.verify` judges the flight.
"""

import math
import time
from dataclasses import dataclass
from typing import Any

import casadi as ca
import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.mesh import Mesh, control_monomials, quadrature, state_monomials
from cosmodrome.ascent.parameters import Parameters
from cosmodrome.ascent.scaling import Scales
from cosmodrome.ascent.transcription import Program

Array = NDArray[np.float64]

# IPOPT's own names; AMD ordering and no scaling of its own: ours is in `ascent.scaling`
_OPTIONS: dict[str, Any] = {
    "print_level": 0,
    "sb": "yes",
    "linear_solver": "mumps",
    "mumps_pivot_order": 0,
    "mumps_mem_percent": 100,
    "nlp_scaling_method": "none",
    "tol": 1e-9,
    "constr_viol_tol": 1e-10,
    "acceptable_iter": 0,
    "fixed_variable_treatment": "make_parameter",
    "mu_strategy": "adaptive",
    # a flown guess nearly keeps its rows: a first step that throws that away for the objective seldom comes back
    "theta_max_fact": 100.0,
}

# a start that is any good needs less than half of these
_MOST_ITERATIONS = 150
# largest payload that is looked for, in masses that the guess ends with
MOST_PAYLOAD = 2.5
# how far above what their rows allow free durations are bounded
_LOOSE = 1.2
# how far inside its bounds a warm start begins, and how many iterations that is given: near them a neighbour's optimum
# is found in five, but little room is left where a limit changes hands or is grazed between two points
_WARM = ((1e-7, 25), (1e-4, 60))
# a barrier that falls steadily, from where a flown guess is
_STEADY = {**_OPTIONS, "mu_strategy": "monotone", "mu_init": 1e-4}
# three starts of four arrive in as many; for the others another start is the better next try
_MOST_STEADY_ITERATIONS = 70
_MOST_ADAPTIVE_ITERATIONS = 120
_WARM_PUSHES = ("bound_push", "bound_frac", "mult_bound_push", "slack_bound_push", "slack_bound_frac")


@dataclass(frozen=True)
class Solver:
    """IPOPT made for one program: the ways to solve it cold and warm, each tried in order until one converges."""

    program: Program
    cold: tuple[ca.Function, ...]
    warm: tuple[ca.Function, ...]


@dataclass(frozen=True)
class Solution:
    """What IPOPT returned: scaled variables and multipliers, and their physical meaning; `violation` is the largest
    of any row.

    `states` and `controls` per phase are (points, 7) in m, m/s, kg and (points, 3 or 4); `starts` (k, 7); `durations`
    (k,) s.
    """

    program: Program
    w: Array
    lam_g: Array
    lam_x: Array
    p: Array
    is_converged: bool
    return_status: str
    iterations: int
    seconds: float
    objective: float
    violation: float
    payload_kg: float
    virtual_m_s: float
    anomaly_rad: float
    durations: Array
    starts: Array
    states: tuple[Array, ...]
    controls: tuple[Array, ...]

    @property
    def mesh(self) -> Mesh:
        """The mesh it was found on."""
        return self.program.mesh

    @property
    def final_mass_kg(self) -> float:
        """Mass at insertion, payload included."""
        return float(self.states[-1][-1, 6])


def make_solver(program: Program) -> Solver:
    """Return the solver of a program."""
    base = {**_OPTIONS, "max_iter": _MOST_ITERATIONS}
    colds = [base]
    if len(program.timeline.burns[-1].windows) > 1:
        # over long coasts a barrier that adapts falls too fast
        colds = [
            {**_STEADY, "max_iter": _MOST_STEADY_ITERATIONS},
            {**base, "max_iter": _MOST_ADAPTIVE_ITERATIONS},
        ]
    warms = [
        {
            **base,
            "max_iter": most,
            "warm_start_init_point": "yes",
            "mu_strategy": "monotone",
            "mu_init": mu,
            **{f"warm_start_{name}": mu for name in _WARM_PUSHES},
        }
        for mu, most in _WARM
    ]
    make = {
        "print_time": False,
        "calc_lam_p": False,
        "calc_f": False,
        "error_on_fail": False,
        "show_eval_warnings": False,
        "no_nlp_grad": True,
        **program.options,
    }
    return Solver(
        program,
        tuple(ca.nlpsol("ascent", "ipopt", program.nlp, {**make, "ipopt": cold}) for cold in colds),
        tuple(ca.nlpsol("ascent_warm", "ipopt", program.nlp, {**make, "ipopt": warm}) for warm in warms),
    )


def solve(
    solver: Solver,
    parameters: Parameters,
    scales: Scales,
    p: Array,
    w0: Array,
    *,
    multipliers: tuple[Array, Array] | None = None,
    most_payload: float = MOST_PAYLOAD,
    cold_way: int | None = None,
) -> Solution:
    """Return the `Solution` from the start w0 (scaled); warm when `multipliers` (lam_g, lam_x) are given, else by one
    of the solver's cold ways, or by all until one converges.

    A payload that is given is held by its bounds. `most_payload` (in payload scales) is a bound of ours, against
    optima that carry everything nowhere; an answer that presses on it is asked for again with a wider one.
    """
    program = solver.program
    lower, upper = program.lower_x.copy(), program.upper_x.copy()
    layout = program.layout
    is_given = p[parameters.index("weight_payload")] == 0.0
    if is_given:
        lower[layout.payload] = upper[layout.payload] = w0[layout.payload]
    else:
        upper[layout.payload] = most_payload
    _keep_durations(program, parameters, p, upper)
    arguments: dict[str, Any] = {
        "x0": w0,
        "p": p,
        "lbx": lower,
        "ubx": upper,
        "lbg": program.lower_g,
        "ubg": program.upper_g,
    }
    functions = solver.cold if cold_way is None else solver.cold[cold_way : cold_way + 1]
    if multipliers is not None:
        functions = solver.warm
        arguments |= {"lam_g0": multipliers[0], "lam_x0": multipliers[1]}
    begun = time.perf_counter()
    for function in functions:
        found = function(**arguments)
        stats = function.stats()
        if stats["success"]:
            break
    seconds = time.perf_counter() - begun
    w = np.array(found["x"]).ravel()
    if not is_given and stats["success"] and w[layout.payload] > 0.99 * most_payload and most_payload < 1e3:
        return solve(
            solver,
            parameters,
            scales,
            p,
            w,
            multipliers=multipliers,
            most_payload=4.0 * most_payload,
            cold_way=cold_way,
        )
    return _solution(
        program,
        parameters,
        scales,
        p,
        w,
        np.array(found["lam_g"]).ravel(),
        np.array(found["lam_x"]).ravel(),
        str(stats["return_status"]),
        int(stats["iter_count"]),
        seconds,
    )


def _keep_durations(program: Program, parameters: Parameters, p: Array, upper: Array) -> None:
    """Bound free durations a little above what their rows allow: no solution presses on that, but a solver on its way
    is kept from burns and coasts without end."""
    timeline, layout = program.timeline, program.layout
    longest = dict.fromkeys(range(len(layout.x0)), math.inf)
    for tie in timeline.ties:
        for k in tie.phases:
            if k in longest:
                longest[k] = min(longest[k], p[parameters.index(f"tie.{tie.name}.upper")])
    for burn in timeline.burns:
        usable = p[parameters.index(f"usable.{burn.stage}")]
        for k in burn.phases:
            for flow in timeline.phases[k].flows if k in longest else ():
                if flow.stage == burn.stage and not flow.is_throttled:
                    longest[k] = min(longest[k], usable / p[parameters.flow_index(k, flow.stage)[0]])
    place = Parameters.PHASE.index("duration")
    for k, d in enumerate(layout.duration):
        if d >= 0 and longest[k] < math.inf:
            upper[d] = _LOOSE * longest[k] / p[parameters.phase_index(k)[place]]


def _solution(
    program: Program,
    parameters: Parameters,
    scales: Scales,
    p: Array,
    w: Array,
    lam_g: Array,
    lam_x: Array,
    status: str,
    iterations: int,
    seconds: float,
) -> Solution:
    layout = program.layout
    g, f = (np.array(value).ravel() for value in program.constraints(w, p))
    durations, starts, states, controls = [], [], [], []
    for k in range(len(layout.x0)):
        base = dict(zip(Parameters.PHASE, p[parameters.phase_index(k)], strict=True))
        scale = scales.state(base["mass_scale"])
        d = layout.duration[k]
        durations.append(base["duration"] * (w[d] if d >= 0 else 1.0))
        starts.append(w[layout.x0[k]] * scale)
        z = w[layout.z[k]]
        states.append(z[:, :7] * scale)
        controls.append(z[:, 7:])
    return Solution(
        program,
        w,
        lam_g,
        lam_x,
        p,
        status == "Solve_Succeeded",
        status,
        iterations,
        seconds,
        float(f[0]),
        float(np.max(np.maximum(program.lower_g - g, g - program.upper_g), initial=0.0)),
        float(w[layout.payload] * p[parameters.index("payload_scale")]),
        float(w[layout.virtual] * scales.speed),
        float(w[layout.anomaly]),
        np.array(durations),
        np.array(starts),
        tuple(states),
        tuple(controls),
    )


def moved(
    solution: Solution, parameters: Parameters, scales: Scales, end: Solution, begin: Solution
) -> Solution:
    """Return a solution moved as two others of its program, with its scales, lie apart: w + w_end - w_begin, and so
    its multipliers.

    It is a place to start from and solves nothing.
    """
    w, lam_g, lam_x = (
        getattr(solution, name) + getattr(end, name) - getattr(begin, name)
        for name in ("w", "lam_g", "lam_x")
    )
    return _solution(solution.program, parameters, scales, solution.p, w, lam_g, lam_x, "Moved", 0, 0.0)


def stacked(
    program: Program,
    parameters: Parameters,
    scales: Scales,
    p: Array,
    starts: Array,
    states: list[Array],
    controls: list[Array],
    durations: Array,
    payload_kg: float,
    virtual_m_s: float,
    anomaly_rad: float,
) -> Array:
    """Return the scaled variables of the given trajectory: `starts` (k, 7), states (points, 7), controls (points,
    n)."""
    layout = program.layout
    w = np.zeros(layout.size)
    for k in range(len(layout.x0)):
        base = dict(zip(Parameters.PHASE, p[parameters.phase_index(k)], strict=True))
        scale = scales.state(base["mass_scale"])
        w[layout.x0[k]] = starts[k] / scale
        n = layout.z[k].shape[1] - 7
        mine = controls[k][:, :n]
        if mine.shape[1] < n:
            # a throttle that was held open is free now
            mine = np.hstack([mine, np.full((len(mine), 1), program.timeline.phases[k].throttle_max)])
        w[layout.z[k]] = np.hstack([states[k] / scale, mine])
        if layout.duration[k] >= 0:
            w[layout.duration[k]] = durations[k] / base["duration"]
    w[layout.payload] = payload_kg / p[parameters.index("payload_scale")]
    w[layout.virtual] = virtual_m_s / scales.speed
    w[layout.anomaly] = anomaly_rad
    return w


def interpolated(solution: Solution, mesh: Mesh) -> tuple[list[Array], list[Array]]:
    """Return states and controls of a solution at the points of another mesh of the same phases."""
    states, controls = [], []
    for k, (old, new) in enumerate(zip(solution.mesh, mesh, strict=True)):
        nodes = np.vstack([solution.starts[k], solution.states[k]])
        at = new.points
        d = old.degree
        edges = np.array(old.edges)
        i = np.clip(np.searchsorted(edges, at, side="left") - 1, 0, old.intervals - 1)
        s = (at - edges[i]) / (edges[i + 1] - edges[i])
        powers = s[:, None] ** np.arange(d + 1)
        weights = powers @ state_monomials(d)
        pieces = np.stack([nodes[j * d : j * d + d + 1] for j in range(old.intervals)])
        states.append(np.einsum("nk,nkc->nc", weights, pieces[i]))
        controls.append(_controls(solution.controls[k], old.intervals, d, i, s))
    return states, controls


def transferred(solution: Solution, program: Program) -> tuple[Array, Array]:
    """Return multipliers (lam_g, lam_x) of a solution for a program of the same phases on another mesh or with more
    limits.

    A defect's multiplier over its quadrature weight is the costate, that of a row at a point over weight and width a
    density: both are functions of time, carried over by straight lines between points. New rows start at zero.
    """
    old = solution.program
    lam_g, lam_x = np.zeros(len(program.lower_g)), np.zeros(program.layout.size)
    for k, (coarse, fine) in enumerate(zip(old.mesh, program.mesh, strict=True)):
        weights_old = np.tile(quadrature(coarse.degree), coarse.intervals)
        weights_new = np.tile(quadrature(fine.degree), fine.intervals)
        widths_old, widths_new = np.repeat(coarse.widths, coarse.degree), np.repeat(fine.widths, fine.degree)
        rows_old, rows_new = old.point_rows[k], program.point_rows[k]
        for j, twin in _row_pairs(old, program, k):
            is_defect = j < 7
            per_old = weights_old if is_defect else weights_old * widths_old
            per_new = weights_new if is_defect else weights_new * widths_new
            density = solution.lam_g[rows_old[:, twin]] / per_old
            lam_g[rows_new[:, j]] = np.interp(fine.points, coarse.points, density) * per_new
        if old.layout.duration[k] >= 0:
            lam_x[program.layout.duration[k]] = solution.lam_x[old.layout.duration[k]]
    by_name = dict(zip(old.glue_names, solution.lam_g[old.glue_start :], strict=True))
    for i, name in enumerate(program.glue_names):
        lam_g[program.glue_start + i] = by_name.get(name, 0.0)
    for name in ("payload", "virtual", "anomaly"):
        lam_x[getattr(program.layout, name)] = solution.lam_x[getattr(old.layout, name)]
    return lam_g, lam_x


def _row_pairs(old: Program, new: Program, k: int) -> list[tuple[int, int]]:
    """Columns of phase k's rows in the new program with their twins in the old one."""
    first = new.point_rows[k].shape[1] - len(new.rows[k])
    pairs = [(j, j) for j in range(first)]
    for j, key in enumerate(new.rows[k]):
        if key in old.rows[k]:
            pairs.append((first + j, first + old.rows[k].index(key)))
    return pairs


def _controls(values: Array, intervals: int, degree: int, i: NDArray[np.intp], s: Array) -> Array:
    if values.shape[1] == 0:
        return np.zeros((len(s), 0))
    weights = (s[:, None] ** np.arange(degree)) @ control_monomials(degree)
    pieces = values.reshape(intervals, degree, -1)
    found: Array = np.einsum("nk,nkc->nc", weights, pieces[i])
    found[:, :3] /= np.linalg.norm(found[:, :3], axis=1, keepdims=True)
    return found
