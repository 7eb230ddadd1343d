"""Cross-checks of a vehicle: what its file says twice must agree, and what it names must exist.

Numbers that disagree by more than 1 % are an error showing both, unless the stage says `accept = "reason"`;
then the reason and the disagreement are listed as an assumption.  A lift-off thrust below the weight is no
error here: the mission's diagnosis says so with the payload that it has.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from cosmodrome.catalogue.schema import Body, EventRef, Stage, Vehicle
from cosmodrome.catalogue.stages import StageClaims
from cosmodrome.errors import MissionFileError, VehicleFileError
from cosmodrome.mission.schema import Mission
from cosmodrome.physics.constants import G0

TOLERANCE = 0.01
MOST_LEFT = 0.05  # of the usable propellant after a timed cut-off: one on velocity leaves 1 to 3 %
LEAST_DRY_FRACTION, MOST_DRY_FRACTION = 0.02, 0.9
LEAST_ISP_S, MOST_ISP_S = 100.0, 1000.0
_ORDER = ("ignition", "cutoff", "separation")
_RESERVED = ("liftoff", "payload")


def check_claims(claims: StageClaims, file: Path | None) -> list[str]:
    """Sentences for the disagreements that the stage accepts; VehicleFileError for one that it does not."""
    accepted: list[str] = []
    for key, message in _disagreements(claims):
        full_key = f"{claims.stage.id}.{key}"
        if claims.accept is None:
            raise VehicleFileError(
                f'{message}; correct one of them, or say accept = "reason" in the stage',
                file=file,
                key=full_key,
            )
        accepted.append(f"{full_key} {message}, accepted: {claims.accept}")
    return accepted


def _disagreements(claims: StageClaims) -> Iterable[tuple[str, str]]:
    """Key and sentence of each thing in one stage that does not add up."""
    stage, engine = claims.stage, claims.stage.engine
    total = stage.dry_mass_kg + stage.propellant_mass_kg
    if claims.gross_mass_kg is not None and _differ(claims.gross_mass_kg, total):
        yield (
            "gross_mass_kg",
            f"= {claims.gross_mass_kg:.6g}, but dry_mass_kg + propellant_mass_kg = {total:.6g} kg",
        )
    first = next(iter(claims.flows_kg_s))
    for key, flow in claims.flows_kg_s.items():
        if _differ(flow, claims.flows_kg_s[first]):
            yield (
                f"engine.{key}",
                f"means a flow of {flow:.6g} kg/s, but {first} means {claims.flows_kg_s[first]:.6g} kg/s"
                " (Isp = F / (g0 flow); flow = burnable propellant / burn time)",
            )
    if claims.thrust_sea_level_n is not None and _differ(
        claims.thrust_sea_level_n, engine.thrust_sea_level_n
    ):
        yield (
            "engine.thrust_sea_level_n",
            f"= {claims.thrust_sea_level_n:.6g}, but exit_area_m2 makes it {engine.thrust_sea_level_n:.6g} N",
        )
    isp_sea_level_s = engine.thrust_sea_level_n / (G0 * engine.mass_flow_kg_s)
    if claims.isp_sea_level_s is not None and _differ(claims.isp_sea_level_s, isp_sea_level_s):
        yield (
            "engine.isp_sea_level_s",
            f"= {claims.isp_sea_level_s:.6g}, but sea-level thrust {engine.thrust_sea_level_n:.6g} N / (g0 flow)"
            f" = {isp_sea_level_s:.6g} s with the flow {engine.mass_flow_kg_s:.6g} kg/s that {first} means",
        )
    if not LEAST_ISP_S <= engine.isp_vacuum_s <= MOST_ISP_S:
        yield (
            "engine",
            f"has a specific impulse F / (g0 flow) of {engine.isp_vacuum_s:.6g} s, outside"
            f" {LEAST_ISP_S:.0f} to {MOST_ISP_S:.0f} s: is the thrust in N and the flow in kg/s of one unit",
        )
    if claims.tank_capacity_kg is not None and stage.propellant_mass_kg > claims.tank_capacity_kg:
        yield (
            "propellant_mass_kg",
            f"= {stage.propellant_mass_kg:.6g}, but the tanks hold {claims.tank_capacity_kg:.6g} kg",
        )
    fraction = stage.dry_mass_kg / total
    if not LEAST_DRY_FRACTION <= fraction <= MOST_DRY_FRACTION:
        yield (
            "dry_mass_kg",
            f"= {stage.dry_mass_kg:.6g} is {100.0 * fraction:.3g} % of dry_mass_kg + propellant_mass_kg ="
            f" {total:.6g} kg, outside {100.0 * LEAST_DRY_FRACTION:.0f} to {100.0 * MOST_DRY_FRACTION:.0f} %",
        )
    yield from _burn_disagreements(stage)


def _burn_disagreements(stage: Stage) -> Iterable[tuple[str, str]]:
    """Flow times time against usable propellant."""
    usable, flow = stage.usable_propellant_kg, stage.engine.mass_flow_kg_s
    if usable <= 0.0:
        yield (
            "pad_burn_s",
            f"= {stage.pad_burn_s:.6g} burns {stage.pad_burn_kg:.6g} kg on the pad, but only"
            f" {stage.propellant_mass_kg - stage.residual_mass_kg:.6g} kg can be burnt",
        )
        return
    for key in ("burn_time_s", "min_burn_s", "max_burn_s"):
        burn_s = getattr(stage.cutoff, key)
        if burn_s is None:
            continue
        needed = flow * stage.engine.full_flow_seconds(burn_s) * stage.engine.throttle_min
        if needed > usable * (1.0 + TOLERANCE):
            yield (
                f"cutoff.{key}",
                f"= {burn_s:.6g} needs {needed:.6g} kg of propellant, but {usable:.6g} kg can be used"
                " (propellant less residual and pad burn)",
            )
    if stage.cutoff.burn_time_s is not None:
        burnt = flow * stage.engine.full_flow_seconds(stage.cutoff.burn_time_s) * stage.engine.throttle_max
        if burnt < usable * (1.0 - MOST_LEFT):
            yield (
                "cutoff.burn_time_s",
                f"= {stage.cutoff.burn_time_s:.6g} burns {burnt:.6g} kg of propellant, but {usable:.6g} kg can be used"
                f": more than {100.0 * MOST_LEFT:.0f} % would be left",
            )


def check_vehicle(vehicle: Vehicle) -> None:
    """Raises VehicleFileError when ids, events, bodies or aerodynamics do not fit together."""
    ids = [*vehicle.stage_ids, *vehicle.body_ids]
    for i, name in enumerate(ids):
        if name in _RESERVED:
            raise _wrong(vehicle, "id", name, "is a word of the program; choose another id")
        if name in ids[:i]:
            raise _wrong(vehicle, "id", name, "is used twice; ids of stages and bodies are unique")
    if not any(s.ignition.event == "liftoff" for s in vehicle.stages):
        raise VehicleFileError(
            'has no stage with ignition = { event = "liftoff" }, so nothing would lift it', file=vehicle.path
        )
    for stage in vehicle.stages:
        _check_stage_events(vehicle, stage)
    for body in vehicle.bodies:
        _check_body(vehicle, body)
    _check_cycles(vehicle)
    _check_aero(vehicle)
    if vehicle.guidance_reserve_kg >= vehicle.last_stage.usable_propellant_kg * vehicle.last_stage.count:
        raise _wrong(
            vehicle,
            "guidance_reserve_kg",
            vehicle.guidance_reserve_kg,
            f"leaves nothing of the last stage's {vehicle.last_stage.usable_propellant_kg:.6g} kg",
        )


def check_sequence(mission: Mission, vehicle: Vehicle) -> None:
    """Raises MissionFileError when `[sequence]` names what the vehicle lacks or runs backwards."""
    for key in mission.sequence:
        owner, _, what = key.rpartition(".")
        is_stage, is_body = owner in vehicle.stage_ids, owner in vehicle.body_ids
        if not is_stage and not is_body:
            known = [*vehicle.stage_ids, *vehicle.body_ids]
            near = difflib.get_close_matches(owner, known, n=1)
            hint = f'; did you mean "{near[0]}.{what}"?' if near else ""
            raise MissionFileError(
                f"names no stage or body of {vehicle.id}{hint}",
                file=mission.path,
                key=f"sequence.{key}",
                allowed=known,
            )
        if (what == "release_s") != is_body:
            fitting = "release_s" if is_body else "ignition_s, cutoff_s, separation_s"
            raise MissionFileError(
                f"does not fit a {'body' if is_body else 'stage'}; {owner} has {fitting}",
                file=mission.path,
                key=f"sequence.{key}",
            )
        if what == "separation_s" and vehicle.stage(owner).separation is None:
            raise MissionFileError(
                "names the last stage, which keeps the payload; use profile.separation_delay_s",
                file=mission.path,
                key=f"sequence.{key}",
            )
    for stage_id in vehicle.stage_ids:
        _check_sequence_order(mission, stage_id)


def _check_sequence_order(mission: Mission, stage_id: str) -> None:
    times = [(f"{stage_id}.{w}_s", mission.sequence.get(f"{stage_id}.{w}_s")) for w in _ORDER]
    given = [(key, t) for key, t in times if t is not None]
    for (early, t0), (late, t1) in pairwise(given):
        if t1 < t0 or (t1 == t0 and early.endswith("ignition_s")):
            raise MissionFileError(
                f"is not after {early} = {t0:.10g}", file=mission.path, key=f"sequence.{late}", value=t1
            )


def _check_stage_events(vehicle: Vehicle, stage: Stage) -> None:
    """The events that a stage refers to exist and do not run backwards."""
    _check_ref(vehicle, stage.ignition, f"{stage.id}.ignition")
    if stage.ignition.subject == stage.id:
        raise _wrong(vehicle, f"{stage.id}.ignition", stage.ignition.event, "is the stage's own event")
    if stage.ignition.event == "liftoff" and stage.ignition.delay_s < 0.0:
        raise _wrong(
            vehicle,
            f"{stage.id}.ignition.delay_s",
            stage.ignition.delay_s,
            "is before lift-off; what burns before first motion is pad_burn_s",
        )
    if stage.pad_burn_s > 0.0 and stage.ignition != EventRef("liftoff", 0.0):
        raise _wrong(vehicle, f"{stage.id}.pad_burn_s", stage.pad_burn_s, "needs ignition at lift-off")
    if stage.separation is None:
        if stage is not vehicle.last_stage:
            raise VehicleFileError(
                "is missing; only the last stage keeps the payload",
                file=vehicle.path,
                key=f"{stage.id}.separation",
            )
        return
    _check_ref(vehicle, stage.separation, f"{stage.id}.separation")
    if stage.separation.event == f"{stage.id}.separation":
        raise _wrong(vehicle, f"{stage.id}.separation", stage.separation.event, "is the stage's own event")
    if stage.separation.event == f"{stage.id}.cutoff" and stage.separation.delay_s < 0.0:
        raise _wrong(
            vehicle,
            f"{stage.id}.separation.delay_s",
            stage.separation.delay_s,
            "drops the stage before its own cut-off",
        )


def _check_body(vehicle: Vehicle, body: Body) -> None:
    """A body's moment exists, and the stage that counts it is heavy enough."""
    if isinstance(body.release, EventRef):
        _check_ref(vehicle, body.release, f"{body.id}.release")
    owner = body.in_dry_mass_of
    if owner is None:
        return
    if owner not in vehicle.stage_ids:
        raise _wrong(
            vehicle, f"{body.id}.in_dry_mass_of", owner, "is no stage here", allowed=vehicle.stage_ids
        )
    stage = vehicle.stage(owner)
    counted = sum(b.count * b.mass_kg for b in vehicle.bodies if b.in_dry_mass_of == owner)
    if counted >= stage.dry_mass_kg * stage.count:
        raise VehicleFileError(
            f"= {stage.dry_mass_kg:.6g} does not cover the bodies counted in it, {counted:.6g} kg",
            file=vehicle.path,
            key=f"{owner}.dry_mass_kg",
        )


