"""Coasts against heyoka, an independent integrator of arbitrary order with its own expressions of gravity.

Source: F. Biscani and D. Izzo, MNRAS 504 (2021) 2614; its EGM2008 is that of Pavlis et al. (2012).
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import vertical
from cosmodrome.flight.integrate import integrate
from cosmodrome.physics.frames import Earth
from cosmodrome.validation.truths import Truth
from cosmodrome.validation.worlds import COASTING, ellipsoid, orbit, vacuum

Array = NDArray[np.float64]

_DAY_S = 86400.0
# what lies beyond this degree is a tenth of what J2 to J6 leave out, and compiles for minutes
_EGM_DEGREE = 8


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return distances (m): over an orbit and over a day with the same zonal field, over an orbit with EGM2008."""
    earth = ellipsoid(6)
    y0, period = orbit(earth)
    low, low_period = orbit(earth, eccentricity=0.005)
    zonal = _zonal(earth)
    return {
        "coast.orbit": _distance(earth, y0, period, zonal),
        "coast.day": _distance(earth, y0, _DAY_S, zonal),
        "coast.left_out": _distance(earth, low, low_period, _egm2008(earth)),
    }


def _distance(earth: Earth, y0: Array, duration_s: float, field: Any) -> float:
    """Distance (m) of our coast's end from the one that heyoka finds in a field."""
    import heyoka as hy

    ours = integrate(COASTING, vertical(), vacuum(earth), y0, 0.0, duration_s).y[-1]
    names = hy.make_vars("x", "y", "z", "vx", "vy", "vz")
    rates = [*names[3:], *field(names[:3])]
    theirs = hy.taylor_adaptive(
        list(zip(names, rates, strict=True)), state=y0[:6].tolist(), compact_mode=True
    )
    outcome = theirs.propagate_until(duration_s)[0]
    if outcome != hy.taylor_outcome.time_limit:
        raise ArithmeticError(f"heyoka ended with {outcome}")
    return math.dist(ours[:3], theirs.state[:3])


def _zonal(earth: Earth) -> Any:
    """The acceleration in the zonal field: the gradient, which heyoka derives, of the series of the potential."""

    def acceleration(r: Sequence[Any]) -> list[Any]:
        import heyoka as hy

        distance = hy.sqrt(r[0] ** 2.0 + r[1] ** 2.0 + r[2] ** 2.0)
        s, ratio = r[2] / distance, earth.radius / distance
        before, here, total = hy.expression(1.0), s, hy.expression(1.0)
        for n in range(2, earth.degree + 1):
            before, here = here, ((2.0 * n - 1.0) * s * here - (n - 1.0) * before) / float(n)
            total = total - earth.zonals[n - 2] * ratio ** float(n) * here
        potential = earth.mu / distance * total
        return [hy.diff(potential, x) for x in r]

    return acceleration


def _egm2008(earth: Earth) -> Any:
    """The acceleration in EGM2008, which turns with the Earth."""

    def acceleration(r: Sequence[Any]) -> list[Any]:
        import heyoka as hy

        angle = earth.rotation * hy.time
        c, s = hy.cos(angle), hy.sin(angle)
        fixed = [c * r[0] + s * r[1], c * r[1] - s * r[0], r[2]]
        a = hy.model.egm2008_acc(fixed, _EGM_DEGREE, _EGM_DEGREE)
        return [c * a[0] - s * a[1], s * a[0] + c * a[1], a[2]]

    return acceleration
