"""Land and borders under a map: areas and lines of the atlas, projected and cut to the map's frame."""

import math
from collections.abc import Iterable

import numpy

from cosmodrome.reporting.page.atlas import Array, atlas, ring_of, with_gaps
from cosmodrome.reporting.page.markup import Markup, el
from cosmodrome.reporting.page.paths import Frame, area_path, line_path
from cosmodrome.reporting.places import on_map_km

_KM_PER_DEG = 111.2


def land_of_world(frame: Frame) -> list[Markup]:
    """Land and borders of the whole Earth, equirectangular: what crosses 180° is at both edges."""
    thin = atlas().thinned(1.0 / frame.scale)
    arcs = dict(enumerate(thin.arcs))
    areas = []
    for ring in thin.rings:
        lon, lat = _closed_over_pole(ring_of(ring, arcs))
        areas += [area_path(frame, lon + turn, lat) for turn in (-360.0, 0.0, 360.0)]
    return _paths(areas, frame, [with_gaps(arc, arc, at_jumps=True) for arc in thin.arcs])


def land_about(pad: tuple[float, float], frame: Frame) -> list[Markup]:
    """Land and borders about the pad (lat, lon deg), as far as the frame (km) reaches; each arc is projected once."""
    corners = [(x, y) for x in (frame.west, frame.east) for y in (frame.south, frame.north)]
    reach_deg = 1.1 * max(math.hypot(x, y) for x, y in corners) / _KM_PER_DEG
    thin = atlas().thinned(1.0 / (frame.scale * _KM_PER_DEG))
    arcs = dict(enumerate(thin.arcs))
    near = {k for k, arc in arcs.items() if _is_near(arc, pad, reach_deg)}
    rings = [ring for ring in thin.rings if near & _arcs_of(ring) or _surrounds(ring_of(ring, arcs), pad)]
    needed = sorted(near.union(*map(_arcs_of, rings)))
    points = numpy.concatenate([arcs[k] for k in needed])
    ends = numpy.cumsum([len(arcs[k]) for k in needed])[:-1]
    projected = numpy.stack(on_map_km(pad, points[:, 1], points[:, 0]), axis=1)
    placed = dict(zip(needed, numpy.split(projected, ends), strict=True))
    areas = [area_path(frame, *ring_of(ring, placed).T) for ring in rings]
    return _paths(areas, frame, [with_gaps(placed[k], arcs[k]) for k in sorted(near)])


def _paths(areas: Iterable[str], frame: Frame, lines: list[Array]) -> list[Markup]:
    pen_up = numpy.full((1, 2), numpy.nan)
    line = numpy.concatenate([piece for line in lines for piece in (line, pen_up)] or [pen_up])
    return [
        el("path", d="".join(areas), class_="land"),
        el("path", d=line_path(frame, *line.T), class_="border"),
    ]


def _closed_over_pole(ring: Array) -> tuple[Array, Array]:
    """Longitude without jumps, and latitude, deg; what goes once around the Earth is closed along its pole."""
    lon, lat = numpy.unwrap(ring[:, 0], period=360.0), ring[:, 1]
    if abs(lon[-1] - lon[0]) > 180.0:
        pole = math.copysign(90.0, float(lat.mean()))
        lon, lat = numpy.append(lon, [lon[-1], lon[0]]), numpy.append(lat, [pole, pole])
    return lon, lat


def _arcs_of(ring: tuple[int, ...]) -> set[int]:
    return {k if k >= 0 else ~k for k in ring}


def _is_near(points: Array, pad: tuple[float, float], reach_deg: float) -> bool:
    """Whether some point lies within an arc of the pad, on a sphere."""
    lat, lon = numpy.radians(points[:, 1]), numpy.radians(points[:, 0] - pad[1])
    at = math.radians(pad[0])
    cosine = math.sin(at) * numpy.sin(lat) + math.cos(at) * numpy.cos(lat) * numpy.cos(lon)
    return bool(cosine.max() > math.cos(math.radians(min(reach_deg, 180.0))))


def _surrounds(ring: Array, pad: tuple[float, float]) -> bool:
    """Whether the pad lies within the ring's bounds: a land may be larger than the map."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    return bool(low[0] <= pad[1] <= high[0] and low[1] <= pad[0] <= high[1])
