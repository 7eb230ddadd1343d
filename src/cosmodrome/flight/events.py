"""Moments found on a flown arc: crossings of a level and extremes, to 1e-6 s on the dense output.

An arc is sampled at several points of every step; a change of sign is then halved down, and a sample nearest to the level
without a change of sign is followed to its extreme, since two crossings may hide between two samples.

Source of the section search: W. H. Press et al., Numerical Recipes, 3rd ed. (2007), sec. 10.2.
"""

# mypy: allow-untyped-calls
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import piece_at
from cosmodrome.flight.integrate import STATES, Arc, dense_state
from cosmodrome.flight.kernel import compiled, inner
from cosmodrome.flight.observe import COLUMN, QUANTITIES, observe, observe_steps
from cosmodrome.flight.packing import unpack_attitude, unpack_environment, unpack_leg

Array = NDArray[np.float64]

_POINTS_PER_STEP = 8
_MOST_POINTS_PER_STEP = 256
_GOLDEN = 0.5 * (math.sqrt(5.0) - 1.0)
_SIZE = len(QUANTITIES)


@dataclass(frozen=True, eq=False)
class Trace:
    """An arc with its leg, attitude and environment as vectors, and samples along it in ascending time.

    `step` and `theta` (n,) say where a sample lies, `t_s` (n,), `y` (n, 12) and `quantities` (n, q) what is there. Both ends
    of every step are samples, so what jumps at a switch is seen on both sides.
    """

    arc: Arc
    phase_t0: float
    vectors: tuple[Array, Array, Array]
    step: NDArray[np.int64]
    theta: Array
    t_s: Array
    y: Array
    quantities: Array

    def column(self, name: str) -> Array:
        """The samples (n,) of one of `observe.QUANTITIES`."""
        return self.quantities[:, COLUMN[name]]

    def at(self, step: int, theta: float) -> tuple[float, Array, Array]:
        """Time, state (12,) and quantities (q,) at one place."""
        t, y, q = observe_steps([step], [theta], *self.vectors, self.phase_t0, self.arc)
        return float(t[0]), y[0], q[0]

    def place_of(self, t_s: float) -> tuple[int, float]:
        """The (step, theta) of a time, at a switch the side before it; the ends beyond the arc."""
        ts = self.arc.t_s
        step = min(max(int(np.searchsorted(ts, t_s, side="left")) - 1, 0), max(ts.size - 2, 0))
        if ts.size == 1:
            return 0, 0.0
        return step, min(max((t_s - float(ts[step])) / float(ts[step + 1] - ts[step]), 0.0), 1.0)


def trace(arc: Arc, vectors: tuple[Array, Array, Array], phase_t0: float, spacing_s: float = 1.0) -> Trace:
    """Return the `Trace` of an arc flown with `vectors` (leg, attitude, environment as packed).

    Eight intervals in every step, more where they would be longer than `spacing_s`.
    """
    steps = np.diff(arc.t_s)
    if steps.size == 0:
        step, theta = np.zeros(1, dtype=np.int64), np.zeros(1)
    else:
        counts = np.clip(np.ceil(steps / spacing_s), _POINTS_PER_STEP, _MOST_POINTS_PER_STEP).astype(int)
        step = np.repeat(np.arange(steps.size), counts + 1)
        theta = np.concatenate([np.linspace(0.0, 1.0, n + 1) for n in counts])
    t, y, q = observe_steps(step, theta, *vectors, phase_t0, arc)
    return Trace(arc, phase_t0, vectors, step, theta, t, y, q)


def crossings(traced: Trace, quantity: str, level: float, direction: int = 0) -> list[tuple[int, float, float]]:
    """Return where a quantity crosses `level`, as (step, theta, t_s) ascending in time.

    `direction` +1 keeps upward crossings, -1 downward ones, 0 both. A level touched without being passed is no crossing.
    """
    f = traced.column(quantity) - level
    found: list[tuple[int, float, float, int]] = []
    for i in range(f.size - 1):
        if (f[i] < 0.0) != (f[i + 1] < 0.0):
            found.append(_root(traced, quantity, level, i))
    for i in _near_misses(f):
        found += _hidden_pair(traced, quantity, level, i, f)
    found.sort(key=lambda place: place[2])
    return [place[:3] for place in found if direction in (0, place[3])]


def extreme(traced: Trace, quantity: str, sign: int = 1) -> tuple[float, int, float, float]:
    """Return the largest (`sign` = 1) or smallest (-1) value of a quantity on the trace, as (value, step, theta, t_s)."""
    f = sign * traced.column(quantity)
    i = int(np.argmax(f))
    # the best sample may be the shared end of two steps, whose inner sides are both possible
    best = (float(f[i]), int(traced.step[i]), float(traced.theta[i]), float(traced.t_s[i]))
    twins = [k for k in range(max(i - 1, 0), min(i + 2, f.size)) if traced.t_s[k] == traced.t_s[i]]
    for k in twins:
        found = _around(traced, quantity, sign, k)
        if found[0] > best[0]:
            best = found
    return sign * best[0], *best[1:]


def _around(traced: Trace, quantity: str, sign: int, i: int) -> tuple[float, int, float, float]:
    """The extreme between the neighbours of sample i in its own step."""
    step = int(traced.step[i])
    before = traced.theta[i - 1] if i > 0 and traced.step[i - 1] == step else traced.theta[i]
    last = i + 1 == traced.step.size or traced.step[i + 1] != step
    after = traced.theta[i] if last else traced.theta[i + 1]
    value, theta = _section(
        step, float(before), float(after), COLUMN[quantity], float(sign), *_arguments(traced)
    )
    t = _time(traced, step, theta)
    return float(value), step, float(theta), t


