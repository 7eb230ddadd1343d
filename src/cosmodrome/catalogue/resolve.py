"""What a mission names, looked up and held against it: vehicle, site, the limits that hold, and what was assumed.

Everything that can be refused without flying is refused here, before anything slow is imported.
"""

import math
from dataclasses import dataclass, replace

from cosmodrome.catalogue.checks import check_sequence
from cosmodrome.catalogue.load import load_site, load_vehicle
from cosmodrome.catalogue.phases import coast_bounds
from cosmodrome.catalogue.schedule import is_fairing
from cosmodrome.catalogue.schema import Release, Site, Vehicle
from cosmodrome.errors import MissionFileError, VehicleFileError
from cosmodrome.mission.schema import DEFAULT_MIN_COAST_ALTITUDE_M, Limits, Mission

CIRCULAR = 1e-6
"""Eccentricity below which the pericenter and the anomaly mean nothing to a solver."""

EQUATORIAL_RAD = 1e-4
"""Distance from the equator (rad) below which the node means nothing."""


@dataclass(frozen=True)
class Resolved:
    """A mission's hardware and limits; `burns` are the numbers of burns of the last stage that are open to it,
    `assumptions` sentences on limits that nobody states."""

    mission: Mission
    vehicle: Vehicle
    site: Site
    limits: Limits
    burns: tuple[int, ...]
    assumptions: tuple[str, ...]


def resolve(mission: Mission, vehicle: Vehicle | None = None) -> Resolved:
    """Return the `Resolved` mission, with another vehicle than it names where one is given.

    Raises CosmodromeError, one sentence, for unknown names, looser limits, a sequence that does not fit the vehicle, a
    fairing that waits for a heat flux that nobody states, more burns than the last stage has, or an angle that means
    nothing.
    """
    vehicle = vehicle or load_vehicle(mission.vehicle, mission.path, mission.fairing)
    site = load_site(mission.site, mission.path)
    check_sequence(mission, vehicle)
    _refuse_angles_without_meaning(mission)
    limits, assumptions = _limits(mission, vehicle, site)
    return Resolved(mission, vehicle, site, limits, _burns(mission, vehicle), assumptions)


def _burns(mission: Mission, vehicle: Vehicle) -> tuple[int, ...]:
    """The numbers of burns of the last stage that are to be tried: the one asked for, or the best of one and two."""
    asked, last = mission.profile.upper_stage_burns, vehicle.last_stage
    most = last.burns if last.cutoff.rule != "time" else 1
    if isinstance(asked, int) and asked > most:
        more = (
            "its cut-off comes at a set time"
            if most < last.burns
            else f"it can be ignited {'once' if most == 1 else f'{most} times'}"
        )
        raise MissionFileError(
            f"is more than {last.id} can do: {more}",
            file=mission.path,
            key="profile.upper_stage_burns",
            value=asked,
            allowed=tuple(str(n) for n in range(1, most + 1)) if most < 6 else (f"1 to {most}",),
        )
    shortest, longest = coast_bounds(last, mission)
    if isinstance(asked, int):
        if asked > 1 and last.max_coast_s is not None and shortest > last.max_coast_s:
            raise VehicleFileError(
                f"is shorter than {shortest:.6g} s, which half a turn between two burns takes",
                file=vehicle.path,
                key=f"{last.id}.max_coast_s",
                value=last.max_coast_s,
            )
        if asked > 1 and shortest > longest:
            raise MissionFileError(
                f"is shorter than {shortest:.6g} s, which {last.id} needs between two burns",
                file=mission.path,
                key="profile.max_coast_s",
                value=mission.profile.max_coast_s,
            )
        return (asked,)
    return (2, 1) if most > 1 and shortest <= longest else (1,)


def _refuse_angles_without_meaning(mission: Mission) -> None:
    """A pericenter of what is nearly a circle, or a node of what is nearly the equator, cannot be aimed at."""
    target, i = mission.target, mission.target.inclination_rad
    is_equatorial = i is not None and min(i, math.pi - i) < EQUATORIAL_RAD
    if target.arg_of_pericenter_rad is not None and (
        is_equatorial or (target.eccentricity is not None and target.eccentricity < CIRCULAR)
    ):
        raise MissionFileError(
            "has no meaning on an orbit that is circular to 1e-6 or equatorial to 0.006 deg; leave it out",
            file=mission.path,
            key="target.arg_of_pericenter_deg",
        )
    if target.has_node and is_equatorial:
        raise MissionFileError(
            "has no meaning on an orbit that is equatorial to 0.006 deg; leave it out",
            file=mission.path,
            key="target.ra_of_asc_node_deg" if target.ltan_h is None else "target.ltan_h",
        )
    if target.ra_of_asymptote_rad is not None and math.cos(target.declination_rad or 0.0) < EQUATORIAL_RAD:
        raise MissionFileError(
            "has no meaning for an asymptote within 0.006 deg of a pole; leave it out",
            file=mission.path,
            key="target.ra_of_asymptote_deg",
        )


