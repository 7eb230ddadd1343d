"""Lints of a mission that its files alone allow: limits, times, pad, world, and the payload that velocities leave."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, replace

from cosmodrome.catalogue.lint_bands import outside, shown
from cosmodrome.catalogue.lint_counterpart import slip
from cosmodrome.catalogue.lint_flown import launch_azimuth_rad
from cosmodrome.catalogue.lint_payload import payload_left_kg
from cosmodrome.catalogue.resolve import Resolved
from cosmodrome.catalogue.schedule import Schedule
from cosmodrome.catalogue.schema import Site
from cosmodrome.mission.schema import Mission, SitePoint
from cosmodrome.physics.constants import FLATTENING, G0

INCLINATION_FLOWN_RAD = math.radians(1.0)  # how near to a flown inclination another one is the same azimuth
OFF_PLANE_RAD = math.radians(2.0)  # a pad farther from the orbit's plane pays more than 150 m/s to reach it
MOST_PAYLOAD_FACTOR = 1.2  # the estimate from ideal velocities is rather too large than too small
_MOST_ALIKE = 1.5  # a mission's own number, against the vehicle's


def lint_mission(resolved: Resolved) -> tuple[str, ...]:
    """Sentences on what of a mission is implausible or was probably meant otherwise; none of them is an error."""
    return (
        *_limits(resolved),
        *_corridor(resolved),
        *_profile(resolved),
        *_sequence(resolved),
        *_world(resolved.mission),
        *_pad(resolved.mission, resolved.site),
        *_payload(resolved),
    )


def _limits(resolved: Resolved) -> Iterator[str]:
    """Limits far from what launchers keep, and a pressure without the angle that makes a load of it."""
    own, held = resolved.mission.limits, resolved.limits
    if held.max_dynamic_pressure_pa is not None and held.max_q_alpha_pa_rad is None:
        yield (
            "limits.max_dynamic_pressure_pa is stated without max_q_alpha_pa_rad: nothing bounds the bending load,"
            " which is dynamic pressure times angle of attack"
        )
    for name in ("max_dynamic_pressure_pa", "max_q_alpha_pa_rad", "fairing_heat_flux_w_m2"):
        yield from outside(name, getattr(own, name), f"limits.{name}")
    if own.max_q_alpha_pa_rad is not None and held.max_dynamic_pressure_pa is not None:
        angle_deg = math.degrees(own.max_q_alpha_pa_rad / held.max_dynamic_pressure_pa)
        yield from outside("q_alpha_angle_deg", angle_deg, "limits.max_q_alpha_pa_rad")
    if own.max_axial_acceleration_m_s2 is not None:
        in_g = own.max_axial_acceleration_m_s2 / G0
        yield from outside("max_axial_acceleration_g", in_g, "limits.max_axial_acceleration_g")
    if own.min_coast_altitude_m:  # zero says that there is no floor
        yield from outside(
            "min_coast_altitude_km", own.min_coast_altitude_m / 1e3, "limits.min_coast_altitude_km"
        )
    for field in fields(own):
        mine, vehicles = getattr(own, field.name), getattr(resolved.vehicle.limits, field.name)
        if mine is not None and vehicles and (words := slip(mine / vehicles)):
            yield (f"limits.{field.name} = {shown(mine)}, the vehicle's own is {shown(vehicles)}: {words}?")


def _corridor(resolved: Resolved) -> Iterator[str]:
    """An inclination whose launch azimuths all lie outside of the corridor."""
    low, high = resolved.limits.launch_azimuth_min_rad, resolved.limits.launch_azimuth_max_rad
    inclination = resolved.mission.target.inclination_rad
    if low is None or high is None or inclination is None:
        return
    northbound = launch_azimuth_rad(inclination, resolved.site.latitude_rad)
    if northbound is None:
        return
    width = (high - low) % (2.0 * math.pi)
    azimuths = (northbound, (math.pi - northbound) % (2.0 * math.pi))
    if all((azimuth - low) % (2.0 * math.pi) > width for azimuth in azimuths):
        north, south = (f"{math.degrees(azimuth):.1f}°" for azimuth in azimuths)
        yield (
            f"target.inclination_deg = {math.degrees(inclination):.2f} needs a launch azimuth of {north} or {south},"
            f" and the corridor is {math.degrees(low):.1f}° to {math.degrees(high):.1f}°: the flight must turn for it"
        )


def _profile(resolved: Resolved) -> Iterator[str]:
    profile, vehicle = resolved.mission.profile, resolved.vehicle
    rise, usual = profile.vertical_rise_s, vehicle.vertical_rise_s
    if rise and usual and not 1.0 / _MOST_ALIKE < rise / usual < _MOST_ALIKE:
        yield f"profile.vertical_rise_s = {shown(rise)}, the vehicle's own is {shown(usual)}"
    yield from outside("separation_wait_s", profile.separation_delay_s, "profile.separation_delay_s")


def _sequence(resolved: Resolved) -> Iterator[str]:
    """Imposed times far from those that the vehicle's own file gives."""
    mission = resolved.mission
    if not mission.sequence:
        return
    schedule = Schedule(resolved.vehicle, replace(mission, sequence={}), {}, 1)
    usual = {f"{event.key}_s": schedule.clock(event) for event in schedule.events()}
    for key, imposed_s in mission.sequence.items():
        if usual.get(key, 0.0) > 0.0:
            yield from outside("imposed_time_ratio", imposed_s / usual[key], f"sequence.{key}")


