"""The predicted impact of bodies that fall in vacuum, against an independent program."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cosmodrome.catalogue.timeline import Drop
from cosmodrome.flight.fall import fall
from cosmodrome.physics.atmosphere import NONE, make_atmosphere
from cosmodrome.physics.frames import (
    Earth,
    geodetic_to_ecef,
    ground_velocity,
    place,
    rotated_about_z,
)
from cosmodrome.physics.motion import Environment
from cosmodrome.physics.wind import make_wind
from cosmodrome.validation.truths import Truth, rows
from cosmodrome.validation.worlds import ellipsoid

_J2 = 1.08262982e-3  # of the independent program


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return the largest distance (m) and difference in time (s), by the degree of the gravity field."""
    worst = dict.fromkeys(("point_mass", "point_mass_time", "j2", "j2_time"), 0.0)
    for throw in rows("impacts.csv"):
        name = "j2" if throw["degree"] else "point_mass"
        distance_m, late_s = _miss(throw)
        worst[name] = max(worst[name], distance_m)
        worst[f"{name}_time"] = max(worst[f"{name}_time"], abs(late_s))
    return {f"impact.{key}": value for key, value in worst.items()}


def _miss(throw: Mapping[str, float]) -> tuple[float, float]:
    """Distance (m) of our impact from the other program's, and how much later (s) ours is; NaN where none comes."""
    earth = ellipsoid(int(throw["degree"]), j2=_J2)
    world = Environment(earth, make_atmosphere(NONE), make_wind())
    piece = Drop("piece", "Piece", 1, 1.0, None, None, None)
    found = fall(piece, 1.0, 0.0, _thrown(throw, earth), world)
    if found.r_eci_m is None or found.t_s is None:
        return math.nan, math.nan
    ours = rotated_about_z(found.r_eci_m, -earth.rotation * found.t_s)
    theirs = _on_ground(throw["impact_latitude_deg"], throw["impact_longitude_deg"], 0.0, earth)
    return math.dist(ours, theirs), found.t_s - throw["impact_t_s"]


def _thrown(throw: Mapping[str, float], earth: Earth) -> NDArray[np.float64]:
    """ECI state (6,) of a throw, the axes of ECI and ECEF agreeing at t = 0."""
    r = _on_ground(throw["latitude_deg"], throw["longitude_deg"], throw["height_m"], earth)
    here = place(r, earth)
    v = np.array(ground_velocity(r, earth)) + throw["v_north_m_s"] * np.array(here.north)
    v += throw["v_east_m_s"] * np.array(here.east) - throw["v_down_m_s"] * np.array(here.up)
    return np.array([*r, *v])


def _on_ground(
    latitude_deg: float, longitude_deg: float, height_m: float, earth: Earth
) -> tuple[float, float, float]:
    x, y, z = geodetic_to_ecef(math.radians(latitude_deg), math.radians(longitude_deg), height_m, earth)
    return float(x), float(y), float(z)