def _check_ref(vehicle: Vehicle, ref: EventRef, key: str) -> None:
    """The event refers to a stage or body that has it."""
    if ref.event == "liftoff":
        return
    subject, kind = ref.subject or "", ref.kind
    owners = vehicle.body_ids if kind == "release" else vehicle.stage_ids
    if subject not in owners:
        near = difflib.get_close_matches(subject, owners, n=1)
        hint = f'; did you mean "{near[0]}.{kind}"?' if near else ""
        what = "body" if kind == "release" else "stage"
        raise _wrong(vehicle, f"{key}.event", ref.event, f"names no {what} of this vehicle{hint}", owners)
    if kind == "separation" and vehicle.stage(subject).separation is None:
        raise _wrong(vehicle, f"{key}.event", ref.event, "never happens: that stage has no separation")


def _check_cycles(vehicle: Vehicle) -> None:
    """No event waits for itself through others."""
    after: dict[str, str] = {}
    for stage in vehicle.stages:
        after[f"{stage.id}.ignition"] = stage.ignition.event
        after[f"{stage.id}.cutoff"] = f"{stage.id}.ignition"
        if stage.separation is not None:
            after[f"{stage.id}.separation"] = stage.separation.event
    for body in vehicle.bodies:
        if isinstance(body.release, EventRef):
            after[f"{body.id}.release"] = body.release.event
    for start in after:
        chain, event = [start], after[start]
        while event in after and event not in chain:
            chain.append(event)
            event = after[event]
        if event == start:
            raise VehicleFileError(
                f"waits for itself ({' after '.join([*chain, start])}); break the circle",
                file=vehicle.path,
                key=start,
            )


