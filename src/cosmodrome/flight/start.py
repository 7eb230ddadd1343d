"""Where a flight begins: at rest on the pad, or in the state that a mission states, in ECI at t = 0."""

import datetime
import warnings
from functools import cache

from cosmodrome.catalogue.schema import Site
from cosmodrome.mission.schema import Mission
from cosmodrome.physics.frames import (
    Earth,
    direction_from_angles,
    geodetic_to_ecef,
    ground_velocity,
    place,
    rotated_about_z,
)

State = tuple[float, float, float, float, float, float]


def eci_angle(site_longitude_rad: float, epoch_utc: datetime.datetime | None) -> float:
    """Return the angle (rad) from ECI x to the zero meridian at lift-off.

    With an epoch that is the Earth rotation angle of UT1, x being the CIO; without, x is the site's meridian.
    """
    if epoch_utc is None:
        return -site_longitude_rad
    return earth_rotation_angle(epoch_utc)


def earth_rotation_angle(epoch_utc: datetime.datetime) -> float:
    """Return the Earth rotation angle (rad) at a UTC instant.

    Source: IERS Conventions (2010), eq. 5.15, as implemented by ERFA's era00.
    """
    import erfa

    return float(erfa.era00(*ut1(epoch_utc)))


def ut1(epoch_utc: datetime.datetime) -> tuple[float, float]:
    """Return UT1 at a UTC instant as a Julian date in two parts (d); UT1 - UTC is zero outside the IERS table."""
    import erfa

    instant = epoch_utc.astimezone(datetime.UTC)
    seconds = instant.second + instant.microsecond * 1e-6
    with warnings.catch_warnings():
        # "dubious year": leap seconds to come are unknown, which the caller says as UT1 = UTC
        warnings.simplefilter("ignore", erfa.ErfaWarning)
        utc1, utc2 = erfa.dtf2d(
            "UTC", instant.year, instant.month, instant.day, instant.hour, instant.minute, seconds
        )
        ut11, ut12 = erfa.utcut1(utc1, utc2, ut1_minus_utc(instant) or 0.0)
    return float(ut11), float(ut12)


def ut1_minus_utc(instant: datetime.datetime) -> float | None:
    """Return UT1 - UTC (s) at a UTC instant from the bundled IERS table, None outside it."""
    import numpy as np

    mjd = (instant - datetime.datetime(1858, 11, 17, tzinfo=datetime.UTC)).total_seconds() / 86400.0
    days, offsets = _iers_table()
    # the last day begins no interval: a day is in the table whole or not at all
    if not days or not days[0] <= mjd < days[-1]:
        return None
    i = int(np.searchsorted(days, mjd, side="right")) - 1
    step = offsets[i + 1] - offsets[i]
    # a leap second at the end of the day is no rotation of the Earth
    step -= round(step)
    return offsets[i] + step * (mjd - days[i]) / (days[i + 1] - days[i])


@cache
def _iers_table() -> tuple[list[float], list[float]]:
    """Modified Julian dates (UTC midnights) and UT1 - UTC (s) of IERS Bulletin A."""
    import astropy_iers_data

    days, offsets = [], []
    with open(astropy_iers_data.IERS_A_FILE, encoding="ascii", errors="replace") as table:
        for line in table:
            if line[58:68].strip() and line[7:15].strip():
                days.append(float(line[7:15]))
                offsets.append(float(line[58:68]))
    return days, offsets


def start_state(mission: Mission, site: Site, earth: Earth, theta0: float) -> State:
    """Return (r_eci_m, v_eci_m_s) at the start: on the pad and turning with the Earth unless the mission says else."""
    initial = mission.initial_state
    if initial is not None and initial.r_eci_m is not None and initial.v_eci_m_s is not None:
        return (*initial.r_eci_m, *initial.v_eci_m_s)
    if initial is None:
        r = _eci(site.latitude_rad, site.longitude_rad, site.height_m, earth, theta0)
        return (*r, *ground_velocity(r, earth))
    t = initial.t_s
    assert initial.latitude_rad is not None and initial.longitude_rad is not None
    assert initial.altitude_m is not None and initial.speed_relative_m_s is not None
    angle = theta0 + earth.rotation * t
    r = _eci(initial.latitude_rad, initial.longitude_rad, initial.altitude_m, earth, angle)
    d = direction_from_angles(
        initial.flight_path_angle_rad or 0.0, initial.azimuth_rad or 0.0, place(r, earth)
    )
    v = tuple(w + initial.speed_relative_m_s * x for w, x in zip(ground_velocity(r, earth), d, strict=True))
    return (*r, v[0], v[1], v[2])


def _eci(
    latitude: float, longitude: float, altitude: float, earth: Earth, angle: float
) -> tuple[float, float, float]:
    r = geodetic_to_ecef(latitude, longitude, altitude, earth)
    x, y, z = rotated_about_z(r, angle)
    return float(x), float(y), float(z)
