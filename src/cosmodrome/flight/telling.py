"""What is told of a flight: events, burns, stages, drop points, insertion, in the words and units of result.json."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cosmodrome.flight.attitude import HORIZON, STEERED, VERTICAL, Attitude
from cosmodrome.flight.events import crossings, extreme_of
from cosmodrome.flight.ground import downrange_m, longitude_rad
from cosmodrome.flight.observe import COLUMN
from cosmodrome.physics.atmosphere import NONE
from cosmodrome.physics.constants import G0
from cosmodrome.physics.frames import place
from cosmodrome.physics.orbit import elements

if TYPE_CHECKING:
    from cosmodrome.flight.propagate import Flight, Segment

# a flight that starts slower than this over the ground (m/s) stands on its pad
_ON_PAD_M_S = 1.0
# share of a load to which the book-keeping of masses holds
_ROUNDING = 1e-9
# rows of an attitude table this close to the vertical are still the rise
_UPRIGHT_RAD = 1e-6


@dataclass(frozen=True)
class FlightEvent:
    """One entry of result.json's `events`; fields as the contract names them."""

    code: str
    subject: str
    name: str
    t_s: float
    altitude_m: float
    latitude_deg: float
    longitude_deg: float
    downrange_m: float
    speed_relative_m_s: float
    speed_inertial_m_s: float
    flight_path_angle_deg: float
    mass_kg: float
    dynamic_pressure_pa: float
    axial_acceleration_g: float


@dataclass(frozen=True)
class _Moment:
    """An event before its numbers: what, and at which place of which segment."""

    code: str
    subject: str
    name: str
    segment: "Segment"
    step: int
    theta: float


def events(flight: "Flight") -> list[FlightEvent]:
    """Return the events of a flight, times ascending; those of one time in the order of their phases.

    What ends a phase is told as it was before (mass before the drop, acceleration of the last instant), what begins one
    as it is after.
    """
    moments: list[_Moment] = []
    for segment in flight.segments:
        last = max(segment.arc.t_s.size - 2, 0)
        moments += [_Moment(m.code, m.subject, m.name, segment, 0, 0.0) for m in segment.phase.begins_with]
        if segment.arc.status == 0:
            moments += [
                _Moment(m.code, m.subject, m.name, segment, last, 1.0) for m in segment.phase.ends_with
            ]
    given = {m.code for m in moments}
    moments += [m for m in _unmarked(flight) if m.code not in given]
    told = [_told(flight, moment) for moment in moments]
    # LIFTOFF before what else happens at that instant; the sort keeps the order of equals
    return sorted(told, key=lambda event: (event.t_s, event.code != "LIFTOFF"))


def _unmarked(flight: "Flight") -> list[_Moment]:
    """Events that no phase can announce: they depend on how it is flown."""
    found = []
    first = flight.segments[0]
    subject = _trunk(flight)
    if first.trace.column("speed_relative_m_s")[0] < _ON_PAD_M_S:
        found.append(_Moment("LIFTOFF", subject, "Lift-off", first, 0, 0.0))
        found += _pitch_start(flight, subject)
    if flight.programme.environment.atmosphere.model == NONE:
        return found
    for segment in flight.segments:
        upward = crossings(segment.trace, "mach", 1.0, 1)
        if upward:
            found.append(_Moment("MACH_1", subject, "Mach 1", segment, *upward[0][:2]))
            break
    k, (q, step, theta, t) = extreme_of([s.trace for s in flight.segments], "dynamic_pressure_pa")
    if q > 0.0 and t > first.t0_s:
        found.append(_Moment("MAX_Q", subject, "Largest dynamic pressure", flight.segments[k], step, theta))
    return found


def _pitch_start(flight: "Flight", subject: str) -> list[_Moment]:
    for segment, flown in zip(flight.segments, flight.programme.steps, strict=False):
        if segment.phase.is_vertical or flown.attitude.kind == VERTICAL:
            continue
        t = max(segment.t0_s, _leaves_vertical(flown.attitude))
        if t > segment.arc.t_s[-1]:
            continue
        return [_Moment("PITCH_START", subject, "Start of pitch-over", segment, *segment.trace.place_of(t))]
    return []


def _leaves_vertical(attitude: Attitude) -> float:
    """When a law begins to pitch over, as far as the law itself tells; -inf where it does from its beginning."""
    if attitude.kind == STEERED:
        return float(attitude.parameters[0])
    if attitude.kind == HORIZON:
        knots, elevation = attitude.elevation.knots, attitude.elevation.cubics[:, 0]
        upright = int(np.argmax(np.append(elevation, -1.0) < 0.5 * math.pi - _UPRIGHT_RAD))
        return float(knots[upright - 1]) if upright > 0 else -math.inf
    return -math.inf


def _trunk(flight: "Flight") -> str:
    """Of the stages that burn at the start, the one that burns longest without a break: the core, not its boosters."""
    burning = [flow.stage for flow in flight.segments[0].phase.flows]
    for segment in flight.segments:
        here = {flow.stage for flow in segment.phase.flows}
        kept = [stage for stage in burning if stage in here]
        if not kept:
            break
        burning = kept
    return burning[0] if burning else "vehicle"