def _world(mission: Mission) -> Iterator[str]:
    """Numbers of the world that are not the Earth's."""
    world = mission.environment
    for name in (
        "mu_m3_s2",
        "equatorial_radius_m",
        "rotation_rad_s",
        "j2",
        "rho0_kg_m3",
        "scale_height_m",
    ):
        value = getattr(world, name)
        if value:  # zero switches an effect off
            yield from outside(name, value, f"environment.{name}")


def _pad(mission: Mission, site: Site) -> Iterator[str]:
    """A pad that the orbit's plane does not pass, or from which nothing has gone to such an inclination."""
    inclination, flown = mission.target.inclination_rad, site.inclinations_flown_rad
    if isinstance(mission.site, SitePoint):
        yield from outside("site_height_m", site.height_m, "site.height_m")
    if inclination is None:
        return
    off_rad = _off_plane_rad(mission, site, inclination)
    if off_rad > OFF_PLANE_RAD:
        yield (
            f"the plane of the target passes {math.degrees(off_rad):.1f}° beside the pad at"
            f" {math.degrees(site.latitude_rad):.2f}°: the ascent must turn into it, which costs payload"
        )
    if flown and min(abs(inclination - i) for i in flown) > INCLINATION_FLOWN_RAD:
        listed = ", ".join(f"{math.degrees(i):.4g}°" for i in flown)
        azimuth = launch_azimuth_rad(inclination, site.latitude_rad)
        toward = "" if azimuth is None else f", azimuth {math.degrees(azimuth):.1f}°"
        yield (
            f"target.inclination_deg = {math.degrees(inclination):.2f}{toward}: the file of {site.name} lists no"
            f" launch to it; flown: {listed}"
        )


def _off_plane_rad(mission: Mission, site: Site, inclination: float) -> float:
    """Angle between the pad at lift-off and the nearest orbit of the target, rad."""
    latitude = site.latitude_rad
    if mission.environment.earth == "wgs84":
        latitude = math.atan((1.0 - FLATTENING) ** 2 * math.tan(latitude))
    node, has_date = mission.target.ra_of_asc_node_rad, mission.epoch_utc or mission.launch_date_utc
    if node is None or has_date:
        return max(0.0, abs(latitude) - min(inclination, math.pi - inclination))
    # without a date the node counts from the pad's meridian: the pad is at right ascension zero
    normal = (math.sin(inclination) * math.sin(node), 0.0, math.cos(inclination))
    return abs(math.asin(normal[0] * math.cos(latitude) + normal[2] * math.sin(latitude)))


def _payload(resolved: Resolved) -> Iterator[str]:
    """A payload that ideal velocities do not allow, or that is no payload of such a launcher."""
    mission, vehicle = resolved.mission, resolved.vehicle
    if mission.initial_state is not None:
        return
    left_kg = payload_left_kg(vehicle, mission)
    asked_kg, liftoff_kg = mission.objective.payload_kg, vehicle.liftoff_mass_without_payload_kg
    if asked_kg is not None:
        yield from outside("payload_share", asked_kg / (liftoff_kg + asked_kg), "objective.payload_kg")
        if asked_kg > MOST_PAYLOAD_FACTOR * left_kg:
            yield (
                f"objective.payload_kg = {shown(asked_kg)}: ideal velocities leave about {shown(max(left_kg, 0.0))} kg"
                " for this target"
            )
    elif left_kg <= 0.0:
        yield "the target: ideal velocities leave no payload for it"
    else:
        yield from outside(
            "payload_share", left_kg / (liftoff_kg + left_kg), "the payload that ideal velocities leave"
        )
