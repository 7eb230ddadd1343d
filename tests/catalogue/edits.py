"""Vehicles with a field or two changed, what a timeline adds up to, and the round figures of `tests.rockets`."""

from dataclasses import replace

G0 = 9.80665
FIRST_FLOW = 2e6 / (300 * G0)
FIRST_BURN = 100e3 / FIRST_FLOW
SECOND_FLOW = 200e3 / (340 * G0)
SECOND_BURN = 19.8e3 / SECOND_FLOW


def with_stage(vehicle, stage_id, **changed):
    """The vehicle with fields of one stage changed; `engine` is a mapping of changes itself."""
    stage = vehicle.stage(stage_id)
    if "engine" in changed:
        changed["engine"] = replace(stage.engine, **changed["engine"])
    stages = tuple(replace(s, **changed) if s is stage else s for s in vehicle.stages)
    return replace(vehicle, stages=stages)


def with_body(vehicle, body_id, **changed):
    bodies = tuple(replace(b, **changed) if b.id == body_id else b for b in vehicle.bodies)
    return replace(vehicle, bodies=bodies)


def edges(timeline):
    """Nominal times at which phases begin and end."""
    times = [timeline.t0_s]
    for phase in timeline.phases:
        times.append(times[-1] + phase.nominal_s)
    return times


def burnt(timeline, stage):
    """Propellant that a stage burns in all phases of their nominal length."""
    flows = [(f, p) for p in timeline.phases for f in p.flows if f.stage == stage]
    return sum(flow.burnt_kg(phase.nominal_s) for flow, phase in flows)


def impulse(timeline, phases):
    """Vacuum impulse of phases, N s."""
    total = 0.0
    for k in phases:
        p, t = timeline.phases[k].leg.propulsion, timeline.phases[k].nominal_s
        total += p.thrust * t + 0.5 * p.thrust_rate * t * t
    return total
