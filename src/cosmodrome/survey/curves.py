"""Where a line or a parabola through points of a curve leads: x are values of a key, y is what was maximised."""

from collections.abc import Sequence


def straight(x: Sequence[float], y: Sequence[float], at: float) -> float:
    """The line through the first two points, at a place."""
    return y[0] + (y[1] - y[0]) / (x[1] - x[0]) * (at - x[0])


def parabola(x: Sequence[float], y: Sequence[float], at: float) -> float:
    """The parabola through the first three points, at a place, by Newton's divided differences."""
    first = (y[1] - y[0]) / (x[1] - x[0])
    second = ((y[2] - y[1]) / (x[2] - x[1]) - first) / (x[2] - x[0])
    return y[0] + (at - x[0]) * (first + second * (at - x[1]))
