"""Where the points of a survey do not hang together: jumps along its lines, holes, and answers that do not stand.

The best payload changes continuously with every number. Where two neighbours lie on one curve, or on two curves that
meet between them (a limit takes hold), the straight lines through the points on either side cross between the two;
lines that do not cross there are parted by a jump: one side follows a poorer optimum than the other.

    x   values of a key; y   what was maximised, kg
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cosmodrome.survey.curves import parabola, straight
from cosmodrome.survey.grid import Cell, Grid
from cosmodrome.survey.point import Point

# a jump counts from this share of the larger side, and from this mass (kg): the gap that a verified plan may have
JUMP = 5e-3
_JUMP_KG = 1.0
UNEXPLAINED = "an unexplained jump"


@dataclass(frozen=True)
class Doubt:
    """A cell whose answer should be tried again, from `better` where that is known, and why."""

    cell: Cell
    better: Cell | None
    reason: str


def doubts(grid: Grid, points: Mapping[Cell, Point], objective: str) -> list[Doubt]:
    """Every doubt about the finished points of a grid, those about the answers themselves first."""
    found = [
        Doubt(cell, None, point.message or point.status)
        for cell, point in points.items()
        if not point.is_decided
    ]
    for axis, line in grid.lines():
        there = [points[cell] for cell in line]
        found += _holes(line, there)
        for run in _runs(there):
            y = [float(there[k].measure(objective) or 0.0) for k in run]
            x = [axis.values[k] for k in run]
            for low, high, size in _jumps(x, y):
                pair = there[run[low]], there[run[high]]
                found.append(Doubt(pair[0].cell, pair[1].cell, _reason(*pair, size)))
    return found


def _runs(points: Sequence[Point]) -> list[list[int]]:
    """Indices of the stretches of a line in which every point flies."""
    runs: list[list[int]] = [[]]
    for k, point in enumerate(points):
        if point.is_flown:
            runs[-1].append(k)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 2]


def _holes(line: Sequence[Cell], points: Sequence[Point]) -> list[Doubt]:
    """Points without payload between two with."""
    return [
        Doubt(line[k], line[k - 1], "infeasible between neighbours that fly")
        for k in range(1, len(line) - 1)
        if points[k].status == "infeasible" and points[k - 1].is_flown and points[k + 1].is_flown
    ]


def _jumps(x: Sequence[float], y: Sequence[float]) -> list[tuple[int, int, float]]:
    """The jumps of a curve: index on the poorer side, index on the better side, size relative to the larger value."""
    found = []
    for k in range(len(x) - 1):
        size = (
            _gap_at_end(x, y)
            if k == 0
            else -_gap_at_end(x[::-1], y[::-1])
            if k == len(x) - 2
            else _gap(x, y, k)
        )
        level = max(abs(y[k]), abs(y[k + 1]))
        if abs(size) > max(JUMP * level, _JUMP_KG):
            low, high = (k + 1, k) if size > 0.0 else (k, k + 1)
            found.append((low, high, abs(size) / level))
    return found


def _gap(x: Sequence[float], y: Sequence[float], k: int) -> float:
    """How far (kg) the line from the left passes above that from the right everywhere between points k and k + 1.

    Negative where it passes below, zero where they cross.
    """
    gaps = (
        y[k] - straight(x[k + 1 :], y[k + 1 :], x[k]),
        straight(x[k - 1 :], y[k - 1 :], x[k + 1]) - y[k + 1],
    )
    if gaps[0] * gaps[1] <= 0.0:
        return 0.0
    return min(gaps, key=abs)


def _gap_at_end(x: Sequence[float], y: Sequence[float]) -> float:
    """How far (kg) the first point lies above what the next ones lead to, less what their own bend explains."""
    led = straight(x[1:], y[1:], x[0])
    bend = abs(parabola(x[1:], y[1:], x[0]) - led) if len(x) > 3 else float("inf")
    miss = y[0] - led
    return max(abs(miss) - 2.0 * bend, 0.0) * (1.0 if miss > 0.0 else -1.0)


def _reason(low: Point, high: Point, size: float) -> str:
    """Why two neighbours may differ by more than the curve around them says, in words."""
    if low.launch_direction != high.launch_direction:
        return f"another launch direction than its neighbour ({low.launch_direction})"
    if low.burns != high.burns:
        return f"{low.burns} burns of the last stage, its neighbour {high.burns}"
    changed = sorted(set(low.active_limits) ^ set(high.active_limits))
    if changed:
        return f"{', '.join(changed)} takes hold between it and its neighbour"
    return f"{UNEXPLAINED} of {100.0 * size:.1f} % to its neighbour"
