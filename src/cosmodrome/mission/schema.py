"""The nouns of a question: what a mission file says, in SI units and radians, `None` where it says nothing.

Made by `mission.read.read_mission`, which has checked everything that can be checked without physics; build
them by hand only when you have done the same.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from cosmodrome.errors import CosmodromeError, MissionFileError
from cosmodrome.files.sources import Source
from cosmodrome.files.units import quantity

LOWEST_PERIGEE_ALTITUDE_M = 120e3  # there are no suborbital targets
DEFAULT_MIN_COAST_ALTITUDE_M = 120e3
DEFAULT_MAX_COAST_S = 21600.0
DEFAULT_MASK_RAD = math.radians(5.0)
_USUAL_KEYS = {
    "max_axial_acceleration_m_s2": "max_axial_acceleration_g",
    "min_coast_altitude_m": "min_coast_altitude_km",
}


@dataclass(frozen=True)
class SitePoint:
    """A launch point written into the mission file itself; latitude is geodetic (geocentric on a sphere)."""

    latitude_rad: float
    longitude_rad: float
    height_m: float


@dataclass(frozen=True)
class Target:
    """The osculating orbit at the end of the last burn; angles that are None are free.

    A closed orbit has `c3_m2_s2` None and `semi_major_axis_m`, `eccentricity` set.  An escape has `c3_m2_s2`
    > 0, `declination_rad` of the outgoing asymptote in ECI, a negative `semi_major_axis_m`, and
    `eccentricity` only when its perigee was given.  `ltan_h` is local mean solar time of the ascending node.
    Elements are those of Vallado, Fundamentals of Astrodynamics and Applications, 4th ed. (2013), sec. 2.4, in ECI
    (CIRS); the perigee is at least 120 km up.
    """

    semi_major_axis_m: float
    eccentricity: float | None
    inclination_rad: float | None = None
    is_sun_synchronous: bool = False
    ra_of_asc_node_rad: float | None = None
    ltan_h: float | None = None
    arg_of_pericenter_rad: float | None = None
    c3_m2_s2: float | None = None
    declination_rad: float | None = None
    ra_of_asymptote_rad: float | None = None

    @property
    def is_escape(self) -> bool:
        """Whether the target is a hyperbola."""
        return self.c3_m2_s2 is not None

    @property
    def perigee_radius_m(self) -> float | None:
        """Distance of the pericenter from the Earth's centre, m; None for an escape that leaves it free."""
        if self.eccentricity is None:
            return None
        return self.semi_major_axis_m * (1.0 - self.eccentricity)

    @property
    def apogee_radius_m(self) -> float | None:
        """Distance of the apocenter from the Earth's centre, m; None for an escape."""
        if self.is_escape or self.eccentricity is None:
            return None
        return self.semi_major_axis_m * (1.0 + self.eccentricity)

    @property
    def has_node(self) -> bool:
        """Whether the ascending node is asked for, directly or as a local time."""
        return self.ra_of_asc_node_rad is not None or self.ltan_h is not None

    def to_record(self, equatorial_radius_m: float) -> dict[str, float | None]:
        """Return the orbit asked for, altitudes (m) above the equatorial radius, angles in deg; None is free."""
        perigee, apogee = self.perigee_radius_m, self.apogee_radius_m
        angles = {
            "inclination_deg": self.inclination_rad,
            "ra_of_asc_node_deg": self.ra_of_asc_node_rad,
            "arg_of_pericenter_deg": self.arg_of_pericenter_rad,
            "declination_deg": self.declination_rad,
            "ra_of_asymptote_deg": self.ra_of_asymptote_rad,
        }
        return {
            "perigee_altitude_m": None if perigee is None else perigee - equatorial_radius_m,
            "apogee_altitude_m": None if apogee is None else apogee - equatorial_radius_m,
            "semi_major_axis_m": self.semi_major_axis_m,
            "eccentricity": self.eccentricity,
            **{key: None if angle is None else math.degrees(angle) for key, angle in angles.items()},
            "ltan_h": self.ltan_h,
            "c3_m2_s2": self.c3_m2_s2,
        }


