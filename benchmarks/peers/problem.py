"""The Delta III problem, once for all peers: numbers from the files of this repository, equations as they stand.

Benson (2005); Betts, Practical Methods for Optimal Control; SI units, angles in degrees as the files have them. The
equations take numbers, arrays of them or a library's symbols; `exp` and `arccos` are that library's own.
"""

import math
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MISSION = ROOT / "examples" / "delta-iii.toml"
VEHICLES = ROOT / "src" / "cosmodrome" / "catalogue" / "vehicles"
# the optimum on which several programs agree, and how near an answer must come to be it
PUBLISHED_MASS_KG, PUBLISHED_TIME_S = 7529.7123, 924.1392
ALLOWED_KG, ALLOWED_S = 0.01, 0.01
# the neighbour of every warm solve: so much more semi-major axis
NEIGHBOUR_M = 100e3
_AIR_FLOOR = 1e-12  # (m/s)^2: on the pad the speed through the air is zero, and its root has no slope


@dataclass(frozen=True)
class Phase:
    """A stretch of constant thrust (N) and flow (kg/s); the last one may end before `end_s`."""

    start_s: float
    end_s: float
    thrust_n: float
    flow_kg_s: float
    start_kg: float
    drop_kg: float

    @property
    def end_kg(self) -> float:
        """Mass at `end_s`, before the drop."""
        return self.start_kg - self.flow_kg_s * (self.end_s - self.start_s)


@dataclass(frozen=True)
class Target:
    """The orbit asked for."""

    semi_major_axis_m: float
    eccentricity: float
    inclination_deg: float
    raan_deg: float
    arg_of_pericenter_deg: float


@dataclass(frozen=True)
class Ascent:
    """The whole problem: world, start, phases and target."""

    mu: float
    radius_m: float
    rotation_rad_s: float
    rho0_kg_m3: float
    scale_height_m: float
    drag_area_m2: float
    latitude_deg: float
    payload_kg: float
    phases: tuple[Phase, ...]
    target: Target

    @property
    def start(self) -> tuple[float, ...]:
        """Position (m) and velocity (m/s) on the pad, inertial, x through its meridian."""
        x, z = (self.radius_m * f(math.radians(self.latitude_deg)) for f in (math.cos, math.sin))
        return (x, 0.0, z, 0.0, x * self.rotation_rad_s, 0.0)


def read() -> Ascent:
    """Return the problem as `examples/delta-iii.toml` and its vehicle state it."""
    mission = tomllib.loads(MISSION.read_text("utf-8"))
    vehicle = tomllib.loads((VEHICLES / f"{mission['vehicle']}.toml").read_text("utf-8"))
    world, target, aero = mission["environment"], mission["target"], vehicle["aero"][0]
    payload = mission["objective"]["payload_kg"]
    return Ascent(
        mu=world["mu_m3_s2"],
        radius_m=world["equatorial_radius_m"],
        rotation_rad_s=world["rotation_rad_s"],
        rho0_kg_m3=world["rho0_kg_m3"],
        scale_height_m=world["scale_height_m"],
        drag_area_m2=aero["drag_coefficient"] * aero["reference_area_m2"],
        latitude_deg=mission["site"]["latitude_deg"],
        payload_kg=payload,
        phases=_phases({stage["id"]: stage for stage in vehicle["stages"]}, payload),
        target=Target(
            1e3 * target["semi_major_axis_km"],
            target["eccentricity"],
            target["inclination_deg"],
            target["ra_of_asc_node_deg"],
            target["arg_of_pericenter_deg"],
        ),
    )


def _phases(stages: dict[str, dict[str, Any]], payload_kg: float) -> tuple[Phase, ...]:
    """Who burns when, as the problem has it: ground-lit boosters, air-lit boosters, first stage, second stage."""
    burning = (("srb-ground", "stage-1"), ("srb-air", "stage-1"), ("stage-1",), ("stage-2",))
    srb, first, second = (
        stages[name]["engine"]["burn_time_s"] for name in ("srb-ground", "stage-1", "stage-2")
    )
    times = (0.0, srb, 2.0 * srb, first, first + second)
    mass = payload_kg + sum(s["gross_mass_kg"] * s.get("count", 1) for s in stages.values())
    phases = []
    for k, names in enumerate(burning):
        lit = [stages[name] for name in names]
        thrust = sum(s.get("count", 1) * s["engine"]["thrust_vacuum_n"] for s in lit)
        flow = sum(s.get("count", 1) * s["propellant_mass_kg"] / s["engine"]["burn_time_s"] for s in lit)
        spent = lit[0]
        drop = spent.get("count", 1) * spent["dry_mass_kg"]
        phases.append(Phase(times[k], times[k + 1], thrust, flow, mass, drop))
        mass = phases[-1].end_kg - drop
    return tuple(phases)


