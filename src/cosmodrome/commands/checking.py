"""The verb `check`: read a mission or vehicle file, cross-check and lint it, and print what follows without flying.

What is surely wrong is an error; what is merely unlikely is listed under "Warnings", and the exit code stays 0.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from cosmodrome.catalogue.budget import Budget, ideal_budget, vehicle_timeline
from cosmodrome.catalogue.lint import mission_warnings, vehicle_warnings
from cosmodrome.catalogue.lint_payload import needed_velocity_m_s
from cosmodrome.catalogue.lint_vehicle import thrust_to_weight
from cosmodrome.catalogue.load import catalogue_ids, load_configurations, load_vehicle
from cosmodrome.catalogue.phases import make_timeline
from cosmodrome.catalogue.resolve import Resolved, resolve
from cosmodrome.catalogue.schema import Vehicle
from cosmodrome.commands.check_page import print_check
from cosmodrome.errors import MissionFileError
from cosmodrome.files.sources import Source
from cosmodrome.files.toml import read_toml
from cosmodrome.mission.read import read_mission
from cosmodrome.mission.schema import Mission
from cosmodrome.physics.constants import EQUATORIAL_RADIUS
from cosmodrome.reporting.labels import number

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
        record = _vehicle_record(path, (load_vehicle(str(path)),))
    elif str(read_toml(path, MissionFileError).get("format")).startswith("cosmodrome-vehicle/"):
        record = _vehicle_record(path, load_configurations(path))
    else:
        record = _mission_record(path, examine_mission(path))
    if as_json:
        from cosmodrome.reporting.folder import json_text

        click.echo(json_text(record))
    else:
        print_check(record, sys.stdout)
    return 0


def _mission_record(path: Path, examined: Examined) -> dict[str, Any]:
    resolved = examined.resolved
    mission, vehicle, site = resolved.mission, resolved.vehicle, resolved.site
    record = _hardware_record(path, vehicle, examined.budget)
    record.update(
        kind="mission",
        name=mission.name,
        site=site.name,
        target=mission.target.to_record(mission.environment.equatorial_radius_m or EQUATORIAL_RADIUS),
        liftoff=_liftoff(mission),
        last_stage_burns=list(resolved.burns),
        warnings=list(mission_warnings(resolved)),
    )
    if mission.initial_state is None:
        record["needed_delta_v_m_s"] = needed_velocity_m_s(mission)
    if mission.objective.payload_kg is None:
        record["notes"].append("the payload is what will be maximised: velocities are those without any")
    record["assumptions"] = [
        *mission.assumptions,
        *vehicle.assumptions,
        *site.assumptions,
        *resolved.assumptions,
    ]
    record["estimates"] = [
        *_estimates(mission.sources),
        *_estimates(vehicle.sources),
        *(f"site.{key}" for key in _estimates(site.sources)),
    ]
    return record


def _vehicle_record(path: Path, vehicles: Sequence[Vehicle]) -> dict[str, Any]:
    """The record of a vehicle: the budget of the first thing that it may fly as, the warnings of all of them."""
    vehicle = vehicles[0]
    record = _hardware_record(path, vehicle, ideal_budget(vehicle, vehicle_timeline(vehicle)))
    record["warnings"] = list(vehicle_warnings(vehicles))
    others = dict.fromkeys(other.name for other in vehicles if other.name != vehicle.name)
    if others:
        record["notes"].append(f"checked as well: {', '.join(others)}")
    return record


def _hardware_record(path: Path, vehicle: Vehicle, budget: Budget) -> dict[str, Any]:
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
    record = {
        "format": FORMAT,
        "file": str(path),
        "kind": "vehicle",
        "name": vehicle.name,
        "vehicle": vehicle.name,
        "site": None,
        "target": None,
        "liftoff": None,
        "last_stage_burns": None,
        "needed_delta_v_m_s": None,
        **asdict(budget),
        "warnings": [],
        "assumptions": list(vehicle.assumptions),
        "estimates": _estimates(vehicle.sources),
        "notes": notes,
    }
    for row, stage in zip(record["stages"], vehicle.stages, strict=True):
        row["thrust_to_weight"] = thrust_to_weight(vehicle, stage, budget.payload_kg)
    return record


def _liftoff(mission: Mission) -> str | None:
    """The lift-off instant or day as the mission gives it; None where it gives neither."""
    if mission.epoch_utc is not None:
        return mission.epoch_utc.isoformat().replace("+00:00", "Z")
    return None if mission.launch_date_utc is None else mission.launch_date_utc.isoformat()


def _estimates(sources: Mapping[str, Source]) -> list[str]:
    """The keys of numbers that are somebody's estimate."""
    return [key for key, source in sources.items() if source.confidence == "estimate"]