def _root(traced: Trace, quantity: str, level: float, i: int) -> tuple[int, float, float, int]:
    rising = 1 if traced.column(quantity)[i] < level else -1
    step = int(traced.step[i])
    if traced.step[i + 1] != step:  # a jump exactly at a switch
        return int(traced.step[i + 1]), 0.0, float(traced.t_s[i + 1]), rising
    theta = _halved(
        step, float(traced.theta[i]), float(traced.theta[i + 1]), COLUMN[quantity], level, *_arguments(traced)
    )
    return step, theta, _time(traced, step, theta), rising


def _near_misses(f: Array) -> list[int]:
    """Samples nearer to zero than their neighbours, all three on one side of it."""
    if f.size < 3:
        return []
    size, negative = np.abs(f), f < 0.0
    same = (negative[1:-1] == negative[:-2]) & (negative[1:-1] == negative[2:])
    nearer = (size[1:-1] <= size[:-2]) & (size[1:-1] <= size[2:])
    return [int(i) + 1 for i in np.flatnonzero(same & nearer)]


def _hidden_pair(
    traced: Trace, quantity: str, level: float, i: int, f: Array
) -> list[tuple[int, float, float, int]]:
    sign = -1 if f[i] > 0.0 else 1
    value, step, theta, _ = _around(traced, quantity, sign, i)
    if sign * value * sign <= sign * level * sign if sign == 1 else value < -level:
        return []
    pair = []
    low = float(traced.theta[i - 1]) if traced.step[i - 1] == step else float(traced.theta[i])
    high = float(traced.theta[i + 1]) if traced.step[i + 1] == step else float(traced.theta[i])
    for start, end, rising in ((low, theta, sign), (theta, high, -sign)):
        if start < end:
            root = _halved(step, start, end, COLUMN[quantity], level, *_arguments(traced))
            pair.append((step, root, _time(traced, step, root), rising))
    return pair


def _time(traced: Trace, step: int, theta: float) -> float:
    ts = traced.arc.t_s
    if ts.size == 1:
        return float(ts[0])
    return float(ts[step] + theta * (ts[step + 1] - ts[step]))


def _arguments(traced: Trace) -> Any:
    arc = traced.arc
    return (*traced.vectors, traced.phase_t0, arc.t_s, arc.y, arc.dense)


@inner
def _value(
    step: int, theta: float, column: int, leg: Any, attitude: Any, environment: Any, tau0: float, ts: Array, ys: Array,
    dense: Array, y: Array, q: Array,
) -> float:  # fmt: skip
    end = min(step + 1, ts.size - 1)
    h = ts[end] - ts[step]
    dense_state(step, theta, ys, dense, y)
    observe(ts[step] + theta * h, y, piece_at(ts[step] + 0.5 * h, attitude.edges), tau0, leg, attitude, environment, q)
    return q[column]


@compiled
def _halved(
    step: int, low: float, high: float, column: int, level: float,
    leg_x: Array, attitude_x: Array, environment_x: Array, tau0: float, ts: Array, ys: Array, dense: Array,
) -> float:  # fmt: skip
    """Theta in [low, high] at which the quantity passes the level, the ends lying on opposite sides of it."""
    leg, attitude, environment = unpack_leg(leg_x), unpack_attitude(attitude_x), unpack_environment(environment_x)
    y, q = np.empty(STATES), np.empty(_SIZE)
    below = _value(step, low, column, leg, attitude, environment, tau0, ts, ys, dense, y, q) < level
    for _ in range(60):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:
            break
        f = _value(step, middle, column, leg, attitude, environment, tau0, ts, ys, dense, y, q)
        if (f < level) == below:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@compiled
def _section(
    step: int, low: float, high: float, column: int, sign: float,
    leg_x: Array, attitude_x: Array, environment_x: Array, tau0: float, ts: Array, ys: Array, dense: Array,
) -> Any:  # fmt: skip
    """(sign * value, theta) of the largest sign * quantity for theta in [low, high]: golden section, then the zero of a
    symmetric difference, since the value itself is flat to rounding over 1e-5 s about a smooth extreme."""
    leg, attitude, environment = unpack_leg(leg_x), unpack_attitude(attitude_x), unpack_environment(environment_x)
    y, q = np.empty(STATES), np.empty(_SIZE)
    best_theta = low
    best = sign * _value(step, low, column, leg, attitude, environment, tau0, ts, ys, dense, y, q)
    end = sign * _value(step, high, column, leg, attitude, environment, tau0, ts, ys, dense, y, q)
    if end > best:
        best, best_theta = end, high
    a, b = low, high
    for i in range(2):
        for _ in range(40):
            c = b - _GOLDEN * (b - a)
            d = a + _GOLDEN * (b - a)
            if i == 0:
                f_c = sign * _value(step, c, column, leg, attitude, environment, tau0, ts, ys, dense, y, q)
                f_d = sign * _value(step, d, column, leg, attitude, environment, tau0, ts, ys, dense, y, q)
                if f_c > best:
                    best, best_theta = f_c, c
                if f_d > best:
                    best, best_theta = f_d, d
                if f_c > f_d:
                    b = d
                else:
                    a = c
            else:
                middle = 0.5 * (a + b)
                after = sign * _value(
                    step, middle + reach, column, leg, attitude, environment, tau0, ts, ys, dense, y, q
                )
                before = sign * _value(
                    step, middle - reach, column, leg, attitude, environment, tau0, ts, ys, dense, y, q
                )
                if after > before:
                    a = middle
                else:
                    b = middle
        reach = 1e-3 * (high - low)
        if best_theta - 2.0 * reach <= low or best_theta + 2.0 * reach >= high:
            break
        a, b = best_theta - reach, best_theta + reach
        if i == 1:
            polished = 0.5 * (a + b)
    return best, best_theta
