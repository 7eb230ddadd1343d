"""Moments found on a flown arc: crossings of a level and extremes, to 1e-6 s on the dense output.

An arc is sampled at several points of every step, its ends among them. Wherever a level lies within reach, which is
four times what the quantity changes by from sample to sample nearby, the interval between two samples is cut into 32,
and so again: two crossings may hide between two samples of one sign, or three between others. With samples a second
apart each excursion of 1/32 s has so a sample of its own, unless the quantity is more than four times steeper there
than nearby; changes of sign are followed to rounding.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.integrate import Arc
from cosmodrome.flight.observe import COLUMN, observe_steps

Array = NDArray[np.float64]

_POINTS_PER_STEP = 8
_MOST_POINTS_PER_STEP = 256

_PARTS = 32
# times that an interval is cut: thrice in search of what hides between its ends; 32^-10 is rounding, 16^-6 of a bracket
# is where an extreme is flat to rounding
_SEARCH_CUTS, _ROOT_CUTS, _EXTREME_CUTS = 3, 10, 6
# how much steeper than nearby a quantity may be between two samples
_STEEPER = 4.0
# to each side of an extreme, what its time is found from: less is noise, more is another curve
_REACH_S = 0.02
# what two sides of one moment may differ by (relative) and still be one curve
_NO_JUMP = 1e-9
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

    def along(self, step: int | NDArray[np.int64], thetas: Array, quantity: str) -> Array:
        """One quantity (n,) at places (n,) of one step, or of as many steps."""
        steps = np.broadcast_to(np.asarray(step, dtype=np.int64), thetas.shape)
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
    jumped = (traced.step[1:] != traced.step[:-1]) & ((f[1:] < 0.0) != (f[:-1] < 0.0))
    # a jump exactly at a switch
    found = [
        (int(traced.step[i + 1]), 0.0, float(traced.t_s[i + 1]), 1 if f[i] < 0.0 else -1)
        for i in np.flatnonzero(jumped)
    ]
    found += [_root(traced, quantity, level, *passage) for passage in _passages(traced, quantity, level)]
    found.sort(key=lambda root: root[2])
    return [root[:3] for root in found if direction in (0, root[3])]


def extreme(traced: Trace, quantity: str, sign: int = 1) -> tuple[float, int, float, float]:
    """Return the largest (`sign` = 1) or smallest (-1) value on the trace, as (value, step, theta, t_s)."""
    return extreme_of([traced], quantity, sign)[1]


def extreme_of(
    traces: Sequence[Trace], quantity: str, sign: int = 1
) -> tuple[int, tuple[float, int, float, float]]:
    """Return on which of some traces a quantity is largest (`sign` = 1) or smallest (-1), and `extreme` there.

    Where one trace ends another may begin with the same value and rise on between two samples: all samples are followed
    whose neighbourhood reaches the best one.
    """
    best = max(float((sign * traced.column(quantity)).max()) for traced in traces)
    found = [
        (k, extreme_near(traced, quantity, i, sign))
        for k, traced in enumerate(traces)
        for i in _promising(traced, sign * traced.column(quantity), best)
    ]
    return max(found, key=lambda each: sign * each[1][0])


def _promising(traced: Trace, f: Array, best: float) -> list[int]:
    """Samples that are the largest nearby and from which the best value is in reach; of what is flat the first one."""
    rise = np.concatenate([[0.0], np.where(np.diff(traced.t_s) > 0.0, np.diff(f), 0.0), [0.0]])
    before, after = rise[:-1].copy(), rise[1:].copy()
    # at the end that two steps share a curve without a jump goes on
    ends = np.flatnonzero((np.diff(traced.t_s) == 0.0) & (np.abs(np.diff(f)) <= _NO_JUMP * np.abs(f[1:])))
    after[ends], before[ends + 1] = rise[ends + 2], rise[ends]
    reach = _STEEPER * np.maximum(np.abs(before), np.abs(after))
    is_top = (before >= 0.0) & (after <= 0.0) & (f + reach >= best) & (reach > _ROUNDING * np.abs(f))
    # it is followed into both
    is_top[1:] &= ~(is_top[:-1] & (np.diff(traced.t_s) == 0.0))
    flat = np.flatnonzero(f == best)[:1]
    return [int(i) for i in np.unique([*np.flatnonzero(is_top), *flat])]


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
    theta, value = float(traced.theta[i]), float(traced.column(quantity)[i])
    a, b = low, high
    for _ in range(_EXTREME_CUTS if high > low else 0):
        thetas = np.linspace(a, b, _PARTS + 1)
        f = traced.along(step, thetas, quantity)
        k = int(np.argmax(sign * f))
        if sign * f[k] > sign * value:
            theta, value = float(thetas[k]), float(f[k])
        a, b = thetas[max(k - 1, 0)], thetas[min(k + 1, _PARTS)]
        if low < theta < high and traced.time_of(step, b) - traced.time_of(step, a) < _REACH_S:
            polished = _level_point(traced, quantity, step, theta, low, high)
            f_polished = float(traced.along(step, np.array([polished]), quantity)[0])
            # about a sharp tip the cubic is level amid the flanks, which is lower by more than rounding
            if sign * f_polished >= sign * value - _ROUNDING * abs(value):
                return (
                    sign * max(sign * value, sign * f_polished),
                    step,
                    polished,
                    traced.time_of(step, polished),
                )
    return value, step, theta, traced.time_of(step, theta)


def _level_point(traced: Trace, quantity: str, step: int, theta: float, low: float, high: float) -> float:
    """Where the cubic that fits best near an extreme is level: the values alone are flat to rounding over 1e-5 s."""
    reach = min(_REACH_S / float(traced.arc.t_s[step + 1] - traced.arc.t_s[step]), 0.5 * (high - low))
    middle = min(max(theta, low + reach), high - reach)
    x = np.linspace(-1.0, 1.0, _PARTS + 1)
    f = traced.along(step, middle + reach * x, quantity)
    c3, c2, c1, _ = np.polyfit(x, f - f[_PARTS // 2], 3)
    bend = c2 * c2 - 3.0 * c3 * c1
    if bend <= 0.0:
        return theta
    found = middle - reach * c1 / (c2 + math.copysign(math.sqrt(bend), c2))
    return float(min(max(found, low), high))


def _neighbourhood(traced: Trace, i: int) -> tuple[int, float, float]:
    """The step of sample i, and the thetas of its neighbours as far as they lie in it."""
    step = int(traced.step[i])
    is_first = i == 0 or traced.step[i - 1] != step
    is_last = i + 1 == traced.step.size or traced.step[i + 1] != step
    return step, float(traced.theta[i if is_first else i - 1]), float(traced.theta[i if is_last else i + 1])


def _passages(traced: Trace, quantity: str, level: float) -> list[tuple[int, float, float, int]]:
    """Intervals within steps in which the level is passed once: (step, theta, theta, +1 upward or -1)."""
    i = np.flatnonzero(traced.step[1:] == traced.step[:-1])
    step, low, high, family = traced.step[i], traced.theta[i], traced.theta[i + 1], traced.step[i]
    f = traced.column(quantity) - level
    f_low, f_high = f[i], f[i + 1]
    for _ in range(_SEARCH_CUTS):
        near = _in_reach(f_low, f_high, family, level)
        step, family = np.repeat(step[near], _PARTS), np.repeat(np.flatnonzero(near), _PARTS)
        thetas = np.linspace(low[near], high[near], _PARTS + 1, axis=1)
        low, high = thetas[:, :-1].ravel(), thetas[:, 1:].ravel()
        f_low = traced.along(step, low, quantity) - level
        f_high = traced.along(step, high, quantity) - level
    passed = np.flatnonzero((f_low < 0.0) != (f_high < 0.0))
    return [(int(step[k]), float(low[k]), float(high[k]), 1 if f_low[k] < 0.0 else -1) for k in passed]


def _in_reach(f_low: Array, f_high: Array, family: NDArray[np.int64], level: float) -> NDArray[np.bool_]:
    """Which intervals (n,) pass zero or may, as steep as they and their neighbours of the same family are."""
    change = np.abs(f_high - f_low)
    beside = np.where(family[1:] == family[:-1], 1.0, 0.0)
    steepest = change.copy()
    steepest[1:] = np.maximum(steepest[1:], beside * change[:-1])
    steepest[:-1] = np.maximum(steepest[:-1], beside * change[1:])
    distance = np.minimum(np.abs(f_low), np.abs(f_high))
    # what is as flat as rounding makes it hides nothing
    is_seen = steepest > _ROUNDING * (np.abs(level) + distance)
    passed = (f_low < 0.0) != (f_high < 0.0)
    return np.asarray(passed | (is_seen & (distance < _STEEPER * steepest)))


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
