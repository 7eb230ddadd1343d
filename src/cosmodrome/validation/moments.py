"""Switches and events: scheduled ones to the bit, found ones against closed forms, impulses delivered in full."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import polynomial, vertical
from cosmodrome.flight.events import Trace, crossings, trace
from cosmodrome.flight.integrate import integrate
from cosmodrome.flight.packing import pack
from cosmodrome.physics.aerodynamics import NO_AERO
from cosmodrome.physics.motion import Leg
from cosmodrome.physics.propulsion import Propulsion
from cosmodrome.validation.truths import Truth
from cosmodrome.validation.worlds import COASTING, RADIUS_M, ball, on_orbit, orbit, state, vacuum

_LONGEST_STEP_S = 10.0
_EXCURSION_S = 0.05
# a distance from the centre of the Earth is rounded to 1e-9 m; twenty of that by the speed at which a level is passed
_ALTITUDE_NOISE_M = 2e-8
_EAST = (0.0, 1.0, 0.0, 1.0)


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return errors of switches and events (s), crossings found of short excursions, relative errors of impulses."""
    return {
        "moments.switch": _switch_error_s(),
        "moments.ground": _ground_error_s(),
        "moments.apogee": _apogee_error_s(),
        "moments.excursion": float(len(_crossings_at_apogee(0.5 * _EXCURSION_S))),
        "moments.double_root": float(len(_crossings_at_apogee(-0.5 * _EXCURSION_S))),
        "moments.missed": float(_missed()),
        "moments.impulse": abs(_gain_error(0.0)),
        "moments.tail_off": abs(_gain_error(2.5)),
    }


def _switch_error_s() -> float:
    """Largest distance of scheduled switches, stretches of 0.1 us and 1 ms among them, from the ends of steps."""
    y0, _ = orbit(ball())
    breaks = np.array([1.0, 1.0 + 1e-7, 1.001, 299.0 + math.pi, 300.0])
    arc = integrate(COASTING, vertical(), vacuum(ball()), y0, 0.0, 1000.0, breaks=breaks)
    return float(max(np.abs(arc.t_s - moment).min() for moment in (*breaks, 1000.0)))


def _coast(y0: NDArray[np.float64], duration_s: float) -> Trace:
    world = vacuum(ball())
    arc = integrate(
        COASTING,
        vertical(),
        world,
        y0,
        0.0,
        duration_s,
        first_step=_LONGEST_STEP_S,
        max_step=_LONGEST_STEP_S,
    )
    vectors = (pack(COASTING), pack(vertical()), pack(world))
    return trace(arc, vectors, 0.0, _LONGEST_STEP_S)


def _ground_error_s() -> float:
    """Of the impact after a fall from rest at 300 km: Kepler's degenerate ellipse."""
    r0 = RADIUS_M + 300e3
    x = RADIUS_M / r0
    expected = math.sqrt(r0**3 / (2.0 * ball().mu)) * (math.acos(math.sqrt(x)) + math.sqrt(x * (1.0 - x)))
    found = crossings(_coast(state((r0, 0.0, 0.0), (0.0, 0.0, 0.0)), 400.0), "altitude_m", 0.0)
    return abs(found[0][2] - expected) if len(found) == 1 else math.nan


def _apogee_error_s() -> float:
    """Of the moment at which the way up ends, half a period after the perigee."""
    y0, period = orbit(ball())
    found = crossings(_coast(y0, period), "radial_speed_m2_s", 0.0, -1)
    return abs(found[0][2] - 0.5 * period) if len(found) == 1 else math.nan


def _crossings_at_apogee(before_s: float) -> list[float]:
    """The crossings of the altitude that the orbit has so long before its apogee; negative: of one as far above it."""
    y0, period = orbit(ball(), eccentricity=0.5)
    a, e = (RADIUS_M + 200e3) / 0.5, 0.5
    apogee = a * (1.0 + e)
    # near the apogee r = r_a - r'' t^2 / 2, of which the next term is 1e-9 of it within 25 ms
    bend = ball().mu / apogee**2 * e
    level = apogee - RADIUS_M - math.copysign(0.5 * bend * before_s**2, before_s)
    return [t for *_, t in crossings(_coast(y0, period), "altitude_m", level)]


def _missed() -> int:
    """How many of 400 excursions of 50 ms to 1 s about an apogee or a perigee are not found to the microsecond.

    They lie in the first or the last instants of an arc, over the end of a step, and anywhere.
    """
    rng, missed = np.random.default_rng(50), 0
    for k in range(400):
        e, half = float(rng.choice([0.02, 0.1, 0.5, 0.7])), 0.5 * _EXCURSION_S * float(rng.uniform(1.0, 20.0))
        slack = float(rng.choice([0.002, 0.5]) * rng.uniform(0.1, 1.0))
        before, length = (
            (half + slack, 60.0),
            (30.0, 30.0 + half + slack),
            (_LONGEST_STEP_S * float(rng.integers(1, 5)) + half * float(rng.uniform(-1.0, 1.0)), 60.0),
            (float(rng.uniform(3.0, 50.0)), 60.0),
        )[k % 4]
        middle = 0.5 * orbit(ball(), e)[1] * float(rng.integers(0, 2))
        y = on_orbit(ball(), middle + half, e)
        distance = math.hypot(*y[:3])
        allowed = max(1e-6, _ALTITUDE_NOISE_M / abs(float(y[:3] @ y[3:6]) / distance))
        traced = _coast(on_orbit(ball(), middle - before, e), length)
        found = [t for *_, t in crossings(traced, "altitude_m", distance - RADIUS_M)]
        near = [abs(t - at) <= allowed for t, at in zip(found, (before - half, before + half), strict=False)]
        missed += len(found) != 2 or not all(near)
    return missed


def _gain_error(tail_s: float) -> float:
    """Relative error of the velocity gained in empty space by a burn of 70 s, or by a tail-off of that length alone.

    Thrust and flow fall together, so that both gain what the rocket equation says of the propellant they burn.
    """
    thrust, flow, mass, length = 30e3, 10.0, 2000.0, tail_s or 70.0
    fall = 1.0 / length if tail_s else 0.0
    engine = Propulsion(thrust, flow, 0.0, -thrust * fall, -flow * fall, 0.0, 0.0)
    law = polynomial([0.0, 100.0], [[_EAST]])
    world = vacuum(ball(mu=0.0))
    y0 = state((RADIUS_M, 0.0, 0.0), (0.0, 0.0, 0.0), mass)
    y = integrate(Leg(engine, NO_AERO), law, world, y0, 0.0, length).y[-1]
    burnt = flow * length * (0.5 if tail_s else 1.0)
    return float(y[4]) / (thrust / flow * math.log(mass / (mass - burnt))) - 1.0
