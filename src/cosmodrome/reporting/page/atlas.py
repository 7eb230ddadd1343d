"""Borders and coasts as longitude and latitude, from the vendored TopoJSON of Natural Earth.

A polygon is rings of arcs that neighbours share; an arc is steps of whole numbers from its first point.

Source: TopoJSON format specification 1.0, sections 2.1.2 (transforms) and 2.1.4 (arcs).
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy

Array = numpy.ndarray[Any, Any]

_CUT_DEG = 179.99


@dataclass(frozen=True)
class Atlas:
    """`arcs` are borders and coasts, each `(n, 2)`: longitude and latitude, deg.

    `rings` close areas of land, each by numbers of arcs; one that runs backwards counts from minus one down.
    """

    arcs: tuple[Array, ...]
    rings: tuple[tuple[int, ...], ...]

    def thinned(self, step_deg: float) -> "Atlas":
        """The atlas without points that are closer than about `step_deg` to the one before; ends of arcs stay."""
        points = numpy.concatenate(self.arcs)
        ends = numpy.cumsum([len(arc) for arc in self.arcs])
        shrunk = points[:, 0] * numpy.cos(numpy.radians(points[:, 1]))
        cells = numpy.round(numpy.stack([shrunk, points[:, 1]], axis=1) / step_deg)
        keep = numpy.concatenate([[True], (numpy.diff(cells, axis=0) != 0.0).any(axis=1)])
        keep[ends - 1] = keep[ends[:-1]] = True
        left = numpy.cumsum(keep)[ends - 1]
        return Atlas(tuple(numpy.split(points[keep], left[:-1])), self.rings)


@cache
def atlas() -> Atlas:
    """The atlas that travels with the package."""
    text = (files("cosmodrome.reporting") / "assets/vendor/world-atlas/countries-50m.json").read_text("utf-8")
    topology = json.loads(text)
    scale, shift = (numpy.array(topology["transform"][key]) for key in ("scale", "translate"))
    rings = [
        tuple(ring)
        for country in topology["objects"]["countries"]["geometries"]
        for polygon in _polygons(country)
        for ring in polygon
    ]
    arcs = (numpy.cumsum(arc, axis=0) * scale + shift for arc in topology["arcs"])
    return Atlas(tuple(arcs), tuple(rings))


def ring_of(indices: tuple[int, ...], arcs: dict[int, Array]) -> Array:
    """The points of a ring, `(n, 2)`, from points of its arcs by their numbers."""
    pieces = [arcs[k] if k >= 0 else arcs[~k][::-1] for k in indices]
    return numpy.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def with_gaps(placed: Array, arc: Array, *, at_jumps: bool = False) -> Array:
    """The arc as `placed` on a map, the pen lifted (NaN) where no border runs: where the data cut a land along 180° or
    at the pole, and with `at_jumps` where the arc goes from one edge of the map to the other."""
    at_edge = (numpy.abs(arc[:, 0]) > _CUT_DEG) | (arc[:, 1] < -89.9)
    lifted = at_edge[1:] & at_edge[:-1]
    if at_jumps:
        lifted |= numpy.abs(numpy.diff(arc[:, 0])) > 180.0
    gaps = numpy.flatnonzero(lifted) + 1
    return numpy.insert(placed, gaps, numpy.nan, axis=0) if len(gaps) else placed


def _polygons(geometry: dict[str, Any]) -> list[Any]:
    return list(geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]])
