"""A made-up, plausible three-stage ascent, for tests of what is written and shown; no number is a truth.

A coarse integration on a sphere of a rocket like a Soyuz, so that curves bend where real ones do. Only the
shape of the data matters: `result()` has every key of result.json, `columns()` every column of
trajectory.parquet.
"""

import copy
import json
import math
from functools import cache
from typing import Any

import numpy as np
from pyproj import Geod

RADIUS_M, MU_M3_S2, ROTATION_RAD_S, G0 = 6378137.0, 3.986004418e14, 7.292115e-5, 9.80665
LATITUDE, LONGITUDE, AZIMUTH = math.radians(51.884), math.radians(128.334), math.radians(88.0)
# start, end, thrust N, flow kg/s, mass dropped at the end kg
BURNS = [
    (0.0, 117.7, 4.9e6, 1622.0, 21200.0),
    (117.7, 286.4, 0.97e6, 316.5, 8400.0),
    (286.4, 558.0, 0.2943e6, 83.6, 0.0),
]
FAIRING_T_S, FAIRING_KG, END_S = 208.0, 1000.0, 558.0
_EVENT_COLUMNS = (
    "altitude_m",
    "latitude_deg",
    "longitude_deg",
    "downrange_m",
    "speed_relative_m_s",
    "flight_path_angle_deg",
    "mass_kg",
    "dynamic_pressure_pa",
    "axial_acceleration_g",
)
PROGRAMME = json.dumps({"format": "made-up-programme", "phases": [1, 2, 3]})


def columns() -> dict[str, np.ndarray]:
    """The columns of trajectory.parquet, two rows at each jump; a copy that may be changed."""
    return {name: values.copy() for name, values in _columns().items()}


@cache
def _columns() -> dict[str, np.ndarray]:
    rows: list[dict[str, Any]] = []
    up, east, _ = _local(LATITUDE, LONGITUDE)
    r = RADIUS_M * up
    v = ROTATION_RAD_S * RADIUS_M * math.cos(LATITUDE) * east
    mass, heading = 313000.0, AZIMUTH
    for number, (start, end, thrust, flow, dropped) in enumerate(BURNS, 1):
        steps = round((end - start) / 0.5)
        dt = (end - start) / steps
        for step in range(steps + 1):
            t = start + step * dt if step < steps else end
            u = _thrust_direction(t, r, heading)
            rows.append(_row(t, f"burn-{number}", r, v, mass, u, thrust))
            if step == steps:
                mass -= dropped
                break
            a = thrust / mass * u + _drag(r, v) / mass - MU_M3_S2 * r / np.linalg.norm(r) ** 3
            v = v + a * dt
            r = r + v * dt
            fairing = FAIRING_KG if t < FAIRING_T_S <= t + dt else 0.0
            mass -= flow * dt + fairing
    return {
        name: np.array([row[name] for row in rows], dtype=np.str_ if name == "phase" else np.float64)
        for name in rows[0]
    }


