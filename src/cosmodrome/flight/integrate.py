"""The reference integrator: DOP853 with dense output, landing exactly on every scheduled switch.

State y (12,): r (3, m), v (3, m/s), m (kg), then the velocity budget (m/s): ideal, pressure, steering, drag, gravity.
The budget is integrated with the flight, so its sum is a check of the flight and no second opinion is needed for it.

    K    slopes of the stages;   theta  position within a step, 0 to 1;   tau0  time at which the phase began

Source: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd ed. (1993): sec. II.4
(step control), II.5 (the pair and its error estimate), II.6 (dense output of order 7).
"""

# mypy: allow-untyped-calls
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import Attitude, piece_at, thrust_axis_in
from cosmodrome.flight.kernel import compiled, inner
from cosmodrome.flight.packing import pack, unpack_attitude, unpack_environment, unpack_leg
from cosmodrome.flight.tableau import read_tableau
from cosmodrome.physics.frames import place
from cosmodrome.physics.motion import Environment, Leg, acceleration, conditions, loss_rates
from cosmodrome.physics.propulsion import governed

Array = NDArray[np.float64]

STATES = 12
DONE, STEP_TOO_SMALL, NOT_FINITE, TOO_MANY_STEPS, GROUND = 0, 1, 2, 3, 4

RTOL = 1e-13
# What counts as the size of position, velocity, mass and budget when they are near zero: m, m/s, kg, m/s.
SIZES = np.array([1e3, 1e3, 1e3, 10.0, 10.0, 10.0, 1.0, 10.0, 10.0, 10.0, 10.0, 10.0])

_C, _A, _E5, _E3, _D = read_tableau()
_MOST_STEPS = 200_000
_SAFETY, _LEAST_FACTOR, _LARGEST_FACTOR = 0.9, 1.0 / 3.0, 6.0
_LEAST_STEP_S = 1e-9


class Arc(NamedTuple):
    """One integrated stretch: how it ended, steps t_s (n+1,), states y (n+1, 12), dense coefficients (n, 7, 12)."""

    status: int
    t_s: Array
    y: Array
    dense: Array


@inner
def slope(
    t: float, y: Array, piece: int, tau0: float, leg: Any, attitude: Any, environment: Any, out: Array
) -> None:
    """Write dy/dt (12,) at time t into `out`; `piece` as in `cosmodrome.flight.attitude`."""
    r = (y[0], y[1], y[2])
    v = (y[3], y[4], y[5])
    u, throttle = thrust_axis_in(piece, t, r, v, attitude, environment)
    throttle = governed(leg.propulsion, throttle, y[6])
    c = conditions(r, v, u, throttle, t - tau0, leg, environment)
    a = acceleration(c, u, y[6])
    losses = loss_rates(c, v, y[6], u)
    for i in range(3):
        out[i] = y[3 + i]
    out[3] = a[0]
    out[4] = a[1]
    out[5] = a[2]
    out[6] = -c.mdot
    out[7] = losses[0]
    out[8] = losses[1]
    out[9] = losses[2]
    out[10] = losses[3]
    out[11] = losses[4]


