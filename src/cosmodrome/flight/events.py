"""Moments found on a flown arc: crossings of a level and extremes, to 1e-6 s on the dense output.

An arc is sampled at several points of every step. A change of sign is followed by cutting its interval into 32,
again and again; a sample nearest to the level without a change of sign is followed to its extreme in the same way,
since two crossings may hide between two samples.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.integrate import Arc
from cosmodrome.flight.observe import COLUMN, observe_steps

Array = NDArray[np.float64]

_POINTS_PER_STEP = 8
_MOST_POINTS_PER_STEP = 256

_PARTS = 32
# times that an interval is cut: 32^-10 is rounding, 16^-6 of a bracket is where an extreme is flat to rounding
_ROOT_CUTS, _EXTREME_CUTS = 10, 6
# half the width of the symmetric difference that polishes an extreme, as a part of its bracket
_REACH = 1e-3
# relative noise of a quantity: a position is rounded to 1e-9 m, an altitude scale is some km
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Trace:
    """An arc with its leg, attitude and environment as vectors, and samples along it in ascending time.

    `step` and `theta` (n,) say where a sample lies, `t_s` (n,), `y` (n, 12) and `quantities` (n, q) what is there. Both
    ends of every step are samples, so what jumps at a switch is seen on both sides.
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
        return np.asarray(self.quantities[:, COLUMN[name]])

    def at(self, step: int, theta: float) -> tuple[float, Array, Array]:
        """Time, state (12,) and quantities (q,) at one place."""
        t, y, q = observe_steps([step], [theta], *self.vectors, self.phase_t0, self.arc)
        return float(t[0]), y[0], q[0]

    def along(self, step: int, thetas: Array, quantity: str) -> Array:
        """One quantity (n,) at places (n,) of one step."""
        steps = np.full(thetas.size, step, dtype=np.int64)
        q = observe_steps(steps, thetas, *self.vectors, self.phase_t0, self.arc)[2]
        return np.asarray(q[:, COLUMN[quantity]])

    def place_of(self, t_s: float) -> tuple[int, float]:
        """The (step, theta) of a time, at a switch the side before it; the ends beyond the arc."""
        ts = self.arc.t_s
        if ts.size == 1:
            return 0, 0.0
        step = min(max(int(np.searchsorted(ts, t_s, side="left")) - 1, 0), ts.size - 2)
        return step, min(max((t_s - float(ts[step])) / float(ts[step + 1] - ts[step]), 0.0), 1.0)

    def time_of(self, step: int, theta: float) -> float:
        """The time (s) of a place."""
        ts = self.arc.t_s
        return float(ts[0] if ts.size == 1 else ts[step] + theta * (ts[step + 1] - ts[step]))


def trace(arc: Arc, vectors: tuple[Array, Array, Array], phase_t0: float, spacing_s: float = 1.0) -> Trace:
    """Return the `Trace` of an arc flown with `vectors` (leg, attitude, environment as packed).

    Eight intervals in every step, more where they would be longer than `spacing_s`.
    """
    lengths = np.diff(arc.t_s)
    if lengths.size == 0:
        step, theta = np.zeros(1, dtype=np.int64), np.zeros(1)
    else:
        counts = np.clip(np.ceil(lengths / spacing_s), _POINTS_PER_STEP, _MOST_POINTS_PER_STEP).astype(int)
        step = np.repeat(np.arange(lengths.size), counts + 1)
        theta = np.concatenate([np.linspace(0.0, 1.0, n + 1) for n in counts])
    t, y, q = observe_steps(step, theta, *vectors, phase_t0, arc)
    return Trace(arc, phase_t0, vectors, step, theta, t, y, q)


def crossings(
    traced: Trace, quantity: str, level: float, direction: int = 0
) -> list[tuple[int, float, float]]:
    """Return where a quantity crosses `level`, as (step, theta, t_s) ascending in time.

    `direction` +1 keeps upward crossings, -1 downward ones, 0 both. A level touched and not passed is no crossing.
    """
    f = traced.column(quantity) - level
    changes = np.flatnonzero((f[:-1] < 0.0) != (f[1:] < 0.0))
    found = [_root_after(traced, quantity, level, int(i)) for i in changes]
    for i in _near_misses(f):
        found += _hidden_pair(traced, quantity, level, i)
    found.sort(key=lambda root: root[2])
    return [root[:3] for root in found if direction in (0, root[3])]


def extreme(traced: Trace, quantity: str, sign: int = 1) -> tuple[float, int, float, float]:
    """Return the largest (`sign` = 1) or smallest (-1) value on the trace, as (value, step, theta, t_s)."""
    return extreme_near(traced, quantity, int(np.argmax(sign * traced.column(quantity))), sign)


def extreme_near(traced: Trace, quantity: str, i: int, sign: int = 1) -> tuple[float, int, float, float]:
    """Return the extreme within one sample's distance of sample i, as `extreme`."""
    f = traced.column(quantity)
    best = (float(f[i]), int(traced.step[i]), float(traced.theta[i]), float(traced.t_s[i]))
    # the sample may be the shared end of two steps, and the extreme inside either
    for k in range(max(i - 1, 0), min(i + 2, f.size)):
        if traced.t_s[k] == traced.t_s[i]:
            found = _around(traced, quantity, sign, k)
            if sign * found[0] > sign * best[0]:
                best = found
    return best


