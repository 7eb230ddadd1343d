"""One number of a vehicle by dotted key: read it, or make the vehicle with another value.

Keys are "adapter_mass_kg", "guidance_reserve_kg", "vertical_rise_s", "<stage>.<field>",
"<stage>.cutoff.<field>", "<stage>.engine.<field>" and "<body>.<field>", SI throughout.  What stays fixed:

    <stage>.engine.isp_vacuum_s     the flow; thrust changes
    <stage>.engine.thrust_vacuum_n  the specific impulse and the exit area; flow changes
    <stage>.engine.mass_flow_kg_s   the thrust; specific impulse changes
    <stage>.dry_mass_kg             everything else; bodies counted in it keep their own mass
    <body>.mass_kg                  everything else; for a body with in_dry_mass_of the stage's total stays

Used for exchange ratios and dispersions, so that "one kilogram more" always means one field of one noun.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import replace

from cosmodrome.catalogue.schema import Body, Engine, Stage, Vehicle
from cosmodrome.errors import CatalogueError
from cosmodrome.physics.constants import G0

_VEHICLE_FIELDS = ("adapter_mass_kg", "guidance_reserve_kg", "vertical_rise_s")
_STAGE_FIELDS = (
    "dry_mass_kg",
    "propellant_mass_kg",
    "residual_mass_kg",
    "pad_burn_s",
    "min_coast_s",
    "max_coast_s",
    "max_total_burn_s",
    "slew_rate_rad_s",
    "fall_reference_area_m2",
    "fall_drag_coefficient",
)
_CUTOFF_FIELDS = ("burn_time_s", "min_burn_s", "max_burn_s")
_ENGINE_FIELDS = (
    "thrust_vacuum_n",
    "mass_flow_kg_s",
    "isp_vacuum_s",
    "exit_area_m2",
    "throttle_min",
    "throttle_max",
    "tail_off_impulse_n_s",
)
_BODY_FIELDS = ("mass_kg", "reference_area_m2", "drag_coefficient")
_MAY_BE_ZERO_OR_POSITIVE = "must be a finite number, zero or more"


def numeric_keys(vehicle: Vehicle) -> tuple[str, ...]:
    """Every dotted key that has a number in this vehicle, in the order of its stages and bodies."""
    keys = list(_VEHICLE_FIELDS)
    for stage in vehicle.stages:
        keys += [f"{stage.id}.{f}" for f in _STAGE_FIELDS if getattr(stage, f) is not None]
        keys += [f"{stage.id}.cutoff.{f}" for f in _CUTOFF_FIELDS if getattr(stage.cutoff, f) is not None]
        keys += [f"{stage.id}.engine.{f}" for f in _ENGINE_FIELDS]
    for body in vehicle.bodies:
        keys += [f"{body.id}.{f}" for f in _BODY_FIELDS if getattr(body, f) is not None]
    return tuple(keys)


def get_value(vehicle: Vehicle, key: str) -> float:
    """The number behind the key, SI.  CatalogueError when the vehicle has no such number."""
    _check_known(vehicle, key)
    owner, part, field = _split(key)
    noun: Vehicle | Stage | Body = vehicle
    if owner is not None:
        noun = vehicle.stage(owner) if owner in vehicle.stage_ids else vehicle.body(owner)
    return float(getattr(getattr(noun, part) if part else noun, field))


def with_value(vehicle: Vehicle, key: str, value: float) -> Vehicle:
    """A copy of the vehicle with one number changed, everything that the table above keeps kept.

    CatalogueError for an unknown key, or a value that is negative or not finite (or zero where it divides).
    """
    _check_known(vehicle, key)
    value = float(value)
    owner, part, field = _split(key)
    if not (math.isfinite(value) and value >= 0.0):
        raise CatalogueError(_MAY_BE_ZERO_OR_POSITIVE, key=key, value=value)
    if part == "engine" and field in ("thrust_vacuum_n", "mass_flow_kg_s", "isp_vacuum_s") and value == 0.0:
        raise CatalogueError("must be above zero", key=key, value=value)
    if owner is None:
        return replace(vehicle, **{field: value})  # type: ignore[arg-type]
    if owner in vehicle.stage_ids:
        stage = vehicle.stage(owner)
        if part == "engine":
            changed = replace(stage, engine=_engine_with(stage.engine, field, value))
        elif part == "cutoff":
            changed = replace(stage, cutoff=replace(stage.cutoff, **{field: value}))  # type: ignore[arg-type]
        else:
            changed = replace(stage, **{field: value})  # type: ignore[arg-type]
        return replace(vehicle, stages=tuple(changed if s.id == owner else s for s in vehicle.stages))
    piece = replace(vehicle.body(owner), **{field: value})  # type: ignore[arg-type]
    return replace(vehicle, bodies=tuple(piece if b.id == owner else b for b in vehicle.bodies))


def _engine_with(engine: Engine, field: str, value: float) -> Engine:
    """The engine with one number changed under the fixed quantities of the module's table."""
    if field == "isp_vacuum_s":
        return replace(engine, thrust_vacuum_n=value * G0 * engine.mass_flow_kg_s)
    if field == "thrust_vacuum_n":
        flow = engine.mass_flow_kg_s * (value / engine.thrust_vacuum_n)
        return replace(engine, thrust_vacuum_n=value, mass_flow_kg_s=flow)
    return replace(engine, **{field: value})  # type: ignore[arg-type]


def _split(key: str) -> tuple[str | None, str | None, str]:
    """Owner id (None for the vehicle itself), "engine" or "cutoff" or None, field."""
    pieces = key.split(".")
    if len(pieces) == 1:
        return None, None, pieces[0]
    if len(pieces) == 2:
        return pieces[0], None, pieces[1]
    return pieces[0], pieces[1], pieces[2]


def _check_known(vehicle: Vehicle, key: str) -> None:
    known = numeric_keys(vehicle)
    if key in known:
        return
    nearest = difflib.get_close_matches(key, known, n=1)
    hint = f'; did you mean "{nearest[0]}"?' if nearest else ""
    raise CatalogueError(f'"{key}" is no number of vehicle {vehicle.id}{hint}')