@compiled
def integrate_packed(
    leg_x: Array,
    attitude_x: Array,
    environment_x: Array,
    y0: Array,
    t0: float,
    t1: float,
    tau0: float,
    breaks: Array,
    rtol: float,
    atol: Array,
    first_step: float,
    max_step: float,
    ground: float,
) -> Any:
    """Kernel of `integrate`, on vectors made by `pack`: returns (status, t (n+1,), y (n+1, 12), dense (n, 7, 12)).

    `breaks` (k,) ascend; those outside (t0, t1) are passed over. Ends early, with GROUND, after the first step that
    ends below the geodetic altitude `ground` (m; -inf for never).
    """
    leg = unpack_leg(leg_x)
    attitude = unpack_attitude(attitude_x)
    environment = unpack_environment(environment_x)
    size = 64
    ts = np.empty(size + 1)
    ys = np.empty((size + 1, STATES))
    dense = np.empty((size, 7, STATES))
    K = np.zeros((16, STATES))
    y = y0.copy()
    y_stage = np.empty(STATES)
    y_next = np.empty(STATES)
    ts[0] = t0
    _copy(y, ys[0])
    t = t0
    n = 0
    h = first_step
    status = DONE
    next_break = piece_at(t0, breaks)
    fresh = True
    rejected = False
    while t < t1:
        target = t1
        if next_break < breaks.size and breaks[next_break] < t1:
            target = breaks[next_break]
        left = target - t
        h = min(h, max_step)
        step = h
        lands = left <= h * (1.0 + 1e-9)
        if lands:
            step = left
        elif left < 2.0 * h:
            # two even steps rather than a whole one and a sliver
            step = 0.5 * left
        piece = piece_at(t + 0.5 * step, attitude.edges)
        error = 0.0
        for s in range(0 if fresh else 1, 16):
            for i in range(STATES):
                y_stage[i] = y[i]
            for j in range(s):
                weight = step * _A[s, j]
                if weight != 0.0:
                    for i in range(STATES):
                        y_stage[i] += weight * K[j, i]
            slope(t + _C[s] * step, y_stage, piece, tau0, leg, attitude, environment, K[s])
            if s == 12:
                error = _error(K, y, y_stage, step, rtol, atol)
                if not error <= 1.0:
                    break
                _copy(y_stage, y_next)
        fresh = False
        if not error <= 1.0:
            finite = np.isfinite(error)
            factor = max(_LEAST_FACTOR, _SAFETY * error**-0.125) if finite else 0.1
            # a second refusal in a row is a kink (a layer of the air, a knot of a table), where the order is lost
            h = step * (min(factor, _LEAST_FACTOR) if rejected else factor)
            rejected = True
            if h < _LEAST_STEP_S:
                status = STEP_TOO_SMALL if finite else NOT_FINITE
                break
            continue
        if n == size:
            ts, ys, dense = _grown(ts, ys, dense)
            size = dense.shape[0]
        _dense(K, y, y_next, step, dense[n])
        n += 1
        t = target if lands else t + step
        _copy(y_next, y)
        ts[n] = t
        _copy(y, ys[n])
        factor = _LARGEST_FACTOR
        if error > 0.0:
            factor = min(_LARGEST_FACTOR, max(_LEAST_FACTOR, _SAFETY * error**-0.125))
        if rejected:
            factor = min(factor, 1.0)
            rejected = False
        # a step cut short by a switch says nothing against the longer one tried before it
        h = max(step * factor, h) if step < h else step * factor
        if lands and target < t1:
            next_break += 1
            fresh = True
        else:
            _copy(K[12], K[0])
        if ground > -np.inf and place((y[0], y[1], y[2]), environment.earth).altitude < ground:
            status = GROUND
            break
        if n == _MOST_STEPS:
            status = TOO_MANY_STEPS
            break
    return status, ts[: n + 1].copy(), ys[: n + 1].copy(), dense[:n].copy()


@inner
def _copy(source: Array, out: Array) -> None:
    # slice assignment would compile NumPy's shape errors into every kernel: five seconds of strings
    for i in range(source.size):
        out[i] = source[i]


@inner
def _error(K: Array, y: Array, y_new: Array, h: float, rtol: float, atol: Array) -> float:
    """Error of a step over its tolerance; NaN or inf when anything is not finite. Position and velocity are judged by
    their length, so that turning the axes changes no step."""
    for i in range(STATES):
        if not (np.isfinite(y_new[i]) and np.isfinite(K[12, i])):
            return np.nan
    r = math.sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    v = math.sqrt(y[3] * y[3] + y[4] * y[4] + y[5] * y[5])
    five = 0.0
    three = 0.0
    for i in range(STATES):
        e5 = 0.0
        e3 = 0.0
        for j in range(13):
            e5 += _E5[j] * K[j, i]
            e3 += _E3[j] * K[j, i]
        length = r if i < 3 else (v if i < 6 else max(abs(y[i]), abs(y_new[i])))
        scale = atol[i] + rtol * length
        five += (e5 / scale) ** 2
        three += (e3 / scale) ** 2
    if five == 0.0 and three == 0.0:
        return 0.0
    return abs(h) * five / math.sqrt((five + 0.01 * three) * STATES)