def _around(traced: Trace, quantity: str, sign: int, i: int) -> tuple[float, int, float, float]:
    """The extreme between the neighbours of sample i in its own step."""
    step, low, high = _neighbourhood(traced, i)
    reach = _REACH * (high - low)
    theta, value = float(traced.theta[i]), float(traced.column(quantity)[i])
    a, b = low, high
    for _ in range(_EXTREME_CUTS if high > low else 0):
        thetas = np.linspace(a, b, _PARTS + 1)
        f = traced.along(step, thetas, quantity)
        k = int(np.argmax(sign * f))
        if sign * f[k] > sign * value:
            theta, value = float(thetas[k]), float(f[k])
        a, b = thetas[max(k - 1, 0)], thetas[min(k + 1, _PARTS)]
    if low < theta - 2.0 * reach and theta + 2.0 * reach < high:
        polished = _flat_point(traced, quantity, sign, step, theta, reach)
        f_polished = float(traced.along(step, np.array([polished]), quantity)[0])
        # about a sharp tip the difference finds the middle of the flanks, which is lower by more than rounding
        if sign * f_polished >= sign * value - _ROUNDING * abs(value):
            theta = polished
    return value, step, theta, traced.time_of(step, theta)


def _flat_point(traced: Trace, quantity: str, sign: int, step: int, theta: float, reach: float) -> float:
    """Where f(theta + reach) = f(theta - reach): the value itself is flat to rounding over 1e-5 s about an extreme."""
    a, b = theta - reach, theta + reach
    for _ in range(_ROOT_CUTS // 2):
        thetas = np.linspace(a, b, _PARTS + 1)
        rise = traced.along(step, thetas + reach, quantity) - traced.along(step, thetas - reach, quantity)
        k = int(np.argmax(sign * rise < 0.0))
        a, b = thetas[max(k - 1, 0)], thetas[k]
    return float(0.5 * (a + b))


def _neighbourhood(traced: Trace, i: int) -> tuple[int, float, float]:
    """The step of sample i, and the thetas of its neighbours as far as they lie in it."""
    step = int(traced.step[i])
    is_first = i == 0 or traced.step[i - 1] != step
    is_last = i + 1 == traced.step.size or traced.step[i + 1] != step
    return step, float(traced.theta[i if is_first else i - 1]), float(traced.theta[i if is_last else i + 1])


def _root_after(traced: Trace, quantity: str, level: float, i: int) -> tuple[int, float, float, int]:
    """The crossing between samples i and i + 1, and its direction."""
    rising = 1 if traced.column(quantity)[i] < level else -1
    step, after = int(traced.step[i]), int(traced.step[i + 1])
    if step != after:  # a jump exactly at a switch
        return after, 0.0, float(traced.t_s[i + 1]), rising
    return _root(traced, quantity, level, step, float(traced.theta[i]), float(traced.theta[i + 1]), rising)


def _root(
    traced: Trace, quantity: str, level: float, step: int, low: float, high: float, rising: int
) -> tuple[int, float, float, int]:
    """The first crossing in a step between thetas on opposite sides of the level."""
    for _ in range(_ROOT_CUTS):
        thetas = np.linspace(low, high, _PARTS + 1)
        below = traced.along(step, thetas, quantity) < level
        passed = ~below if rising > 0 else below
        passed[-1] = True
        k = max(int(np.argmax(passed)), 1)
        low, high = thetas[k - 1], thetas[k]
    theta = float(0.5 * (low + high))
    return step, theta, traced.time_of(step, theta), rising


def _near_misses(f: Array) -> list[int]:
    """Samples nearer to zero than what comes before and after them, all on one side of it."""
    # the shared end of two steps is there twice, with one value
    kept = np.flatnonzero(np.concatenate([[True], f[1:] != f[:-1]]))
    size, negative = np.abs(f[kept]), f[kept] < 0.0
    same = (negative[1:-1] == negative[:-2]) & (negative[1:-1] == negative[2:])
    nearest = (size[1:-1] < size[:-2]) & (size[1:-1] < size[2:])
    found: list[int] = kept[np.flatnonzero(same & nearest) + 1].tolist()
    return [*found, *(i + 1 for i in found if f[i + 1] == f[i])]


def _hidden_pair(traced: Trace, quantity: str, level: float, i: int) -> list[tuple[int, float, float, int]]:
    """The two crossings about the extreme near sample i, if it lies beyond the level."""
    sign = -1 if traced.column(quantity)[i] > level else 1
    step, low, high = _neighbourhood(traced, i)
    value, _, theta, _ = _around(traced, quantity, sign, i)
    if sign * (value - level) <= 0.0:
        return []
    sides = [(low, theta, sign), (theta, high, -sign)]
    return [_root(traced, quantity, level, step, a, b, rising) for a, b, rising in sides if a < b]
