"""Curves over time that pictures and page share: attitude beside the motion, and what a limit is about.

Angles are in degrees over the local geodetic horizon, azimuths clockwise from north; NaN where an angle means nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy

from cosmodrome.reporting.columns import Columns
from cosmodrome.reporting.labels import unit_of

Array = numpy.ndarray[Any, Any]

# What of the trajectory a limit is about; a limit without a curve (a corridor, a floor) has none.
_LIMITED_COLUMN = {
    "max_dynamic_pressure": "dynamic_pressure_pa",
    "max_q_alpha": "q_alpha_pa_rad",
    "max_axial_acceleration": "axial_acceleration_g",
    "fairing_heat_flux": "heat_flux_w_m2",
}
# From the unit in which a column is shown to another one of the same quantity.
_IN_UNITS = {"m/s²": 9.80665, "kPa·deg": math.degrees(1e-3), "Pa·deg": math.degrees(1.0), "kW/m²": 1e-3}
# Above this the azimuth of the axis means nothing; below these speeds (m/s) that of the velocity, and its climb.
_STEEP_DEG, _SLOW_M_S, _AT_REST_M_S = 89.0, 10.0, 5.0


@dataclass(frozen=True)
class Attitude:
    """Thrust axis and velocity relative to the Earth, deg, each `(n,)`; both azimuths on the same turn."""

    pitch_deg: Array
    heading_deg: Array
    flight_path_deg: Array
    course_deg: Array


def attitude(columns: Columns) -> Attitude:
    """The `Attitude` of a trajectory, NaN where an angle means nothing: near the vertical, and at rest."""
    pitch, azimuth = thrust_angles_deg(columns)
    steep = numpy.abs(pitch) > _STEEP_DEG
    speed, climb = columns["speed_relative_m_s"], columns["flight_path_angle_deg"]
    slow = speed * numpy.cos(numpy.radians(climb)) < _SLOW_M_S
    course = numpy.where(slow, numpy.nan, _unwrapped_deg(columns["azimuth_deg"]))
    heading = _unwrapped_deg(numpy.where(steep, columns["azimuth_deg"], azimuth))
    if not slow.all():
        course = course - 360.0 * numpy.floor(numpy.nanmedian(course) / 360.0)
        # So that 359° and 1° lie side by side.
        heading = heading - 360.0 * numpy.round(numpy.nanmedian(heading - course) / 360.0)
    return Attitude(
        pitch_deg=pitch,
        heading_deg=numpy.where(steep, numpy.nan, heading),
        flight_path_deg=numpy.where(speed < _AT_REST_M_S, numpy.nan, climb),
        course_deg=course,
    )


def thrust_angles_deg(columns: Columns) -> tuple[Array, Array]:
    """Elevation above the geodetic horizon and azimuth from north of the thrust axis, deg, each `(n,)`.

    The local vertical in ECI follows from geodetic latitude and the meridian of the position itself, so that
    no rotation of the Earth is needed.
    """
    latitude = numpy.radians(columns["latitude_deg"])
    meridian = numpy.arctan2(columns["r_eci_y_m"], columns["r_eci_x_m"])
    u_x, u_y, u_z = (columns[f"u_eci_{k}"] for k in "xyz")
    outward = u_x * numpy.cos(meridian) + u_y * numpy.sin(meridian)
    east = -u_x * numpy.sin(meridian) + u_y * numpy.cos(meridian)
    up = outward * numpy.cos(latitude) + u_z * numpy.sin(latitude)
    north = -outward * numpy.sin(latitude) + u_z * numpy.cos(latitude)
    elevation = numpy.degrees(numpy.arctan2(up, numpy.hypot(east, north)))
    return elevation, numpy.degrees(numpy.arctan2(east, north)) % 360.0


def inertial_speed(columns: Columns) -> Array:
    """Length of the velocity in ECI, m/s, `(n,)`."""
    return numpy.asarray(numpy.sqrt(sum(columns[f"v_eci_{k}_m_s"] ** 2 for k in "xyz")))


def limited_curve(key: str, result: Mapping[str, Any], columns: Columns) -> Array | None:
    """The quantity that the limit `key` is about, `(n,)` in the unit in which the limit is shown; NaN where the limit
    does not apply, None for a limit without a curve."""
    column = next((column for stem, column in _LIMITED_COLUMN.items() if key.startswith(stem)), None)
    if column is None:
        return None
    unit, _ = unit_of(key)
    _, factor = unit_of(column)
    values: Array = columns[column] * factor * _IN_UNITS.get(unit, 1.0)
    if key.startswith("fairing"):
        released = [e["t_s"] for e in result["events"] if e["code"] == "FAIRING_JETTISON"]
        if not released:
            return None
        values = numpy.where(columns["t_s"] >= released[0], values, numpy.nan)
    return values


def _unwrapped_deg(angles_deg: Array) -> Array:
    return numpy.asarray(numpy.degrees(numpy.unwrap(numpy.radians(angles_deg))))