def result() -> dict[str, Any]:
    """A verified result of that ascent, every key of cosmodrome-result/1."""
    c = _columns()
    last = {name: values[-1] for name, values in c.items()}
    events = [
        ("LIFTOFF", "core", "Lift-off", 0.0),
        ("PITCH_START", "core", "Pitch-over", 10.0),
        ("MACH_1", "core", "Mach 1", 60.5),
        ("MAX_Q", "core", "Largest dynamic pressure", 74.0),
        ("BOOSTER_CUTOFF", "strap-ons", "Blocks B, V, G, D cut off", 117.5),
        ("BOOSTER_SEP", "strap-ons", "Blocks B, V, G, D separate", 118.1),
        ("FAIRING_JETTISON", "fairing", "Fairing released", FAIRING_T_S),
        ("STAGE_3_IGNITION", "block-i", "Block I ignites", 286.1),
        ("CORE_CUTOFF", "core", "Block A cuts off", 286.4),
        ("CORE_SEP", "core", "Block A separates", 287.6),
        ("BODY_JETTISON", "aft-skirt", "Aft skirt released", 299.6),
        ("STAGE_3_CUTOFF", "block-i", "Block I cuts off", END_S),
        ("PAYLOAD_SEP", "payload", "Payload separates", END_S),
    ]
    peak_row = int(np.argmax(c["dynamic_pressure_pa"]))
    return copy.deepcopy(
        {
            "format": "cosmodrome-result/1",
            "status": "verified",
            "liftoff_utc": "2027-04-15T02:00:00Z",
            "payload_kg": 8213.4,
            "margin_kg": 0.0,
            "final_mass_kg": float(last["mass_kg"]),
            "liftoff_mass_kg": float(c["mass_kg"][0]),
            "insertion": {
                "t_s": END_S,
                "r_eci_m": [float(last[f"r_eci_{k}_m"]) for k in "xyz"],
                "v_eci_m_s": [float(last[f"v_eci_{k}_m_s"]) for k in "xyz"],
                "semi_major_axis_m": 6598137.0,
                "eccentricity": 0.003031,
                "inclination_deg": 51.7,
                "ra_of_asc_node_deg": 212.6,
                "arg_of_pericenter_deg": 98.1,
                "perigee_altitude_m": 200000.0,
                "apogee_altitude_m": 240000.0,
                "c3_m2_s2": -6.0411e7,
            },
            "events": [_event(c, *event) for event in events],
            "burns": [
                _burn("strap-ons", 0.0, 117.7, 158000.0, 2100.0),
                _burn("core", 0.0, 286.4, 90600.0, 2950.0),
                _burn("block-i", 286.1, 271.9, 22730.0, 4180.0),
            ],
            "stages": [
                {"id": "strap-ons", "usable_propellant_left_kg": 4120.0},
                {"id": "core", "usable_propellant_left_kg": 1240.0},
                {"id": "block-i", "usable_propellant_left_kg": 0.0},
            ],
            "delta_v_m_s": {
                "gain": 286.9,
                "ideal": 9294.6,
                "pressure_loss": 172.4,
                "steering_loss": 241.3,
                "drag_loss": 92.8,
                "gravity_loss": 1294.0,
            },
            "exchange_kg": [
                {"of": "block-i.dry_mass_kg", "per": "kg", "payload": -1.0},
                {"of": "core.dry_mass_kg", "per": "kg", "payload": -0.262},
                {"of": "strap-ons.dry_mass_kg", "per": "kg", "payload": -0.118},
                {"of": "block-i.engine.isp_vacuum_s", "per": "s", "payload": 31.2},
                {"of": "limits.max_q_alpha_pa_rad", "per": "Pa rad", "payload": 0.0031},
            ],
            "limits": [
                _limit(
                    "max_dynamic_pressure_pa",
                    60e3,
                    float(c["dynamic_pressure_pa"].max()),
                    peak_row * 0.5,
                    0.0,
                ),
                _limit("max_q_alpha_pa_rad", 2.0e3, 2.0e3, 71.0, 0.0031),
                _limit("max_axial_acceleration_g", 4.3, float(c["axial_acceleration_g"].max()), 117.5, 0.0),
                _limit("fairing_heat_flux_w_m2", 1135.0, 1134.9, FAIRING_T_S, 0.004),
                _limit("min_coast_altitude_km", 120.0, 187.4, 412.0, 0.0),
            ],
            "drop_points": [
                _drop("strap-ons", 86.9, 341e3, 412.0),
                _drop("fairing", 87.0, 702e3, 640.0),
                _drop("core", 86.1, 1562e3, 731.0),
                _drop("aft-skirt", 86.2, 1604e3, 760.0),
            ],
            "audit": {
                "energy_gap": -2.1e-11,
                "delta_v_gap_m_s": 3.0e-4,
                "mass_gap": 1.2e-16,
                "closes": True,
            },
            "verification": {
                "position_gap_m": 14.2,
                "velocity_gap_m_s": 0.012,
                "payload_gap_kg": 0.09,
                "starts_agree": True,
                "second_payload_kg": 8213.2,
                "refinements": 2,
            },
            "diagnosis": None,
            "assumptions": [
                "strap-ons.drag: estimate, no published table was found (sigma 20 %)",
                "guidance reserve 83 kg: 1 % of the last stage's ideal velocity gain",
                "wind: none",
                "limits.min_coast_altitude_km: default 120",
            ],
            "manifest": {"version": "0.1.0", "inputs_sha256": "0" * 64},
            "timing_s": {
                "import": 0.4,
                "guess": 0.1,
                "build": 0.2,
                "solve": 0.5,
                "verify": 0.3,
                "second_start": 0.8,
                "total": 2.3,
            },
        }
    )


def infeasible_result() -> dict[str, Any]:
    """A result that says no: nothing flown, a diagnosis with the nearest question that has an answer."""
    empty = dict.fromkeys(result())
    empty.update(
        format="cosmodrome-result/1",
        status="infeasible",
        events=[],
        burns=[],
        stages=[],
        exchange_kg=[],
        limits=[],
        drop_points=[],
        assumptions=["wind: none"],
        insertion=None,
        manifest={"version": "0.1.0", "inputs_sha256": "0" * 64},
        timing_s=dict.fromkeys(result()["timing_s"]),
        diagnosis={
            "code": "insufficient-delta-v",
            "message": "short by 227 m/s; the payload must drop by 410 kg",
            "shortfall_m_s": 227.0,
            "key": "objective.payload_kg",
            "nearest_feasible": {
                "key": "objective.payload_kg",
                "value": 7800.0,
                "unit": "kg",
                "payload_kg": 7800.0,
            },
        },
    )
    return empty


def _local(latitude: float, longitude: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sin, cos = math.sin, math.cos
    up = np.array([cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)])
    east = np.array([-sin(longitude), cos(longitude), 0.0])
    return up, east, np.cross(up, east)


