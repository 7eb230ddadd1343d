"""The judge's re-flight: scipy's DOP853 at a relative tolerance of 1e-12, landing on every switch, never reset.

    state   r (m), v (m/s) in ECI, and the propellant burnt of each stage (kg)

Masses follow from what is attached less what is burnt, so that they need no differential equation of their own.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from judge_files import JudgeError, Toml, number
from judge_schedule import Law, Programme, Schedule, throttle_level
from judge_vehicle import Rocket, rocket, site
from judge_world import Earth, Local, Vector, atmosphere, coefficient, wind
from scipy.integrate import solve_ivp

_RTOL = 1e-12
# absolute tolerances (m, m/s, kg)
_ATOL = (1e-5, 1e-8, 1e-6)
# below this air speed the motion is no direction: the axis points up
_SLOWEST_M_S = 1.0
_FINE_S, _COARSE_S, _AIR_TOP_M = 0.1, 5.0, 150e3


@dataclass(frozen=True)
class Engine:
    """One burning stage in a segment: its place in the state, and what it does."""

    place: int
    thrust_n: float
    flow_kg_s: float
    exit_area_m2: float
    level: float
    throttle: tuple[float, float] | None = None
    tail: tuple[float, float] | None = None

    def at(self, t: float, throttle: float, most_n: float) -> float:
        """Throttle level at t, closed where it gives more than a thrust (N); of a tail-off its share of the last
        level."""
        if self.tail is not None:
            begin, length = self.tail
            return self.level * max(0.0, 1.0 - (t - begin) / length)
        if self.throttle is not None:
            return max(min(throttle, self.throttle[1], most_n / self.thrust_n), self.throttle[0])
        return self.level


@dataclass(frozen=True)
class Segment:
    """A stretch without a switch."""

    begin: float
    end: float
    law: Law
    engines: tuple[Engine, ...]
    attached_kg: float
    attached: tuple[int, ...]
    air: int
    is_bare: bool


class Seen(NamedTuple):
    """What an instant shows (SI): for limits and for the launch azimuth."""

    t: float
    altitude: float
    q: float
    q_alpha: float
    axial: float
    heat_flux: float
    azimuth: float
    off_vertical: float
    is_bare: bool


class _Forces(NamedTuple):
    """What acts at one instant: local frame, thrust axis, thrust and air together (N), flows by stage (kg/s), and q
    (Pa), angle of attack (rad) and heat flux (W/m2)."""

    local: Local
    u: Vector
    force: list[float]
    flows: list[tuple[int, float]]
    q: float
    alpha: float
    heat_flux: float


class Flight:
    """A flight as flown: what is `seen` at many instants, and the state at the end of each segment in `ends`."""

    def __init__(
        self, rocket: Rocket, mission: Toml, site: Toml, programme: Programme, payload_kg: float, beside: Path
    ):
        environment = mission.get("environment", {})
        self.rocket, self.programme, self.payload_kg = rocket, programme, payload_kg
        self.earth = Earth(environment)
        self.air, self.wind = atmosphere(environment, beside), wind(environment, beside)
        self.has_back_pressure = environment.get("back_pressure", True)
        self.schedule = Schedule(rocket, mission, programme)
        self.coefficients = [
            (coefficient((a.rows[0], a.rows[1], a.rows[2])), coefficient((a.rows[0], a.rows[1], a.rows[3])))
            for a in rocket.airs
        ]
        self.seen: list[Seen] = []
        self.ends: list[tuple[Segment, np.ndarray]] = []
        self._fly(self._start(mission, site))

    # --- what is flown ------------------------------------------------------------------------------------------------

    def _start(self, mission: Toml, site: Toml) -> np.ndarray:
        initial, earth = mission.get("initial_state"), self.earth
        burnt = [0.0] * len(self.rocket.stages)
        if initial and "r_eci_m" in initial:
            return np.array([*initial["r_eci_m"], *initial["v_eci_m_s"], *burnt], dtype=float)
        where = initial or site
        height = number(where, "altitude_m" if initial else "height_m", 0.0)
        latitude, longitude = number(where, "latitude_deg"), number(where, "longitude_deg")
        angle = self.programme.earth_angle + earth.rotation * self.schedule.start
        x, y, z = earth.position(latitude, longitude, height)
        c, s = math.cos(angle), math.sin(angle)
        r = (c * x - s * y, s * x + c * y, z)
        v = earth.ground_velocity(r)
        if initial:
            speed = number(initial, "speed_relative_m_s")
            climb = number(initial, "flight_path_angle_deg", 0.0)
            d = _direction(climb, number(initial, "azimuth_deg", 0.0), earth.local(r))
            v = (v[0] + speed * d[0], v[1] + speed * d[1], v[2] + speed * d[2])
        return np.array([*r, *v, *burnt])

    def _segments(self) -> list[Segment]:
        schedule, rocket = self.schedule, self.rocket
        edges = {schedule.start, schedule.insertion, schedule.end, *schedule.times.values()}
        edges |= {t for law in self.programme.laws for t in (law.begin, law.end)}
        for stage in rocket.stages:
            for w in schedule.windows[stage.id]:
                edges |= {w.ignition, w.cutoff, w.end}
                edges |= {w.ignition + t for t, _ in stage.profile if w.ignition + t < w.cutoff}
        ordered = [t for t in sorted(edges) if schedule.start <= t <= schedule.end]
        kept = [a for a, b in pairwise(ordered) if b - a > 1e-9] + [schedule.end]
        return [self._segment(a, b) for a, b in pairwise(kept)]

    def _segment(self, begin: float, end: float) -> Segment:
        middle, schedule = 0.5 * (begin + end), self.schedule
        gone = {
            key.rpartition(".")[0] for key, t in schedule.times.items() if t <= middle and _is_leaving(key)
        }
        kept = [i for i, stage in enumerate(self.rocket.stages) if stage.id not in gone]
        mass = self.rocket.adapter_kg + self.payload_kg
        mass += sum(self.rocket.stages[i].dry_kg + self.rocket.stages[i].load_kg for i in kept)
        for body in self.rocket.bodies:
            if body.owner is None and body.id not in gone:
                mass += body.mass_kg
            if body.owner is not None and body.owner not in gone and body.id in gone:
                mass -= body.mass_kg
        air = sum(a.until is not None and schedule.time(a.until) <= middle for a in self.rocket.airs[:-1])
        fairings = [b.id for b in self.rocket.bodies if b.is_fairing]
        engines = [e for i in kept if (e := self._engine(i, middle)) is not None]
        is_bare = bool(fairings) and all(b in gone for b in fairings)
        law = self.programme.law(middle)
        return Segment(begin, end, law, tuple(engines), mass, tuple(kept), air, is_bare)

    def _engine(self, i: int, t: float) -> Engine | None:
        stage = self.rocket.stages[i]
        area = stage.exit_area_m2 if self.has_back_pressure else 0.0
        for w in self.schedule.windows[stage.id]:
            if w.ignition <= t < w.cutoff:
                throttle = stage.throttle if stage.is_throttled else None
                level = throttle_level(stage, t - w.ignition)
                return Engine(i, stage.thrust_n, stage.flow_kg_s, area, level, throttle)
            if w.cutoff <= t < w.end:
                level = throttle_level(stage, w.cutoff - w.ignition)
                tail = (w.cutoff, w.end - w.cutoff)
                return Engine(i, stage.thrust_n, stage.flow_kg_s, area, level, None, tail)
        return None

    def _fly(self, y: np.ndarray) -> None:
        tolerances = [*[_ATOL[0]] * 3, *[_ATOL[1]] * 3, *[_ATOL[2]] * len(self.rocket.stages)]
        for segment in self._segments():
            arc = solve_ivp(
                lambda t, s, seg=segment: self._rates(t, s, seg),
                (segment.begin, segment.end),
                y,
                method="DOP853",
                rtol=_RTOL,
                atol=tolerances,
                dense_output=True,
            )
            if not arc.success:
                raise JudgeError(f"the re-flight stops at {arc.t[-1]:.3f} s: {arc.message}")
            self._look(segment, arc.sol)
            y = arc.y[:, -1]
            self.ends.append((segment, y))

    def at(self, t: float) -> tuple[np.ndarray, float]:
        """State and mass (kg) at a switch, before what it drops has left."""
        segment, y = min(self.ends, key=lambda end: abs(end[0].end - t))
        return y, self._mass(segment, y)

    @staticmethod
    def _mass(segment: Segment, y: Any) -> float:
        return segment.attached_kg - sum(float(y[6 + i]) for i in segment.attached)

    # --- forces -------------------------------------------------------------------------------------------------------

    def _rates(self, t: float, y: Any, segment: Segment) -> list[float]:
        r, v = _vectors(y)
        m = self._mass(segment, y)
        forces = self._forces(t, r, v, m, segment)
        force = forces.force
        g = self.earth.gravity(r)
        rates = [*v, g[0] + force[0] / m, g[1] + force[1] / m, g[2] + force[2] / m]
        rates += [0.0] * len(self.rocket.stages)
        for place, flow in forces.flows:
            rates[6 + place] = flow
        return rates

    def _forces(self, t: float, r: Vector, v: Vector, m: float, segment: Segment) -> _Forces:
        local = self.earth.local(r)
        air = self.air(local.altitude)
        ground = self.earth.ground_velocity(r)
        east, north = self.wind(local.altitude)
        a = [v[i] - ground[i] - east * local.east[i] - north * local.north[i] for i in range(3)]
        speed = math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])
        u, throttle = _axis(t, segment.law, local, (a[0], a[1], a[2]), speed)
        q = 0.5 * air.density * speed * speed
        thrust, flows = 0.0, []
        for engine in segment.engines:
            k = engine.at(t, throttle, segment.law.most_acceleration * m)
            thrust += k * engine.thrust_n - air.pressure * engine.exit_area_m2
            flows.append((engine.place, k * engine.flow_kg_s))
        force, alpha = [thrust * x for x in u], 0.0
        if speed > 0.0:
            d = [x / speed for x in a]
            alpha = _angle(u, d)
            drag = self._air_force(q, speed / air.sound, alpha, u, d, segment.air)
            force = [x + y for x, y in zip(force, drag, strict=True)]
        return _Forces(local, u, force, flows, q, alpha, 0.5 * air.density * speed**3)

    def _air_force(
        self, q: float, mach: float, alpha: float, u: Vector, d: list[float], which: int
    ) -> list[float]:
        """Along and across either the motion or the body's axis."""
        air, (along, across) = self.rocket.airs[which], self.coefficients[which]
        k = q * air.area_m2
        axial, normal = k * along(mach, alpha), k * across(mach, alpha)
        cos_alpha = math.cos(alpha)
        if air.is_body_axes:
            side = _unit([d[i] - cos_alpha * u[i] for i in range(3)])
            return [-axial * u[i] - normal * side[i] for i in range(3)]
        side = _unit([u[i] - cos_alpha * d[i] for i in range(3)])
        return [-axial * d[i] + normal * side[i] for i in range(3)]

    # --- what is seen -------------------------------------------------------------------------------------------------

    def _look(self, segment: Segment, path: Any) -> None:
        length = segment.end - segment.begin
        low = self.earth.local(_vectors(path(segment.begin))[0]).altitude < _AIR_TOP_M
        step = _FINE_S if segment.engines or low else _COARSE_S
        for t in np.linspace(segment.begin, segment.end, max(2, math.ceil(length / step) + 1)):
            y = path(t)
            self.seen.append(self._instant(float(t), y, segment))

    def _instant(self, t: float, y: np.ndarray, segment: Segment) -> Seen:
        r, v = _vectors(y)
        m = self._mass(segment, y)
        f = self._forces(t, r, v, m, segment)
        axial = sum(x * y for x, y in zip(f.force, f.u, strict=True)) / m
        over = [a - b for a, b in zip(v, self.earth.ground_velocity(r), strict=True)]
        east = sum(a * b for a, b in zip(over, f.local.east, strict=True))
        north = sum(a * b for a, b in zip(over, f.local.north, strict=True))
        return Seen(
            t,
            f.local.altitude,
            f.q,
            f.q * f.alpha,
            axial,
            f.heat_flux,
            math.atan2(east, north),
            _angle(f.u, f.local.up),
            segment.is_bare,
        )


