"""Lines and areas as the `d` of an SVG path: cut to a frame, in tenths of a unit."""

from dataclasses import dataclass
from typing import Any

import numpy

Array = numpy.ndarray[Any, Any]

# an area that is smaller (drawn units) both ways is not drawn; its outline is
_LEAST_AREA = 1.0


@dataclass(frozen=True)
class Frame:
    """A rectangle of a map's own plane (west, east, south, north) drawn `width` units wide, north up."""

    west: float
    east: float
    south: float
    north: float
    width: float

    @property
    def scale(self) -> float:
        """Drawn units per unit of the plane."""
        return self.width / (self.east - self.west)

    @property
    def height(self) -> float:
        """Drawn units from top to bottom."""
        return self.scale * (self.north - self.south)

    def drawn(self, x: Any, y: Any) -> tuple[Array, Array]:
        """Places of the plane in drawn units, y down."""
        across = (numpy.asarray(x, dtype=float) - self.west) * self.scale
        return across, (self.north - numpy.asarray(y, dtype=float)) * self.scale

    def widened(self, share: float) -> "Frame":
        """The frame with a margin of that share of its width all round, at the same scale."""
        margin = share * (self.east - self.west)
        return Frame(
            self.west - margin,
            self.east + margin,
            self.south - margin,
            self.north + margin,
            self.width * (1.0 + 2.0 * share),
        )

    def holds(self, x: Array, y: Array) -> Array:
        """Which of the places lie inside."""
        inside: Array = (x >= self.west) & (x <= self.east) & (y >= self.south) & (y <= self.north)
        return inside


def line_path(frame: Frame, x: Array, y: Array) -> str:
    """The part of a line near the frame; NaN lifts the pen."""
    near = frame.widened(0.05).holds(x, y)
    # One neighbour more on each side, so that the line reaches the frame.
    shown = near.copy()
    shown[1:] |= near[:-1]
    shown[:-1] |= near[1:]
    shown &= ~(numpy.isnan(x) | numpy.isnan(y))
    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate([[0], shown.astype(int), [0]])))
    drawn = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if last - first > 1:
            drawn.append(_written(*frame.drawn(x[first:last], y[first:last])))
    return "".join(drawn)


def area_path(frame: Frame, x: Array, y: Array) -> str:
    """The part of a closed area inside the frame and a margin around it.

    Source: Sutherland and Hodgman, Communications of the ACM 17 (1974) 32.
    """
    wide = frame.widened(0.05)
    if x.max() < wide.west or x.min() > wide.east or y.max() < wide.south or y.min() > wide.north:
        return ""
    if max(numpy.ptp(x), numpy.ptp(y)) * frame.scale < _LEAST_AREA:
        return ""
    points = numpy.stack([x, y], axis=1)
    for axis, bound, sign in (
        (0, wide.west, 1.0),
        (0, wide.east, -1.0),
        (1, wide.south, 1.0),
        (1, wide.north, -1.0),
    ):
        points = _clipped(points, axis, bound, sign)
        if len(points) < 3:
            return ""
    return _written(*frame.drawn(points[:, 0], points[:, 1])) + "Z"


def _clipped(points: Array, axis: int, bound: float, sign: float) -> Array:
    """The polygon's part on one side of a line parallel to an axis."""
    depth = sign * (points[:, axis] - bound)
    if (depth >= 0.0).all():
        return points
    following, depth_after = numpy.roll(points, -1, axis=0), numpy.roll(depth, -1)
    crosses = (depth >= 0.0) != (depth_after >= 0.0)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        share = depth / (depth - depth_after)
        crossing = points + share[:, None] * (following - points)
    # Behind each corner stands the place where its side crosses the line.
    both = numpy.stack([points, crossing], axis=1).reshape(-1, 2)
    keep = numpy.stack([depth >= 0.0, crosses], axis=1).reshape(-1)
    left: Array = both[keep]
    return left


def _written(x: Array, y: Array) -> str:
    """Absolute first point, then steps: half as long as absolute points."""
    tenths = numpy.rint(10.0 * numpy.stack([x, y], axis=1)).astype(int)
    steps = (numpy.diff(tenths, axis=0) / 10.0).ravel().tolist()
    return f"M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}l" + " ".join([f"{step:g}" for step in steps])
