"""What a run leaves for other programs: OEM, CZML and KML, in a frame that they know and that each of them names."""

import datetime
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from cosmodrome.flight.afterwards import orbit_after
from cosmodrome.flight.celestial import R_gcrf_eci, ecef_states
from cosmodrome.flight.propagate import Flight
from cosmodrome.flight.start import ut1_minus_utc
from cosmodrome.flight.track import track
from cosmodrome.physics.frames import Earth
from cosmodrome.reporting.czml import czml_text
from cosmodrome.reporting.kml import kml_text
from cosmodrome.reporting.oem import Stretch, oem_text, stretches
from cosmodrome.reporting.scene import Scene

NOMINAL_LIFTOFF_UTC = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""What dates count from where a mission has no lift-off time."""

# how near straight lines between the places of CZML and KML stay to the samples of a flight, and to the flight itself:
# 4 g bend it by 5 m between samples a second apart
_TRACK_M, _FLIGHT_M = 20.0, 25.0
_GRAVITY = {0: "point mass", 2: "J2", 6: "J2 to J6"}


def export_texts(
    name: str, result: Mapping[str, Any], flight: Flight | None, created_utc: datetime.datetime
) -> dict[str, str]:
    """Return the text of each export by its name in the run folder; none where nothing flew.

    `name` is the mission's, `result` the record of the flight.
    """
    if flight is None or flight.t_s[-1] <= flight.t_s[0]:
        return {}
    programme, earth = flight.programme, flight.programme.environment.earth
    stated = result["liftoff_utc"]
    liftoff_utc = None if stated is None else datetime.datetime.fromisoformat(stated)
    remarks = (f"Status of this flight: {result['status']}.", _dates(liftoff_utc), _world(earth))
    scene = Scene(
        name,
        liftoff_utc or NOMINAL_LIFTOFF_UTC,
        (*remarks, _places(earth)),
        (math.degrees(programme.pad_latitude_rad), math.degrees(programme.pad_longitude_rad)),
        track(flight, _TRACK_M),
        result["events"],
        result["drop_points"],
    )
    return {
        "ephemeris.oem": _oem(name, flight, liftoff_utc, remarks, created_utc),
        "scene.czml": czml_text(scene),
        "track.kml": kml_text(scene),
    }


def _oem(
    name: str,
    flight: Flight,
    liftoff_utc: datetime.datetime | None,
    remarks: tuple[str, ...],
    created_utc: datetime.datetime,
) -> str:
    columns = flight.columns()
    r_eci, v_eci = (
        np.stack([columns[f"{symbol}_{axis}_{unit}"] for axis in "xyz"], axis=-1)
        for symbol, unit in (("r_eci", "m"), ("v_eci", "m_s"))
    )
    parts = stretches(columns["phase"], columns["t_s"], r_eci, v_eci)
    t, y = orbit_after(flight)
    if t.size:
        parts.append(Stretch("The payload's orbit after the flight: gravity alone", t, y[:, :3], y[:, 3:]))
    if liftoff_utc is None:
        frame, date, basis = "ITRF2000", NOMINAL_LIFTOFF_UTC, _EARTH_FIXED
        parts = [
            Stretch(p.comment, p.t_s, *ecef_states(p.t_s, p.r_m, p.v_m_s, flight.programme)) for p in parts
        ]
    else:
        frame, date, basis = "GCRF", liftoff_utc, _celestial(liftoff_utc)
        R = R_gcrf_eci(liftoff_utc)
        parts = [Stretch(p.comment, p.t_s, p.r_m @ R.T, p.v_m_s @ R.T) for p in parts]
    return oem_text(name, frame, date, parts, (*remarks, basis), created_utc)


# --- what each of them says about itself ------------------------------------------------------------------------------

_EARTH_FIXED = (
    "ITRF2000 stands for axes that turn with the Earth of this mission, polar motion zero; they need no date."
)


def _celestial(liftoff_utc: datetime.datetime) -> str:
    known = ut1_minus_utc(liftoff_utc)
    ut1 = "UT1 = UTC, outside the table of the IERS" if known is None else f"UT1 - UTC = {known:.6f} s (IERS)"
    return (
        "GCRF from the frame of the flight, which is the CIRS of the lift-off held fixed, by the IAU 2006/2000A "
        f"precession-nutation; polar motion zero; {ut1}."
    )


def _dates(liftoff_utc: datetime.datetime | None) -> str:
    counted = "UTC counts the seconds since the lift-off, without a leap second."
    if liftoff_utc is not None:
        return counted
    nominal = NOMINAL_LIFTOFF_UTC.isoformat().replace("+00:00", "Z")
    return (
        f"This mission has no lift-off time: the dates are nominal, from a lift-off at {nominal}. {counted}"
    )


def _world(earth: Earth) -> str:
    figure = "an ellipsoid" if earth.e2 else "a sphere"
    terms = f", J2 = {earth.zonals[0]:.9e}" if earth.degree else ""
    return (
        f"The Earth of this mission: {figure} of equatorial radius {earth.radius / 1e3:.6f} km; gravity "
        f"{_GRAVITY[earth.degree]}, mu = {earth.mu / 1e9:.6f} km**3/s**2{terms}; "
        f"rotation {earth.rotation:.9e} rad/s."
    )


def _places(earth: Earth) -> str:
    if earth.e2:
        origin = "Latitudes are geodetic, altitudes above the ellipsoid (not the sea level)"
    else:
        origin = (
            "Latitudes are geocentric and altitudes above the sphere, shown as if they were those of WGS 84"
        )
    return (
        f"{origin}; between two places a straight line in space stays within {_FLIGHT_M:.0f} m of the path."
    )
