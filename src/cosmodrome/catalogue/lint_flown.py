"""What a vehicle has flown, and what of a mission lies outside of that.

A vehicle's file lists missions in [[flown]]: what flew, or what its maker publishes as its performance. A mission lies
inside when it resembles ONE of them in everything that both tell. The loss of Meteor-M 2-1 is why ranges taken one by
one are not enough: pad, azimuth and upper stage had each flown before, their combination had not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from cosmodrome.catalogue.schema import FlownMission, Site, Vehicle
from cosmodrome.files.reader import Book, Shape, Table
from cosmodrome.mission.schema import Mission
from cosmodrome.physics.constants import EQUATORIAL_RADIUS, G0, ROTATION_RATE

FLOWN = Shape(
    quantities=(
        "perigee_altitude_km",
        "apogee_altitude_km",
        "inclination_deg",
        "arg_of_pericenter_deg",
        "payload_kg",
        "longest_coast_s",
        "max_dynamic_pressure_pa",
    ),
    plain=("burns",),
    others=("name", "upper_stage", "site"),
)
# How far a mission may be from a flown one and still resemble it. The factor of altitudes separates 500 from 900 km.
ALTITUDE_FACTOR, PAYLOAD_FACTOR, COAST_FACTOR, PRESSURE_FACTOR = 1.7, 1.25, 1.5, 1.25
THRUST_TO_WEIGHT_FACTOR = 1.05
INCLINATION_RAD = math.radians(1.5)
PERICENTER_RAD = math.radians(20.0)
AZIMUTH_RAD = math.radians(15.0)
ORBITAL_SPEED_M_S = 7800.0  # of a low circular orbit, to turn an inclination into an azimuth
_AZIMUTH_SPEED_M_S = 1000.0  # over the ground; faster than this the azimuth is the launch's


@dataclass(frozen=True)
class Facts:
    """What is known of a mission that can be held against flown ones; None is unknown or free."""

    site: str | None = None
    perigee_altitude_m: float | None = None
    apogee_altitude_m: float | None = None
    inclination_rad: float | None = None
    arg_of_pericenter_rad: float | None = None
    payload_kg: float | None = None
    burns: int | None = None
    longest_coast_s: float | None = None
    max_dynamic_pressure_pa: float | None = None
    azimuth_rad: float | None = None


def read_flown(top: Table, upper_stage: str | None) -> tuple[FlownMission, ...]:
    """The [[flown]] missions of a file that carried this upper stage (None: none); VehicleFileError if misspelt."""
    found = []
    for i, raw in enumerate(top.tables("flown"), 1):
        # a book of its own: what flew long ago is no number that the answer rests on
        table = Table(
            raw, FLOWN, file=top.file, error=top.error, book=Book(), label=f"flown[{i}]", origin=top.origin
        )
        mission = FlownMission(
            name=table.text("name"),
            perigee_altitude_m=table.number("perigee_altitude_km", above=0.0),
            apogee_altitude_m=table.number("apogee_altitude_km", above=0.0),
            inclination_rad=table.number("inclination_deg", at_least=0.0, at_most=math.pi),
            site=table.text("site", None),
            arg_of_pericenter_rad=table.number("arg_of_pericenter_deg", None),
            payload_kg=table.number("payload_kg", None, above=0.0),
            burns=table.integer("burns", None, at_least=1),
            longest_coast_s=table.number("longest_coast_s", None, at_least=0.0),
            max_dynamic_pressure_pa=table.number("max_dynamic_pressure_pa", None, above=0.0),
        )
        if table.text("upper_stage", None) == upper_stage:
            found.append(mission)
    return tuple(found)


def asked_facts(mission: Mission) -> Facts:
    """What a mission file alone tells of itself."""
    target = mission.target
    radius = mission.environment.equatorial_radius_m or EQUATORIAL_RADIUS
    perigee, apogee = target.perigee_radius_m, target.apogee_radius_m
    burns = mission.profile.upper_stage_burns
    return Facts(
        site=mission.site if isinstance(mission.site, str) else None,
        perigee_altitude_m=None if perigee is None else perigee - radius,
        # an escape has left every apogee behind
        apogee_altitude_m=math.inf if target.is_escape else None if apogee is None else apogee - radius,
        inclination_rad=target.inclination_rad,
        arg_of_pericenter_rad=target.arg_of_pericenter_rad,
        payload_kg=mission.objective.payload_kg,
        burns=burns if isinstance(burns, int) else None,
    )


def planned_facts(
    result: Mapping[str, Any], columns: Mapping[str, np.ndarray], site: str | None, last_stage: str
) -> Facts:
    """What a planned flight tells of itself, from the record of result.json and the columns of trajectory.parquet."""
    insertion = result["insertion"]
    burns = [burn for burn in result["burns"] if burn["stage"] == last_stage]
    coasts = [b["t_start_s"] - a["t_start_s"] - a["duration_s"] for a, b in pairwise(burns)]
    is_fast = columns["speed_relative_m_s"] > _AZIMUTH_SPEED_M_S
    pericenter, apogee = insertion["arg_of_pericenter_deg"], insertion["apogee_altitude_m"]
    return Facts(
        site=site,
        perigee_altitude_m=insertion["perigee_altitude_m"],
        apogee_altitude_m=math.inf if apogee is None else apogee,
        inclination_rad=math.radians(insertion["inclination_deg"]),
        arg_of_pericenter_rad=None if pericenter is None else math.radians(pericenter),
        payload_kg=result["payload_kg"],
        burns=len(burns),
        longest_coast_s=max(coasts, default=None),
        max_dynamic_pressure_pa=float(np.nanmax(columns["dynamic_pressure_pa"])),
        azimuth_rad=math.radians(columns["azimuth_deg"][is_fast][0]) if is_fast.any() else None,
    )


def lint_flown(vehicle: Vehicle, site: Site, facts: Facts) -> tuple[str, ...]:
    """One sentence when the mission resembles nothing that the vehicle flew; none where its file lists no flight."""
    if not vehicle.flown:
        return ()
    compared = [(tuple(_differences(vehicle, site, facts, flown)), flown) for flown in vehicle.flown]
    differences, nearest = min(compared, key=lambda pair: len(pair[0]))
    if not differences:
        return ()
    return (
        f"outside the flown envelope of {vehicle.name}: {'; '.join(differences)} (nearest: {nearest.name})",
    )


def launch_azimuth_rad(inclination_rad: float, latitude_rad: float) -> float | None:
    """Northbound launch azimuth over the rotating ground, rad clockwise from north; None where no plane passes the pad.

    sin(azimuth) = cos(i) / cos(latitude) among the stars, less the eastward motion of the ground. Source: Vallado,
    Fundamentals of Astrodynamics and Applications, 4th ed. (2013), section 6.4.
    """
    sine = math.cos(inclination_rad) / math.cos(latitude_rad)
    if abs(sine) > 1.0:
        return None
    east = ORBITAL_SPEED_M_S * sine - ROTATION_RATE * EQUATORIAL_RADIUS * math.cos(latitude_rad)
    return math.atan2(east, ORBITAL_SPEED_M_S * math.sqrt(1.0 - sine * sine)) % (2.0 * math.pi)


def _differences(vehicle: Vehicle, site: Site, facts: Facts, flown: FlownMission) -> Iterator[str]:
    """What of the mission does not resemble one flown mission."""
    if flown.site is not None and facts.site != flown.site:
        yield f"from {facts.site or site.name} (flown from {flown.site})"
    for what, given, theirs, factor, unit in (
        ("perigee", facts.perigee_altitude_m, flown.perigee_altitude_m, ALTITUDE_FACTOR, "km"),
        ("apogee", facts.apogee_altitude_m, flown.apogee_altitude_m, ALTITUDE_FACTOR, "km"),
        ("payload", facts.payload_kg, flown.payload_kg, PAYLOAD_FACTOR, "kg"),
        ("longest coast", facts.longest_coast_s, flown.longest_coast_s, COAST_FACTOR, "s"),
        (
            "largest dynamic pressure",
            facts.max_dynamic_pressure_pa,
            flown.max_dynamic_pressure_pa,
            PRESSURE_FACTOR,
            "Pa",
        ),
    ):
        if given is None or theirs is None or theirs / factor <= given <= theirs * factor:
            continue
        if math.isinf(given):
            yield f"an escape (flown: {what} {_grouped(theirs, unit)})"
        else:
            yield f"{what} {_grouped(given, unit)} (flown: {_grouped(theirs, unit)})"
    for what, angle, theirs, most in (
        ("inclination", facts.inclination_rad, flown.inclination_rad, INCLINATION_RAD),
        (
            "argument of pericenter",
            facts.arg_of_pericenter_rad,
            flown.arg_of_pericenter_rad,
            PERICENTER_RAD,
        ),
        ("launch azimuth", facts.azimuth_rad, _azimuth(facts, flown, site), AZIMUTH_RAD),
    ):
        if angle is not None and theirs is not None and _apart(angle, theirs) > most:
            yield f"{what} {math.degrees(angle):.1f}° (flown: {math.degrees(theirs):.1f}°)"
    if facts.burns is not None and flown.burns is not None and facts.burns > flown.burns:
        yield f"{facts.burns} burns of {vehicle.last_stage.id} (flown: {flown.burns})"
    if facts.payload_kg is not None and flown.payload_kg is not None:
        yield from _thrust_to_weight_difference(vehicle, facts.payload_kg, flown.payload_kg)


def _grouped(value: float, unit: str) -> str:
    """A value in SI with its unit, lengths in km."""
    return f"{value / (1e3 if unit == 'km' else 1.0):,.0f} {unit}".replace(",", "\u202f")


def _azimuth(facts: Facts, flown: FlownMission, site: Site) -> float | None:
    """The flown launch azimuth, where it was flown from this site."""
    if flown.site is None or flown.site != facts.site:
        return None
    return launch_azimuth_rad(flown.inclination_rad, site.latitude_rad)


def _thrust_to_weight_difference(vehicle: Vehicle, payload_kg: float, flown_kg: float) -> Iterator[str]:
    given, theirs = (_liftoff_thrust_to_weight(vehicle, kg) for kg in (payload_kg, flown_kg))
    if not 1.0 / THRUST_TO_WEIGHT_FACTOR <= given / theirs <= THRUST_TO_WEIGHT_FACTOR:
        yield f"lift-off thrust-to-weight {given:.2f} (flown: {theirs:.2f})"


def _liftoff_thrust_to_weight(vehicle: Vehicle, payload_kg: float) -> float:
    thrust = sum(
        s.count * s.engine.thrust_sea_level_n for s in vehicle.stages if s.ignition.event == "liftoff"
    )
    return thrust / (G0 * (vehicle.liftoff_mass_without_payload_kg + payload_kg))


def _apart(a: float, b: float) -> float:
    """The angle between two directions of a circle, rad."""
    return abs(math.remainder(a - b, 2.0 * math.pi))
