"""The nouns of the hardware: vehicle, stage, engine, body, aerodynamics, site; SI units and radians.

Masses, thrust and flow of a stage are those of ONE unit; `count` says how many there are.  Made by
`catalogue.load`, which cross-checks them; `Vehicle.with_value` changes one number of a checked vehicle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cosmodrome.files.sources import Source
from cosmodrome.mission.schema import Limits
from cosmodrome.physics.constants import G0

SEA_LEVEL_PRESSURE_PA = 101325.0  # exact by definition; the pressure of every sea-level thrust


@dataclass(frozen=True)
class EventRef:
    """A moment: `delay_s` after `event`, which is "liftoff" or "<id>.ignition|cutoff|separation|release"."""

    event: str
    delay_s: float = 0.0

    @property
    def subject(self) -> str | None:
        """The id that the event belongs to; None for lift-off."""
        return self.event.rpartition(".")[0] or None

    @property
    def kind(self) -> str:
        """liftoff, ignition, cutoff, separation or release."""
        return self.event.rpartition(".")[2]


@dataclass(frozen=True)
class Release:
    """A body's release ruled by the flight: "heat-flux" is at the limit `fairing_heat_flux_w_m2` or later."""

    rule: str = "heat-flux"


@dataclass(frozen=True)
class Cutoff:
    """What ends a burn: "depletion", "time" (`burn_time_s` after ignition) or "command" (free to choose)."""

    rule: str
    burn_time_s: float | None = None
    min_burn_s: float | None = None
    max_burn_s: float | None = None


@dataclass(frozen=True)
class Engine:
    """The propulsion of one unit of a stage.

    Throttle k scales flow and vacuum thrust, F = k F_vac - p A_e.  `throttle_profile` is rows (t_s since
    ignition, k); k HOLDS from t_s to the next row, and is 1 before the first.  `exit_area_m2` is 0 when the
    file gives neither a sea-level thrust nor an area, which is listed as an assumption.
    """

    thrust_vacuum_n: float
    mass_flow_kg_s: float
    exit_area_m2: float = 0.0
    throttle_min: float = 1.0
    throttle_max: float = 1.0
    throttle_profile: tuple[tuple[float, float], ...] = ()
    tail_off_impulse_n_s: float = 0.0

    @property
    def isp_vacuum_s(self) -> float:
        """Specific impulse in vacuum, s: F_vac / (g0 mdot)."""
        return self.thrust_vacuum_n / (G0 * self.mass_flow_kg_s)

    @property
    def thrust_sea_level_n(self) -> float:
        """Thrust at 101 325 Pa and full throttle, N."""
        return self.thrust_vacuum_n - SEA_LEVEL_PRESSURE_PA * self.exit_area_m2

    def full_flow_seconds(self, burn_s: float) -> float:
        """Seconds of full flow that a burn of `burn_s` seconds from ignition uses: the integral of k."""
        edges = [(0.0, 1.0), *self.throttle_profile]
        ends = [t for t, _ in self.throttle_profile] + [float("inf")]
        return sum(
            k * max(0.0, min(end, burn_s) - max(start, 0.0))
            for (start, k), end in zip(edges, ends, strict=True)
        )


@dataclass(frozen=True)
class Stage:
    """One stage, or `count` identical ones; every mass, thrust and flow is per unit.

    `dry_mass_kg` includes bodies that name this stage in `in_dry_mass_of`.  `propellant_mass_kg` is the load
    before ignition, of which `residual_mass_kg` cannot be burnt and `pad_burn_s` of full flow is burnt before
    first motion.  `separation` None means that the stage keeps the payload until it separates itself.
    """

    id: str
    role: str
    number: int | None
    count: int
    dry_mass_kg: float
    propellant_mass_kg: float
    residual_mass_kg: float
    pad_burn_s: float
    ignition: EventRef
    cutoff: Cutoff
    separation: EventRef | None
    engine: Engine
    name: str
    burns: int = 1
    min_coast_s: float = 0.0
    max_coast_s: float | None = None
    max_total_burn_s: float | None = None
    slew_rate_rad_s: float | None = None
    attitude_convention: str | None = None
    fall_reference_area_m2: float | None = None
    fall_drag_coefficient: float | None = None

    @property
    def pad_burn_kg(self) -> float:
        """Propellant of one unit burnt before first motion, kg."""
        return self.pad_burn_s * self.engine.mass_flow_kg_s

    @property
    def usable_propellant_kg(self) -> float:
        """Propellant of one unit that can be burnt in flight, kg."""
        return self.propellant_mass_kg - self.residual_mass_kg - self.pad_burn_kg

    @property
    def liftoff_mass_kg(self) -> float:
        """Mass of one unit at first motion, kg: dry, plus propellant less what was burnt on the pad."""
        return self.dry_mass_kg + self.propellant_mass_kg - self.pad_burn_kg


@dataclass(frozen=True)
class Body:
    """A jettisoned piece that is no stage: `count` pieces of `mass_kg` each, all released together.

    `in_dry_mass_of` names the stage whose dry mass already counts them.  Area and coefficient are those of
    its fall.
    """

    id: str
    count: int
    mass_kg: float
    in_dry_mass_of: str | None
    release: Release | EventRef
    name: str
    reference_area_m2: float | None = None
    drag_coefficient: float | None = None


