"""The judge's own physics: curves through tables, gravity, air, the ellipsoid, and elements of an orbit.

Plain floats; written from the formulas' sources, not from the package that is judged.

Sources: U.S. Standard Atmosphere 1976 (NOAA-S/T 76-1562), eq. 18, 23, 33, 50; NGA.STND.0036 (WGS 84); W. M. Kaula,
Theory of Satellite Geodesy (1966), eq. 1.31; D. Vallado, Fundamentals of Astrodynamics and Applications (2013), alg. 9.
"""

import bisect
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from judge_files import G0, JudgeError, Toml, columns, number, plain
from scipy.interpolate import CubicHermiteSpline, CubicSpline

Vector = tuple[float, float, float]

_US76_UPPER = (
    Path(__file__).resolve().parents[1] / "src" / "cosmodrome" / "physics" / "data" / "us76_upper.csv"
)
_J = (1.082629821313e-3, -2.532410518568e-6, -1.619897599917e-6, -2.277535907308e-7, 5.406665762838e-7)
_R_AIR, _GAMMA = 8314.32 / 28.9644, 1.4
_LAYERS = (
    (0.0, -6.5e-3),
    (11e3, 0.0),
    (20e3, 1e-3),
    (32e3, 2.8e-3),
    (47e3, 0.0),
    (51e3, -2.8e-3),
    (71e3, -2e-3),
)
_TOP_M, _EFFECTIVE_RADIUS_M = 86e3, 6356766.0


class Curve:
    """A natural cubic spline through points, monotone where that would overshoot; constant beyond its ends."""

    def __init__(self, x: Sequence[float], y: Sequence[float], first_slope: float | None = None):
        self.low, self.high = float(x[0]), float(x[-1])
        if len(x) == 1:
            self.knots, self.cubics = [self.low], [(float(y[0]), 0.0, 0.0, 0.0)]
            return
        begin = (2, 0.0) if first_slope is None else (1, first_slope)
        spline: Any = CubicSpline(x, y, bc_type=(begin, (2, 0.0))) if len(x) > 2 else None
        if spline is None or self._overshoots(spline, x, y):
            spline = CubicHermiteSpline(x, y, _monotone(np.asarray(x), np.asarray(y), first_slope))
        self.knots = [float(k) for k in spline.x[:-1]]
        self.cubics = [(float(a), float(b), float(c), float(d)) for d, c, b, a in spline.c.T]

    @staticmethod
    def _overshoots(spline: Any, x: Sequence[float], y: Sequence[float]) -> bool:
        allowed = 0.02 * (max(y) - min(y))
        for i in range(len(x) - 1):
            values = spline(np.linspace(x[i], x[i + 1], 33))
            if values.max() > max(y[i : i + 2]) + allowed or values.min() < min(y[i : i + 2]) - allowed:
                return True
        return False

    def __call__(self, x: float) -> float:
        """Value at x."""
        x = min(max(x, self.low), self.high)
        i = max(bisect.bisect_right(self.knots, x) - 1, 0)
        a, b, c, d = self.cubics[i]
        s = x - self.knots[i]
        return a + s * (b + s * (c + s * d))


def _monotone(x: Any, y: Any, first_slope: float | None) -> Any:
    """Slopes of Fritsch and Butland (1984), those of the chords at the ends."""
    h, rise = np.diff(x), np.diff(y) / np.diff(x)
    slopes = np.zeros(len(x))
    slopes[0], slopes[-1] = rise[0] if first_slope is None else first_slope, rise[-1]
    for i in range(1, len(x) - 1):
        if rise[i - 1] * rise[i] > 0.0:
            near, far = h[i - 1] + 2.0 * h[i], 2.0 * h[i - 1] + h[i]
            slopes[i] = (near + far) / (near / rise[i] + far / rise[i - 1])
    return slopes


def coefficient(rows: tuple[list[float], list[float], list[float]]) -> Callable[[float, float], float]:
    """Return a coefficient of (Mach, angle of attack in rad) through a grid given as three columns."""
    machs, alphas = sorted(set(rows[0])), sorted(set(rows[1]))
    value = {(m, a): f for m, a, f in zip(*rows, strict=True)}
    curves = [Curve(machs, [value[m, a] for m in machs]) for a in alphas]
    if len(curves) == 1:
        return lambda mach, _: curves[0](mach)

    def at(mach: float, alpha: float) -> float:
        inside = min(max(alpha, alphas[0]), alphas[-1])
        across = CubicSpline(alphas, [c(mach) for c in curves], bc_type="natural")
        return float(across(inside))

    return at


class Local(NamedTuple):
    """Geodetic altitude (m) and the local axes in the frame of the position."""

    altitude: float
    east: Vector
    north: Vector
    up: Vector


