"""Where the variables of a transcribed ascent are.

In this order: for each phase its start x0 (7), then (x, u[, k]) at each point, then its duration where free; last the
payload, the virtual velocity of the elastic variable, and the true anomaly of the insertion.
"""

from dataclasses import dataclass

import numpy as np

from cosmodrome.ascent.mesh import Mesh
from cosmodrome.catalogue.timeline import Phase

SHORTEST_S = 0.1
"""Least length (s) of a phase whose duration is free: in none at all the thrust axis would mean nothing, and a solver
finds stationary points there that no flight has."""

Rows = tuple[tuple[str, ...], ...]
"""For each phase the keys of the limits that have rows there."""


@dataclass(frozen=True)
class Layout:
    """Where the variables of each phase are: x0 (7,), z (points, size), duration (or -1), and the three last ones."""

    x0: tuple[np.ndarray, ...]
    z: tuple[np.ndarray, ...]
    duration: tuple[int, ...]
    payload: int
    virtual: int
    anomaly: int
    size: int


def make_layout(phases: tuple[Phase, ...], controls: list[int], mesh: Mesh) -> Layout:
    """Return the layout of phases with so many controls at each point, on a mesh."""
    x0, z, duration, n = [], [], [], 0
    for phase, extra, cut in zip(phases, controls, mesh, strict=True):
        x0.append(np.arange(n, n + 7))
        n += 7
        points, size = cut.intervals * cut.degree, 7 + extra
        z.append(np.arange(n, n + points * size).reshape(points, size))
        n += points * size
        duration.append(-1 if phase.is_fixed else n)
        n += 0 if phase.is_fixed else 1
    return Layout(tuple(x0), tuple(z), tuple(duration), n, n + 1, n + 2, n + 3)
