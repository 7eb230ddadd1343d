"""Order and tolerance of what steps time or collocates, and what their motion must conserve.

A Kepler orbit comes back to where it started, so the error of one is its distance from there.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.mesh import differentiation
from cosmodrome.flight.attitude import vertical
from cosmodrome.flight.integrate import RTOL, Arc, integrate, states_at
from cosmodrome.flight.march import march
from cosmodrome.flight.packing import pack
from cosmodrome.physics.gravity import potential
from cosmodrome.validation.truths import Truth
from cosmodrome.validation.worlds import COASTING, RADIUS_M, ball, ellipsoid, orbit, vacuum

Array = NDArray[np.float64]

_EARTH = ball()
_WORLD = vacuum(_EARTH)
_START, _PERIOD_S = orbit(_EARTH)


def measure_order(_: Sequence[Truth]) -> dict[str, float]:
    """Return how many halvings of the error a halving of the step brings, and a digit of the tolerance in digits."""
    loose, tight = 1e-7, 1e-11
    digits = math.log10(_distance(_coast(rtol=loose)) / _distance(_coast(rtol=tight)))
    return {
        "order.reference": _halvings(_reference_error, 40),
        "order.dense": _halvings(_dense_error, 20),
        "order.march": _halvings(_march_error, 1600),
        "order.collocation": _halvings(_collocation_error, 8),
        "order.tolerance": digits / math.log10(loose / tight),
    }


def measure_conserved(_: Sequence[Truth]) -> dict[str, float]:
    """Return the largest relative changes over an orbit of what a point mass and a zonal field conserve."""
    y = _coast(rtol=RTOL).y
    momentum = np.cross(y[:, :3], y[:, 3:6])
    field = ellipsoid(6)
    start, period = orbit(field)
    zonal = integrate(COASTING, vertical(), vacuum(field), start, 0.0, period).y
    polar = np.cross(zonal[:, :3], zonal[:, 3:6])[:, 2]
    return {
        "conserved.energy": _change(_energy(y, 0)),
        "conserved.momentum": float(
            np.linalg.norm(momentum - momentum[0], axis=1).max() / np.linalg.norm(momentum[0])
        ),
        "conserved.zonal_energy": _change(_energy(zonal, 6)),
        "conserved.polar_momentum": _change(polar),
    }


def _halvings(error: Callable[[int], float], steps: int) -> float:
    return math.log2(error(steps) / error(2 * steps))


def _coast(rtol: float, step_s: float = math.inf) -> Arc:
    first = 0.1 if math.isinf(step_s) else step_s
    return integrate(
        COASTING, vertical(), _WORLD, _START, 0.0, _PERIOD_S, rtol=rtol, first_step=first, max_step=step_s
    )


def _distance(arc: Arc) -> float:
    return math.dist(arc.y[-1, :3], _START[:3])


def _reference_error(steps: int) -> float:
    """Of even steps, which a tolerance that nothing exceeds leaves as they are, m."""
    return _distance(_coast(rtol=1e30, step_s=_PERIOD_S / steps))


def _dense_error(steps: int) -> float:
    """Largest error inside the first of even steps, m."""
    h = _PERIOD_S / steps
    arc = integrate(COASTING, vertical(), _WORLD, _START, 0.0, h, rtol=1e30, first_step=h, max_step=h)
    t = np.linspace(0.05, 0.95, 19) * h
    found = states_at(t, arc.t_s, arc.y, arc.dense)[:, :3]
    return max(math.dist(r, _kepler(float(at))) for r, at in zip(found, t, strict=True))


def _march_error(steps: int) -> float:
    """Of the cheap flights that guesses are made of, m."""
    vectors = (pack(COASTING), pack(vertical()), pack(_WORLD))
    y, _ = march(*vectors, _START[:7].copy(), 0.0, _PERIOD_S, _PERIOD_S / steps)
    return math.dist(y[:3], _START[:3])


def _collocation_error(steps: int) -> float:
    """Of an oscillator over a radian by collocation at three Radau points in even intervals."""
    d, turn = differentiation(3), np.array([[0.0, 1.0], [-1.0, 0.0]])
    width, y = 1.0 / steps, np.array([1.0, 0.0])
    matrix = np.kron(d[:, 1:], np.eye(2)) - width * np.kron(np.eye(3), turn)
    for _ in range(steps):
        y = np.linalg.solve(matrix, -np.kron(d[:, 0], y))[-2:]
    return math.dist(y, (math.cos(1.0), -math.sin(1.0)))


def _kepler(t_s: float) -> Array:
    """Position (3,) on the orbit from Kepler's equation, by Newton's method."""
    e, i = 0.1, math.radians(51.7)
    a = (RADIUS_M + 200e3) / (1.0 - e)
    mean = 2.0 * math.pi * t_s / _PERIOD_S
    anomaly = mean
    for _ in range(20):
        anomaly -= (anomaly - e * math.sin(anomaly) - mean) / (1.0 - e * math.cos(anomaly))
    along, across = a * (math.cos(anomaly) - e), a * math.sqrt(1.0 - e * e) * math.sin(anomaly)
    return np.array([along, across * math.cos(i), across * math.sin(i)])


def _energy(y: Array, degree: int) -> Array:
    earth = ellipsoid(degree)
    return np.array([0.5 * float(s[3:6] @ s[3:6]) - potential(tuple(s[:3]), earth) for s in y])


def _change(values: Array) -> float:
    return float(np.abs(values / values[0] - 1.0).max())
