"""The ascent as a sparse nonlinear program: direct collocation with exact derivatives, assembled once per mesh.

Two kinds of functions make the whole program. *Point functions* (one per kind of phase, mapped over all its collocation
points) hold the dynamics, the unit length of the thrust axis and the limits; *glue* (one function) holds everything
that joins them: start, links between phases, ties of durations, propellant, target. Each comes with its own exact
Jacobian and Hessian, and only index arrays join them into the sparse matrices that the solver sees: building a
program costs milliseconds beyond its few symbolic functions, which a refined mesh or a second start uses again.
Everything that a neighbouring question may change (masses, thrusts, limits, target) is a parameter.
    variables, in this order: for each phase its start x0 (7), then (x, u[, k]) at each point, then its duration where
    free; last the payload, the virtual velocity of the elastic pass, and the true anomaly of the insertion
"""

from dataclasses import dataclass, field
from typing import Any

import casadi as ca
import numpy as np

import cosmodrome.ascent.symbols  # noqa: F401  (makes the equations symbolic)
from cosmodrome.ascent import targets
from cosmodrome.ascent.limits import PATH_LIMITS, azimuth_rows, heading_row
from cosmodrome.ascent.mesh import Mesh, differentiation
from cosmodrome.ascent.parameters import Parameters
from cosmodrome.ascent.scaling import Scales
from cosmodrome.catalogue.phases import Phase, Timeline
from cosmodrome.physics.aerodynamics import Aero
from cosmodrome.physics.frames import place
from cosmodrome.physics.motion import Environment, Leg, acceleration, conditions
from cosmodrome.physics.propulsion import Propulsion
from cosmodrome.physics.vector import dot

SHORTEST_S = 0.1
"""Least length (s) of a phase whose duration is free: in none at all the thrust axis would mean nothing, and a solver
finds stationary points there that no flight has."""

Rows = tuple[tuple[str, ...], ...]
"""For each phase the keys of the limits that have rows there."""


@dataclass(frozen=True)
class PointKind:
    """What makes two phases share a point function: aerodynamics, attitude, throttle, limits."""

    aero: int
    is_vertical: bool
    is_throttled: bool
    limits: tuple[str, ...]

    @property
    def controls(self) -> int:
        """Controls at a point: none in a vertical rise, else the thrust axis and perhaps a throttle."""
        return (0 if self.is_vertical else 3) + int(self.is_throttled)


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
        return PointKind(aero, phase.is_vertical, phase.is_throttled, limits)

    def get(self, kind: PointKind) -> PointFunctions:
        """The functions of a kind, compiled when first asked for."""
        if kind not in self.functions:
            self.functions[kind] = _point_functions(kind, self)
        return self.functions[kind]


@dataclass(frozen=True)
class Program:
    """A transcribed ascent: the solver's functions, the layout, and the bounds that are no parameters."""

    timeline: Timeline
    mesh: Mesh
    rows: Rows
    layout: Layout
    nlp: dict[str, Any]
    options: dict[str, ca.Function]
    lower_x: np.ndarray
    upper_x: np.ndarray
    lower_g: np.ndarray
    upper_g: np.ndarray
    point_rows: tuple[np.ndarray, ...]
    glue_names: tuple[str, ...]
    glue_start: int
    constraints: ca.Function


def make_library(timeline: Timeline, environment: Environment, scales: Scales) -> Library:
    """Return an empty `Library` for the aerodynamics that occur in a timeline."""
    aeros: list[Aero] = []
    for phase in timeline.phases:
        if not any(same(a._replace(area=0.0), phase.leg.aero._replace(area=0.0)) for a in aeros):
            aeros.append(phase.leg.aero)
    return Library(environment, scales, tuple(aeros))


