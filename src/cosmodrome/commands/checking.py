"""The verb `check`: read a mission or vehicle file, cross-check it, and print what follows without flying."""

import math
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from cosmodrome.catalogue.budget import Budget, ideal_budget, vehicle_timeline
from cosmodrome.catalogue.load import catalogue_ids, load_vehicle
from cosmodrome.catalogue.phases import make_timeline
from cosmodrome.catalogue.resolve import Resolved, resolve
from cosmodrome.catalogue.schema import Vehicle
from cosmodrome.errors import MissionFileError
from cosmodrome.files.sources import Source
from cosmodrome.files.toml import read_toml
from cosmodrome.mission.read import read_mission
from cosmodrome.mission.schema import Mission
from cosmodrome.physics.constants import EQUATORIAL_RADIUS
from cosmodrome.reporting.labels import altitude_text, number

FORMAT = "cosmodrome-check/1"


@dataclass(frozen=True)
class Examined:
    """A mission with the hardware that it names, everything cross-checked that needs no flight."""

    resolved: Resolved
    budget: Budget


def examine_mission(path: Path) -> Examined:
    """Read a mission, its vehicle and its site, and check them against each other.

    Raises MissionFileError, VehicleFileError or CatalogueError, one sentence, for what is wrong.
    """
    mission = read_mission(path)
    resolved = resolve(mission)
    timeline = make_timeline(resolved.vehicle, mission)
    budget = ideal_budget(resolved.vehicle, timeline, mission.objective.payload_kg or 0.0)
    return Examined(resolved, budget)


def check_file(path: Path, *, as_json: bool) -> int:
    """Check a mission or vehicle file, whichever its `format` says, or a catalogue vehicle; print it; 0."""
    if not path.exists() and str(path).partition("/")[0] in catalogue_ids()["vehicles"]:
        record = _vehicle_record(path, load_vehicle(str(path)))
    elif str(read_toml(path, MissionFileError).get("format")).startswith("cosmodrome-vehicle/"):
        record = _vehicle_record(path, load_vehicle(path))
    else:
        record = _mission_record(path, examine_mission(path))
    if as_json:
        from cosmodrome.reporting.folder import json_text

        click.echo(json_text(record))
    else:
        _print_record(record)
    return 0


def _mission_record(path: Path, examined: Examined) -> dict[str, Any]:
    mission, vehicle, site = examined.resolved.mission, examined.resolved.vehicle, examined.resolved.site
    record = _vehicle_record(path, vehicle, examined.budget)
    record.update(
        kind="mission",
        name=mission.name,
        site=site.name,
        target=_target(mission),
        liftoff=_liftoff(mission),
        last_stage_burns=list(examined.resolved.burns),
    )
    if mission.objective.payload_kg is None:
        record["notes"].append("the payload is what will be maximised: velocities are those without any")
    record["assumptions"] = [
        *mission.assumptions,
        *vehicle.assumptions,
        *site.assumptions,
        *examined.resolved.assumptions,
    ]
    record["estimates"] = [
        *_estimates(mission.sources),
        *_estimates(vehicle.sources),
        *(f"site.{key}" for key in _estimates(site.sources)),
    ]
    return record


def _vehicle_record(path: Path, vehicle: Vehicle, budget: Budget | None = None) -> dict[str, Any]:
    budget = budget or ideal_budget(vehicle, vehicle_timeline(vehicle))
    notes = []
    if budget.liftoff_thrust_to_weight < 1.0:
        notes.append(
            f"thrust-to-weight at lift-off is {budget.liftoff_thrust_to_weight:.3f}: it will not rise"
        )
    notes += [
        f"{stage.id} is cut off with {number(stage.left_kg)} kg of usable propellant left"
        for stage in budget.stages
        if stage.left_kg > 0.005 * stage.usable_kg
    ]
    return {
        "format": FORMAT,
        "file": str(path),
        "kind": "vehicle",
        "name": vehicle.name,
        "vehicle": vehicle.name,
        "site": None,
        "target": None,
        "liftoff": None,
        "last_stage_burns": None,
        **asdict(budget),
        "assumptions": list(vehicle.assumptions),
        "estimates": _estimates(vehicle.sources),
        "notes": notes,
    }


def _target(mission: Mission) -> dict[str, float | None]:
    """The orbit asked for in people's units; None where it is free."""
    target = mission.target
    radius = mission.environment.equatorial_radius_m or EQUATORIAL_RADIUS
    perigee, apogee = target.perigee_radius_m, target.apogee_radius_m
    return {
        "perigee_altitude_km": None if perigee is None else (perigee - radius) / 1e3,
        "apogee_altitude_km": None if apogee is None else (apogee - radius) / 1e3,
        "inclination_deg": _degrees(target.inclination_rad),
        "ra_of_asc_node_deg": _degrees(target.ra_of_asc_node_rad),
        "ltan_h": target.ltan_h,
        "arg_of_pericenter_deg": _degrees(target.arg_of_pericenter_rad),
        "c3_km2_s2": None if target.c3_m2_s2 is None else target.c3_m2_s2 / 1e6,
        "declination_deg": _degrees(target.declination_rad),
        "ra_of_asymptote_deg": _degrees(target.ra_of_asymptote_rad),
    }


