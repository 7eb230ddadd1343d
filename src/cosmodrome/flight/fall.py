"""Where a dropped piece comes down: from its separation to the ground with constant drag, no lift and no wreckage."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosmodrome.catalogue.timeline import Drop
from cosmodrome.flight.attitude import vertical
from cosmodrome.flight.events import crossings, trace
from cosmodrome.flight.integrate import DONE, GROUND, RTOL, SIZES, Arc, integrate_packed
from cosmodrome.flight.packing import pack
from cosmodrome.physics.motion import Environment, falling_leg

Array = NDArray[np.float64]

# Steps of a fall: long ones would jump over a grazing arc underground, and the air changes within seconds.
_MAX_STEP_S = 10.0
_COAST_STEP_S = 60.0
_AIR_M = 200e3
# what is nearly at rest has a short "revolution" through the Earth; its fall takes longer in air
_SHORTEST_WATCH_S = 7200.0


@dataclass(frozen=True)
class Fall:
    """The fall of `count` like pieces from (t0_s, y0): where and when they reach altitude 0, or why they do not.

    `arc` is the flown fall; `t_s`, `r_eci_m` are of the impact and None with a `reason`. `is_drag_free` tells that area
    or drag coefficient of the piece were not known, so it fell as in vacuum.
    """

    body: str
    name: str
    count: int
    mass_kg: float
    is_drag_free: bool
    arc: Arc
    t_s: float | None
    r_eci_m: tuple[float, float, float] | None
    reason: str | None


def fall(
    drop: Drop, mass_kg: float, t0_s: float, y0: Array, environment: Environment, rtol: float = RTOL
) -> Fall:
    """Return the `Fall` of a drop whose pieces together weigh `mass_kg`, from the state y0 (>= 6,) at t0_s.

    Every piece has the drop's area and coefficient and an equal part of the mass, so all share one point. Followed for
    at most one revolution; a piece that is still up then, or leaves the Earth, has a reason instead of a point.
    """
    area, coefficient = drop.reference_area_m2, drop.drag_coefficient
    is_drag_free = area is None or coefficient is None or mass_kg <= 0.0
    leg = falling_leg(0.0, 0.0) if is_drag_free else falling_leg(area or 0.0, coefficient or 0.0)
    vectors = (pack(leg), pack(vertical()), pack(environment))
    y = np.zeros(12)
    y[:6] = y0[:6]
    # without drag the mass plays no part, but is divided by
    y[6] = 1.0 if is_drag_free else mass_kg / drop.count
    period_s, perigee_m = _orbit(y, environment.earth.mu)
    longest_s = max(_SHORTEST_WATCH_S, period_s) if math.isfinite(period_s) else 0.0
    step_s = _MAX_STEP_S if perigee_m < environment.earth.radius + _AIR_M else _COAST_STEP_S
    status, t, ys, dense = integrate_packed(
        *vectors, y, t0_s, t0_s + longest_s, t0_s, np.empty(0), rtol, rtol * SIZES, 0.1, step_s, 0.0
    )
    arc = Arc(status, t, ys, dense)
    known = (drop.id, drop.name, drop.count, mass_kg, is_drag_free, arc)
    if not math.isfinite(period_s):
        return Fall(*known, None, None, "leaves the Earth")
    traced = trace(arc, vectors, t0_s)
    downward = crossings(traced, "altitude_m", 0.0, -1)
    if downward:
        step, theta, t_impact = downward[0]
        at = traced.at(step, theta)[1].tolist()
        return Fall(*known, t_impact, (at[0], at[1], at[2]), None)
    if status == DONE:
        return Fall(*known, None, None, "does not come down within one revolution")
    if status == GROUND:
        return Fall(*known, None, None, "is under ground from the start")
    return Fall(*known, None, None, "could not be followed: its state stopped being finite")


def _orbit(y: Array, mu: float) -> tuple[float, float]:
    """Period (s) and perigee distance (m) of the osculating orbit, infinite both beyond escape."""
    r, v = y[:3], y[3:6]
    inverse_a = 2.0 / math.sqrt(r @ r) - float(v @ v) / mu
    if inverse_a <= 0.0:
        return math.inf, math.inf
    h = np.cross(r, v)
    e = math.sqrt(max(0.0, 1.0 - float(h @ h) / mu * inverse_a))
    return 2.0 * math.pi / math.sqrt(mu * inverse_a**3), (1.0 - e) / inverse_a