def _angles(r: np.ndarray) -> tuple[float, float]:
    return math.asin(r[2] / np.linalg.norm(r)), math.atan2(r[1], r[0])


def _air(altitude_m: float) -> float:
    return 1.225 * math.exp(-max(altitude_m, 0.0) / 7200.0)


def _air_velocity(r: np.ndarray, v: np.ndarray) -> np.ndarray:
    return v - ROTATION_RAD_S * np.array([-r[1], r[0], 0.0])


def _drag(r: np.ndarray, v: np.ndarray) -> np.ndarray:
    w = _air_velocity(r, v)
    return -0.5 * _air(np.linalg.norm(r) - RADIUS_M) * np.linalg.norm(w) * w * 0.4 * 29.0


def _thrust_direction(t: float, r: np.ndarray, heading: float) -> np.ndarray:
    up, east, north = _local(*_angles(r))
    pitch = math.radians(
        float(np.interp(t, [0, 10, 60, 118, 210, 286, 400, 558], [90, 89, 65, 42, 26, 19, 14, -9]))
    )
    along = math.sin(heading) * east + math.cos(heading) * north
    return math.sin(pitch) * up + math.cos(pitch) * along


def _row(
    t: float, phase: str, r: np.ndarray, v: np.ndarray, mass: float, u: np.ndarray, thrust: float
) -> dict[str, Any]:
    latitude, inertial_longitude = _angles(r)
    up, east, north = _local(latitude, inertial_longitude)
    longitude = inertial_longitude - ROTATION_RAD_S * t
    w = _air_velocity(r, v)
    speed, altitude = float(np.linalg.norm(w)), float(np.linalg.norm(r)) - RADIUS_M
    pad, _, _ = _local(LATITUDE, LONGITUDE)
    here, _, _ = _local(latitude, longitude)
    q = 0.5 * _air(altitude) * speed**2
    drag = float(np.linalg.norm(_drag(r, v)))
    alpha = math.acos(min(1.0, float(u @ w) / speed)) if speed > 1.0 else 0.0
    return {
        "t_s": t,
        "phase": phase,
        **{f"r_eci_{k}_m": float(x) for k, x in zip("xyz", r, strict=True)},
        **{f"v_eci_{k}_m_s": float(x) for k, x in zip("xyz", v, strict=True)},
        "mass_kg": mass,
        "altitude_m": altitude,
        "latitude_deg": math.degrees(latitude),
        "longitude_deg": (math.degrees(longitude) + 180.0) % 360.0 - 180.0,
        "downrange_m": RADIUS_M * math.acos(min(1.0, float(pad @ here))),
        "speed_relative_m_s": speed,
        "flight_path_angle_deg": math.degrees(math.asin(float(w @ up) / speed)) if speed > 1.0 else 90.0,
        "azimuth_deg": math.degrees(math.atan2(float(w @ east), float(w @ north))) % 360.0,
        **{f"u_eci_{k}": float(x) for k, x in zip("xyz", u, strict=True)},
        "throttle": 1.0,
        "mach": speed / 300.0,
        "dynamic_pressure_pa": q,
        "q_alpha_pa_rad": q * alpha,
        "axial_acceleration_g": (thrust - drag) / mass / G0,
        "heat_flux_w_m2": 0.5 * _air(altitude) * speed**3,
    }


def _event(c: dict[str, np.ndarray], code: str, subject: str, name: str, t: float) -> dict[str, Any]:
    row = int(np.searchsorted(c["t_s"], t, side="right")) - 1

    def at(column: str) -> float:
        return float(c[column][row])

    inertial = math.sqrt(sum(at(f"v_eci_{k}_m_s") ** 2 for k in "xyz"))
    return {
        "code": code,
        "subject": subject,
        "name": name,
        "t_s": t,
        "speed_inertial_m_s": inertial,
        **{column: at(column) for column in _EVENT_COLUMNS},
    }


def _burn(stage: str, start: float, duration: float, propellant: float, gain: float) -> dict[str, Any]:
    return {
        "stage": stage,
        "t_start_s": start,
        "duration_s": duration,
        "propellant_kg": propellant,
        "delta_v_m_s": gain,
    }


def _limit(name: str, limit: float, peak: float, t: float, multiplier: float) -> dict[str, Any]:
    return {
        "name": name,
        "limit": limit,
        "peak": peak,
        "t_s": t,
        "active": multiplier > 0.0,
        "multiplier": multiplier,
    }


def _drop(body: str, bearing: float, downrange: float, t: float) -> dict[str, Any]:
    pad = math.degrees(LONGITUDE), math.degrees(LATITUDE)
    longitude, latitude, _ = Geod(ellps="WGS84").fwd(*pad, bearing, downrange)
    return {
        "body": body,
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "downrange_m": downrange,
        "t_s": t,
    }
