"""Places on two maps: about the pad, azimuthal equidistant by WGS84 geodesics, and of the Earth, equirectangular."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

Array = numpy.ndarray[Any, Any]

# points of a drawn line are no farther apart than this: rows of a coast may be, and lines bend near the poles
_STEP_DEG = 0.5


def on_map_km(pad: tuple[float, float], latitude_deg: Any, longitude_deg: Any) -> tuple[Array, Array]:
    """East and north on the map, km: the geodesic from `pad` (lat, lon deg) along its bearing there."""
    # tenths of a second that who draws no map does not pay
    from pyproj import Geod

    latitude = numpy.asarray(latitude_deg, dtype=float)
    longitude = numpy.asarray(longitude_deg, dtype=float)
    bearing, _, distance = Geod(ellps="WGS84").inv(
        numpy.full_like(longitude, pad[1]), numpy.full_like(latitude, pad[0]), longitude, latitude
    )
    bearing = numpy.radians(bearing)
    return distance / 1e3 * numpy.sin(bearing), distance / 1e3 * numpy.cos(bearing)


def densified(latitude_deg: Array, longitude_deg: Array) -> tuple[Array, Array]:
    """Latitude and longitude, deg, with points put between those farther apart than half a degree, along the shortest
    way over the sphere."""
    latitude, longitude = numpy.radians(latitude_deg), numpy.radians(longitude_deg)
    r = numpy.stack(
        [
            numpy.cos(latitude) * numpy.cos(longitude),
            numpy.cos(latitude) * numpy.sin(longitude),
            numpy.sin(latitude),
        ],
        axis=-1,
    )
    chord = numpy.linalg.norm(numpy.diff(r, axis=0), axis=-1)
    pieces = numpy.maximum(1, numpy.ceil(chord / numpy.radians(_STEP_DEG))).astype(int)
    places = numpy.concatenate([[0.0], numpy.cumsum(pieces)])
    fine = numpy.stack(
        [numpy.interp(numpy.arange(places[-1] + 1), places, r[:, k]) for k in range(3)], axis=-1
    )
    return (
        numpy.degrees(numpy.arctan2(fine[:, 2], numpy.hypot(fine[:, 0], fine[:, 1]))),
        numpy.degrees(numpy.arctan2(fine[:, 1], fine[:, 0])),
    )


def across_the_edge(latitude_deg: Array, longitude_deg: Array) -> tuple[Array, Array]:
    """Longitude and latitude, deg, of a line that leaves the map at one edge and comes back at the other."""
    x, y = [], []
    for k in range(len(longitude_deg)):
        turn = longitude_deg[k] - longitude_deg[k - 1] if k else 0.0
        if abs(turn) > 180.0:
            edge = 180.0 if turn < 0.0 else -180.0
            before, after = edge - longitude_deg[k - 1], edge + longitude_deg[k]
            share = before / (before + after) if before + after else 0.0
            at_edge = latitude_deg[k - 1] + share * (latitude_deg[k] - latitude_deg[k - 1])
            x += [edge, numpy.nan, -edge]
            y += [at_edge, numpy.nan, at_edge]
        x.append(longitude_deg[k])
        y.append(latitude_deg[k])
    return numpy.array(x), numpy.array(y)


def hemisphere(degrees: float, positive: str, negative: str) -> str:
    """An angle with the letter of its hemisphere, as 30°N."""
    rounded = round(degrees)
    return f"{abs(rounded)}°{'' if rounded == 0 else positive if rounded > 0 else negative}"


def round_step(rough: float) -> float:
    """The smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is not below `rough`."""
    power = 10.0 ** numpy.floor(numpy.log10(rough))
    return float(power * next(m for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= rough))


def placed(points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of the events or drop points whose place is known."""
    return [p for p in points if None not in (p["latitude_deg"], p["longitude_deg"], p["downrange_m"])]


def release_event(result: Mapping[str, Any], body: str) -> Mapping[str, Any] | None:
    """The event at which a body leaves the vehicle; None where its place is not known."""
    codes = ("_SEP", "_JETTISON")
    events = placed(result["events"])
    return next((e for e in events if e["subject"] == body and e["code"].endswith(codes)), None)