def transcribe(
    timeline: Timeline, parameters: Parameters, p: np.ndarray, mesh: Mesh, rows: Rows, library: Library
) -> Program:
    """Return the `Program` of a timeline up to its insertion on a mesh (one `PhaseMesh` per phase).

    Of the numbers p only the scales of free durations are used, for their bounds.
    """
    phases = timeline.phases[: timeline.insertion + 1]
    kinds = [library.kind(phase, rows[k]) for k, phase in enumerate(phases)]
    layout = _layout(phases, kinds, mesh)
    place = Parameters.PHASE.index("duration")
    base = np.array([p[parameters.phase_index(k)[place]] for k in range(len(phases))])
    return _Assembler(timeline, parameters, mesh, rows, library, kinds, layout, base).program()


def same(a: Any, b: Any) -> bool:
    """Whether two trees of tuples, arrays and numbers are equal."""
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(np.array_equal(a, b))


def _layout(phases: tuple[Phase, ...], kinds: list[PointKind], mesh: Mesh) -> Layout:
    x0, z, duration, n = [], [], [], 0
    for phase, kind, cut in zip(phases, kinds, mesh, strict=True):
        x0.append(np.arange(n, n + 7))
        n += 7
        points, size = cut.intervals * cut.degree, 7 + kind.controls
        z.append(np.arange(n, n + points * size).reshape(points, size))
        n += points * size
        duration.append(-1 if phase.is_fixed else n)
        n += 0 if phase.is_fixed else 1
    return Layout(tuple(x0), tuple(z), tuple(duration), n, n + 1, n + 2, n + 3)


# --- point functions -----------------------------------------------------------------------------------------------


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
        ca.Function("first", [z, q, ht, hb], [rows, _nonzeros(jacobian), -hb * f]),
        ca.Function("second", [z, q, ht, hb, lam], [_nonzeros(hessian), across]),
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
    u = place(r, environment.earth).up if kind.is_vertical else tuple(z[i] for i in range(7, 10))
    throttle = z[z.numel() - 1] if kind.is_throttled else 1.0
    leg = Leg(
        Propulsion(*(numbers[name] for name in Propulsion._fields)),
        library.aeros[kind.aero]._replace(area=numbers["area"]),
    )
    c = conditions(r, v, u, throttle, numbers["elapsed"], leg, environment)
    a = acceleration(c, u, m)
    rates = [x / s.length for x in v] + [x / s.speed for x in a] + [-c.mdot / mass_scale]
    rows = [] if kind.is_vertical else [dot(u, u) - 1.0]
    rows += [PATH_LIMITS[key].row(c, u, m, numbers[key]) for key in kind.limits]
    return ca.vertcat(*rates), ca.vertcat(*rows) if rows else ca.SX(0, 1)


def _nonzeros(matrix: ca.SX) -> ca.SX:
    return ca.vertcat(*matrix.nonzeros()) if matrix.nnz() else ca.SX(0, 1)


# --- assembly --------------------------------------------------------------------------------------------------------


