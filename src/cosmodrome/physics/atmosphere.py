"""Air by altitude: the U.S. Standard Atmosphere 1976, an exponential, none, or a table.

    h, H     geometric and geopotential altitude (m);   r0  effective Earth radius of the standard
    T p rho  temperature (K), pressure (Pa), density (kg/m^3);   L  gradient of T (K/m)

US76 below 86 km is the standard's seven layers, whose argument is *geopotential*; above, its table in ln p
and ln rho (spline, clamped to the slope of the last layer), and beyond 1 000 km the last scale height goes
on. Below -5 km, the standard's floor, the air of -5 km is kept, so that a wild guess under ground stays
finite.

Source: [US76] NOAA/NASA/USAF, U.S. Standard Atmosphere 1976: eq. 18 (H), 23 (T), 33a, 33b (p), 42 (rho), 50
(sound), table 4 (layers).
"""

from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cosmodrome.physics.constants import G0, GAMMA_AIR, GAS_CONSTANT_AIR
from cosmodrome.physics.equation import equation, exp, fmax, fmin, locate, log, pick, sqrt, where
from cosmodrome.physics.tables import Table, make_table, table

NONE, EXPONENTIAL, US76, TABLE = 0, 1, 2, 3

EFFECTIVE_RADIUS = 6356766.0
FLOOR_M = -5000.0
TOP_OF_LAYERS_M = 86000.0

_LAYER_BREAKS = np.array([11000.0, 20000.0, 32000.0, 47000.0, 51000.0, 71000.0])


def _layers() -> np.ndarray:
    """Rows of H_b, T_b, L, ln p_b for each layer of [US76] table 4, the pressures following from eq. 33."""
    bases = np.concatenate([[0.0], _LAYER_BREAKS])
    gradients = np.array([-6.5e-3, 0.0, 1.0e-3, 2.8e-3, 0.0, -2.8e-3, -2.0e-3])
    temperature, log_pressure = 288.15, np.log(101325.0)
    rows = []
    for i, (base, gradient) in enumerate(zip(bases, gradients, strict=True)):
        rows.append((base, temperature, gradient, log_pressure))
        if i < len(_LAYER_BREAKS):
            rise = _LAYER_BREAKS[i] - base
            top = temperature + gradient * rise
            if gradient == 0.0:
                log_pressure -= G0 / GAS_CONSTANT_AIR * rise / temperature
            else:
                log_pressure -= G0 / GAS_CONSTANT_AIR / gradient * np.log(top / temperature)
            temperature = top
    return np.array(rows)


_LAYERS = _layers()


class Atmosphere(NamedTuple):
    """Which air, and its numbers.

    model (NONE, EXPONENTIAL, US76, TABLE), rho0 (kg/m^3) and scale_height (m) of the exponential, and the
    tables of temperature, ln p and ln rho over altitude with the scale height beyond their top.
    """

    model: int
    rho0: float
    scale_height: float
    temperature: Table
    log_pressure: Table
    log_density: Table
    top_scale_height: float


class Air(NamedTuple):
    """State of the air: temperature (K), pressure (Pa), density (kg/m^3), speed of sound (m/s)."""

    temperature: float
    pressure: float
    density: float
    sound_speed: float


@equation
def geopotential_altitude(h):
    """Return the geopotential altitude (m) of the geometric altitude h (m); [US76] eq. 18."""
    return EFFECTIVE_RADIUS * h / (EFFECTIVE_RADIUS + h)


@equation
def sound_speed(T):
    """Return the speed of sound (m/s) in air of temperature T (K); [US76] eq. 50."""
    return sqrt(GAMMA_AIR * GAS_CONSTANT_AIR * T)


@equation
def us76_layers(h):
    """Return the `Air` of the standard's layers at geometric altitude h (m), kept to [-5 km, 86 km]."""
    H = geopotential_altitude(fmin(fmax(h, FLOOR_M), TOP_OF_LAYERS_M))
    layer = locate(H, _LAYER_BREAKS)
    rise = H - pick(layer, _LAYERS, 0)
    T_b = pick(layer, _LAYERS, 1)
    L = pick(layer, _LAYERS, 2)
    T = T_b + L * rise
    isothermal = L == 0.0
    some_gradient = where(isothermal, 1.0, L)
    fall = where(isothermal, rise / T_b, log(T / T_b) / some_gradient)
    p = exp(pick(layer, _LAYERS, 3) - G0 / GAS_CONSTANT_AIR * fall)
    return Air(T, p, p / (GAS_CONSTANT_AIR * T), sound_speed(T))