@inner
def _dense(K: Array, y: Array, y_new: Array, h: float, out: Array) -> None:
    for i in range(STATES):
        rise = y_new[i] - y[i]
        out[0, i] = rise
        out[1, i] = h * K[0, i] - rise
        out[2, i] = 2.0 * rise - h * (K[12, i] + K[0, i])
        for k in range(4):
            out[3 + k, i] = 0.0
    for k in range(4):
        for j in range(16):
            weight = h * _D[k, j]
            if weight != 0.0:
                for i in range(STATES):
                    out[3 + k, i] += weight * K[j, i]


@compiled
def _grown(ts: Array, ys: Array, dense: Array) -> Any:
    size = dense.shape[0]
    more_t = np.empty(2 * size + 1)
    more_y = np.empty((2 * size + 1, STATES))
    more_dense = np.empty((2 * size, 7, STATES))
    for n in range(size + 1):
        more_t[n] = ts[n]
        _copy(ys[n], more_y[n])
    for n in range(size):
        for k in range(7):
            _copy(dense[n, k], more_dense[n, k])
    return more_t, more_y, more_dense


@inner
def dense_state(step: int, theta: float, ys: Array, dense: Array, out: Array) -> None:
    """Write the state (12,) at `theta` in [0, 1] of a step into `out`; the ends of a step are its exact states."""
    if theta <= 0.0 or theta >= 1.0:
        _copy(ys[step + 1 if theta >= 1.0 else step], out)
        return
    for i in range(STATES):
        total = 0.0
        for k in range(6, -1, -1):
            total += dense[step, k, i]
            total *= theta if k % 2 == 0 else 1.0 - theta
        out[i] = ys[step, i] + total


@compiled
def states_at(t: Array, ts: Array, ys: Array, dense: Array) -> Array:
    """Return the states (m, 12) at times t (m,) within [ts[0], ts[-1]]; beyond them, those of the ends."""
    out = np.empty((t.size, STATES))
    for i in range(t.size):
        step = min(max(piece_at(t[i], ts) - 1, 0), max(ts.size - 2, 0))
        if ts.size == 1:
            _copy(ys[0], out[i])
        else:
            dense_state(step, (t[i] - ts[step]) / (ts[step + 1] - ts[step]), ys, dense, out[i])
    return out


def integrate(
    leg: Leg,
    attitude: Attitude,
    environment: Environment,
    y0: Array,
    t0: float,
    t1: float,
    *,
    phase_t0: float | None = None,
    breaks: Array | None = None,
    rtol: float = RTOL,
    atol: Array | None = None,
    first_step: float = 0.1,
    max_step: float = np.inf,
    ground_m: float = -np.inf,
) -> Arc:
    """Return the `Arc` flown from state y0 (12,) at t0 to t1 >= t0 (s), or as far as it came (see `Arc.status`).

    `phase_t0` is when the phase began (t0 by default; a tail-off counts from it), `breaks` are times to land on besides
    the attitude's edges, `atol` (12,) defaults to `rtol * SIZES`. Stops after a step ending below `ground_m`.
    """
    edges = attitude.edges if breaks is None else np.union1d(attitude.edges, breaks)
    status, t, y, dense = integrate_packed(
        pack(leg),
        pack(attitude),
        pack(environment),
        np.asarray(y0, dtype=float),
        float(t0),
        float(t1),
        float(t0 if phase_t0 is None else phase_t0),
        edges,
        float(rtol),
        rtol * SIZES if atol is None else atol,
        float(first_step),
        float(max_step),
        float(ground_m),
    )
    return Arc(status, t, y, dense)
