"""What a vehicle can do on paper: masses, lift-off thrust-to-weight and ideal velocity gain of each stage.

    delta v of one stage in one phase = g0 Isp_stage (its flow / total flow) ln(m_start / m_end)

which is the integral of its vacuum thrust over the mass, exact while the flows of the phase are constant (a
tail-off beside a burning engine is averaged). Air, gravity and steering are left out, the times are the
nominal ones of the timeline. Source: Tsiolkovsky's equation, e.g. G. P. Sutton and O. Biblarz, Rocket
Propulsion Elements, 9th ed., eq. 4-6.
"""

import math
from dataclasses import dataclass

from cosmodrome.catalogue.phases import make_timeline
from cosmodrome.catalogue.schema import SEA_LEVEL_PRESSURE_PA, Stage, Vehicle
from cosmodrome.catalogue.timeline import Phase, Timeline
from cosmodrome.mission.schema import Mission, SitePoint, Target
from cosmodrome.physics.constants import G0


@dataclass(frozen=True)
class StageBudget:
    """All units of one stage together; `burn_s` of all its burns, `left_kg` usable but not burnt."""

    id: str
    name: str
    count: int
    dry_mass_kg: float
    propellant_kg: float
    usable_kg: float
    left_kg: float
    ignition_s: float
    burn_s: float
    thrust_vacuum_n: float
    isp_vacuum_s: float
    ideal_delta_v_m_s: float


@dataclass(frozen=True)
class Budget:
    """The vehicle with `payload_kg` on top; thrust-to-weight is at sea level when the hold-down lets go."""

    payload_kg: float
    liftoff_mass_kg: float
    liftoff_thrust_to_weight: float
    ideal_delta_v_m_s: float
    stages: tuple[StageBudget, ...]


def vehicle_timeline(vehicle: Vehicle) -> Timeline:
    """The nominal timeline of a vehicle by itself, as if a mission asked nothing special of it.

    Raises VehicleFileError when its events contradict each other or its propellant.
    """
    nowhere = Target(semi_major_axis_m=6_578_137.0, eccentricity=0.0)
    mission = Mission(name="", path=None, vehicle=vehicle.id, site=SitePoint(0.0, 0.0, 0.0), target=nowhere)
    return make_timeline(vehicle, mission)


def ideal_budget(vehicle: Vehicle, timeline: Timeline, payload_kg: float = 0.0) -> Budget:
    """Masses, thrust-to-weight and ideal velocity gains of `vehicle` flown by `timeline`."""
    mass = liftoff_mass = timeline.mass_without_payload_kg + payload_kg
    propellant = dict(timeline.propellant_kg)
    gain = dict.fromkeys(vehicle.stage_ids, 0.0)
    burnt = dict.fromkeys(vehicle.stage_ids, 0.0)
    for phase in timeline.phases:
        used = {flow.stage: 0.0 for flow in phase.flows}
        for flow in phase.flows:
            # A stage that tails off while it still burns would have two flows: they add.
            used[flow.stage] += flow.flow_kg_s * phase.nominal_s + 0.5 * flow.rate_kg_s2 * phase.nominal_s**2
        total = sum(used.values())
        if total > 0.0:
            logarithm = math.log(mass / (mass - total))
            for stage_id, amount in used.items():
                exhaust = G0 * vehicle.stage(stage_id).engine.isp_vacuum_s
                gain[stage_id] += exhaust * amount / total * logarithm
                burnt[stage_id] += amount
                propellant[stage_id] -= amount
            mass -= total
        for drop in phase.drops:
            mass -= drop.mass_kg + (propellant[drop.stage] if drop.stage is not None else 0.0)
    return Budget(
        payload_kg=payload_kg,
        liftoff_mass_kg=liftoff_mass,
        liftoff_thrust_to_weight=_sea_level_thrust_n(timeline.phases[0]) / (liftoff_mass * G0),
        ideal_delta_v_m_s=sum(gain.values()),
        stages=tuple(_stage_budget(s, timeline, burnt[s.id], gain[s.id]) for s in vehicle.stages),
    )


def _stage_budget(stage: Stage, timeline: Timeline, burnt_kg: float, gain_m_s: float) -> StageBudget:
    burn = timeline.burn(stage.id)
    starts = [timeline.t0_s]
    for phase in timeline.phases:
        starts.append(starts[-1] + phase.nominal_s)
    return StageBudget(
        id=stage.id,
        name=stage.name,
        count=stage.count,
        dry_mass_kg=stage.count * stage.dry_mass_kg,
        propellant_kg=stage.count * stage.propellant_mass_kg,
        usable_kg=burn.usable_kg,
        left_kg=burn.usable_kg - burnt_kg,
        ignition_s=starts[burn.phases[0]],
        burn_s=sum(timeline.phases[k].nominal_s for k in burn.phases),
        thrust_vacuum_n=stage.count * stage.engine.thrust_vacuum_n,
        isp_vacuum_s=stage.engine.isp_vacuum_s,
        ideal_delta_v_m_s=gain_m_s,
    )


def _sea_level_thrust_n(phase: Phase) -> float:
    propulsion = phase.leg.propulsion
    return propulsion.thrust + propulsion.throttled_thrust - SEA_LEVEL_PRESSURE_PA * propulsion.exit_area