class Run:
    """A run folder flown again: its mission, record and programme, the vehicle and pad of the files, and the flight."""

    def __init__(self, mission: Toml, result: Toml, programme: Toml, beside: Path):
        self.mission, self.result, self.programme = mission, result, Programme(programme)
        self.rocket = rocket(mission["vehicle"], mission.get("fairing"), beside)
        self.site = site(mission, beside)
        self.payload = float(result["payload_kg"])
        self.flight = Flight(self.rocket, mission, self.site, self.programme, self.payload, beside)
        self.schedule = self.flight.schedule


def _vectors(y: Any) -> tuple[Vector, Vector]:
    """Position and velocity of a state as plain floats, which are faster than an array's."""
    return (float(y[0]), float(y[1]), float(y[2])), (float(y[3]), float(y[4]), float(y[5]))


def _is_leaving(key: str) -> bool:
    return key.endswith((".separation", ".release"))


def _axis(t: float, law: Law, local: Local, v_air: Vector, speed: float) -> tuple[Vector, float]:
    """Thrust axis and throttle at t; straight up the throttle is open."""
    if law.kind == 3 and speed > _SLOWEST_M_S:
        return (v_air[0] / speed, v_air[1] / speed, v_air[2] / speed), 1.0
    if law.kind == 1:
        begin, end, rows = law.polynomial
        s = (t - begin) / (end - begin)
        x = [0.0, 0.0, 0.0, 0.0]
        for row in reversed(rows):
            x = [x[i] * s + row[i] for i in range(4)]
        n = math.sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2])
        return (x[0] / n, x[1] / n, x[2] / n), x[3]
    if law.kind == 2:
        return _direction(_along(law.horizon[0], t), _along(law.horizon[1], t), local), 1.0
    return local.up, math.inf


def _along(table: Toml, t: float) -> float:
    """Straight lines between the rows of a table, its end rows beyond them."""
    knots, cubics = table["knots"], table["cubics"]
    t = min(max(t, knots[0]), knots[-1])
    i = min(max(int(np.searchsorted(knots, t, side="right")) - 1, 0), len(cubics) - 1)
    return float(cubics[i][0] + cubics[i][1] * (t - cubics[i][4]))


def _direction(elevation: float, azimuth: float, local: Any) -> Vector:
    e, n, u = (
        math.cos(elevation) * math.sin(azimuth),
        math.cos(elevation) * math.cos(azimuth),
        math.sin(elevation),
    )
    x, y, z = (e * local.east[i] + n * local.north[i] + u * local.up[i] for i in range(3))
    return x, y, z


def _angle(a: Any, b: Any) -> float:
    """Angle between two unit vectors, exact where it is small."""
    apart = math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)))
    return 2.0 * math.asin(min(1.0, 0.5 * apart))


def _unit(x: list[float]) -> list[float]:
    n = math.sqrt(sum(a * a for a in x))
    return [a / n for a in x] if n > 1e-12 else [0.0, 0.0, 0.0]