@equation
def tabulated_air(h, atmosphere):
    """Return the `Air` of the model's table at altitude h (m).

    Beyond its top the last scale height goes on, at the last temperature; below its foot the first row holds.
    """
    T = table(h, atmosphere.temperature)
    above = fmax(h - float(atmosphere.log_density.knots[-1]), 0.0) / atmosphere.top_scale_height
    p = exp(table(h, atmosphere.log_pressure) - above)
    rho = exp(table(h, atmosphere.log_density) - above)
    return Air(T, p, rho, sound_speed(T))


@equation
def air(h, atmosphere):
    """Return the `Air` at geometric altitude h (m) of the chosen `Atmosphere`.

    The exponential is isothermal and hydrostatic (p = rho g0 H), so that Mach number and back-pressure exist;
    with no atmosphere the speed of sound is that of 288.15 K. Above 86 km the speed of sound of US76 stays
    that of 86 km: the standard does not define it there.
    """
    if atmosphere.model == US76:
        low = us76_layers(h)
        high = tabulated_air(fmax(h, TOP_OF_LAYERS_M), atmosphere)
        below = h < TOP_OF_LAYERS_M
        return Air(
            where(below, low.temperature, high.temperature),
            where(below, low.pressure, high.pressure),
            where(below, low.density, high.density),
            low.sound_speed,
        )
    if atmosphere.model == EXPONENTIAL:
        T = G0 * atmosphere.scale_height / GAS_CONSTANT_AIR
        rho = atmosphere.rho0 * exp(-fmax(h, FLOOR_M) / atmosphere.scale_height)
        return Air(T, rho * GAS_CONSTANT_AIR * T, rho, sound_speed(T))
    if atmosphere.model == TABLE:
        return tabulated_air(h, atmosphere)
    return Air(288.15, 0.0, 0.0, sound_speed(288.15))


def make_atmosphere(
    model: int,
    *,
    rho0: float = 1.225,
    scale_height: float = 7200.0,
    columns: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike] | None = None,
) -> Atmosphere:
    """Return the `Atmosphere` of a model; TABLE requires `columns` (altitude, T, p, rho), others ignore them.

    Raises ValueError when the columns make no table, hold a temperature, pressure or density that is not
    positive, or when the density does not fall toward the top, where it goes on with its last scale height.
    """
    if model == TABLE:
        if columns is None:
            raise ValueError("an atmosphere from a table needs its columns")
        h, T, p, rho = (np.asarray(column, dtype=float) for column in columns)
        if not ((T > 0).all() and (p > 0).all() and (rho > 0).all()):
            raise ValueError("temperature, pressure and density of an atmosphere must be positive")
        if rho.size > 1 and not rho[-1] < rho[-2]:
            raise ValueError("the density of an atmosphere must fall toward the top of its table")
        slopes: tuple[float | None, float | None] = (None, None)
    else:
        h, T, p, rho = _us76_upper()
        eps = 1.0
        base, low = us76_layers(TOP_OF_LAYERS_M), us76_layers(TOP_OF_LAYERS_M - eps)
        # the table takes over exactly where the layers end, in value and slope
        T[0], p[0], rho[0] = base.temperature, base.pressure, base.density
        slopes = (np.log(base.pressure / low.pressure) / eps, np.log(base.density / low.density) / eps)
    log_density = make_table(h, np.log(rho), first_slope=slopes[1])
    top = -(h[-1] - h[-2]) / (np.log(rho[-1]) - np.log(rho[-2])) if h.size > 1 else scale_height
    return Atmosphere(
        model,
        float(rho0),
        float(scale_height),
        make_table(h, T),
        make_table(h, np.log(p), first_slope=slopes[0]),
        log_density,
        float(top),
    )


def _us76_upper() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    source = files("cosmodrome.physics") / "data" / "us76_upper.csv"
    rows = [line for line in source.read_text("utf-8").splitlines() if not line.startswith("#")][1:]
    h, T, p, rho = np.array([[float(cell) for cell in row.split(",")] for row in rows]).T
    return h, T.copy(), p.copy(), rho.copy()