@dataclass(frozen=True)
class Objective:
    """What is maximised: "payload", or "margin" or "final_mass" for the given `payload_kg`."""

    maximize: str = "payload"
    payload_kg: float | None = None


@dataclass(frozen=True)
class Limits:
    """What the flight must keep; None is no limit.

    `max_q_alpha_pa_rad` is dynamic pressure times total angle between thrust axis and air-relative velocity;
    `fairing_heat_flux_w_m2` is the free-molecular flux allowed at fairing release and ever after;
    `min_coast_altitude_m` is the floor of everything after the atmosphere.  Azimuths are clockwise from
    north; a minimum above the maximum is a corridor through north.
    """

    max_dynamic_pressure_pa: float | None = None
    max_q_alpha_pa_rad: float | None = None
    max_axial_acceleration_m_s2: float | None = None
    fairing_heat_flux_w_m2: float | None = None
    min_coast_altitude_m: float | None = None
    launch_azimuth_min_rad: float | None = None
    launch_azimuth_max_rad: float | None = None

    def merged(self, vehicle_limits: Limits, *, file: str | Path | None = None) -> Limits:
        """These limits where given, else the vehicle's.

        Raises MissionFileError, naming `file`, when one of these is looser than the vehicle's: a mission may
        only tighten.
        """
        chosen: dict[str, float | None] = {}
        for name in (f.name for f in fields(self) if not f.name.startswith("launch_azimuth")):
            ours, theirs = getattr(self, name), getattr(vehicle_limits, name)
            looser = False
            if ours is not None and theirs is not None:
                looser = ours < theirs if name.startswith("min_") else ours > theirs
            if looser:
                key = _USUAL_KEYS.get(name, name)
                factor = quantity(key).keys[key]
                raise MissionFileError(
                    f"is looser than the vehicle's own {theirs / factor:.10g}; a mission may only tighten",
                    file=file,
                    key=f"limits.{key}",
                    value=ours / factor,
                )
            chosen[name] = theirs if ours is None else ours
        corridor = self if self.launch_azimuth_min_rad is not None else vehicle_limits
        if corridor is self and not _corridor_inside(self, vehicle_limits):
            raise MissionFileError(
                "reaches outside the vehicle's own launch azimuths; a mission may only tighten",
                file=file,
                key="limits.launch_azimuth_min_deg",
                value=math.degrees(self.launch_azimuth_min_rad or 0.0),
            )
        return Limits(
            **chosen,
            launch_azimuth_min_rad=corridor.launch_azimuth_min_rad,
            launch_azimuth_max_rad=corridor.launch_azimuth_max_rad,
        )

    def capped(self, at: Limits) -> Limits:
        """These limits, none of the largest-allowed ones above that of `at`."""
        lower = {
            f.name: min(getattr(self, f.name), getattr(at, f.name))
            for f in fields(self)
            if f.name.startswith("max_") and getattr(self, f.name) is not None
        }
        return replace(self, **lower)


@dataclass(frozen=True)
class Profile:
    """How the ascent is flown; `vertical_rise_s` None is the vehicle's own, burns are the last stage's."""

    upper_stage_burns: str | int = "auto"
    vertical_rise_s: float | None = None
    launch_direction: str = "auto"
    max_coast_s: float = DEFAULT_MAX_COAST_S
    separation_delay_s: float = 0.0
    attitude_program: Path | None = None


@dataclass(frozen=True)
class InitialState:
    """Where the flight starts when not at rest on the pad, in exactly one of two forms.

    Either `r_eci_m` and `v_eci_m_s`, or the six numbers relative to the rotating Earth.  `t_s` counts from
    lift-off.
    """

    t_s: float = 0.0
    r_eci_m: tuple[float, float, float] | None = None
    v_eci_m_s: tuple[float, float, float] | None = None
    altitude_m: float | None = None
    latitude_rad: float | None = None
    longitude_rad: float | None = None
    speed_relative_m_s: float | None = None
    flight_path_angle_rad: float | None = None
    azimuth_rad: float | None = None

    @property
    def is_inertial(self) -> bool:
        """Whether the state is given as ECI position and velocity."""
        return self.r_eci_m is not None


