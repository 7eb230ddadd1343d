"""A flight as rows for a table and as the extremes that limits ask about."""

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import jumps
from cosmodrome.flight.events import crossings, extreme_near, extreme_of
from cosmodrome.flight.ground import downrange_m, longitude_rad
from cosmodrome.flight.observe import COLUMN, observe_steps
from cosmodrome.physics.atmosphere import NONE
from cosmodrome.physics.constants import G0

if TYPE_CHECKING:
    from cosmodrome.flight.propagate import Flight, Segment

Array = NDArray[np.float64]

_FINE_S, _COARSE_S = 1.0, 10.0
_AIR_TOP_M = 120e3


class Peak(NamedTuple):
    """The extreme value of a limited quantity (SI) and when it occurs (s)."""

    value: float
    t_s: float


def columns(flight: "Flight") -> dict[str, NDArray[Any]]:
    """Return the columns of trajectory.parquet, each (n,), rows in time; two rows (before, after) at jumps.

    At most 1 s apart under thrust and below 120 km, 10 s else. `mach` is NaN where there is no air at all.
    """
    parts = []
    for segment, flown in zip(flight.segments, flight.programme.steps, strict=False):
        if segment.arc.t_s.size > 1 or len(flight.segments) == 1:
            step, theta = _rows(segment, jumps(flown.attitude))
            parts.append((segment, *observe_steps(step, theta, *segment.vectors, segment.t0_s, segment.arc)))
    t = np.concatenate([part[1] for part in parts])
    y = np.concatenate([part[2] for part in parts])
    q = np.concatenate([part[3] for part in parts])

    def seen(name: str) -> Array:
        return q[:, COLUMN[name]]

    latitude = seen("latitude_rad")
    longitude = longitude_rad(seen("longitude_eci_rad"), t, flight.programme)
    has_air = flight.programme.environment.atmosphere.model != NONE
    return {
        "t_s": t,
        "phase": np.concatenate([np.full(len(part[1]), part[0].phase.id) for part in parts]),
        "r_eci_x_m": y[:, 0],
        "r_eci_y_m": y[:, 1],
        "r_eci_z_m": y[:, 2],
        "v_eci_x_m_s": y[:, 3],
        "v_eci_y_m_s": y[:, 4],
        "v_eci_z_m_s": y[:, 5],
        "mass_kg": y[:, 6],
        "altitude_m": seen("altitude_m"),
        "latitude_deg": np.degrees(latitude),
        "longitude_deg": np.degrees(longitude),
        "downrange_m": downrange_m(latitude, longitude, flight.programme),
        "speed_relative_m_s": seen("speed_relative_m_s"),
        "flight_path_angle_deg": np.degrees(seen("flight_path_angle_rad")),
        "azimuth_deg": np.mod(np.degrees(seen("azimuth_rad")), 360.0),
        "u_eci_x": seen("u_eci_x"),
        "u_eci_y": seen("u_eci_y"),
        "u_eci_z": seen("u_eci_z"),
        "throttle": seen("throttle"),
        "mach": seen("mach") if has_air else np.full(t.size, np.nan),
        "dynamic_pressure_pa": seen("dynamic_pressure_pa"),
        "q_alpha_pa_rad": seen("q_alpha_pa_rad"),
        "axial_acceleration_g": seen("axial_acceleration_m_s2") / G0,
        "heat_flux_w_m2": seen("heat_flux_w_m2"),
    }


def _rows(segment: "Segment", jump_times: Array) -> tuple[NDArray[np.int64], Array]:
    """Places (step, theta) of a segment's rows: even in time between jumps, both sides of each jump."""
    ts = segment.arc.t_s
    if ts.size == 1:
        return np.zeros(1, dtype=np.int64), np.zeros(1)
    inner = jump_times[(jump_times > ts[0]) & (jump_times < ts[-1])]
    edges = np.unique([0, *np.searchsorted(ts, inner), ts.size - 1])
    low = segment.trace.column("altitude_m")
    steps, thetas = [], []
    for a, b in pairwise(edges.tolist()):
        here = low[(segment.trace.step >= a) & (segment.trace.step < b)]
        is_fine = segment.phase.is_burning or here.min() < _AIR_TOP_M
        n = max(1, math.ceil((ts[b] - ts[a]) / (_FINE_S if is_fine else _COARSE_S)))
        t = np.linspace(ts[a], ts[b], n + 1)
        step = np.clip(np.searchsorted(ts, t, side="right") - 1, a, b - 1)
        theta = (t - ts[step]) / (ts[step + 1] - ts[step])
        theta[-1] = 1.0
        steps.append(step)
        thetas.append(theta)
    return np.concatenate(steps), np.concatenate(thetas)


