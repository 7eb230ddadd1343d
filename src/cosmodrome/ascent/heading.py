"""Which way a launch goes: the planes through the pad with the target's inclination, and which of them are open."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosmodrome.mission.schema import Target
from cosmodrome.physics.frames import angles_from_direction, place
from cosmodrome.physics.motion import Environment
from cosmodrome.physics.orbit import normal, perifocal_axis

Array = NDArray[np.float64]

# how far (rad) from due east or west the northbound and southbound launches to an inclination are told apart
_PARTED = math.radians(15.0)
# how much steeper (rad) than its asymptote's declination an escape's plane is taken, where a plane turns back
_STEEPER = math.radians(0.5)
# how near the pole (rad) north is no direction to hold a launch to
_AT_THE_POLE = math.radians(8.0)


@dataclass(frozen=True)
class Heading:
    """The plane of a launch: its unit normal in ECI, and the azimuth (rad) to tilt toward, relative to the ground.

    `side` (rad, None where there is none to keep) is the middle of the half circle of azimuths that the launch must
    not leave while it is optimised: north or south where the two directions part, else the azimuth itself.
    """

    normal: tuple[float, float, float]
    azimuth: float
    side: float | None
    is_ascending: bool


def headings(target: Target, start: Array, environment: Environment) -> tuple[Heading, Heading]:
    """Return the northbound and the southbound heading from the start position (r, v: 6) to the target's inclination.

    Where the start lies outside the target's latitudes both are the nearest plane, due east or west: the ascent then
    has to dog-leg. An inclination that is free is taken as the lowest prograde one that holds the target's asymptote.
    """
    r = start[:3]
    up = r / np.linalg.norm(r)
    east = np.cross([0.0, 0.0, 1.0], up)
    # at a pole every direction is south; any east will do
    east = east / np.linalg.norm(east) if np.linalg.norm(east) > 1e-9 else np.array([0.0, 1.0, 0.0])
    north = np.cross(up, east)
    cos_latitude = math.hypot(up[0], up[1])
    i = target.inclination_rad
    if i is None and target.declination_rad is not None:
        i = min(max(math.acos(min(1.0, cos_latitude)), abs(target.declination_rad) + _STEEPER), math.pi / 2)
    sine = 1.0 if i is None else math.cos(i) / max(cos_latitude, 1e-9)
    azimuth = math.asin(min(1.0, max(-1.0, sine)))
    return (
        _heading(azimuth, True, r, east, north, environment),
        _heading(math.pi - azimuth, False, r, east, north, environment),
    )


def _heading(
    azimuth: float, is_ascending: bool, r: Array, east: Array, north: Array, environment: Environment
) -> Heading:
    up = r / np.linalg.norm(r)
    ahead = math.sin(azimuth) * east + math.cos(azimuth) * north
    n = np.cross(r, ahead)
    n /= np.linalg.norm(n)
    earth = environment.earth
    speed = math.sqrt(earth.mu / float(np.linalg.norm(r)))
    over_ground = speed * ahead - np.cross([0.0, 0.0, earth.rotation], r)
    _, relative = angles_from_direction(tuple(over_ground), place(tuple(r), earth))
    side: float | None = relative
    if math.hypot(*up[:2]) < math.sin(_AT_THE_POLE):
        # north turns round under a launch that passes the pole
        side = None
    elif abs(math.cos(azimuth)) > math.sin(_PARTED):
        side = 0.0 if is_ascending else math.pi
    return Heading((float(n[0]), float(n[1]), float(n[2])), relative, side, is_ascending)


def open_headings(
    target: Target,
    start: Array,
    environment: Environment,
    direction: str,
    corridor: tuple[float, float] | None,
    usual_azimuth: float | None,
) -> tuple[Heading, ...]:
    """Return the headings that may be flown, one or both: the one asked for, else what lies inside the corridor, else
    nearest the asked node or asymptote, else nearest where launches from this pad usually go, else both.
    """
    northbound, southbound = headings(target, start, environment)
    if direction != "auto":
        return (northbound if direction == "ascending" else southbound,)
    if northbound.side == southbound.side:
        return (northbound,)
    both = (northbound, southbound)
    if corridor is not None:
        inside = tuple(h for h in both if _is_inside(h.azimuth, corridor))
        if len(inside) == 1:
            return inside
    if target.ra_of_asc_node_rad is not None and target.inclination_rad is not None:
        wanted = np.array(normal(target.inclination_rad, target.ra_of_asc_node_rad))
        return (max(both, key=lambda h: float(wanted @ np.array(h.normal))),)
    if target.declination_rad is not None and target.ra_of_asymptote_rad is not None:
        asymptote = perifocal_axis(math.pi / 2, target.ra_of_asymptote_rad, target.declination_rad)
        return (min(both, key=lambda h: abs(float(np.array(asymptote) @ np.array(h.normal)))),)
    if usual_azimuth is not None:
        return (max(both, key=lambda h: math.cos(h.azimuth - usual_azimuth)),)
    return both


def _is_inside(azimuth: float, corridor: tuple[float, float]) -> bool:
    low, high = corridor
    return (azimuth - low) % (2 * math.pi) <= (high - low) % (2 * math.pi)
