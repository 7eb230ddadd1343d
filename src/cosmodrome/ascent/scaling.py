"""The only place where the optimiser's variables are scaled: canonical units of the Earth, masses by phase.

A position is told in equatorial radii, a velocity in circular speeds there, a mass in the mass that its phase is
expected to begin with, a free duration in its nominal length.
"""

import math
from dataclasses import dataclass

import numpy as np

from cosmodrome.physics.frames import Earth


@dataclass(frozen=True)
class Scales:
    """Length (m) and speed (m/s) of the canonical units; the mass scale of a phase is a parameter of the problem."""

    length: float
    speed: float

    @property
    def time(self) -> float:
        """Canonical time unit, s."""
        return self.length / self.speed

    def state(self, mass_scale: float) -> np.ndarray:
        """The seven scales of (r, v, m), shape (7,)."""
        return np.array([self.length] * 3 + [self.speed] * 3 + [mass_scale])


def canonical(earth: Earth) -> Scales:
    """Return the canonical units of an Earth."""
    return Scales(earth.radius, math.sqrt(earth.mu / earth.radius))
