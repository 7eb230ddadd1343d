"""The ascent as a sparse nonlinear program: direct collocation with exact derivatives, assembled once per mesh.

Two kinds of functions make the whole program. *Point functions* (one per kind of phase, mapped over all its collocation
points) hold the dynamics, the unit length of the thrust axis and the limits; *glue* (one function) holds everything
that joins them: start, links between phases, ties of durations, propellant, target. Each comes with its own exact
Jacobian and Hessian, and only index arrays join them into the sparse matrices that the solver sees: building a
program costs milliseconds beyond its few symbolic functions, which a refined mesh or a second start uses again.
Everything that a neighbouring question may change (masses, thrusts, limits, target) is a parameter.
"""

from dataclasses import dataclass
from typing import Any

import casadi as ca
import numpy as np

from cosmodrome.ascent.glue import Context, make_glue
from cosmodrome.ascent.layout import SHORTEST_S, Layout, Rows, make_layout
from cosmodrome.ascent.mesh import Mesh, differentiation
from cosmodrome.ascent.parameters import Parameters
from cosmodrome.ascent.points import Library, PointFunctions, PointKind
from cosmodrome.ascent.sparse import scattered, sparse_sum, summed
from cosmodrome.catalogue.timeline import Timeline


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


def transcribe(
    timeline: Timeline, parameters: Parameters, p: np.ndarray, mesh: Mesh, rows: Rows, library: Library
) -> Program:
    """Return the `Program` of a timeline up to its insertion on a mesh (one `PhaseMesh` per phase).

    Of the numbers p only the scales of free durations are used, for their bounds.
    """
    phases = timeline.phases[: timeline.insertion + 1]
    kinds = [library.kind(phase, rows[k]) for k, phase in enumerate(phases)]
    layout = make_layout(phases, [kind.controls for kind in kinds], mesh)
    place = Parameters.PHASE.index("duration")
    base = np.array([p[parameters.phase_index(k)[place]] for k in range(len(phases))])
    return _Assembler(timeline, parameters, mesh, rows, library, kinds, layout, base).program()


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
        context = Context(timeline, parameters, layout, rows, library.scales, library.environment)
        self.glue = make_glue(context)

    def program(self) -> Program:
        w, p = self.w, self.p
        batches = self._batches()
        n_rows = self.point_rows + self.glue.rows
        lam = ca.MX.sym("lam", n_rows)
        lam_f = ca.MX.sym("lam_f")

        d_rows, d_columns, d_values = self._differentiation()
        linear = summed(d_rows, d_columns, d_values, (n_rows, self.layout.size))
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
        g = ca.mtimes(linear, w) + scattered([*values, (glue_rows, self.glue.value(z_glue, glue_p))], n_rows)

        # constraints with their Jacobian
        g_first = [(b.row_index.ravel(), ca.vec(out[0])) for b, out in firsts]
        glue_first = self.glue.first(z_glue, glue_p)
        g1 = ca.mtimes(linear, w) + scattered([*g_first, (glue_rows, glue_first[0])], n_rows)
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
        jacobian = sparse_sum(entries, (n_rows, self.layout.size))

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
        hessian = sparse_sum(
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
            first = 7 + int(kind.is_steered)
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
