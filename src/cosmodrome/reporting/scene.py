"""What a viewer of the Earth is shown of a flight, in CZML or KML: its path, its events, and where its parts fall."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from cosmodrome.reporting.instants import utc_text
from cosmodrome.reporting.labels import moment_text, number

PATH_RGB, EVENT_RGB, DROP_RGB, PAD_RGB = (0, 158, 115), (240, 228, 66), (213, 94, 0), (255, 255, 255)
"""Colours that the colour-blind can tell apart: M. Okabe, K. Ito, Color Universal Design (2008)."""

# key -> words, unit, what one unit is in the key's, digits
_FACTS = {
    "altitude_m": ("altitude", "km", 1e3, 1),
    "downrange_m": ("downrange", "km", 1e3, 1),
    "speed_relative_m_s": ("speed over the ground", "m/s", 1.0, 1),
    "speed_inertial_m_s": ("inertial speed", "m/s", 1.0, 1),
    "flight_path_angle_deg": ("flight-path angle", "deg", 1.0, 2),
    "mass_kg": ("mass", "kg", 1.0, 0),
    "dynamic_pressure_pa": ("dynamic pressure", "kPa", 1e3, 2),
    "axial_acceleration_g": ("axial acceleration", "g", 1.0, 2),
    "latitude_deg": ("latitude", "deg", 1.0, 4),
    "longitude_deg": ("longitude", "deg", 1.0, 4),
}


@dataclass(frozen=True)
class Scene:
    """A flight to be shown.

    `pad` is latitude and longitude (deg); `path` has `t_s`, `latitude_deg`, `longitude_deg`, `altitude_m` (n,), n >= 2,
    between which straight lines are near enough; `events` and `drop_points` are those of result.json; `remarks` say
    what frame, dates and Earth these are.
    """

    name: str
    liftoff_utc: datetime.datetime
    remarks: tuple[str, ...]
    pad: tuple[float, float]
    path: Mapping[str, numpy.ndarray[Any, Any]]
    events: Sequence[Mapping[str, Any]]
    drop_points: Sequence[Mapping[str, Any]]

    def utc(self, t_s: float) -> str:
        """The instant `t_s` seconds after lift-off, as 2027-04-15T02:00:00.000000Z."""
        return utc_text(self.liftoff_utc, t_s) + "Z"

    def facts(self, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What is known of an event or a drop point, in words: (what, value with unit)."""
        told = [("T+", moment_text(entry["t_s"])), ("time, UTC", self.utc(entry["t_s"]))]
        for key, (words, unit, per, digits) in _FACTS.items():
            if entry.get(key) is not None:
                told.append((words, f"{number(entry[key], digits, per)} {unit}"))
        return told


def drop_name(drop: Mapping[str, Any]) -> str:
    """What the mark of a drop point is called."""
    return f"{drop['body']}: drop point"
