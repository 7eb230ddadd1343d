"""Radau collocation: nodes, differentiation, and how each phase is cut into intervals.

On an interval with s in [0, 1] the state is the polynomial through its start (s = 0) and its d Radau points, the last
of which is the end (s = 1); the control is the polynomial through the d points alone.

Source: D. Garg et al., Automatica 46 (2010) 1843 (flipped Legendre-Gauss-Radau collocation).
"""

from dataclasses import dataclass
from functools import cache

import casadi as ca
import numpy as np


@dataclass(frozen=True)
class PhaseMesh:
    """Intervals of one phase: `edges` (n+1,) as fractions of its duration from 0 to 1, and their common degree."""

    edges: tuple[float, ...]
    degree: int

    @property
    def intervals(self) -> int:
        """Number of intervals."""
        return len(self.edges) - 1

    @property
    def widths(self) -> np.ndarray:
        """Width of each interval as a fraction of the phase, shape (n,)."""
        return np.diff(np.array(self.edges, dtype=float))

    @property
    def points(self) -> np.ndarray:
        """Fractions of all collocation points, shape (n * degree,)."""
        edges = np.array(self.edges)
        s = radau_points(self.degree)
        points: np.ndarray = (edges[:-1, None] + self.widths[:, None] * s[None, :]).ravel()
        return points

    def refined(self, splits: dict[int, int]) -> "PhaseMesh":
        """The mesh with interval i cut into `splits[i]` equal parts."""
        edges = [0.0]
        for i in range(self.intervals):
            parts = splits.get(i, 1)
            edges += list(np.linspace(self.edges[i], self.edges[i + 1], parts + 1)[1:])
        edges[-1] = 1.0
        return PhaseMesh(tuple(edges), self.degree)


Mesh = tuple[PhaseMesh, ...]


def uniform(intervals: int, degree: int) -> PhaseMesh:
    """Return `intervals` equal intervals of the given degree."""
    return PhaseMesh(tuple(float(x) for x in np.linspace(0.0, 1.0, intervals + 1)), degree)


@cache
def radau_points(degree: int) -> np.ndarray:
    """Return the Radau points in (0, 1], the last one 1, shape (degree,)."""
    return np.array(ca.collocation_points(degree, "radau"))


@cache
def differentiation(degree: int) -> np.ndarray:
    """Return D (d, d+1): derivative at each Radau point of the polynomial through s = 0 and the points."""
    nodes = np.concatenate([[0.0], radau_points(degree)])
    matrix = np.empty((degree, degree + 1))
    for k in range(degree + 1):
        derivative = np.polyder(_lagrange(nodes, k))
        matrix[:, k] = np.polyval(derivative, nodes[1:])
    return matrix


@cache
def quadrature(degree: int) -> np.ndarray:
    """Return the weights (d,) that integrate over [0, 1] a polynomial given at the Radau points."""
    return np.array([(1.0 / (np.arange(degree) + 1.0)) @ column for column in control_monomials(degree).T])


@cache
def control_monomials(degree: int) -> np.ndarray:
    """Return C (d, d): coefficients of 1, s, s^2, ... = C @ values at the Radau points."""
    nodes = radau_points(degree)
    return np.array([_lagrange(nodes, k)[::-1] for k in range(degree)]).T


@cache
def state_monomials(degree: int) -> np.ndarray:
    """Return C (d+1, d+1): coefficients of 1, s, s^2, ... = C @ values at s = 0 and the Radau points."""
    nodes = np.concatenate([[0.0], radau_points(degree)])
    return np.array([_lagrange(nodes, k)[::-1] for k in range(degree + 1)]).T


def _lagrange(nodes: np.ndarray, k: int) -> np.ndarray:
    """Coefficients (highest power first) of the Lagrange polynomial that is 1 at node k."""
    others = np.delete(nodes, k)
    return np.atleast_1d(np.poly(others) / np.prod(nodes[k] - others))