def slopes(
    ascent: Ascent, phase: Phase, state: Sequence[Any], u: Sequence[Any], exp: Callable[[Any], Any]
) -> list[Any]:
    """Return the rates of position, velocity and mass, thrust along the unit vector `u`."""
    x, y, z, vx, vy, vz, m = (state[i] for i in range(7))
    r = (x**2 + y**2 + z**2) ** 0.5
    air = (vx + ascent.rotation_rad_s * y, vy - ascent.rotation_rad_s * x, vz)
    speed = (air[0] ** 2 + air[1] ** 2 + air[2] ** 2 + _AIR_FLOOR) ** 0.5
    rho = ascent.rho0_kg_m3 * exp(-(r - ascent.radius_m) / ascent.scale_height_m)
    drag = 0.5 * rho * ascent.drag_area_m2 * speed
    gravity = ascent.mu / r**3
    acceleration = [
        (phase.thrust_n * u[i] - drag * air[i]) / m - gravity * position
        for i, position in enumerate((x, y, z))
    ]
    return [vx, vy, vz, *acceleration, -phase.flow_kg_s + 0.0 * m]


def elements(ascent: Ascent, state: Sequence[Any], arccos: Callable[[Any], Any]) -> list[Any]:
    """Return a (m), e, i, RAAN and argument of pericenter (degrees) of an orbit that dips at its node as this one does.

    RAAN is taken between 180 and 360 degrees, the argument of pericenter between 0 and 180.
    """
    r, v = [state[i] for i in range(3)], [state[i] for i in range(3, 6)]
    distance, square = _dot(r, r) ** 0.5, _dot(v, v)
    hx, hy, hz = (
        r[1] * v[2] - r[2] * v[1],
        r[2] * v[0] - r[0] * v[2],
        r[0] * v[1] - r[1] * v[0],
    )
    h, node = (hx**2 + hy**2 + hz**2) ** 0.5, (hx**2 + hy**2) ** 0.5
    outward = _dot(r, v)
    e_vec = [((square - ascent.mu / distance) * r[i] - outward * v[i]) / ascent.mu for i in range(3)]
    e = _dot(e_vec, e_vec) ** 0.5
    degree = 180.0 / math.pi
    return [
        1.0 / (2.0 / distance - square / ascent.mu),
        e,
        arccos(hz / h) * degree,
        360.0 - arccos(-hy / node) * degree,
        arccos((hx * e_vec[1] - hy * e_vec[0]) / (node * e)) * degree,
    ]


def perigee(ascent: Ascent) -> tuple[float, ...]:
    """Return position (m) and velocity (m/s) at the target's perigee: where guesses end."""
    t = ascent.target
    i, raan, arg = (math.radians(x) for x in (t.inclination_deg, t.raan_deg, t.arg_of_pericenter_deg))
    p = _turned((math.cos(arg), math.sin(arg)), i, raan)
    q = _turned((-math.sin(arg), math.cos(arg)), i, raan)
    r = t.semi_major_axis_m * (1.0 - t.eccentricity)
    v = math.sqrt(ascent.mu * (1.0 + t.eccentricity) / r)
    return (*(r * x for x in p), *(v * x for x in q))


def even_path(ascent: Ascent, phase: Phase, fractions: Sequence[float]) -> Any:
    """Return a crude guess, states (7, n) at fractions of a phase: from pad to perigee evenly in time, round the Earth
    and not through it, as yapss's example has it."""
    import numpy as np

    start, end = np.array(ascent.start), np.array(perigee(ascent))
    here, there = _spherical(start), _spherical(end)
    there[1] = here[1] + (there[1] - here[1] + math.pi) % (2.0 * math.pi) - math.pi
    f = np.asarray(fractions)
    t = phase.start_s + f * (phase.end_s - phase.start_s)
    share = t / ascent.phases[-1].end_s
    latitude, longitude, r = here[:, None] + (there - here)[:, None] * share
    flat = r * np.cos(latitude)
    return np.vstack(
        [
            flat * np.cos(longitude),
            flat * np.sin(longitude),
            r * np.sin(latitude),
            start[3:, None] + (end - start)[3:, None] * share,
            phase.start_kg + (phase.end_kg - phase.start_kg) * f,
        ]
    )


def _spherical(state: Any) -> Any:
    """Latitude and longitude (rad) and distance (m)."""
    import numpy as np

    r = float(np.linalg.norm(state[:3]))
    return np.array([math.asin(state[2] / r), math.atan2(state[1], state[0]), r])


def _turned(in_plane: tuple[float, float], i: float, raan: float) -> tuple[float, float, float]:
    along, across = in_plane
    flat = across * math.cos(i)
    return (
        math.cos(raan) * along - math.sin(raan) * flat,
        math.sin(raan) * along + math.cos(raan) * flat,
        across * math.sin(i),
    )


def _dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