class _Assembler:
    """Joins point functions and glue into the solver's functions by index arrays."""

    def __init__(
        self,
        timeline: Timeline,
        parameters: Parameters,
        mesh: Mesh,
        rows: Rows,
        library: Library,
        kinds: list[PointKind],
        layout: Layout,
        base_s: np.ndarray,
    ):
        self.base_s = base_s
        self.timeline, self.parameters, self.mesh, self.rows = timeline, parameters, mesh, rows
        self.library, self.kinds, self.layout = library, kinds, layout
        self.phases = timeline.phases[: timeline.insertion + 1]
        self.w, self.p = ca.MX.sym("w", layout.size), ca.MX.sym("p", parameters.size)
        # row numbers of each phase's points: (points, rows of a point)
        self.row_index, n = [], 0
        for k in range(len(self.phases)):
            shape = (len(layout.z[k]), library.get(kinds[k]).rows)
            self.row_index.append(np.arange(n, n + shape[0] * shape[1]).reshape(shape))
            n += shape[0] * shape[1]
        self.point_rows = n
        self.glue = _glue(self)

    def program(self) -> Program:
        w, p = self.w, self.p
        batches = self._batches()
        n_rows = self.point_rows + self.glue.rows
        lam = ca.MX.sym("lam", n_rows)
        lam_f = ca.MX.sym("lam_f")

        d_rows, d_columns, d_values = self._differentiation()
        linear = _coalesced(d_rows, d_columns, d_values, (n_rows, self.layout.size))
        glue_p = p
        z_glue = w[self.glue.index]

        values, firsts, seconds = [], [], []
        for b in batches:
            z, q, ht, hb = self._gather(b)
            n = b.points
            values.append((b.row_index.ravel(), ca.vec(b.functions.value.map(n)(z, q, ht))))
            firsts.append((b, b.functions.first.map(n)(z, q, ht, hb)))
            mine = ca.reshape(lam[b.row_index.ravel()], b.functions.rows, n)
            seconds.append((b, b.functions.second.map(n)(z, q, ht, hb, mine)))

        glue_rows = np.arange(self.point_rows, n_rows)

        # constraints without derivatives
        g = ca.mtimes(linear, w) + _scatter([*values, (glue_rows, self.glue.value(z_glue, glue_p))], n_rows)

        # constraints with their Jacobian
        g_first = [(b.row_index.ravel(), ca.vec(out[0])) for b, out in firsts]
        glue_first = self.glue.first(z_glue, glue_p)
        g1 = ca.mtimes(linear, w) + _scatter([*g_first, (glue_rows, glue_first[0])], n_rows)
        entries = [(d_rows, d_columns, ca.MX(ca.DM(d_values)))]
        for b, out in firsts:
            local_rows, local_columns = (np.array(x) for x in b.functions.jacobian.get_triplet())
            entries.append(
                (b.row_index[:, local_rows].ravel(), b.z_index[:, local_columns].ravel(), ca.vec(out[1]))
            )
            if b.free.size:
                chosen = out[2][:, b.free.tolist()]
                entries.append(
                    (
                        b.row_index[b.free][:, :7].ravel(),
                        np.repeat(b.duration[b.free], 7),
                        ca.vec(chosen),
                    )
                )
        local_rows, local_columns = (np.array(x) for x in self.glue.jacobian.get_triplet())
        entries.append((glue_rows[local_rows], self.glue.index[local_columns], glue_first[1]))
        jacobian = _sparse(entries, (n_rows, self.layout.size))

        # Hessian of the Lagrangian, upper triangle
        entries = []
        for b, out in seconds:
            local_rows, local_columns = (np.array(x) for x in b.functions.hessian.get_triplet())
            entries.append(
                (b.z_index[:, local_rows].ravel(), b.z_index[:, local_columns].ravel(), ca.vec(out[0]))
            )
            if b.free.size:
                size = b.functions.size
                entries.append(
                    (
                        b.z_index[b.free].ravel(),
                        np.repeat(b.duration[b.free], size),
                        ca.vec(out[1][:, b.free.tolist()]),
                    )
                )
        glue_second = self.glue.second(z_glue, glue_p, lam[glue_rows])
        local_rows, local_columns = (np.array(x) for x in self.glue.hessian.get_triplet())
        entries.append((self.glue.index[local_rows], self.glue.index[local_columns], glue_second))
        hessian = _sparse(
            [(np.minimum(r, c), np.maximum(r, c), values) for r, c, values in entries],
            (self.layout.size, self.layout.size),
        )

        f = self._objective()
        options = {
            "jac_g": ca.Function("jac_g", [w, p], [g1, jacobian]),
            "hess_lag": ca.Function("hess_lag", [w, p, lam_f, lam], [hessian]),
        }
        low_g, high_g = self._row_bounds(n_rows)
        low_x, high_x = self._variable_bounds()
        return Program(
            self.timeline,
            self.mesh,
            self.rows,
            self.layout,
            {"x": w, "p": p, "f": f, "g": g},
            options,
            low_x,
            high_x,
            low_g,
            high_g,
            tuple(self.row_index),
            self.glue.names,
            self.point_rows,
            ca.Function("constraints", [w, p], [g, f]),
        )

    def _objective(self) -> ca.MX:
        """Minus what is maximised, in units of the payload scale, plus the price of virtual velocity."""
        one = self.parameters.index
        end = int(self.layout.z[-1][-1, 6])
        return (
            -self.p[one("weight_payload")] * self.w[self.layout.payload]
            - self.p[one("weight_final_mass")] * self.w[end]
            + self.p[one("price")] * self.w[self.layout.virtual]
        )

    def _batches(self) -> list["_Batch"]:
        """Phases of one kind evaluated together."""
        batches = []
        for kind in dict.fromkeys(self.kinds):
            mine = [k for k, other in enumerate(self.kinds) if other == kind]
            fractions, widths, numbers, durations = [], [], [], []
            for k in mine:
                cut = self.mesh[k]
                fractions.append(cut.points)
                widths.append(np.repeat(cut.widths, cut.degree))
                n = len(cut.points)
                numbers.append(np.repeat(self.parameters.phase_index(k)[None, :], n, axis=0))
                durations.append(np.full(n, self.layout.duration[k]))
            batches.append(
                _Batch(
                    self.library.get(kind),
                    np.concatenate([self.layout.z[k] for k in mine]),
                    np.concatenate([self.row_index[k] for k in mine]),
                    np.concatenate(numbers),
                    np.concatenate(widths),
                    np.concatenate(fractions),
                    np.concatenate(durations),
                )
            )
        return batches

    def _gather(self, b: "_Batch") -> tuple[ca.MX, ca.MX, ca.MX, ca.MX]:
        """z (size, n), q (numbers, n), h T and h T_base (1, n) of a batch's points."""
        n = b.points
        z = ca.reshape(self.w[b.z_index.ravel()], b.functions.size, n)
        base = self.p[b.number_index[:, Parameters.PHASE.index("duration")]]
        with_one = ca.vertcat(self.w, 1.0)
        # a phase of fixed length stretches by the constant behind the last variable
        stretch = with_one[np.where(b.duration < 0, self.layout.size, b.duration)]
        hb = ca.DM(b.widths) * base
        elapsed = ca.DM(b.fractions) * base
        q = ca.reshape(self.p[b.number_index.ravel()], len(Parameters.PHASE), n)
        return z, ca.vertcat(q, elapsed.T), (hb * stretch).T, hb.T

    def _differentiation(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Triplets of the linear part of all defects: sum over k of D[j, k] x_k."""
        rows, columns, values = [], [], []
        for k, cut in enumerate(self.mesh):
            d, matrix = cut.degree, differentiation(cut.degree)
            states = np.vstack([self.layout.x0[k], self.layout.z[k][:, :7]])
            for i in range(cut.intervals):
                nodes = states[i * d : i * d + d + 1]
                for j in range(d):
                    row = self.row_index[k][i * d + j, :7]
                    for other in range(d + 1):
                        rows.append(row)
                        columns.append(nodes[other])
                        values.append(np.full(7, matrix[j, other]))
        return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)

    def _row_bounds(self, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
        low, high = np.zeros(n_rows), np.zeros(n_rows)
        for k, kind in enumerate(self.kinds):
            first = 7 + (0 if kind.is_vertical else 1)
            low[self.row_index[k][:, first:]] = -np.inf
        for j, is_inequality in enumerate(self.glue.inequality):
            if is_inequality:
                low[self.point_rows + j] = -np.inf
        return low, high

    def _variable_bounds(self) -> tuple[np.ndarray, np.ndarray]:
        low, high = np.full(self.layout.size, -np.inf), np.full(self.layout.size, np.inf)
        for k, kind in enumerate(self.kinds):
            low[self.layout.x0[k][6]] = 1e-3
            low[self.layout.z[k][:, 6]] = 1e-3
            if kind.is_throttled:
                low[self.layout.z[k][:, -1]] = self.phases[k].throttle_min
                high[self.layout.z[k][:, -1]] = self.phases[k].throttle_max
            if self.layout.duration[k] >= 0:
                low[self.layout.duration[k]] = SHORTEST_S / self.base_s[k]
        low[self.layout.payload] = 0.0
        low[self.layout.virtual] = 0.0
        if not self.parameters.shape.is_eccentric:
            low[self.layout.anomaly] = high[self.layout.anomaly] = 0.0
        return low, high


@dataclass(frozen=True)
class _Batch:
    """Points of all phases of one kind: index arrays with one row per point."""

    functions: PointFunctions
    z_index: np.ndarray
    row_index: np.ndarray
    number_index: np.ndarray
    widths: np.ndarray
    fractions: np.ndarray
    duration: np.ndarray

    @property
    def points(self) -> int:
        return len(self.widths)

    @property
    def free(self) -> np.ndarray:
        """Points of phases whose duration is a variable."""
        return np.flatnonzero(self.duration >= 0)


def _scatter(parts: list[tuple[np.ndarray, ca.MX]], size: int) -> ca.MX:
    """Return the vector whose entries `rows` are the given values; every row is given once."""
    order = np.concatenate([rows for rows, _ in parts])
    place_of = np.empty(size, dtype=int)
    place_of[order] = np.arange(size)
    return ca.vertcat(*(values for _, values in parts))[place_of]


def _coalesced(rows: np.ndarray, columns: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> ca.DM:
    return ca.DM.triplet(rows.tolist(), columns.tolist(), ca.DM(values), *shape)


def _sparse(entries: list[tuple[np.ndarray, np.ndarray, ca.MX]], shape: tuple[int, int]) -> ca.MX:
    """Return the sparse matrix that sums the values given at (row, column)."""
    rows = np.concatenate([r for r, _, _ in entries])
    columns = np.concatenate([c for _, c, _ in entries])
    keys = columns.astype(np.int64) * shape[0] + rows
    unique, where = np.unique(keys, return_inverse=True)
    sparsity = ca.Sparsity.triplet(*shape, (unique % shape[0]).tolist(), (unique // shape[0]).tolist())
    total = ca.DM.triplet(
        where.tolist(), list(range(len(keys))), ca.DM.ones(len(keys)), len(unique), len(keys)
    )
    return ca.MX(sparsity, ca.mtimes(total, ca.vertcat(*(values for _, _, values in entries))))


# --- glue ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Glue:
    """Rows that join the phases, with derivatives, over the variables `index`."""

    index: np.ndarray
    value: ca.Function
    first: ca.Function
    second: ca.Function
    jacobian: ca.Sparsity
    hessian: ca.Sparsity
    inequality: tuple[bool, ...]
    names: tuple[str, ...]

    @property
    def rows(self) -> int:
        return len(self.names)


def _glue(a: _Assembler) -> _Glue:
    index = np.concatenate(
        [np.concatenate([a.layout.x0[k], a.layout.z[k][-1, :7]]) for k in range(len(a.phases))]
        + [
            np.array([d for d in a.layout.duration if d >= 0], dtype=int),
            np.array([a.layout.payload, a.layout.virtual, a.layout.anomaly]),
        ]
    )
    z, p = ca.SX.sym("z", len(index)), ca.SX.sym("p", a.parameters.size)
    where = {int(variable): z[i] for i, variable in enumerate(index)}
    rows = GlueRows(a, where, p).rows()
    names = tuple(name for name, _, _ in rows)
    g = ca.vertcat(*(row for _, row, _ in rows))
    jacobian = ca.jacobian(g, z)
    lam = ca.SX.sym("lam", g.numel())
    hessian = ca.triu(ca.hessian(ca.dot(lam, g), z)[0])
    return _Glue(
        index,
        ca.Function("glue", [z, p], [g]),
        ca.Function("glue_first", [z, p], [g, _nonzeros(jacobian)]),
        ca.Function("glue_second", [z, p, lam], [_nonzeros(hessian)]),
        jacobian.sparsity(),
        hessian.sparsity(),
        tuple(inequality for _, _, inequality in rows),
        names,
    )


class GlueRows:
    """The rows (name, expression, is inequality <= 0) that join phases; masses in kg and times in s inside."""

    def __init__(self, a: _Assembler, where: dict[int, ca.SX], p: ca.SX):
        self.a, self.where, self.p = a, where, p
        self.timeline, self.parameters, self.scales = a.timeline, a.parameters, a.library.scales
        self.count = len(a.phases)
        self.found: list[tuple[str, ca.SX, bool]] = []

    def number(self, name: str) -> ca.SX:
        return self.p[self.parameters.index(name)]

    def phase_number(self, k: int, name: str) -> ca.SX:
        return self.p[int(self.parameters.phase_index(k)[Parameters.PHASE.index(name)])]

    def start(self, k: int) -> list[ca.SX]:
        return [self.where[int(i)] for i in self.a.layout.x0[k]]

    def end(self, k: int) -> list[ca.SX]:
        return [self.where[int(i)] for i in self.a.layout.z[k][-1, :7]]

    def duration(self, k: int) -> ca.SX:
        i = self.a.layout.duration[k]
        base = self.phase_number(k, "duration")
        return base * self.where[i] if i >= 0 else base

    def mass(self, k: int, at_end: bool) -> ca.SX:
        state = self.end(k) if at_end else self.start(k)
        return self.phase_number(k, "mass_scale") * state[6]

    def burnt(self, stage: str, phases: range | tuple[int, ...]) -> ca.SX:
        """Propellant (kg) that a stage burns in the given phases."""
        total = ca.SX(0.0)
        for k in phases:
            for flow in self.a.phases[k].flows:
                if flow.stage != stage:
                    continue
                if flow.is_throttled:
                    others = sum(
                        (
                            self._given(other.stage, k)
                            for other in self.a.phases[k].flows
                            if other is not flow
                        ),
                        ca.SX(0.0),
                    )
                    total += self.mass(k, False) - self.mass(k, True) - others
                else:
                    total += self._given(stage, k)
        return total

    def _given(self, stage: str, k: int) -> ca.SX:
        t = self.duration(k)
        flow, rate = self.parameters.flow_index(k, stage)
        return self.p[flow] * t + 0.5 * self.p[rate] * t * t

    def rows(self) -> list[tuple[str, ca.SX, bool]]:
        self._initial()
        for k in range(self.count - 1):
            self._link(k)
        self._ties()
        self._propellant()
        self._azimuth()
        self._release()
        self._target()
        return self.found

    def _equal(self, name: str, row: ca.SX) -> None:
        self.found.append((name, row, False))

    def _at_most_zero(self, name: str, row: ca.SX) -> None:
        self.found.append((name, row, True))

    def _initial(self) -> None:
        state = self.start(0)
        scales = [self.scales.length] * 3 + [self.scales.speed] * 3
        for i in range(6):
            self._equal(f"start.{i}", state[i] - self.number(f"start.{i}") / scales[i])
        payload = self.number("payload_scale") * self.where[self.a.layout.payload]
        whole = self.number("mass_without_payload") + payload
        self._equal("start.mass", (self.mass(0, False) - whole) / self.phase_number(0, "mass_scale"))

    def _link(self, k: int) -> None:
        before, after = self.end(k), self.start(k + 1)
        for i in range(6):
            self._equal(f"link.{k}.{i}", after[i] - before[i])
        dropped = self.phase_number(k, "drop")
        for drop in self.a.phases[k].drops:
            if drop.stage is not None:
                load = self.number(f"load.{drop.stage}")
                dropped += load - self.burnt(drop.stage, range(k + 1))
        gap = self.mass(k + 1, False) - self.mass(k, True) + dropped
        self._equal(f"link.{k}.mass", gap / self.phase_number(k + 1, "mass_scale"))

    def _ties(self) -> None:
        for tie in self.timeline.ties:
            mine = [k for k in tie.phases if k < self.count]
            if not mine:
                continue
            total = sum((self.duration(k) for k in mine), ca.SX(0.0))
            scale = max(1.0, sum(self.a.phases[k].nominal_s for k in mine))
            low, high = (self.number(f"tie.{tie.name}.{side}") for side in ("lower", "upper"))
            if tie.lower_s == tie.upper_s:
                self._equal(f"tie.{tie.name}", (total - low) / scale)
                continue
            if tie.lower_s > 0.0:
                self._at_most_zero(f"tie.{tie.name}.lower", (low - total) / scale)
            if np.isfinite(tie.upper_s):
                self._at_most_zero(f"tie.{tie.name}.upper", (total - high) / scale)

    def _propellant(self) -> None:
        for burn in self.timeline.burns:
            if not burn.is_commanded:
                continue
            usable = self.number(f"usable.{burn.stage}")
            used = self.burnt(burn.stage, tuple(k for k in burn.phases if k < self.count))
            row = (used - usable) / usable
            if burn.must_deplete:
                self._equal(f"propellant.{burn.stage}", row)
            else:
                self._at_most_zero(f"propellant.{burn.stage}", row)

    def _azimuth(self) -> None:
        state = self.end(self.parameters.azimuth_phase)
        r = tuple(self.scales.length * x for x in state[:3])
        earth = self.a.library.environment.earth
        v = [self.scales.speed * x for x in state[3:6]]
        v_ground = (v[0] + earth.rotation * r[1], v[1] - earth.rotation * r[0], v[2])
        local = place(r, earth)
        self._at_most_zero("heading", heading_row(v_ground, local, self.number("azimuth.heading")))
        if not self.parameters.has_corridor:
            return
        low, high = self.number("azimuth.low"), self.number("azimuth.high")
        names = ("launch_azimuth_min_rad", "launch_azimuth_max_rad")
        for name, row in zip(names, azimuth_rows(v_ground, local, low, high), strict=True):
            self._at_most_zero(name, row)

    def _release(self) -> None:
        """The heat flux at the instant of release: a Radau phase has no point at its own start."""
        key = "fairing_heat_flux_w_m2"
        limited = [k for k in range(self.count) if key in self.a.rows[k]]
        if not limited:
            return
        k = limited[0]
        state = self.start(k)
        r = tuple(self.scales.length * x for x in state[:3])
        v = tuple(self.scales.speed * x for x in state[3:6])
        up = place(r, self.a.library.environment.earth).up
        leg = self.a.phases[k].leg
        c = conditions(r, v, up, 1.0, 0.0, leg, self.a.library.environment)
        self._at_most_zero(key, PATH_LIMITS[key].row(c, up, 1.0, self.phase_number(k, key)))

    def _target(self) -> None:
        state = self.end(self.count - 1)
        r = tuple(self.scales.length * x for x in state[:3])
        # what the rocket lacks is a push along its own motion at the end, which no rocket can have and none that is
        # able pays for
        length = ca.sqrt(state[3] ** 2 + state[4] ** 2 + state[5] ** 2)
        pushed = 1.0 + self.where[self.a.layout.virtual] / length
        v = tuple(self.scales.speed * pushed * x for x in state[3:6])
        k = targets.TargetNumbers(*(self.number(f"target.{f}") for f in targets.TargetNumbers._fields))
        nu = self.where[self.a.layout.anomaly]
        earth = self.a.library.environment.earth
        for i, row in enumerate(targets.rows(r, v, nu, self.parameters.shape, k, earth)):
            self._equal(f"target.{i}", row)
        for i, row in enumerate(targets.side_rows(r, v, nu, self.parameters.shape, k)):
            self._at_most_zero(f"side.{i}", row)