@dataclass(frozen=True)
class EnvironmentSettings:
    """The world of this mission; numbers that are None are the Earth's own.

    `atmosphere` is "us76", "exponential", "none" or the path of a table; `wind` is "none" or the path of a
    table of the motion of the air toward east and north.
    """

    gravity: str = "j2"
    earth: str = "wgs84"
    atmosphere: str | Path = "us76"
    wind: str | Path = "none"
    mu_m3_s2: float | None = None
    equatorial_radius_m: float | None = None
    rotation_rad_s: float | None = None
    j2: float | None = None
    rho0_kg_m3: float | None = None
    scale_height_m: float | None = None
    back_pressure: bool = True


@dataclass(frozen=True)
class Station:
    """A ground station; `mask_rad` is the lowest elevation at which it sees."""

    id: str
    latitude_rad: float
    longitude_rad: float
    height_m: float = 0.0
    mask_rad: float = DEFAULT_MASK_RAD


@dataclass(frozen=True)
class RangeSettings:
    """GeoJSON files of areas, added to the site's own: where things may fall, and where they must not."""

    allowed_areas: tuple[Path, ...] = ()
    keep_out_areas: tuple[Path, ...] = ()


@dataclass(frozen=True)
class MonteCarlo:
    """How many dispersed flights, and the seed of their random numbers; None where the file is silent."""

    flights: int | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Mission:
    """One question to the analysis; numbers are SI and radians, None is what the file leaves open.

    `vehicle` and `site` are catalogue ids or the name of a file beside `path`.  `sequence` maps
    "<id>.ignition_s", "<id>.cutoff_s", "<id>.separation_s", "<id>.release_s" to imposed seconds after
    lift-off.  `dispersions` is as written: "default" or a table per parameter.  `sources` maps the dotted key
    of a number (with its SI unit) to its origin; `assumptions` are sentences naming the defaults that were
    used.
    """

    name: str
    path: Path | None
    vehicle: str
    site: str | SitePoint
    target: Target
    epoch_utc: datetime.datetime | None = None
    launch_date_utc: datetime.date | None = None
    fairing: str | None = None
    objective: Objective = Objective()
    limits: Limits = Limits()
    profile: Profile = Profile()
    sequence: Mapping[str, float] = field(default_factory=dict)
    initial_state: InitialState | None = None
    environment: EnvironmentSettings = EnvironmentSettings()
    stations: tuple[Station, ...] = ()
    range_: RangeSettings = RangeSettings()
    dispersions: str | Mapping[str, object] | None = None
    monte_carlo: MonteCarlo = MonteCarlo()
    sources: Mapping[str, Source] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()

    def with_target(self, **changes: float | None) -> Mission:
        """A copy with fields of the target replaced; raises CosmodromeError for a name it does not have."""
        known = {f.name for f in fields(self.target)}
        for name in changes:
            if name not in known:
                raise CosmodromeError(
                    "is not a field of the target", key=f"target.{name}", allowed=sorted(known)
                )
        return replace(self, target=replace(self.target, **changes))  # type: ignore[arg-type]


def _corridor_inside(inner: Limits, outer: Limits) -> bool:
    """Whether the azimuth corridor `inner` lies within `outer`, both clockwise from minimum to maximum."""
    if outer.launch_azimuth_min_rad is None or outer.launch_azimuth_max_rad is None:
        return True
    if inner.launch_azimuth_min_rad is None or inner.launch_azimuth_max_rad is None:
        return True
    turn = 2.0 * math.pi
    outer_width = _width(outer.launch_azimuth_min_rad, outer.launch_azimuth_max_rad)
    inner_width = _width(inner.launch_azimuth_min_rad, inner.launch_azimuth_max_rad)
    start = (inner.launch_azimuth_min_rad - outer.launch_azimuth_min_rad) % turn
    return outer_width >= turn or start + inner_width <= outer_width + 1e-12


def _width(minimum: float, maximum: float) -> float:
    """Width of the corridor clockwise from minimum to maximum, rad, a full turn for 0 to 360 deg."""
    turn = 2.0 * math.pi
    return turn if maximum - minimum >= turn - 1e-12 else (maximum - minimum) % turn
