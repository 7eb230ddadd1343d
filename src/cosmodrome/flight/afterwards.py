"""Where the payload goes after the flight: a coast from its end under gravity alone."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import vertical
from cosmodrome.flight.integrate import DONE, integrate, states_at
from cosmodrome.physics.motion import falling_leg
from cosmodrome.physics.orbit import characteristic_energy

if TYPE_CHECKING:
    from cosmodrome.flight.propagate import Flight

Array = NDArray[np.float64]

_ESCAPE_S = 3600.0
_LONGEST_S = 86400.0
# states this far apart give a low orbit back to 0.03 m by cubic Hermite interpolation
_SPACING_S = 30.0
# lower, the air, of whose hold on the payload nothing is known, would bend the orbit within minutes
_AIR_M = 100e3


def orbit_after(flight: "Flight") -> tuple[Array, Array]:
    """Return times (n,) and states (n, 6: r and v in ECI, SI) from a flight's end on, without air and thrust.

    One revolution, at most a day; an hour of an escape. It ends where it comes down to 100 km, and is empty where the
    flight did not come to its end or ends there.
    """
    end, world = flight.end, flight.programme.environment
    c3 = characteristic_energy(end.r_eci_m, end.v_eci_m_s, world.earth.mu)
    y = np.zeros(12)
    y[:7] = *end.r_eci_m, *end.v_eci_m_s, end.mass_kg
    arc = integrate(
        falling_leg(0.0, 0.0),
        vertical(),
        world,
        y,
        end.t_s,
        end.t_s + _watched_s(c3, world.earth.mu),
        max_step=_SPACING_S,
        ground_m=_AIR_M,
    )
    # the step that ends in the air is not told
    steps = arc.t_s.size if arc.status == DONE else arc.t_s.size - 1
    if flight.reason is not None or steps < 2:
        return np.empty(0), np.empty((0, 6))
    last = float(arc.t_s[steps - 1])
    t = np.linspace(end.t_s, last, 1 + math.ceil((last - end.t_s) / _SPACING_S))
    return t, states_at(t, arc.t_s, arc.y, arc.dense)[:, :6]


def _watched_s(c3_m2_s2: float, mu: float) -> float:
    """How long to follow an orbit: its period 2 pi sqrt(a^3/mu) with a = -mu/C3, where it has one."""
    if c3_m2_s2 >= 0.0:
        return _ESCAPE_S
    return min(2.0 * math.pi * mu / math.pow(-c3_m2_s2, 1.5), _LONGEST_S)
