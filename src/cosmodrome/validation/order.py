"""Order and tolerance of what steps time or collocates.

A Kepler orbit comes back to where it started, so the error of one is its distance from there. Climbs and falls are
flown by the kernel that flies coasts, whose order is asked once more with every force at work.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.mesh import differentiation
from cosmodrome.flight.attitude import vertical
from cosmodrome.flight.integrate import Arc, integrate, states_at
from cosmodrome.flight.march import march
from cosmodrome.flight.packing import pack
from cosmodrome.physics.atmosphere import EXPONENTIAL, make_atmosphere
from cosmodrome.physics.motion import Environment, Leg, falling_leg
from cosmodrome.physics.propulsion import Propulsion
from cosmodrome.physics.wind import make_wind
from cosmodrome.validation.truths import Truth
from cosmodrome.validation.worlds import (
    COASTING,
    TRANSFER,
    ball,
    ellipsoid,
    on_orbit,
    orbit,
    vacuum,
)

Array = NDArray[np.float64]

_EARTH = ball()
_WORLD = vacuum(_EARTH)
_START, _PERIOD_S = orbit(_EARTH)
# Radau points of the meshes that plans are made on, and into how many intervals a radian is cut first: few enough that
# the error of twice as many is no rounding
_DEGREES = {2: 16, 3: 8, 4: 2, 5: 1}


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return how many halvings of the error a halving of the step brings, and a digit of the tolerance in digits."""
    return {
        "order.reference": _halvings(_reference_error, 40),
        "order.driven": _halvings(_driven_error, 24),
        "order.dense": _halvings(_dense_error, 20),
        "order.march": _halvings(_march_error, 1600),
        **{f"order.collocation_{d}": _halvings(_collocation_error(d), n) for d, n in _DEGREES.items()},
        "order.tolerance": _digits(*orbit(_EARTH), -7, -11),
        "order.tolerance_transfer": _digits(*orbit(_EARTH, *TRANSFER), -9, -12),
    }


def _halvings(error: Callable[[int], float], steps: int) -> float:
    return math.log2(error(steps) / error(2 * steps))


def _digits(y0: Array, period_s: float, loose: int, tight: int) -> float:
    """Slope of the error's digits over those of the tolerance, fitted to a revolution at every half digit."""
    digits = np.arange(tight, loose + 0.1, 0.5)
    arcs = [integrate(COASTING, vertical(), _WORLD, y0, 0.0, period_s, rtol=10.0**n) for n in digits]
    errors = [math.log10(math.dist(arc.y[-1, :3], y0[:3])) for arc in arcs]
    return float(np.polyfit(digits, errors, 1)[0])


def _even(leg: Leg, world: Environment, y0: Array, duration_s: float, steps: int) -> Arc:
    """A flight in even steps, which a tolerance that nothing exceeds leaves as they are."""
    h = duration_s / steps
    return integrate(leg, vertical(), world, y0, 0.0, duration_s, rtol=1e30, first_step=h, max_step=h)


def _reference_error(steps: int) -> float:
    """Of an orbit, m."""
    return math.dist(_even(COASTING, _WORLD, _START, _PERIOD_S, steps).y[-1, :3], _START[:3])


def _driven_error(steps: int) -> float:
    """Of a revolution that gains 320 m/s by thrust and loses 90 m/s in air without layers, which would bend the order,
    over the whole field, m; from eight times as many steps."""
    earth = ellipsoid(6)
    world = Environment(earth, make_atmosphere(EXPONENTIAL, scale_height=60e3), make_wind())
    leg = Leg(Propulsion(50.0, 0.012, 1e-4, 0.0, 0.0, 0.0, 0.0), falling_leg(2e-4, 0.5).aero)
    ends = [_even(leg, world, _START, _PERIOD_S, n).y[-1, :3] for n in (steps, 8 * steps)]
    return math.dist(*ends)


def _dense_error(steps: int) -> float:
    """Largest error inside the first of even steps, m."""
    h = _PERIOD_S / steps
    arc = _even(COASTING, _WORLD, _START, h, 1)
    t = np.linspace(0.05, 0.95, 19) * h
    found = states_at(t, arc.t_s, arc.y, arc.dense)[:, :3]
    return max(math.dist(r, on_orbit(_EARTH, float(at))[:3]) for r, at in zip(found, t, strict=True))


def _march_error(steps: int) -> float:
    """Of the cheap flights that guesses are made of, m."""
    vectors = (pack(COASTING), pack(vertical()), pack(_WORLD))
    y, _ = march(*vectors, _START[:7].copy(), 0.0, _PERIOD_S, _PERIOD_S / steps)
    return math.dist(y[:3], _START[:3])


def _collocation_error(degree: int) -> Callable[[int], float]:
    """Of an oscillator over a radian by collocation at Radau points in even intervals."""
    d, turn = differentiation(degree), np.array([[0.0, 1.0], [-1.0, 0.0]])

    def error(steps: int) -> float:
        y = np.array([1.0, 0.0])
        matrix = np.kron(d[:, 1:], np.eye(2)) - np.kron(np.eye(degree), turn) / steps
        for _ in range(steps):
            y = np.linalg.solve(matrix, -np.kron(d[:, 0], y))[-2:]
        return math.dist(y, (math.cos(1.0), -math.sin(1.0)))

    return error