class Earth:
    """Gravity, figure and spin of the Earth that a mission's [environment] describes."""

    def __init__(self, stated: Toml):
        self.mu = number(stated, "mu_m3_s2", 3.986004418e14)
        self.radius = number(stated, "equatorial_radius_m", 6378137.0)
        self.rotation = number(stated, "rotation_rad_s", 7.292115e-5)
        flattening = 1.0 / 298.257223563 if stated.get("earth", "wgs84") == "wgs84" else 0.0
        self.e2 = flattening * (2.0 - flattening)
        self.j2 = plain(stated, "j2", _J[0])
        degree = {"point-mass": 1, "j2": 2, "zonal": 6}[stated.get("gravity", "j2")]
        self.zonals = (self.j2, *_J[1:])[: degree - 1]

    def gravity(self, r: Vector) -> Vector:
        """Return grad U (m/s2) of U = mu/r (1 - sum J_n (R/r)^n P_n(sin latitude))."""
        d = math.sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2])
        s, g = r[2] / d, self.mu / (d * d)
        radial, axial = -1.0, 0.0
        legendre, slope, before, before_slope = s, 1.0, 1.0, 0.0
        for n, j in enumerate(self.zonals, 2):
            legendre, before = ((2 * n - 1) * s * legendre - (n - 1) * before) / n, legendre
            slope, before_slope = before_slope + (2 * n - 1) * before, slope
            k = j * (self.radius / d) ** n
            radial += k * ((n + 1) * legendre + s * slope)
            axial -= k * slope
        return g * radial * r[0] / d, g * radial * r[1] / d, g * (radial * s + axial)

    def local(self, r: Vector) -> Local:
        """Return altitude and local axes: fixed-point iteration on the latitude, contracting by e2 each time."""
        p = math.hypot(r[0], r[1])
        s = r[2] / math.hypot(p, r[2])
        for _ in range(6):
            foot = r[2] + self.e2 * self.radius / math.sqrt(1.0 - self.e2 * s * s) * s
            s = foot / math.hypot(p, foot)
        c = p / math.hypot(p, foot)
        altitude = p * c + r[2] * s - self.radius * math.sqrt(1.0 - self.e2 * s * s)
        x, y = r[0] / p, r[1] / p
        return Local(altitude, (-y, x, 0.0), (-s * x, -s * y, c), (c * x, c * y, s))

    def position(self, latitude: float, longitude: float, height: float) -> Vector:
        """Return the Earth-fixed position of a geodetic place."""
        s, c = math.sin(latitude), math.cos(latitude)
        n = self.radius / math.sqrt(1.0 - self.e2 * s * s)
        p = (n + height) * c
        return p * math.cos(longitude), p * math.sin(longitude), (n * (1.0 - self.e2) + height) * s

    def ground_velocity(self, r: Vector) -> Vector:
        """Return the velocity of a point that turns with the Earth."""
        return -self.rotation * r[1], self.rotation * r[0], 0.0


class State(NamedTuple):
    """Air: pressure (Pa), density (kg/m3), speed of sound (m/s)."""

    pressure: float
    density: float
    sound: float


def atmosphere(stated: Toml, beside: Path) -> Callable[[float], State]:
    """Return the air by geometric altitude (m) that a mission's [environment] describes."""
    model = stated.get("atmosphere", "us76")
    if model == "us76":
        return _us76()
    if model == "exponential":
        rho0, scale = number(stated, "rho0_kg_m3", 1.225), number(stated, "scale_height_m", 7200.0)
        sound = math.sqrt(_GAMMA * G0 * scale)

        def exponential(h: float) -> State:
            rho = rho0 * math.exp(-h / scale)
            return State(rho * G0 * scale, rho, sound)

        return exponential
    if model == "none":
        return lambda _: State(0.0, 0.0, math.sqrt(_GAMMA * _R_AIR * 288.15))
    rows = columns(beside / model, "altitude_m", "temperature_k", "pressure_pa", "density_kg_m3")
    upper, temperature = _fading(rows[0], rows[2], rows[3]), Curve(rows[0], rows[1])
    return lambda h: State(*upper(h), math.sqrt(_GAMMA * _R_AIR * temperature(h)))