@dataclass(frozen=True, eq=False)
class DragTable:
    """Aerodynamic coefficients on a grid: `mach` (m,), `alpha_rad` (k,), `axial` and `normal` (m, k).

    In wind axes axial is drag and normal is lift; in body axes they are the axial and normal force.  A single
    row or column is a coefficient that does not depend on it; outside the grid the edge value holds.
    """

    mach: np.ndarray
    alpha_rad: np.ndarray
    axial: np.ndarray
    normal: np.ndarray | None = None

    @classmethod
    def constant(cls, coefficient: float) -> DragTable:
        """The table of one drag coefficient at every Mach number and angle."""
        return cls(np.zeros(1), np.zeros(1), np.full((1, 1), float(coefficient)))

    def scaled(self, factor: float) -> DragTable:
        """The table with every coefficient multiplied by `factor`."""
        return DragTable(
            self.mach,
            self.alpha_rad,
            self.axial * factor,
            None if self.normal is None else self.normal * factor,
        )


@dataclass(frozen=True)
class AeroConfiguration:
    """The aerodynamics of the stack until an event ("<id>.separation"); to the end when `until` is None."""

    until: str | None
    reference_area_m2: float
    axes: str
    table: DragTable


@dataclass(frozen=True)
class FlownMission:
    """A mission that the vehicle flew, or that its maker publishes for it; None where nothing is known.

    Altitudes count from the equatorial radius; `site` is a catalogue id; `burns` and `longest_coast_s` are the
    last stage's.
    """

    name: str
    perigee_altitude_m: float
    apogee_altitude_m: float
    inclination_rad: float
    site: str | None = None
    arg_of_pericenter_rad: float | None = None
    payload_kg: float | None = None
    burns: int | None = None
    longest_coast_s: float | None = None
    max_dynamic_pressure_pa: float | None = None


@dataclass(frozen=True)
class Vehicle:
    """A launcher as it stands on the pad, without its payload.

    `stages` are in order of ignition, the last one carries the payload; `adapter_mass_kg` and
    `guidance_reserve_kg` (of the last stage's usable propellant) stay with it.  `sources` maps dotted keys
    such as "block-i.dry_mass_kg" to the origin of the number; `assumptions` are sentences on what was
    defaulted or acknowledged in its files.  `flown` is what this combination has flown; `counterpart` names the
    catalogue's vehicle that it is, or that its file rests on or is named after.
    """

    id: str
    name: str
    path: Path | None
    stages: tuple[Stage, ...]
    bodies: tuple[Body, ...]
    aero: tuple[AeroConfiguration, ...]
    limits: Limits
    guidance_reserve_kg: float
    adapter_mass_kg: float
    vertical_rise_s: float
    sources: Mapping[str, Source] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    flown: tuple[FlownMission, ...] = ()
    counterpart: str | None = None

    @property
    def last_stage(self) -> Stage:
        """The stage that carries the payload to its orbit."""
        return self.stages[-1]

    def stage(self, stage_id: str) -> Stage:
        """The stage of that id; KeyError when there is none."""
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise KeyError(stage_id)

    def body(self, body_id: str) -> Body:
        """The body of that id; KeyError when there is none."""
        for body in self.bodies:
            if body.id == body_id:
                return body
        raise KeyError(body_id)

    @property
    def stage_ids(self) -> tuple[str, ...]:
        """Ids of the stages in order of ignition."""
        return tuple(s.id for s in self.stages)

    @property
    def body_ids(self) -> tuple[str, ...]:
        """Ids of the jettisoned bodies."""
        return tuple(b.id for b in self.bodies)

    @property
    def liftoff_mass_without_payload_kg(self) -> float:
        """Mass at first motion of everything but the payload, kg."""
        stages = sum(s.count * s.liftoff_mass_kg for s in self.stages)
        bodies = sum(b.count * b.mass_kg for b in self.bodies if b.in_dry_mass_of is None)
        return stages + bodies + self.adapter_mass_kg

    @property
    def numeric_keys(self) -> tuple[str, ...]:
        """Every dotted key that `get_value` and `with_value` understand and that has a number here."""
        from cosmodrome.catalogue.values import numeric_keys

        return numeric_keys(self)

    def get_value(self, key: str) -> float:
        """The number behind a dotted key, SI; see `catalogue.values`.  CatalogueError for an unknown key."""
        from cosmodrome.catalogue.values import get_value

        return get_value(self, key)

    def with_value(self, key: str, value: float) -> Vehicle:
        """A copy with one number changed; see `catalogue.values` for what stays fixed."""
        from cosmodrome.catalogue.values import with_value

        return with_value(self, key, value)


@dataclass(frozen=True)
class Site:
    """A launch pad; `latitude_rad` is geodetic, or geocentric when the mission's Earth is a sphere.

    `launch_azimuth_min_rad` and `_max_rad` bound the corridor clockwise from north when the site has one;
    `usual_azimuth_rad` is where launches from here usually go, which decides between north and south when
    a mission leaves its launch direction open; `inclinations_flown_rad` are where launches have gone.
    """

    id: str
    name: str
    latitude_rad: float
    longitude_rad: float
    height_m: float
    launch_azimuth_min_rad: float | None = None
    launch_azimuth_max_rad: float | None = None
    usual_azimuth_rad: float | None = None
    inclinations_flown_rad: tuple[float, ...] = ()
    path: Path | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
