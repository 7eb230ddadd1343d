"""Piecewise cubic tables in one and two variables: the same knots serve floats, symbols and machine code.

A `Table` of n knots holds n - 1 cubics, C2 where the data allow it; outside its knots it keeps the value of
its end. Who must know that an argument left the table asks `Table.knots`; the evaluation itself never
extrapolates.

Source: C. de Boor, A Practical Guide to Splines (1978), ch. IV (natural end conditions, and the monotone
piecewise cubic of F. N. Fritsch and J. Butland, SIAM J. Sci. Stat. Comput. 5 (1984), used where a C2 curve
would overshoot).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmodrome.physics.equation import equation, fmax, fmin, locate, pick

Array = NDArray[np.float64]


class Table(NamedTuple):
    """A function of one variable: `knots` (n,), `breaks` (max(n-2, 0),) interior knots, `cubics` (pieces, 5).

    A row of `cubics` is c0, c1, c2, c3 of the powers of x - x0, and x0, the left knot of the piece.
    """

    knots: Array
    breaks: Array
    cubics: Array


class Surface(NamedTuple):
    """A function f(x, y) = sum over j of f(x, y_j) w_j(y), w_j the spline that is 1 at y_j and 0 elsewhere.

    `x_cubics` is (k, x pieces, 5), one table over x for each of the k knots in y;
    `y_cubics` is (k, y pieces, 5).
    """

    x_knots: Array
    x_breaks: Array
    x_cubics: Array
    y_knots: Array
    y_breaks: Array
    y_cubics: Array


@equation
def cubic(piece, cubics, x):
    """Value at x of the chosen row of `cubics`."""
    d = x - pick(piece, cubics, 4)
    c0 = pick(piece, cubics, 0)
    c1 = pick(piece, cubics, 1)
    c2 = pick(piece, cubics, 2)
    c3 = pick(piece, cubics, 3)
    return c0 + d * (c1 + d * (c2 + d * c3))


@equation
def table(x, t):
    """Value of the `Table` t at x, of its end knot beyond them."""
    inside = fmin(fmax(x, float(t.knots[0])), float(t.knots[-1]))
    return cubic(locate(inside, t.breaks), t.cubics, inside)


@equation
def surface(x, y, s):
    """Value of the `Surface` s at (x, y), of its edge beyond it."""
    x_inside = fmin(fmax(x, float(s.x_knots[0])), float(s.x_knots[-1]))
    y_inside = fmin(fmax(y, float(s.y_knots[0])), float(s.y_knots[-1]))
    x_piece = locate(x_inside, s.x_breaks)
    y_piece = locate(y_inside, s.y_breaks)
    value = 0.0
    for j in range(s.y_knots.size):
        value = value + cubic(x_piece, s.x_cubics[j], x_inside) * cubic(y_piece, s.y_cubics[j], y_inside)
    return value


def make_table(x: ArrayLike, y: ArrayLike, *, first_slope: float | None = None) -> Table:
    """Return the table through the points (x, y), x ascending.

    One point is a constant, two are a line, more a C2 cubic spline with natural ends (or a given first
    slope). Where that spline leaves the range of its neighbouring points by more than 2 % of the whole range,
    the curve is the monotone C1 cubic instead, which cannot. Raises ValueError when x does not ascend or a
    number is not finite.
    """
    x, y = _points(x, y)
    if x.size == 1:
        return Table(x, np.empty(0), np.array([[y[0], 0.0, 0.0, 0.0, x[0]]]))
    slopes = _spline_slopes(x, y, first_slope)
    if _overshoot(x, y, slopes) > 0.02 * np.ptp(y):
        slopes = _monotone_slopes(x, y)
        if first_slope is not None:
            slopes[0] = first_slope
    return _from_slopes(x, y, slopes)


def make_line(x: ArrayLike, y: ArrayLike) -> Table:
    """Return the table that joins the points (x, y) by straight lines; errors as `make_table`."""
    x, y = _points(x, y)
    if x.size == 1:
        return make_table(x, y)
    rise = np.diff(y) / np.diff(x)
    zero = np.zeros_like(rise)
    return Table(x, x[1:-1].copy(), np.column_stack([y[:-1], rise, zero, zero, x[:-1]]))


def make_surface(x: ArrayLike, y: ArrayLike, f: ArrayLike) -> Surface:
    """Return the surface through f (n, k) at x (n,) and y (k,); errors as `make_table`."""
    f = np.asarray(f, dtype=float)
    if f.shape != (np.size(x), np.size(y)):
        raise ValueError("a surface needs one value for each pair of its knots")
    x_tables = [make_table(x, f[:, j]) for j in range(f.shape[1])]
    y_tables = [_spline(*_points(y, unit)) for unit in np.eye(f.shape[1])]
    x0, y0 = x_tables[0], y_tables[0]
    return Surface(
        x0.knots,
        x0.breaks,
        np.stack([t.cubics for t in x_tables]),
        y0.knots,
        y0.breaks,
        np.stack([t.cubics for t in y_tables]),
    )


def _points(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    x = np.array(x, dtype=float)
    y = np.array(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or x.size == 0:
        raise ValueError("a table needs as many values as knots, and at least one")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("a table's numbers must be finite")
    if x.size > 1 and not (np.diff(x) > 0).all():
        raise ValueError("a table's knots must ascend")
    return x, y


def _spline(x: Array, y: Array) -> Table:
    """C2 spline without the overshoot rule: the weights of a surface must stay linear in the data."""
    if x.size == 1:
        return make_table(x, y)
    return _from_slopes(x, y, _spline_slopes(x, y, None))


def _spline_slopes(x: Array, y: Array, first_slope: float | None) -> Array:
    """Slopes with which the second derivative goes on at every knot: one row of three for each of them."""
    h, rise = np.diff(x), np.diff(y) / np.diff(x)
    below, above = np.append(h[1:], 1.0), np.append(1.0, h[:-1])
    on = np.concatenate([[2.0], 2.0 * (h[:-1] + h[1:]), [2.0]])
    right = 3.0 * np.concatenate([rise[:1], h[1:] * rise[:-1] + h[:-1] * rise[1:], rise[-1:]])
    if first_slope is not None:
        on[0], above[0], right[0] = 1.0, 0.0, first_slope
    # Gauss's elimination, downward and back up; no row needs another's place, since the diagonal dominates
    for i in range(1, x.size):
        share = below[i - 1] / on[i - 1]
        on[i] -= share * above[i - 1]
        right[i] -= share * right[i - 1]
    slopes = right / on
    for i in range(x.size - 2, -1, -1):
        slopes[i] -= above[i] / on[i] * slopes[i + 1]
    return slopes


def _monotone_slopes(x: Array, y: Array) -> Array:
    h, rise = np.diff(x), np.diff(y) / np.diff(x)
    slopes = np.zeros_like(y)
    slopes[0], slopes[-1] = rise[0], rise[-1]
    for i in range(1, x.size - 1):
        if rise[i - 1] * rise[i] > 0.0:
            weight = (h[i - 1] + 2.0 * h[i]) / (3.0 * (h[i - 1] + h[i]))
            slopes[i] = rise[i - 1] * rise[i] / (weight * rise[i] + (1.0 - weight) * rise[i - 1])
    return slopes


def _from_slopes(x: Array, y: Array, slopes: Array) -> Table:
    h, rise = np.diff(x), np.diff(y) / np.diff(x)
    c2 = (3.0 * rise - 2.0 * slopes[:-1] - slopes[1:]) / h
    c3 = (slopes[:-1] + slopes[1:] - 2.0 * rise) / h**2
    return Table(x, x[1:-1].copy(), np.column_stack([y[:-1], slopes[:-1], c2, c3, x[:-1]]))


def _overshoot(x: Array, y: Array, slopes: Array) -> float:
    cubics = _from_slopes(x, y, slopes).cubics
    d = np.linspace(0.0, 1.0, 33)[None, :] * np.diff(x)[:, None]
    values = cubics[:, 0:1] + d * (cubics[:, 1:2] + d * (cubics[:, 2:3] + d * cubics[:, 3:4]))
    low = np.minimum(y[:-1], y[1:])[:, None]
    high = np.maximum(y[:-1], y[1:])[:, None]
    return float(max(np.max(values - high), np.max(low - values), 0.0))