def peaks(flight: "Flight", min_coast_altitude_m: float | None = None) -> dict[str, Peak]:
    """Return the extreme of each limited quantity on the dense flight, by the limit's name in SI units.

    max_dynamic_pressure_pa, max_q_alpha_pa_rad and max_axial_acceleration_m_s2 over the whole flight;
    fairing_heat_flux_w_m2 from the fairing's release on, when one is released; min_coast_altitude_m, when that floor is
    given and was ever crossed upward or the last stage coasts between burns: the lowest altitude from then on at which
    the flight stops sinking, the coast begins, or the flight ends.
    """
    found = {
        "max_dynamic_pressure_pa": _largest(flight.segments, "dynamic_pressure_pa"),
        "max_q_alpha_pa_rad": _largest(flight.segments, "q_alpha_pa_rad"),
        "max_axial_acceleration_m_s2": _largest(flight.segments, "axial_acceleration_m_s2"),
    }
    bare = [segment for segment in flight.segments if segment.phase.is_fairing_gone]
    if bare:
        found["fairing_heat_flux_w_m2"] = _largest(bare, "heat_flux_w_m2")
    if min_coast_altitude_m is not None:
        lowest = _lowest_after(flight, min_coast_altitude_m)
        if lowest is not None:
            found["min_coast_altitude_m"] = lowest
    return found


def _largest(segments: "tuple[Segment, ...] | list[Segment]", quantity: str) -> Peak:
    _, (value, _, _, t_s) = extreme_of([segment.trace for segment in segments], quantity)
    return Peak(value, t_s)


def _lowest_after(flight: "Flight", floor_m: float) -> Peak | None:
    """Lowest turn upward (r.v through zero) or end of the flight after the first upward passage of the floor or the
    begin of the last stage's first coast between burns, whichever comes first.

    The climb itself passes the floor, so the lowest altitude of all after the passage would always be the floor; a
    parking orbit below it never passes it.
    """
    since = math.inf
    lowest = None
    has_parking = any(mark.code == "BURN_2_START" for s in flight.segments for mark in s.phase.begins_with)
    for segment in flight.segments:
        traced = segment.trace
        altitude, t = traced.column("altitude_m"), traced.t_s
        if not math.isfinite(since):
            upward = crossings(traced, "altitude_m", floor_m, 1)
            is_parked = has_parking and any(mark.code == "BURN_1_END" for mark in segment.phase.begins_with)
            if is_parked:
                lowest = Peak(float(altitude[0]), float(t[0]))
            is_above = altitude[0] >= floor_m or is_parked
            since = float(t[0]) if is_above else (upward[0][2] if upward else math.inf)
        for i in _turns_upward(t, altitude):
            if t[i] > since:
                value, _, _, when = extreme_near(traced, "altitude_m", i, -1)
                if lowest is None or value < lowest.value:
                    lowest = Peak(value, when)
    last = flight.segments[-1].trace
    end = Peak(float(last.column("altitude_m")[-1]), float(last.t_s[-1]))
    if end.t_s <= since:
        return None
    return end if lowest is None or end.value < lowest.value else lowest


def _turns_upward(t_s: Array, altitude_m: Array) -> list[int]:
    """Samples at which the altitude stops falling, the last one of a flight that still sinks among them."""
    # the end of a step is there twice, and would look like a turn
    kept = np.flatnonzero(np.concatenate([[True], np.diff(t_s) > 0.0]))
    rise = np.diff(altitude_m[kept])
    turns = (rise < 0.0) & np.append(rise[1:] >= 0.0, True)
    return kept[1:][turns].tolist()  # type: ignore[no-any-return]
