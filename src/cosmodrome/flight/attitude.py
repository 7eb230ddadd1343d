"""Where the thrust axis points and how far the throttle is open: the laws that a programme can be flown by.

    t      seconds from lift-off;   u  unit vector of the thrust axis, ECI
    piece  how many of the law's `edges` lie at or before the middle of the step being made

A law may jump at its edges, which the integrator makes step boundaries. Which side of a jump holds is told by `piece`,
not by t: the last evaluation of a step lies on the edge itself and must still see the law of the interval that it ends.
All kinds share one type (arrays of size one where a kind has no use for them), so kernels are compiled once.

Source of the steered law: A. E. Bryson and Y.-C. Ho, Applied Optimal Control (1975), sec. 2.4: without air, with
constant gravity and free range, the tangent of the best elevation is linear in time.
"""

# mypy: allow-untyped-calls
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmodrome.flight.kernel import inner
from cosmodrome.physics.frames import direction_from_angles, place
from cosmodrome.physics.motion import along_air
from cosmodrome.physics.tables import Table, make_line, table
from cosmodrome.physics.vector import cross, dot

Array = NDArray[np.float64]

VERTICAL, POLYNOMIAL, HORIZON, VELOCITY, STEERED = 0, 1, 2, 3, 4

# the places of the switch times of STEERED in `parameters`
_SWITCHES = (0, 1, 4)


class Attitude(NamedTuple):
    """A law for the thrust axis and the throttle.

    kind VERTICAL (local geodetic up), POLYNOMIAL, HORIZON, VELOCITY (along the motion through the air) or STEERED;
    `edges` (n+1,) times where the law changes; `coefficients` (n, d, 4) of ascending powers of s in [0, 1] along each
    interval, columns u_x u_y u_z throttle; `elevation` and `azimuth` (rad, azimuth unwrapped) over t;
    `parameters` (10,) of STEERED, see `steered`; of POLYNOMIAL the least and the largest throttle.
    """

    kind: int
    edges: Array
    coefficients: Array
    elevation: Table
    azimuth: Table
    parameters: Array


@inner
def piece_at(t: float, edges: Array) -> int:
    """Return how many of the ascending `edges` (n,) are <= t."""
    low, high = 0, edges.size
    while low < high:
        middle = (low + high) // 2
        if edges[middle] <= t:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def thrust_axis_in(piece: int, t: float, r: Any, v: Any, attitude: Any, environment: Any) -> Any:
    """Return (u, throttle) at time t of the law's given `piece`: see the module's legend."""
    if attitude.kind == POLYNOMIAL:
        return _polynomial(piece, t, attitude)
    local = place(r, environment.earth)
    if attitude.kind == HORIZON:
        u = direction_from_angles(table(t, attitude.elevation), table(t, attitude.azimuth), local)
        return u, 1.0
    if attitude.kind == VELOCITY or (attitude.kind == STEERED and piece == 2):
        return along_air(r, v, local, environment), 1.0
    if attitude.kind == STEERED and piece == 1:
        p = attitude.parameters
        tilt = p[2] * (t - p[0]) / (p[1] - p[0])
        return direction_from_angles(0.5 * math.pi - tilt, p[3], local), 1.0
    if attitude.kind == STEERED and piece == 3:
        return _tangent_law(t, r, attitude.parameters), 1.0
    return local.up, 1.0


@inner
def _polynomial(piece: int, t: float, attitude: Any) -> Any:
    i = min(max(piece - 1, 0), attitude.coefficients.shape[0] - 1)
    start = attitude.edges[i]
    s = (t - start) / (attitude.edges[i + 1] - start)
    c = attitude.coefficients[i]
    x = y = z = k = 0.0
    for j in range(c.shape[0] - 1, -1, -1):
        x = x * s + c[j, 0]
        y = y * s + c[j, 1]
        z = z * s + c[j, 2]
        k = k * s + c[j, 3]
    length = math.sqrt(x * x + y * y + z * z)
    # between its points a polynomial may leave the range that the engine has
    k = min(max(k, attitude.parameters[0]), attitude.parameters[1])
    return (x / length, y / length, z / length), k


@inner
def _tangent_law(t: float, r: Any, p: Array) -> Any:
    tangent = p[5] + p[6] * (t - p[4])
    k = 1.0 / math.sqrt(1.0 + tangent * tangent)
    ahead = cross((p[7], p[8], p[9]), r)
    along = k / math.sqrt(dot(ahead, ahead))
    up = k * tangent / math.sqrt(dot(r, r))
    return (
        along * ahead[0] + up * r[0],
        along * ahead[1] + up * r[1],
        along * ahead[2] + up * r[2],
    )


