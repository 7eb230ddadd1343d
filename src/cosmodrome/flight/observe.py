"""What a person or a limit asks of a state on the way: altitude, speeds, angles, loads, heating.

One kernel derives every quantity, so events, peaks, limits and the columns of a run are never derived twice. Speed,
flight-path angle and azimuth are relative to the rotating Earth; Mach, q and angle of attack to the air, wind included.
"""

# mypy: allow-untyped-calls
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosmodrome.flight.attitude import Attitude, piece_at, thrust_axis_in
from cosmodrome.flight.integrate import STATES, dense_state
from cosmodrome.flight.kernel import compiled, inner
from cosmodrome.flight.packing import pack, unpack_attitude, unpack_environment, unpack_leg
from cosmodrome.physics.frames import angles_from_direction, ground_velocity, place
from cosmodrome.physics.motion import (
    Environment,
    angle_of_attack,
    axial_acceleration,
    conditions,
    specific_power,
)
from cosmodrome.physics.propulsion import governed
from cosmodrome.physics.vector import dot, subtracted

Array = NDArray[np.float64]

QUANTITIES = (
    "altitude_m",
    "latitude_rad",
    "longitude_eci_rad",
    "speed_relative_m_s",
    "speed_inertial_m_s",
    "flight_path_angle_rad",
    "azimuth_rad",
    "u_eci_x",
    "u_eci_y",
    "u_eci_z",
    "throttle",
    "mach",
    "dynamic_pressure_pa",
    "q_alpha_pa_rad",
    "axial_acceleration_m_s2",
    "heat_flux_w_m2",
    "radial_speed_m2_s",
    "specific_power_w_kg",
)
"""The columns of an observation, in order; `radial_speed_m2_s` is r.v, which is zero at apogee and perigee, and
`specific_power_w_kg` that of thrust and air."""

COLUMN = {name: i for i, name in enumerate(QUANTITIES)}
_SIZE = len(QUANTITIES)

# below this speed (m/s) over the ground a vehicle stands: its path points up, toward no azimuth
_STANDING = 1e-3


@inner
def observe(
    t: float, y: Array, piece: int, tau0: float, leg: Any, attitude: Any, environment: Any, out: Array
) -> None:
    """Write the `QUANTITIES` of state y (>= 7,) at time t into `out`; arguments as `integrate.slope`."""
    r = (y[0], y[1], y[2])
    v = (y[3], y[4], y[5])
    u, throttle = thrust_axis_in(piece, t, r, v, attitude, environment)
    throttle = governed(leg.propulsion, throttle, y[6])
    c = conditions(r, v, u, throttle, t - tau0, leg, environment)
    local = place(r, environment.earth)
    v_ground = subtracted(v, ground_velocity(r, environment.earth))
    speed = math.sqrt(dot(v_ground, v_ground))
    elevation = 0.5 * math.pi
    azimuth = 0.0
    if speed > _STANDING:
        elevation, azimuth = angles_from_direction(v_ground, local)
    out[0] = c.altitude
    out[1] = math.atan2(local.sin_latitude, local.cos_latitude)
    out[2] = math.atan2(r[1], r[0])
    out[3] = speed
    out[4] = math.sqrt(dot(v, v))
    out[5] = elevation
    out[6] = azimuth
    out[7] = u[0]
    out[8] = u[1]
    out[9] = u[2]
    out[10] = throttle
    out[11] = c.mach
    out[12] = c.q
    out[13] = c.q * angle_of_attack(u, c.v_air)
    out[14] = axial_acceleration(c, u, y[6])
    out[15] = c.heat_flux
    out[16] = dot(r, v)
    out[17] = specific_power(c, v, y[6], u)


@compiled
def _observe_steps(
    steps: NDArray[np.int64],
    thetas: Array,
    leg_x: Array,
    attitude_x: Array,
    environment_x: Array,
    tau0: float,
    ts: Array,
    ys: Array,
    dense: Array,
) -> Any:
    leg = unpack_leg(leg_x)
    attitude = unpack_attitude(attitude_x)
    environment = unpack_environment(environment_x)
    n = steps.size
    t = np.empty(n)
    y = np.empty((n, STATES))
    out = np.empty((n, _SIZE))
    for i in range(n):
        k = steps[i]
        end = min(k + 1, ts.size - 1)
        h = ts[end] - ts[k]
        t[i] = ts[end] if thetas[i] >= 1.0 else ts[k] + thetas[i] * h
        dense_state(k, thetas[i] if h > 0.0 else 0.0, ys, dense, y[i])
        observe(
            t[i], y[i], piece_at(ts[k] + 0.5 * h, attitude.edges), tau0, leg, attitude, environment, out[i]
        )
    return t, y, out


@compiled
def _thrust_axes(t: Array, y: Array, attitude_x: Array, environment_x: Array) -> Array:
    attitude = unpack_attitude(attitude_x)
    environment = unpack_environment(environment_x)
    out = np.empty((t.size, 4))
    for i in range(t.size):
        r = (y[i, 0], y[i, 1], y[i, 2])
        v = (y[i, 3], y[i, 4], y[i, 5])
        u, throttle = thrust_axis_in(piece_at(t[i], attitude.edges), t[i], r, v, attitude, environment)
        out[i, 0] = u[0]
        out[i, 1] = u[1]
        out[i, 2] = u[2]
        out[i, 3] = throttle
    return out


def observe_steps(
    steps: Sequence[int] | NDArray[np.int64],
    thetas: ArrayLike,
    leg_x: Array,
    attitude_x: Array,
    environment_x: Array,
    tau0: float,
    arc: Any,
) -> tuple[Array, Array, Array]:
    """Return (t (n,), y (n, 12), quantities (n, len(QUANTITIES))) at `thetas` in [0, 1] of the arc's `steps`.

    The law of the thrust axis is that of the step asked for, so both sides of a jump can be seen.
    """
    t, y, out = _observe_steps(
        np.asarray(steps, dtype=np.int64),
        np.asarray(thetas, dtype=float),
        leg_x,
        attitude_x,
        environment_x,
        tau0,
        arc.t_s,
        arc.y,
        arc.dense,
    )
    return t, y, out


def thrust_axes(t: ArrayLike, y: ArrayLike, attitude: Attitude, environment: Environment) -> Array:
    """Return (n, 4): u_x, u_y, u_z (ECI) and throttle at times t (n,) and states y (n, >= 6: r and v first).

    On an edge of the law, those of the interval that begins there.
    """
    return _thrust_axes(
        np.ascontiguousarray(t, dtype=float),
        np.ascontiguousarray(y, dtype=float),
        pack(attitude),
        pack(environment),
    )
