"""All that `check` asks about a vehicle or a mission that is not wrong: sentences, in the order that a reader needs.

lint_vehicle        numbers that no launcher has                       bands in lints/plausible.toml
lint_counterpart    a slip of a unit beside the catalogue's vehicle
lint_mission        limits, times, pad, world, payload
lint_flown          what lies outside of what flew                     [[flown]] of the vehicle's file
lint_turns          turns before an ignition, after planning only      lints/attitude_conventions.toml
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from cosmodrome.catalogue.lint_counterpart import lint_counterpart
from cosmodrome.catalogue.lint_flown import asked_facts, lint_flown, planned_facts
from cosmodrome.catalogue.lint_mission import lint_mission
from cosmodrome.catalogue.lint_turns import lint_turns
from cosmodrome.catalogue.lint_vehicle import lint_vehicle
from cosmodrome.catalogue.load import catalogue_ids, load_counterpart
from cosmodrome.catalogue.resolve import Resolved
from cosmodrome.catalogue.schema import Site, Vehicle


def vehicle_warnings(vehicles: Iterable[Vehicle]) -> tuple[str, ...]:
    """Sentences on the numbers of a vehicle in all that it may fly as, each said once."""
    said: list[str] = []
    for vehicle in vehicles:
        counterpart = load_counterpart(vehicle)
        said += lint_vehicle(vehicle)
        said += () if counterpart is None else lint_counterpart(vehicle, counterpart)
    return tuple(dict.fromkeys(said))


def mission_warnings(resolved: Resolved) -> tuple[str, ...]:
    """Sentences on a mission, the vehicle that it names included."""
    facts = asked_facts(resolved.mission)
    return (
        *lint_mission(resolved),
        *lint_flown(resolved.vehicle, resolved.site, facts),
        *vehicle_warnings((resolved.vehicle,)),
    )


def plan_warnings(
    vehicle: Vehicle, site: Site, result: Mapping[str, Any], columns: Mapping[str, np.ndarray]
) -> tuple[str, ...]:
    """Sentences on a planned flight, from the record of result.json and the columns of trajectory.parquet."""
    if result["insertion"] is None:
        return ()
    pad = site.id if site.id in catalogue_ids()["sites"] else None
    facts = planned_facts(result, columns, pad, vehicle.last_stage.id)
    return (*lint_turns(vehicle, result["events"], columns), *lint_flown(vehicle, site, facts))
