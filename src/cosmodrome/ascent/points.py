"""Point functions: dynamics, unit thrust axis and limits at one collocation point, with exact derivatives.

There is one set for each kind of phase, mapped over all points of that kind; compiled once and kept across meshes,
second starts and neighbouring questions.
"""

from dataclasses import dataclass, field
from typing import Any

import casadi as ca
import numpy as np

import cosmodrome.ascent.symbols  # noqa: F401  (makes the equations symbolic)
from cosmodrome.ascent.limits import PATH_LIMITS, THROTTLED_LOAD
from cosmodrome.ascent.parameters import Parameters
from cosmodrome.ascent.scaling import Scales
from cosmodrome.ascent.sparse import nonzeros
from cosmodrome.catalogue.timeline import Phase, Timeline
from cosmodrome.physics.aerodynamics import Aero
from cosmodrome.physics.frames import place
from cosmodrome.physics.motion import Environment, Leg, acceleration, along_air, conditions
from cosmodrome.physics.propulsion import Propulsion, governed
from cosmodrome.physics.vector import dot


@dataclass(frozen=True)
class PointKind:
    """What makes two phases share a point function: aerodynamics, attitude, throttle (free, or its fixed value; and
    whether a governor may close it), limits."""

    aero: int
    is_vertical: bool
    is_steered: bool
    is_throttled: bool
    throttle: float
    is_governed: bool
    limits: tuple[str, ...]

    @property
    def controls(self) -> int:
        """Controls at a point: the thrust axis where an engine steers, and perhaps a throttle."""
        return (3 if self.is_steered else 0) + int(self.is_throttled)


@dataclass(frozen=True)
class PointFunctions:
    """Compiled functions of one kind; z = (x, u[, k]) scaled, q the phase's numbers, ht = h T, hb = h T_base.

    value(z, q, ht) -> rows; first(z, q, ht, hb) -> rows, Jacobian nonzeros, d rows / d duration;
    second(z, q, ht, hb, lam) -> Hessian nonzeros (upper), d2 / dz d duration.
    """

    value: ca.Function
    first: ca.Function
    second: ca.Function
    jacobian: ca.Sparsity
    hessian: ca.Sparsity
    rows: int
    size: int


@dataclass
class Library:
    """Compiled point functions by kind: kept across meshes and starts of one mission."""

    environment: Environment
    scales: Scales
    aeros: tuple[Aero, ...]
    functions: dict[PointKind, PointFunctions] = field(default_factory=dict)

    def kind(self, phase: Phase, limits: tuple[str, ...]) -> PointKind:
        """The kind of a phase with rows for these limits."""
        surfaces = [a._replace(area=0.0) for a in self.aeros]
        mine = phase.leg.aero._replace(area=0.0)
        aero = next(i for i, s in enumerate(surfaces) if same(s, mine))
        # where nothing but loads would close a throttle, and dynamic pressure is not limited, it stays as open as its
        # governor leaves it
        is_free = phase.is_throttled and not (phase.throttle_serves_loads and THROTTLED_LOAD not in limits)
        throttle = 0.0 if is_free else phase.throttle_max
        is_governed = phase.is_throttled and phase.throttle_serves_loads
        return PointKind(aero, phase.is_vertical, phase.is_steered, is_free, throttle, is_governed, limits)

    def get(self, kind: PointKind) -> PointFunctions:
        """The functions of a kind, compiled when first asked for."""
        if kind not in self.functions:
            self.functions[kind] = _point_functions(kind, self)
        return self.functions[kind]


def make_library(timeline: Timeline, environment: Environment, scales: Scales) -> Library:
    """Return an empty `Library` for the aerodynamics that occur in a timeline."""
    aeros: list[Aero] = []
    for phase in timeline.phases:
        if not any(same(a._replace(area=0.0), phase.leg.aero._replace(area=0.0)) for a in aeros):
            aeros.append(phase.leg.aero)
    return Library(environment, scales, tuple(aeros))


def same(a: Any, b: Any) -> bool:
    """Whether two trees of tuples, arrays and numbers are equal."""
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(np.array_equal(a, b))


def _point_functions(kind: PointKind, library: Library) -> PointFunctions:
    size = 7 + kind.controls
    z = ca.SX.sym("z", size)
    q = ca.SX.sym("q", len(Parameters.PHASE) + 1)
    ht, hb = ca.SX.sym("ht"), ca.SX.sym("hb")
    f, c = _point_rows(kind, library, z, q)
    rows = ca.vertcat(-ht * f, c)
    jacobian = ca.jacobian(rows, z)
    lam = ca.SX.sym("lam", rows.numel())
    pull = ca.jtimes(rows, z, lam, True)
    hessian = ca.triu(ca.jacobian(pull, z, {"symmetric": True}))
    across = ca.jtimes(-hb * f, z, lam[:7], True)
    return PointFunctions(
        ca.Function("value", [z, q, ht], [rows]),
        ca.Function("first", [z, q, ht, hb], [rows, nonzeros(jacobian), -hb * f]),
        ca.Function("second", [z, q, ht, hb, lam], [nonzeros(hessian), across]),
        jacobian.sparsity(),
        hessian.sparsity(),
        rows.numel(),
        size,
    )


def _point_rows(kind: PointKind, library: Library, z: ca.SX, q: ca.SX) -> tuple[ca.SX, ca.SX]:
    """Scaled rates (7,) and the rows of a point: unit thrust axis, then limits."""
    environment, s = library.environment, library.scales
    numbers = dict(zip((*Parameters.PHASE, "elapsed"), ca.vertsplit(q), strict=True))
    mass_scale = numbers["mass_scale"]
    r = tuple(s.length * z[i] for i in range(3))
    v = tuple(s.speed * z[i] for i in range(3, 6))
    m = mass_scale * z[6]
    u = _thrust_axis(kind, r, v, z, environment)
    engines = Propulsion(*(numbers[name] for name in Propulsion._fields))
    throttle = z[z.numel() - 1] if kind.is_throttled else kind.throttle
    if kind.is_governed:
        throttle = governed(engines, throttle, m)
    leg = Leg(engines, library.aeros[kind.aero]._replace(area=numbers["area"]))
    c = conditions(r, v, u, throttle, numbers["elapsed"], leg, environment)
    a = acceleration(c, u, m)
    rates = [x / s.length for x in v] + [x / s.speed for x in a] + [-c.mdot / mass_scale]
    rows = [dot(u, u) - 1.0] if kind.is_steered else []
    rows += [PATH_LIMITS[key].row(c, u, m, numbers[key]) for key in kind.limits]
    return ca.vertcat(*rates), ca.vertcat(*rows) if rows else ca.SX(0, 1)


def _thrust_axis(kind: PointKind, r: Any, v: Any, z: ca.SX, environment: Environment) -> tuple[Any, ...]:
    """The axis as steered, else straight up, else (in a coast) along the motion through the air."""
    if kind.is_steered:
        return tuple(z[i] for i in range(7, 10))
    local = place(r, environment.earth)
    axis: tuple[Any, ...] = local.up if kind.is_vertical else along_air(r, v, local, environment)
    return axis
