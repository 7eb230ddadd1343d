"""A leg, an attitude or an environment as one vector of floats, and back inside kernels.

Numba takes a NamedTuple apart leaf by leaf at every call from Python, tens of microseconds for our three; a vector
costs one. A kernel therefore gets vectors and builds the tuples again, once per call, as views into them. Layout:
depth first, a number as itself, an array as its shape and then its elements.
"""

# mypy: allow-untyped-calls
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import Attitude
from cosmodrome.flight.kernel import compiled
from cosmodrome.physics.aerodynamics import Aero
from cosmodrome.physics.atmosphere import Atmosphere
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.motion import Environment, Leg
from cosmodrome.physics.propulsion import Propulsion
from cosmodrome.physics.tables import Surface, Table
from cosmodrome.physics.wind import Wind

Array = NDArray[np.float64]


def pack(value: Leg | Attitude | Environment) -> Array:
    """Return the vector (n,) of the numbers in a leg, attitude or environment; kernels unpack it."""
    parts: list[Any] = []
    _collect(value, parts)
    return np.concatenate(parts, axis=None, dtype=float)


def stack(vectors: Iterable[Array]) -> tuple[Array, NDArray[np.int64]]:
    """Return vectors laid end to end, and the (k+1,) places where each begins and the last ends."""
    parts = list(vectors)
    starts = np.cumsum([0, *(part.size for part in parts)], dtype=np.int64)
    return np.concatenate(parts) if parts else np.empty(0), starts


def _collect(value: Any, parts: list[Any]) -> None:
    if isinstance(value, np.ndarray):
        parts += (value.shape, value)
    elif isinstance(value, tuple):
        for part in value:
            _collect(part, parts)
    else:
        parts.append(value)


@compiled
def _vector(x: Array, at: int) -> Any:
    n = int(x[at])
    return x[at + 1 : at + 1 + n], at + 1 + n


@compiled
def _matrix(x: Array, at: int) -> Any:
    n, k = int(x[at]), int(x[at + 1])
    return x[at + 2 : at + 2 + n * k].reshape((n, k)), at + 2 + n * k


@compiled
def _cube(x: Array, at: int) -> Any:
    n, k, m = int(x[at]), int(x[at + 1]), int(x[at + 2])
    return x[at + 3 : at + 3 + n * k * m].reshape((n, k, m)), at + 3 + n * k * m


@compiled
def _table(x: Array, at: int) -> Any:
    knots, at = _vector(x, at)
    breaks, at = _vector(x, at)
    cubics, at = _matrix(x, at)
    return Table(knots, breaks, cubics), at


@compiled
def _surface(x: Array, at: int) -> Any:
    x_knots, at = _vector(x, at)
    x_breaks, at = _vector(x, at)
    x_cubics, at = _cube(x, at)
    y_knots, at = _vector(x, at)
    y_breaks, at = _vector(x, at)
    y_cubics, at = _cube(x, at)
    return Surface(x_knots, x_breaks, x_cubics, y_knots, y_breaks, y_cubics), at


@compiled
def unpack_leg(x: Array) -> Any:
    """Return the `Leg` of a vector made by `pack`."""
    propulsion = Propulsion(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8])
    along, at = _surface(x, 11)
    across, at = _surface(x, at)
    return Leg(propulsion, Aero(x[9], int(x[10]), along, across, int(x[at])))


@compiled
def unpack_attitude(x: Array) -> Any:
    """Return the `Attitude` of a vector made by `pack`."""
    edges, at = _vector(x, 1)
    coefficients, at = _cube(x, at)
    elevation, at = _table(x, at)
    azimuth, at = _table(x, at)
    parameters, at = _vector(x, at)
    return Attitude(int(x[0]), edges, coefficients, elevation, azimuth, parameters)


@compiled
def unpack_environment(x: Array) -> Any:
    """Return the `Environment` of a vector made by `pack`."""
    earth = Earth(x[0], x[1], x[2], x[3], int(x[4]), (x[5], x[6], x[7], x[8], x[9]))
    temperature, at = _table(x, 13)
    log_pressure, at = _table(x, at)
    log_density, at = _table(x, at)
    atmosphere = Atmosphere(int(x[10]), x[11], x[12], temperature, log_pressure, log_density, x[at])
    east, at = _table(x, at + 1)
    north, at = _table(x, at)
    return Environment(earth, atmosphere, Wind(east, north))
