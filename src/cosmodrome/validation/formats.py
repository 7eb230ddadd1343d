"""The exports of a plan as other programs read them: OEM by `oem`, CZML by `czml3`, KML by `lxml`."""

import datetime
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cosmodrome.exports import NOMINAL_LIFTOFF_UTC, export_texts
from cosmodrome.flight.propagate import Flight
from cosmodrome.result import plan_result
from cosmodrome.validation.missions import planned
from cosmodrome.validation.truths import Truth

_MISSION = "V07"
_TRACK = "{http://www.google.com/kml/ext/2.2}"


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return the largest error (km) of positions read back, the parsed CZML packets' share, the KML points' share."""
    found = planned(_MISSION)
    if found.flight is None:
        raise ArithmeticError(f"{_MISSION} is {found.status}: there is nothing to export")
    texts = export_texts(found.problem.mission.name, plan_result(found), found.flight, _now())
    return {
        "formats.oem": _oem_error_km(texts["ephemeris.oem"], found.flight),
        "formats.czml": _czml_share(texts["scene.czml"]),
        "formats.kml": _kml_share(texts["track.kml"]),
    }


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _oem_error_km(text: str, flight: Flight) -> float:
    """Largest distance of the ascent's positions in the file from the flight, in Earth-fixed axes turned here."""
    from astropy.time import Time
    from oem import OrbitEphemerisMessage

    begin = Time(NOMINAL_LIFTOFF_UTC.replace(tzinfo=None), scale="utc")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ephemeris.oem"
        path.write_text(text, "ascii")
        states = [state for segment in OrbitEphemerisMessage.open(path) for state in segment.states]
    last = float(flight.t_s[-1])
    moments = [(float((state.epoch - begin).sec), state.position) for state in states]
    gaps = [
        math.dist(position, [x / 1e3 for x in _on_earth(flight, max(t, 0.0))])
        for t, position in moments
        if t < last
    ]
    if not gaps:
        raise ArithmeticError("the ephemeris holds no state of the ascent")
    return max(gaps)


def _on_earth(flight: Flight, t_s: float) -> tuple[float, float, float]:
    """Position (m) on axes that turn with the Earth."""
    x, y, z = flight.state_at(t_s)[:3]
    angle = flight.programme.earth_angle_rad + flight.programme.environment.earth.rotation * t_s
    c, s = math.cos(angle), math.sin(angle)
    return (c * x + s * y, -s * x + c * y, z)


def _czml_share(text: str) -> float:
    """Share of the packets that czml3 knows under the id that the document gives them."""
    import json

    from czml3 import Document

    ids = [packet.id for packet in Document.model_validate_json(text.encode()).packets]
    return sum(packet["id"] in ids for packet in json.loads(text)) / len(ids)


def _kml_share(text: str) -> float:
    """Share of the points of `gx:Track` that have longitude, latitude and altitude as finite numbers."""
    from lxml import etree

    points = [point.text.split() for point in etree.fromstring(text.encode()).iter(f"{_TRACK}coord")]
    whole = [point for point in points if len(point) == 3 and all(math.isfinite(float(x)) for x in point)]
    return len(whole) / len(points)