def vertical() -> Attitude:
    """Return the law that thrusts along the local geodetic up."""
    return _attitude(VERTICAL)


def along_velocity() -> Attitude:
    """Return the gravity turn: thrust along the motion through the air, up while that is below 1 m/s."""
    return _attitude(VELOCITY)


def polynomial(
    edges: ArrayLike, coefficients: ArrayLike, throttle_range: tuple[float, float] = (0.0, 10.0)
) -> Attitude:
    """Return a plan's law: on [edges[i], edges[i+1]] the polynomials `coefficients[i]` (d, 4), u then normalised.

    Row j of (d, 4) multiplies s**j, s rising from 0 to 1 along the interval; columns are u_x, u_y, u_z, throttle, which
    is kept to `throttle_range`.
    Raises ValueError for edges that do not ascend, shapes that do not fit, or numbers that are not finite.
    """
    t, c = np.array(edges, dtype=float), np.array(coefficients, dtype=float)
    if t.ndim != 1 or c.ndim != 3 or c.shape[0] != t.size - 1 or c.shape[1] < 1 or c.shape[2] != 4:
        raise ValueError(
            f"a plan's attitude needs (n+1,) edges and (n, d, 4) coefficients, not {t.shape}, {c.shape}"
        )
    if not (np.isfinite(t).all() and np.isfinite(c).all() and (np.diff(t) > 0.0).all()):
        raise ValueError("a plan's attitude needs finite coefficients and ascending edges")
    limits = np.array([*throttle_range, *[0.0] * 8], dtype=float)
    return _attitude(POLYNOMIAL, edges=t, coefficients=c, parameters=limits)


def horizon(t_s: ArrayLike, elevation_rad: ArrayLike, azimuth_rad: ArrayLike) -> Attitude:
    """Return the law of a table: elevation above the local geodetic horizon and azimuth from north over east.

    Rows are joined by straight lines, the azimuth by the shorter way round. Raises ValueError as `make_table`.
    """
    elevation = make_line(t_s, elevation_rad)
    azimuth = make_line(t_s, np.unwrap(np.asarray(azimuth_rad, dtype=float)))
    # the slope changes at every row: landing on them keeps the steps' order
    return _attitude(HORIZON, edges=elevation.knots.copy(), elevation=elevation, azimuth=azimuth)


def steered(
    rise_end_s: float,
    kick_end_s: float,
    kick_angle_rad: float,
    azimuth_rad: float,
    exo_s: float,
    tangent: float,
    tangent_rate_1_s: float,
    normal_eci: Sequence[float],
) -> Attitude:
    """Return the law of a guess: up; a tilt toward the azimuth; the gravity turn; a linear tangent.

    Up to `rise_end_s`, then tilting evenly to `kick_angle_rad` from the vertical at `kick_end_s`, then along the
    motion through the air, from `exo_s` on at tan(elevation over the radial horizon) = tangent + tangent_rate_1_s *
    (t - exo_s) in the plane of `normal_eci`, heading along normal x r. Raises ValueError for numbers that are not
    finite, times that fall, or a normal that is no unit vector.
    """
    n = np.array(normal_eci, dtype=float)
    p = np.array(
        [rise_end_s, kick_end_s, kick_angle_rad, azimuth_rad, exo_s, tangent, tangent_rate_1_s, *n],
        dtype=float,
    )
    if p.shape != (10,) or not np.isfinite(p).all():
        raise ValueError("a steered attitude needs finite numbers")
    if not rise_end_s <= kick_end_s <= exo_s:
        raise ValueError("a steered attitude needs rise_end_s <= kick_end_s <= exo_s")
    if not math.isclose(float(n @ n), 1.0, rel_tol=1e-9):
        raise ValueError("the normal of a steered attitude must be a unit vector")
    return _attitude(STEERED, edges=p[list(_SWITCHES)], parameters=p)


def jumps(attitude: Attitude) -> Array:
    """Return the times (k,) at which the law itself may jump; a table's rows only bend it."""
    return attitude.edges if attitude.kind in (POLYNOMIAL, STEERED) else np.empty(0)


def _attitude(
    kind: int,
    edges: Array | None = None,
    coefficients: Array | None = None,
    elevation: Table | None = None,
    azimuth: Table | None = None,
    parameters: Array | None = None,
) -> Attitude:
    nothing = make_line([0.0], [0.0])
    return Attitude(
        kind,
        np.zeros(0) if edges is None else edges,
        np.zeros((1, 1, 4)) if coefficients is None else coefficients,
        nothing if elevation is None else elevation,
        nothing if azimuth is None else azimuth,
        np.zeros(10) if parameters is None else parameters,
    )
