"""Coasts against heyoka, an independent integrator of arbitrary order with its own expressions of gravity.

Source: F. Biscani and D. Izzo, MNRAS 504 (2021) 2614; its EGM2008 is that of Pavlis et al. (2012).
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import vertical
from cosmodrome.flight.integrate import integrate
from cosmodrome.physics.frames import Earth
from cosmodrome.validation.truths import Truth
from cosmodrome.validation.worlds import COASTING, LOW_ORBITS, TRANSFER, ellipsoid, orbit, vacuum

Array = NDArray[np.float64]
Coast = Callable[[Array, float], Array]
"""From a state (12,) over seconds to a position (3,), m."""

_DAY_S = 86400.0
# what lies beyond this degree moves a low orbit by some metres in a revolution, and compiles for half a minute
_EGM_DEGREE = 36


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return distances (m): over an orbit and over a day with the same zonal field, over an orbit with EGM2008."""
    earth = ellipsoid(6)
    theirs = _zonal(earth)
    low = [orbit(earth, *each) for each in LOW_ORBITS]
    far, far_period = orbit(earth, *TRANSFER)
    near, near_period = orbit(earth, 0.005)
    return {
        "coast.orbit": max(_distance(earth, y0, period, theirs) for y0, period in low),
        "coast.day": max(_distance(earth, y0, _DAY_S, theirs) for y0, _ in low),
        "coast.transfer": _distance(earth, far, far_period, theirs),
        "coast.transfer_day": _distance(earth, far, _DAY_S, theirs),
        "coast.left_out": _distance(earth, near, near_period, _egm2008(earth)),
    }


def _distance(earth: Earth, y0: Array, duration_s: float, theirs: Coast) -> float:
    """Distance (m) of our coast's end from theirs."""
    ours = integrate(COASTING, vertical(), vacuum(earth), y0, 0.0, duration_s).y[-1]
    return math.dist(ours[:3], theirs(y0, duration_s))


def _zonal(earth: Earth) -> Coast:
    """Heyoka's coast in the zonal field: by the gradient, which it derives, of the series of the potential."""
    import heyoka as hy

    x, y, z, *v = hy.make_vars("x", "y", "z", "vx", "vy", "vz")
    distance = hy.sqrt(x**2.0 + y**2.0 + z**2.0)
    s, ratio = z / distance, earth.radius / distance
    before, here, total = hy.expression(1.0), s, hy.expression(1.0)
    for n in range(2, earth.degree + 1):
        before, here = here, ((2.0 * n - 1.0) * s * here - (n - 1.0) * before) / float(n)
        total = total - earth.zonals[n - 2] * ratio ** float(n) * here
    pull = [hy.diff(earth.mu / distance * total, axis) for axis in (x, y, z)]
    pairs = list(zip([x, y, z, *v], [*v, *pull], strict=True))
    flight = hy.taylor_adaptive(pairs, state=[1.0] * 6, compact_mode=True)

    def coast(y0: Array, duration_s: float) -> Array:
        flight.time, flight.state[:] = 0.0, y0[:6]
        outcome = flight.propagate_until(duration_s)[0]
        if outcome != hy.taylor_outcome.time_limit:
            raise ArithmeticError(f"heyoka ended with {outcome}")
        return np.array(flight.state[:3])

    return coast


def _egm2008(earth: Earth) -> Coast:
    """The coast in heyoka's EGM2008, which turns with the Earth, by SciPy: a Taylor series of it compiles too long."""
    import heyoka as hy
    from scipy.integrate import solve_ivp  # type: ignore[import-untyped]

    place = list(hy.make_vars("x", "y", "z"))
    pull = hy.model.egm2008_acc(place, _EGM_DEGREE, _EGM_DEGREE)
    pull_at: Any = hy.cfunc(pull, vars=place, compact_mode=True)

    def rates(t: float, y: Array) -> Array:
        c, s = math.cos(earth.rotation * t), math.sin(earth.rotation * t)
        to_eci = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        return np.concatenate([y[3:], to_eci @ pull_at(to_eci.T @ y[:3])])

    def coast(y0: Array, duration_s: float) -> Array:
        found = solve_ivp(rates, (0.0, duration_s), y0[:6], method="DOP853", rtol=1e-12, atol=1e-6)
        if not found.success:
            raise ArithmeticError(f"SciPy ended with {found.message}")
        return np.asarray(found.y[:3, -1])

    return coast