def _us76() -> Callable[[float], State]:
    bases = []
    temperature, pressure = 288.15, 101325.0
    for i, (base, lapse) in enumerate(_LAYERS):
        bases.append((base, lapse, temperature, pressure))
        if i + 1 < len(_LAYERS):
            temperature, pressure = _in_layer(bases[-1], _LAYERS[i + 1][0])

    def layers(h: float) -> tuple[float, float]:
        big_h = _EFFECTIVE_RADIUS_M * h / (_EFFECTIVE_RADIUS_M + h)
        i = max(bisect.bisect_right([b[0] for b in bases], big_h) - 1, 0)
        return _in_layer(bases[i], big_h)

    top_t, top_p = layers(_TOP_M)
    below_t, below_p = layers(_TOP_M - 1.0)
    h, _, p, rho = columns(_US76_UPPER, "altitude_m", "temperature_k", "pressure_pa", "density_kg_m3")
    p[0], rho[0] = top_p, top_p / (_R_AIR * top_t)
    slopes = math.log(top_p / below_p), math.log(rho[0] / (below_p / (_R_AIR * below_t)))
    upper = _fading(h, p, rho, slopes)
    top_sound = math.sqrt(_GAMMA * _R_AIR * top_t)

    def air(h: float) -> State:
        if h >= _TOP_M:
            return State(*upper(h), top_sound)
        temperature, pressure = layers(h)
        return State(pressure, pressure / (_R_AIR * temperature), math.sqrt(_GAMMA * _R_AIR * temperature))

    return air


def _in_layer(layer: tuple[float, float, float, float], big_h: float) -> tuple[float, float]:
    """Temperature and pressure at a geopotential altitude of a layer (base, gradient, temperature, pressure)."""
    base, lapse, t_base, p_base = layer
    t = t_base + lapse * (big_h - base)
    if lapse == 0.0:
        return t, p_base * math.exp(-G0 * (big_h - base) / (_R_AIR * t_base))
    return t, p_base * (t_base / t) ** (G0 / (_R_AIR * lapse))


def _fading(
    h: list[float], p: list[float], rho: list[float], slopes: tuple[float | None, float | None] = (None, None)
) -> Callable[[float], tuple[float, float]]:
    """Pressure and density through a table in their logarithms; beyond its top the last scale height goes on."""
    ln_p, ln_rho = (Curve(h, [math.log(x) for x in q], s) for q, s in zip((p, rho), slopes, strict=True))
    scale = (h[-1] - h[-2]) / math.log(rho[-2] / rho[-1])

    def at(altitude: float) -> tuple[float, float]:
        beyond = max(altitude - h[-1], 0.0) / scale
        return math.exp(ln_p(altitude) - beyond), math.exp(ln_rho(altitude) - beyond)

    return at


def wind(stated: Toml, beside: Path) -> Callable[[float], tuple[float, float]]:
    """Return the motion of the air toward east and north (m/s) by altitude (m)."""
    name = stated.get("wind", "none")
    if name == "none":
        return lambda _: (0.0, 0.0)
    h, e, n = columns(beside / name, "altitude_m", "wind_east_m_s", "wind_north_m_s")
    east, north = Curve(h, e), Curve(h, n)
    return lambda altitude: (east(altitude), north(altitude))


# --- orbits ----------------------------------------------------------------------------------------------------------


class Orbit:
    """Osculating elements of r (m) and v (m/s), SI and radians."""

    def __init__(self, r: np.ndarray, v: np.ndarray, mu: float):
        h = np.cross(r, v)
        e = np.cross(v, h) / mu - r / np.linalg.norm(r)
        self.c3 = float(v @ v - 2.0 * mu / np.linalg.norm(r))
        self.a = -mu / self.c3
        self.e = float(np.linalg.norm(e))
        self.pericenter = self.a * (1.0 - self.e)
        self.inclination = math.acos(max(-1.0, min(1.0, float(h[2] / np.linalg.norm(h)))))
        self.node = math.atan2(h[0], -h[1])
        line = np.array([-h[1], h[0], 0.0])
        self.arg_of_pericenter = math.atan2(float(np.cross(line, e) @ h / np.linalg.norm(h)), float(line @ e))
        self._axes = (e / self.e, np.cross(h, e) / (np.linalg.norm(h) * self.e)) if self.e > 0.0 else None

    @property
    def outgoing(self) -> tuple[float, float]:
        """Declination and right ascension (rad) of the outgoing asymptote of a hyperbola."""
        if self.e <= 1.0 or self._axes is None:
            return math.nan, math.nan
        far = math.acos(-1.0 / self.e)
        s = math.cos(far) * self._axes[0] + math.sin(far) * self._axes[1]
        return math.asin(float(s[2])), math.atan2(s[1], s[0])


def sun_synchronous(a: float, e: float, earth: Earth) -> float:
    """Return the inclination (rad) whose J2 node rate is one turn in 365.2422 days."""
    rate = 2.0 * math.pi / (365.2422 * 86400.0)
    p = a * (1.0 - e * e)
    cos_i = -rate / (1.5 * earth.j2 * math.sqrt(earth.mu / a**3) * (earth.radius / p) ** 2)
    if abs(cos_i) > 1.0:
        raise JudgeError(f"no orbit of semi-major axis {a / 1e3:.6g} km follows the Sun")
    return math.acos(cos_i)
