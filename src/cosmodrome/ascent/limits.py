"""Limits of the flight as smooth rows of the optimiser: each is <= 0 where the limit is kept, of order one near it.

The flown figures that these rows stand for are measured by `flight`; here is only what a solver needs, gradients that
stay finite on the pad, at zero angle of attack, and in no air at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cosmodrome.files.units import quantity
from cosmodrome.mission.schema import Limits
from cosmodrome.mission.settings import LIMITS
from cosmodrome.physics.equation import cos, fmin, log, sin
from cosmodrome.physics.frames import Place
from cosmodrome.physics.motion import Conditions, axial_acceleration
from cosmodrome.physics.vector import dot


@dataclass(frozen=True)
class PathLimit:
    """A limit along a phase: its key in [limits], its row, and the bound's field of `mission.Limits`."""

    key: str
    row: Callable[[Conditions, Any, Any, Any], Any]

    def bound(self, limits: Limits) -> float | None:
        """The limit's value in SI, None when there is none."""
        value: float | None = getattr(limits, self.key)
        return value


def _dynamic_pressure(c: Conditions, u: Any, m: Any, bound: Any) -> Any:
    return c.q / bound - 1.0


def _q_alpha(c: Conditions, u: Any, m: Any, bound: Any) -> Any:
    """q alpha <= L as the ratio of (1 - cos alpha) to (1 - cos(L / q)): no angle is taken, nothing is singular at
    alpha = 0.

    Where q < L / pi every angle is allowed and the row stays at or below zero.
    """
    cos_alpha = dot(u, c.v_air) / c.air_speed
    s = sin(0.5 * fmin(bound / (c.q + 1e-3), np.pi))
    return 0.5 * (1.0 - cos_alpha) / (s * s) - 1.0


def _axial_acceleration(c: Conditions, u: Any, m: Any, bound: Any) -> Any:
    return axial_acceleration(c, u, m) / bound - 1.0


def _heat_flux(c: Conditions, u: Any, m: Any, bound: Any) -> Any:
    """In logarithms, in which thin air is nearly linear: from a guess the flux may be a thousandfold too high."""
    return 0.1 * log(c.heat_flux / bound + 1e-12)


def _floor(c: Conditions, u: Any, m: Any, bound: Any) -> Any:
    return (bound - c.altitude) / 1e5


PATH_LIMITS: dict[str, PathLimit] = {
    limit.key: limit
    for limit in (
        PathLimit("max_dynamic_pressure_pa", _dynamic_pressure),
        PathLimit("max_q_alpha_pa_rad", _q_alpha),
        PathLimit("max_axial_acceleration_m_s2", _axial_acceleration),
        PathLimit("fairing_heat_flux_w_m2", _heat_flux),
        PathLimit("min_coast_altitude_m", _floor),
    )
}
"""Path limits by the key of [limits], in the order of the problem's parameters."""

THROTTLED_LOAD = "max_dynamic_pressure_pa"
"""The limit that a throttle is freed for: an acceleration is its governor's, q alpha is kept by steering."""

UPPER_LIMITS = tuple(key for key in PATH_LIMITS if key != "min_coast_altitude_m")
"""The path limits on what must not become too large."""


@dataclass(frozen=True)
class FileKey:
    """How a limit is written in files: its key, its unit (the key's suffix), and the SI value of one such unit."""

    key: str
    unit: str
    factor: float


def _file_key(key: str) -> tuple[str, FileKey]:
    q = quantity(key)
    return q.si_key, FileKey(key, q.usual, q.keys[key])


FILE_KEYS: dict[str, FileKey] = dict(map(_file_key, LIMITS.quantities))
"""Every limit by its field of `mission.Limits`."""


def heading_row(v: tuple[Any, Any, Any], local: Place, azimuth: Any) -> Any:
    """Return a row (<= 0) that keeps the horizontal motion within 90 degrees of an azimuth (rad).

    It keeps a northbound launch from turning into a southbound one while it is optimised; no optimum lies on it.
    """
    east, north = dot(v, local.east), dot(v, local.north)
    return -(north * cos(azimuth) + east * sin(azimuth)) / 1e2


def azimuth_rows(v_air: tuple[Any, Any, Any], local: Place, low: Any, high: Any) -> tuple[Any, Any]:
    """Return two rows (<= 0) that keep the horizontal motion clockwise of `low` and before `high` (rad).

    Valid for corridors up to 180 degrees wide, the widest that two half-planes can bound; wider ones are refused
    before.
    """
    east, north = dot(v_air, local.east), dot(v_air, local.north)
    return (
        (north * sin(low) - east * cos(low)) / 1e2,
        (east * cos(high) - north * sin(high)) / 1e2,
    )
