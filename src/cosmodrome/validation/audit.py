"""Work and energy of a whole flight: what thrust and air did must be what kinetic and potential energy gained.

The work is summed here from the forces on the dense output, by Gauss's rule in every step, and not by the integrator.
"""

import math

import numpy as np

from cosmodrome.flight.observe import COLUMN, observe_steps
from cosmodrome.flight.propagate import Flight, Segment
from cosmodrome.physics.gravity import potential
from cosmodrome.physics.motion import Environment, acceleration, conditions

# exact to degree 11 within a step, where the dense output has 7
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)


def energy_gap(flight: Flight) -> float:
    """Return the gain of energy that no work explains, per kilogram, over the largest kinetic energy (J/kg) met."""
    world = flight.programme.environment
    work = math.fsum(_work(segment, world) for segment in flight.segments)
    gain = math.fsum(_energy(s.arc.y[-1], world) - _energy(s.arc.y[0], world) for s in flight.segments)
    fastest = 0.5 * float((flight.y[:, 3:6] ** 2).sum(axis=1).max())
    return (gain - work) / fastest


def _energy(y: np.ndarray, world: Environment) -> float:
    return 0.5 * float(y[3:6] @ y[3:6]) - float(potential(tuple(y[:3].tolist()), world.earth))


def _work(segment: Segment, world: Environment) -> float:
    """Work (J/kg) of all but gravity during one phase."""
    arc = segment.arc
    steps = np.repeat(np.arange(arc.t_s.size - 1), _NODES.size)
    thetas = np.tile(0.5 * (_NODES + 1.0), arc.t_s.size - 1)
    t, y, q = observe_steps(steps, thetas, *segment.vectors, segment.t0_s, arc)
    powers = [
        _power(float(at), state.tolist(), seen, segment, world)
        for at, state, seen in zip(t, y, q, strict=True)
    ]
    widths = np.repeat(np.diff(arc.t_s), _NODES.size)
    return float(0.5 * widths * np.tile(_WEIGHTS, arc.t_s.size - 1) @ np.array(powers)) if powers else 0.0


def _power(t_s: float, y: list[float], seen: np.ndarray, segment: Segment, world: Environment) -> float:
    """Power (W/kg) of thrust and air in one state."""
    r, v = (y[0], y[1], y[2]), (y[3], y[4], y[5])
    x, throttle = COLUMN["u_eci_x"], float(seen[COLUMN["throttle"]])
    u = (float(seen[x]), float(seen[x + 1]), float(seen[x + 2]))
    c = conditions(r, v, u, throttle, t_s - segment.t0_s, segment.phase.leg, world)
    a = acceleration(c, u, y[6])
    return float(sum((a[i] - c.gravity[i]) * v[i] for i in range(3)))