def _degrees(angle_rad: float | None) -> float | None:
    return None if angle_rad is None else math.degrees(angle_rad)


def _liftoff(mission: Mission) -> str | None:
    """The lift-off instant or day as the mission gives it; None where it gives neither."""
    if mission.epoch_utc is not None:
        return mission.epoch_utc.isoformat().replace("+00:00", "Z")
    return None if mission.launch_date_utc is None else mission.launch_date_utc.isoformat()


def _to(target: Mapping[str, float | None] | None) -> str:
    """The orbit asked for as the end of a sentence; empty for a vehicle by itself."""
    if target is None:
        return ""
    inclination = target["inclination_deg"]
    words = ["any inclination" if inclination is None else f"{number(inclination, 2)}°"]
    for name, key in (("node", "ra_of_asc_node_deg"), ("pericenter", "arg_of_pericenter_deg")):
        if target[key] is not None:
            words.append(f"{name} at {number(target[key], 2)}°")
    if target["ltan_h"] is not None:
        words.append(f"node at {number(target['ltan_h'], 2)} h local mean solar time")
    if target["c3_km2_s2"] is None:
        perigee, apogee = (
            altitude_text(target[f"{end}_altitude_km"] or 0.0) for end in ("perigee", "apogee")
        )
        return f" to {perigee} × {apogee} km at {', '.join(words)}"
    east = target["ra_of_asymptote_deg"]
    asymptote = f"declination {number(target['declination_deg'], 2)}°" + (
        "" if east is None else f", right ascension {number(east, 2)}°"
    )
    if target["perigee_altitude_km"] is not None:
        words.append(f"perigee {altitude_text(target['perigee_altitude_km'])} km")
    return f" to C3 {number(target['c3_km2_s2'], 3)} km²/s² toward {asymptote}, at {', '.join(words)}"


def _when(record: Mapping[str, Any]) -> str:
    """Lift-off and the burns of the last stage as a line; empty where the file leaves nothing to say of them."""
    liftoff, burns = record["liftoff"], record["last_stage_burns"]
    said = []
    if liftoff is not None:
        at_day = "at" if "T" in liftoff else "on"
        said.append(f"Lift-off {at_day} {liftoff.replace('T', ' ').replace('Z', ' UTC')}")
    if burns and max(burns) > 1:
        said.append(f"burns of {record['stages'][-1]['name']}: {' or '.join(str(n) for n in sorted(burns))}")
    return ", ".join(said)


def _estimates(sources: Mapping[str, Source]) -> list[str]:
    """The keys of numbers that are somebody's estimate."""
    return [key for key, source in sources.items() if source.confidence == "estimate"]


def _print_record(record: Mapping[str, Any]) -> None:
    from rich.text import Text

    from cosmodrome.reporting.summary import new_table, summary_console

    console = summary_console(sys.stdout)
    where = f" from {record['site']}" if record["site"] else ""
    console.print(Text(f"{record['file']}: nothing wrong found", style="bold green"))
    console.print(Text(f"{record['vehicle']}{where}{_to(record['target'])}"))
    if _when(record):
        console.print(Text(_when(record)))
    payload = (
        f"with {number(record['payload_kg'])} kg of payload" if record["payload_kg"] else "without payload"
    )
    console.print(
        Text(
            f"Lift-off mass {number(record['liftoff_mass_kg'] / 1e3, 2)} t {payload}, thrust-to-weight "
            f"{record['liftoff_thrust_to_weight']:.3f}, ideal velocity gain "
            f"{number(record['ideal_delta_v_m_s'])} m/s"
        )
    )
    headings = (
        "units",
        "dry\nt",
        "propellant\nt",
        "usable\nt",
        "burn\ns",
        "thrust\nkN",
        "Isp\ns",
        "ideal\nm/s",
    )
    table = new_table("stage", *headings)
    for stage in record["stages"]:
        table.add_row(
            stage["name"],
            str(stage["count"]),
            *(number(stage[key] / 1e3, 2) for key in ("dry_mass_kg", "propellant_kg", "usable_kg")),
            number(stage["burn_s"], 1),
            number(stage["thrust_vacuum_n"] / 1e3, 1),
            number(stage["isp_vacuum_s"], 1),
            number(stage["ideal_delta_v_m_s"]),
        )
    console.print(table)
    for title, lines in (
        ("Notes", record["notes"]),
        ("Defaults taken", record["assumptions"]),
        ("Numbers that are estimates", [", ".join(record["estimates"])] if record["estimates"] else []),
    ):
        if lines:
            console.print(Text(title, style="bold"))
            for line in lines:
                console.print(Text(f"  {line}"))
