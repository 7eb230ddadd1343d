"""What a coast must conserve: energy and momentum about a point mass, energy and h_z in a zonal field."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import vertical
from cosmodrome.flight.integrate import integrate
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.gravity import potential
from cosmodrome.validation.truths import Truth
from cosmodrome.validation.worlds import COASTING, LOW_ORBITS, TRANSFER, ball, ellipsoid, orbit, vacuum

Array = NDArray[np.float64]


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return the largest relative changes over a revolution: of low orbits, of a transfer to the geostationary ring.

    Told apart: a step's tolerance is a part of the speed, of whose square the energy of a transfer is a small rest.
    """
    low = [_about_a_point(*shape) | _about_the_earth(*shape) for shape in LOW_ORBITS]
    far = _about_a_point(*TRANSFER) | _about_the_earth(*TRANSFER)
    return {
        **{f"conserved.{key}": max(changes[key] for changes in low) for key in low[0]},
        "conserved.transfer_energy": max(far["energy"], far["zonal_energy"]),
        "conserved.transfer_momentum": max(far["momentum"], far["polar_momentum"]),
    }


def _about_a_point(eccentricity: float, inclination_deg: float) -> dict[str, float]:
    y = _revolution(ball(), eccentricity, inclination_deg)
    return {"energy": _change(_energy(y, ball())), "momentum": _change(np.cross(y[:, :3], y[:, 3:6]))}


def _about_the_earth(eccentricity: float, inclination_deg: float) -> dict[str, float]:
    """Over a pole h_z is zero and stays so: its change is told beside the whole momentum."""
    field = ellipsoid(6)
    y = _revolution(field, eccentricity, inclination_deg)
    momentum = np.cross(y[:, :3], y[:, 3:6])
    change = np.abs(momentum[:, 2] - momentum[0, 2]).max() / np.linalg.norm(momentum[0])
    return {"zonal_energy": _change(_energy(y, field)), "polar_momentum": float(change)}


def _revolution(earth: Earth, eccentricity: float, inclination_deg: float) -> Array:
    """States (n, 12) at the steps of a revolution."""
    y0, period = orbit(earth, eccentricity, inclination_deg)
    return integrate(COASTING, vertical(), vacuum(earth), y0, 0.0, period).y


def _energy(y: Array, earth: Earth) -> Array:
    """Energies (n, 1), J/kg."""
    return np.array([[0.5 * float(s[3:6] @ s[3:6]) - float(potential(tuple(s[:3]), earth))] for s in y])


def _change(values: Array) -> float:
    """Largest distance of rows (n, k) from the first, over the first."""
    return float(np.linalg.norm(values - values[0], axis=1).max() / np.linalg.norm(values[0]))
