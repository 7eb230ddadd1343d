"""The books of a flight, which must close whatever was flown: work and energy, velocity, mass.

What thrust and air did must be what kinetic and potential energy gained. The work is summed on the dense output, by
Gauss's rule in every step and not by the integrator, and the potential is another series than gravity's. So a step that
was accepted wrongly shows here, gravity that is no gradient, an acceleration that does not follow from its forces, mass
that is lost. A force that is wrong in itself does not: thrust and air come from the same `conditions` on both sides.
"""

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.observe import COLUMN, observe_steps
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.gravity import potential

if TYPE_CHECKING:
    from cosmodrome.flight.propagate import Flight, Segment

ENERGY_GAP = 1e-8
DELTA_V_GAP_M_S = 0.1
MASS_GAP = 1e-9
"""What each gap of an `Audit` may be."""

# exact to degree 11 within a step, where the dense output has 7
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)


@dataclass(frozen=True)
class Audit:
    """What the books of a flight leave unexplained.

    `energy_gap` is the gain of energy that no work explains over the largest kinetic energy met, `delta_v_gap_m_s` the
    speed at the end that gain, engines and losses leave unexplained, and `mass_gap` the lift-off mass less all that was
    burnt, dropped and left, over the lift-off mass.
    """

    energy_gap: float
    delta_v_gap_m_s: float
    mass_gap: float

    @property
    def is_closed(self) -> bool:
        """Whether every gap is within what it may be."""
        return (
            abs(self.energy_gap) <= ENERGY_GAP
            and abs(self.delta_v_gap_m_s) <= DELTA_V_GAP_M_S
            and abs(self.mass_gap) <= MASS_GAP
        )

    def to_record(self) -> dict[str, Any]:
        """Result.json's `audit`."""
        return {**asdict(self), "closes": self.is_closed}


def audit(flight: "Flight") -> Audit:
    """Return the `Audit` of a flight, whether it came to its end or not."""
    return Audit(_energy_gap(flight), _delta_v_gap_m_s(flight), _mass_gap(flight))


def _energy_gap(flight: "Flight") -> float:
    fastest = float((flight.y[:, 3:6] ** 2).sum(axis=1).max()) / 2.0
    if fastest == 0.0:
        return 0.0  # it stood still on an Earth that does not turn
    earth = flight.programme.environment.earth
    work = math.fsum(map(_work, flight.segments))
    gain = math.fsum(_energy(s.arc.y[-1], earth) - _energy(s.arc.y[0], earth) for s in flight.segments)
    return (gain - work) / fastest


def _energy(y: NDArray[np.float64], earth: Earth) -> float:
    """Kinetic and potential energy, J/kg."""
    return 0.5 * float(y[3:6] @ y[3:6]) - float(potential(tuple(y[:3].tolist()), earth))


def _work(segment: "Segment") -> float:
    """Work (J/kg) of thrust and air during one phase."""
    arc = segment.arc
    steps = arc.t_s.size - 1
    at, within = np.repeat(np.arange(steps), _NODES.size), np.tile(0.5 * (_NODES + 1.0), steps)
    _, _, seen = observe_steps(at, within, *segment.vectors, segment.t0_s, arc)
    power = seen[:, COLUMN["specific_power_w_kg"]].reshape(steps, _NODES.size)
    return float(0.5 * np.diff(arc.t_s) @ (power @ _WEIGHTS))


def _delta_v_gap_m_s(flight: "Flight") -> float:
    budget = flight.delta_v_m_s
    losses = math.fsum(budget[f"{name}_loss"] for name in ("pressure", "steering", "drag", "gravity"))
    return math.hypot(*flight.y[-1, 3:6]) - (budget["gain"] + budget["ideal"] - losses)


def _mass_gap(flight: "Flight") -> float:
    burnt = math.fsum(kg for segment in flight.segments for kg in segment.burnt_kg.values())
    # what is dropped at the very end is still there in its last state
    dropped = math.fsum(drop.mass_kg for drop in flight.dropped if drop.t_s < flight.t_s[-1])
    return (flight.liftoff_mass_kg - burnt - dropped - float(flight.y[-1, 6])) / flight.liftoff_mass_kg
