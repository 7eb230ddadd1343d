"""Cheap flights for guesses: classical Runge-Kutta of order 4 with even steps, seven states and no dense output.

A guess flies hundreds of whole programmes to choose a few numbers, so the kernels take vectors made by
`cosmodrome.flight.packing` and return only the ends of the phases and a record of what was met on the way.

Source: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd ed. (1993), table II.1.2.
"""

# mypy: allow-untyped-calls
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import piece_at, thrust_axis_in
from cosmodrome.flight.kernel import compiled, inner
from cosmodrome.flight.packing import unpack_attitude, unpack_environment, unpack_leg
from cosmodrome.physics.motion import acceleration, angle_of_attack, axial_acceleration, conditions
from cosmodrome.physics.propulsion import governed

Array = NDArray[np.float64]

RECORD = (
    "max_q_pa",
    "max_q_alpha_pa_rad",
    "max_axial_m_s2",
    "max_heat_flux_w_m2",
    "last_heat_flux_w_m2",
    "min_altitude_m",
)
"""What a march records of each phase, in this order, judged at the beginning of every step and at the end."""


@compiled
def march(
    leg_x: Array, attitude_x: Array, environment_x: Array, y0: Array, t0: float, t1: float, step: float
) -> Any:
    """Fly one phase from y0 (7,: r, v, m) at t0 to t1 in steps of at most `step` s; returns (y (7,), record (6,)).

    The attitude's edges are ends of steps. A state that is no number comes out as one: the caller looks.
    """
    record = np.array([0.0, 0.0, 0.0, 0.0, 0.0, np.inf])
    y = y0.copy()
    K = np.empty((5, 7))
    leg, attitude = unpack_leg(leg_x), unpack_attitude(attitude_x)
    _march(leg, attitude, unpack_environment(environment_x), y, t0, t1, step, K, record)
    return y, record


@compiled
def march_programme(
    legs: Array,
    leg_starts: NDArray[np.int64],
    attitudes: Array,
    attitude_starts: NDArray[np.int64],
    environment_x: Array,
    y0: Array,
    t0: float,
    durations: Array,
    drops_kg: Array,
    step: float,
) -> Any:
    """Fly k phases, taking `drops_kg` (k,) off at their ends; returns (ends (k, 7) before the drops, records (k, 6)).

    `legs` and `attitudes` are stacks of k vectors (see `packing.stack`); one attitude alone serves all phases.
    """
    k = durations.size
    environment = unpack_environment(environment_x)
    ends = np.empty((k, 7))
    records = np.zeros((k, 6))
    K = np.empty((5, 7))
    y = y0.copy()
    t = t0
    for i in range(k):
        a = i if attitude_starts.size > 2 else 0
        records[i, 5] = np.inf
        _march(
            unpack_leg(legs[leg_starts[i] : leg_starts[i + 1]]),
            unpack_attitude(attitudes[attitude_starts[a] : attitude_starts[a + 1]]),
            environment,
            y,
            t,
            t + durations[i],
            step,
            K,
            records[i],
        )
        t += durations[i]
        for j in range(7):
            ends[i, j] = y[j]
        y[6] -= drops_kg[i]
    return ends, records


@inner
def _march(
    leg: Any,
    attitude: Any,
    environment: Any,
    y: Array,
    t0: float,
    t1: float,
    step: float,
    K: Array,
    record: Array,
) -> None:
    """Advance y (7,) in place; `K` (5, 7) is room for the slopes and the state of a stage."""
    edges = attitude.edges
    t = t0
    y_stage = K[4]
    next_edge = piece_at(t0, edges)
    while t < t1:
        target = t1
        if next_edge < edges.size and edges[next_edge] < t1:
            target = edges[next_edge]
            next_edge += 1
        n = max(1, math.ceil((target - t) / step * (1.0 - 1e-12)))
        h = (target - t) / n
        start = t
        for i in range(n):
            t = start + i * h
            piece = piece_at(t + 0.5 * h, edges)
            for s in range(4):
                reach = 0.0 if s == 0 else (1.0 if s == 3 else 0.5) * h
                for j in range(7):
                    y_stage[j] = y[j] + (reach * K[s - 1, j] if s > 0 else 0.0)
                _slope(t + reach, y_stage, piece, t0, leg, attitude, environment, K[s], record, s == 0)
            for j in range(7):
                y[j] += h / 6.0 * (K[0, j] + 2.0 * K[1, j] + 2.0 * K[2, j] + K[3, j])
        t = target
    _slope(t1, y, max(piece_at(t1, edges) - (1 if _ends_on_edge(t1, edges) else 0), 0), t0, leg, attitude,
           environment, K[0], record, True)  # fmt: skip


@inner
def _ends_on_edge(t: float, edges: Array) -> bool:
    i = piece_at(t, edges) - 1
    return i >= 0 and edges[i] == t


@inner
def _slope(
    t: float,
    y: Array,
    piece: int,
    tau0: float,
    leg: Any,
    attitude: Any,
    environment: Any,
    out: Array,
    record: Array,
    is_recorded: bool,
) -> None:
    r = (y[0], y[1], y[2])
    v = (y[3], y[4], y[5])
    u, throttle = thrust_axis_in(piece, t, r, v, attitude, environment)
    throttle = governed(leg.propulsion, throttle, y[6])
    c = conditions(r, v, u, throttle, t - tau0, leg, environment)
    a = acceleration(c, u, y[6])
    for i in range(3):
        out[i] = v[i]
        out[3 + i] = a[i]
    out[6] = -c.mdot
    if is_recorded:
        record[0] = max(record[0], c.q)
        record[1] = max(record[1], c.q * angle_of_attack(u, c.v_air))
        record[2] = max(record[2], axial_acceleration(c, u, y[6]))
        record[3] = max(record[3], c.heat_flux)
        record[4] = c.heat_flux
        record[5] = min(record[5], c.altitude)