def _check_aero(vehicle: Vehicle) -> None:
    """Configurations follow each other to the end of the flight."""
    if not vehicle.aero:
        raise VehicleFileError(
            "is missing; give [[aero]] with reference_area_m2 and drag_coefficient (0 for none)",
            file=vehicle.path,
            key="aero",
        )
    for i, aero in enumerate(vehicle.aero, 1):
        is_last = i == len(vehicle.aero)
        if is_last and aero.until is not None:
            raise _wrong(
                vehicle, f"aero[{i}].until", aero.until, "ends the last configuration; leave it out there"
            )
        if not is_last and aero.until is None:
            raise VehicleFileError(
                "is missing; only the last configuration lasts to the end",
                file=vehicle.path,
                key=f"aero[{i}].until",
            )
        if aero.until is not None:
            _check_ref(vehicle, EventRef(aero.until), f"aero[{i}].until")


def _differ(a: float, b: float) -> bool:
    return abs(a - b) > TOLERANCE * max(abs(a), abs(b))


def _wrong(
    vehicle: Vehicle, key: str, value: object, message: str, allowed: Iterable[str] | None = None
) -> VehicleFileError:
    listed = None if allowed is None else list(allowed)
    return VehicleFileError(message, file=vehicle.path, key=key, value=value, allowed=listed)