def _limits(mission: Mission, vehicle: Vehicle, site: Site) -> tuple[Limits, tuple[str, ...]]:
    """The limits that hold, the mission's before the vehicle's before the site's, and what was assumed about them."""
    limits = mission.limits.merged(vehicle.limits, file=mission.path)
    assumptions = []
    if limits.launch_azimuth_min_rad is None and site.launch_azimuth_min_rad is not None:
        limits = replace(
            limits,
            launch_azimuth_min_rad=site.launch_azimuth_min_rad,
            launch_azimuth_max_rad=site.launch_azimuth_max_rad,
        )
        assumptions.append(f"launch azimuths are limited to those of the site {site.id}")
    _refuse_wide_corridor(mission, limits)
    if limits.fairing_heat_flux_w_m2 is None:
        _refuse_endless_wait(mission, vehicle)
    elif not vehicle.bodies or not any(is_fairing(body) for body in vehicle.bodies):
        assumptions.append("fairing_heat_flux_w_m2 holds nothing: the vehicle has no fairing")
    for name, words in (
        ("max_dynamic_pressure_pa", "dynamic pressure"),
        ("max_q_alpha_pa_rad", "dynamic pressure times angle of attack"),
        ("max_axial_acceleration_m_s2", "axial acceleration"),
    ):
        if getattr(limits, name) is None:
            assumptions.append(f"{words} is not limited: neither mission nor vehicle states a limit")
    if limits.min_coast_altitude_m is None:
        floor = DEFAULT_MIN_COAST_ALTITUDE_M / 1e3
        assumptions.append(
            f"the flight stays above {floor:.0f} km once it has climbed there, and in coasts between burns (default)"
        )
    if mission.initial_state is not None:
        assumptions.append(
            f"the flight begins at t_s = {mission.initial_state.t_s:.6g} with the whole vehicle: events that follow "
            '"liftoff" count from there'
        )
    return limits, (*assumptions, *_without_effect(mission, vehicle))


def _without_effect(mission: Mission, vehicle: Vehicle) -> list[str]:
    """Sentences on what the files state and this version reads, checks, and then does not use."""
    unused = [
        name
        for name, is_given in (
            ("[[stations]]", bool(mission.stations)),
            ("[range]", bool(mission.range_.allowed_areas or mission.range_.keep_out_areas)),
            ("[dispersions]", mission.dispersions is not None),
            (
                "[monte_carlo]",
                mission.monte_carlo.flights is not None or mission.monte_carlo.seed is not None,
            ),
        )
        if is_given
    ]
    for stage in vehicle.stages:
        names = () if stage is vehicle.last_stage else ("min_coast_s", "max_coast_s", "max_total_burn_s")
        unused += [f"{stage.id}.{name}" for name in names if getattr(stage, name)]
        if stage.burns > 1 and stage is not vehicle.last_stage:
            unused.append(f"{stage.id}.burns = {stage.burns} (it burns once)")
    return [f"{name} is read but has no effect yet" for name in unused]


def _refuse_wide_corridor(mission: Mission, limits: Limits) -> None:
    low, high = limits.launch_azimuth_min_rad, limits.launch_azimuth_max_rad
    if low is None or high is None:
        return
    width = math.degrees((high - low) % (2.0 * math.pi))
    if width > 180.0 + 1e-9 or high == low or width == 0.0:
        raise MissionFileError(
            f"span {width or 360.0:.6g} deg clockwise; a corridor is at most 180 deg wide, leave both out for none",
            file=mission.path,
            key="limits.launch_azimuth_min_deg and limits.launch_azimuth_max_deg",
        )


def _refuse_endless_wait(mission: Mission, vehicle: Vehicle) -> None:
    for body in vehicle.bodies:
        if isinstance(body.release, Release) and f"{body.id}.release_s" not in mission.sequence:
            raise MissionFileError(
                f'is missing, but {body.id} waits for it; state the flux, or sequence."{body.id}.release_s"',
                file=mission.path,
                key="limits.fairing_heat_flux_w_m2",
            )