def _told(flight: "Flight", moment: _Moment) -> FlightEvent:
    t, y, q = moment.segment.trace.at(moment.step, moment.theta)
    latitude = float(q[COLUMN["latitude_rad"]])
    longitude = float(longitude_rad(q[COLUMN["longitude_eci_rad"]], t, flight.programme))
    return FlightEvent(
        moment.code,
        moment.subject,
        moment.name,
        t,
        float(q[COLUMN["altitude_m"]]),
        math.degrees(latitude),
        math.degrees(longitude),
        float(downrange_m(latitude, longitude, flight.programme)[0]),
        float(q[COLUMN["speed_relative_m_s"]]),
        float(q[COLUMN["speed_inertial_m_s"]]),
        math.degrees(q[COLUMN["flight_path_angle_rad"]]),
        float(y[6]),
        float(q[COLUMN["dynamic_pressure_pa"]]),
        float(q[COLUMN["axial_acceleration_m_s2"]]) / G0,
    )


def burns(flight: "Flight") -> list[dict[str, Any]]:
    """Return a row per uninterrupted burn of each stage, in order of their starts.

    `delta_v_m_s` is the stage's share of the ideal velocity (vacuum thrust over mass) by its share of the flow, so that
    the rows add up to the ideal velocity of the flight.
    """
    rows: list[dict[str, Any]] = []
    running: dict[str, dict[str, Any]] = {}
    for segment in flight.segments:
        t, y = segment.arc.t_s, segment.arc.y
        running = {stage: row for stage, row in running.items() if stage in segment.burnt_kg}
        total = sum(segment.burnt_kg.values())
        for stage, kg in segment.burnt_kg.items():
            if stage not in running:
                running[stage] = {
                    "stage": stage,
                    "t_start_s": float(t[0]),
                    "duration_s": 0.0,
                    "propellant_kg": 0.0,
                    "delta_v_m_s": 0.0,
                }
                rows.append(running[stage])
            row = running[stage]
            row["duration_s"] = float(t[-1]) - row["t_start_s"]
            row["propellant_kg"] += kg
            if total > 0.0:
                row["delta_v_m_s"] += float(y[-1, 7] - y[0, 7]) * kg / total
    return rows


def stages(flight: "Flight") -> list[dict[str, Any]]:
    """Return the usable propellant (kg, all units) left in each stage: at its separation, or at the flight's end."""
    masses = flight.programme.masses
    rows = []
    for stage, kg in flight.propellant_left_kg.items():
        left = kg - masses.unusable_kg.get(stage, 0.0)
        # what a tank's sums are rounded by is neither propellant nor a lack of it
        if abs(left) < _ROUNDING * masses.propellant_kg[stage]:
            left = 0.0
        rows.append({"id": stage, "usable_propellant_left_kg": left})
    return rows


def drop_points(flight: "Flight") -> list[dict[str, Any]]:
    """Return a row per drop whose pieces reach the ground; like pieces share a row."""
    rows = []
    for piece in flight.falls:
        if piece.t_s is None or piece.r_eci_m is None:
            continue
        earth = flight.programme.environment.earth
        local = place(piece.r_eci_m, earth)
        latitude = math.atan2(local.sin_latitude, local.cos_latitude)
        x, y, _ = piece.r_eci_m
        longitude = float(longitude_rad(math.atan2(y, x), piece.t_s, flight.programme))
        rows.append(
            {
                "body": piece.body,
                "latitude_deg": math.degrees(latitude),
                "longitude_deg": math.degrees(longitude),
                "downrange_m": float(downrange_m(latitude, longitude, flight.programme)[0]),
                "t_s": piece.t_s,
            }
        )
    return rows


def assumptions(flight: "Flight") -> list[str]:
    """Return sentences on the falls that were flown without drag, or have no point."""
    said = []
    for piece in flight.falls:
        if piece.is_drag_free:
            said.append(
                f"{piece.body}: falls without drag, its reference area or drag coefficient is not given"
            )
        if piece.reason is not None:
            said.append(f"{piece.body}: no drop point, it {piece.reason}")
    return said


def insertion(flight: "Flight") -> dict[str, Any]:
    """Return the osculating orbit at insertion; altitudes count from the equatorial radius, angles in [0, 360)."""
    state, earth = flight.insertion, flight.programme.environment.earth
    orbit = elements(state.r_eci_m, state.v_eci_m_s, earth.mu)
    c3 = -earth.mu / orbit.a
    return {
        "t_s": state.t_s,
        "r_eci_m": list(state.r_eci_m),
        "v_eci_m_s": list(state.v_eci_m_s),
        "semi_major_axis_m": orbit.a,
        "eccentricity": orbit.e,
        "inclination_deg": math.degrees(orbit.i),
        "ra_of_asc_node_deg": math.degrees(orbit.Omega) % 360.0,
        "arg_of_pericenter_deg": math.degrees(orbit.omega) % 360.0,
        "perigee_altitude_m": orbit.a * (1.0 - orbit.e) - earth.radius,
        "apogee_altitude_m": orbit.a * (1.0 + orbit.e) - earth.radius if orbit.a > 0.0 else None,
        "c3_m2_s2": c3,
    }
