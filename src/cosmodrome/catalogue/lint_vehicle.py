"""Lints of a vehicle: ratios of its numbers that lie outside of what launchers have."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cosmodrome.catalogue.lint_bands import outside
from cosmodrome.catalogue.lint_turns import convention_of, conventions
from cosmodrome.catalogue.schedule import is_fairing
from cosmodrome.catalogue.schema import Body, EventRef, Stage, Vehicle
from cosmodrome.physics.constants import G0

SMALL_STAGE_KG = 3000.0


def lint_vehicle(vehicle: Vehicle) -> tuple[str, ...]:
    """Sentences on the numbers of a vehicle that no launcher has; none of them is an error."""
    said: list[str] = []
    for stage in vehicle.stages:
        said += _stage(vehicle, stage)
    for body in vehicle.bodies:
        said += _body(vehicle, body)
    said += _aerodynamics(vehicle)
    said += _whole(vehicle)
    return tuple(said)


def thrust_to_weight(vehicle: Vehicle, stage: Stage, payload_kg: float = 0.0) -> float:
    """Vacuum thrust of a stage over the weight of it and of all that is lit after it, which rides on it."""
    place = vehicle.stages.index(stage)
    mass_kg = sum(s.count * s.liftoff_mass_kg for s in vehicle.stages[place:]) + vehicle.adapter_mass_kg
    return stage.count * stage.engine.thrust_vacuum_n / (G0 * (mass_kg + payload_kg))


def _stage(vehicle: Vehicle, stage: Stage) -> Iterator[str]:
    key, engine = stage.id, stage.engine
    loaded = stage.dry_mass_kg + stage.propellant_mass_kg
    burn_s = stage.usable_propellant_kg / engine.mass_flow_kg_s
    is_lit_on_ground = stage.ignition.event == "liftoff"
    share = "dry_share_small" if stage.propellant_mass_kg < SMALL_STAGE_KG else "dry_share"
    yield from outside("isp_vacuum_s", engine.isp_vacuum_s, f"{key}.engine")
    yield from outside(share, stage.dry_mass_kg / loaded, f"{key}.dry_mass_kg")
    yield from outside(
        "residual_share", stage.residual_mass_kg / stage.propellant_mass_kg, f"{key}.residual_mass_kg"
    )
    yield from outside("ignition_thrust_to_weight", thrust_to_weight(vehicle, stage), f"{key}.engine")
    yield from outside("burn_time_s", burn_s, f"{key}.engine")
    if is_lit_on_ground and engine.exit_area_m2 > 0.0:
        yield from outside(
            "sea_level_thrust_share", engine.thrust_sea_level_n / engine.thrust_vacuum_n, f"{key}.engine"
        )
    yield from outside("pad_burn_s", stage.pad_burn_s, f"{key}.pad_burn_s")
    yield from outside("ignition_delay_s", stage.ignition.delay_s, f"{key}.ignition.delay_s")
    if stage.separation is not None:
        yield from outside("separation_delay_s", stage.separation.delay_s, f"{key}.separation.delay_s")
    yield from outside("burns", stage.burns, f"{key}.burns")
    yield from outside("count", stage.count, f"{key}.count")
    yield from outside("number", stage.number, f"{key}.number")
    yield from outside("min_coast_s", stage.min_coast_s, f"{key}.min_coast_s")
    if stage.max_total_burn_s is not None:
        yield from outside("total_burn_share", stage.max_total_burn_s / burn_s, f"{key}.max_total_burn_s")
    if stage.slew_rate_rad_s is not None:
        yield from outside("slew_rate_deg_s", math.degrees(stage.slew_rate_rad_s), f"{key}.slew_rate_deg_s")
    yield from outside(
        "tail_off_s", engine.tail_off_impulse_n_s / engine.thrust_vacuum_n, f"{key}.tail_off_impulse_n_s"
    )
    yield from _throttle(stage)
    if stage.fall_reference_area_m2 is not None:
        yield from outside(
            "stage_fall_load",
            stage.dry_mass_kg / stage.fall_reference_area_m2,
            f"{key}.fall_reference_area_m2",
        )
    yield from outside("fall_drag_coefficient", stage.fall_drag_coefficient, f"{key}.fall_drag_coefficient")
    if convention_of(stage) is None:
        yield (
            f"{key}.attitude_convention: {stage.attitude_convention} is none of the documented ones"
            f" ({', '.join(conventions())}), so its turns are checked in no convention"
        )


def _throttle(stage: Stage) -> Iterator[str]:
    engine = stage.engine
    for name in ("throttle_min", "throttle_max"):
        yield from outside("throttle_level", getattr(engine, name), f"{stage.id}.engine.{name}")
    for t_s, level in engine.throttle_profile:
        key = f"{stage.id}.engine.throttle_profile"
        yield from outside("throttle_level", level, key)
        if stage.cutoff.burn_time_s is not None and t_s >= stage.cutoff.burn_time_s:
            yield f"{key}: its step at {t_s:.6g} s comes after the cut-off at {stage.cutoff.burn_time_s:.6g} s"


def _body(vehicle: Vehicle, body: Body) -> Iterator[str]:
    mass_kg = body.count * body.mass_kg
    yield from outside("body_share", mass_kg / _liftoff_kg(vehicle), f"{body.id}.mass_kg")
    yield from outside("count", body.count, f"{body.id}.count")
    if body.reference_area_m2 is not None:
        is_shell = is_fairing(body) or body.mass_kg / body.reference_area_m2 < 200.0
        yield from outside(
            "body_load" if is_shell else "solid_body_load",
            body.mass_kg / body.reference_area_m2,
            f"{body.id}.reference_area_m2",
        )
    yield from outside("fall_drag_coefficient", body.drag_coefficient, f"{body.id}.drag_coefficient")
    if isinstance(body.release, EventRef):
        since = "release_delay_s"
        if body.release.event == "liftoff":
            since = "fairing_release_s" if is_fairing(body) else "early_release_s"
        yield from outside(since, body.release.delay_s, f"{body.id}.release.delay_s")


def _aerodynamics(vehicle: Vehicle) -> Iterator[str]:
    first = vehicle.aero[0].reference_area_m2
    yield from outside("frontal_load", _liftoff_kg(vehicle) / first, "aero[1].reference_area_m2")
    for i, aero in enumerate(vehicle.aero, 1):
        if i > 1:
            yield from outside(
                "later_area_share", aero.reference_area_m2 / first, f"aero[{i}].reference_area_m2"
            )
        if aero.table.axial.size == 1 and aero.table.axial.item() != 0.0:
            yield from outside(
                "drag_coefficient", float(aero.table.axial.item()), f"aero[{i}].drag_coefficient"
            )


def _whole(vehicle: Vehicle) -> Iterator[str]:
    liftoff_kg, last = _liftoff_kg(vehicle), vehicle.last_stage
    thrust = sum(
        s.count * s.engine.thrust_sea_level_n for s in vehicle.stages if s.ignition.event == "liftoff"
    )
    yield from outside("liftoff_thrust_to_weight", thrust / (G0 * liftoff_kg), "thrust at lift-off")
    if vehicle.adapter_mass_kg > 0.0:
        yield from outside("adapter_share", vehicle.adapter_mass_kg / liftoff_kg, "adapter_mass_kg")
    if vehicle.guidance_reserve_kg > 0.0:
        usable = last.count * last.usable_propellant_kg
        yield from outside("reserve_share", vehicle.guidance_reserve_kg / usable, "guidance_reserve_kg")
    if vehicle.vertical_rise_s > 0.0:
        yield from outside("vertical_rise_s", vehicle.vertical_rise_s, "vertical_rise_s")
    limits = vehicle.limits
    if limits.max_axial_acceleration_m_s2 is not None:
        yield from outside(
            "max_axial_acceleration_g",
            limits.max_axial_acceleration_m_s2 / G0,
            "limits.max_axial_acceleration_g",
        )
    yield from outside(
        "fairing_heat_flux_w_m2", limits.fairing_heat_flux_w_m2, "limits.fairing_heat_flux_w_m2"
    )


def _liftoff_kg(vehicle: Vehicle) -> float:
    return vehicle.liftoff_mass_without_payload_kg
