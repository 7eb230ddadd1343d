"""Glue: the rows that join the phases of an ascent, as one symbolic function with exact derivatives.

Start, links between phases, ties of durations, propellant, launch azimuth, fairing release and target; masses in kg
and times in s inside, the rows themselves of order one.
"""

from dataclasses import dataclass

import casadi as ca
import numpy as np

import cosmodrome.ascent.symbols  # noqa: F401  (makes the equations symbolic)
from cosmodrome.ascent import targets
from cosmodrome.ascent.layout import Layout, Rows
from cosmodrome.ascent.limits import PATH_LIMITS, azimuth_rows, heading_row
from cosmodrome.ascent.parameters import Parameters
from cosmodrome.ascent.scaling import Scales
from cosmodrome.ascent.sparse import nonzeros
from cosmodrome.catalogue.timeline import Timeline
from cosmodrome.physics.frames import place
from cosmodrome.physics.motion import Environment, conditions


@dataclass(frozen=True)
class Glue:
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
        """Number of rows."""
        return len(self.names)


@dataclass(frozen=True)
class Context:
    """What the glue is made for: timeline, parameters, layout, the limits with rows, units and world."""

    timeline: Timeline
    parameters: Parameters
    layout: Layout
    rows: Rows
    scales: Scales
    environment: Environment


def make_glue(a: Context) -> Glue:
    """Return the glue of an ascent up to its insertion."""
    index = np.concatenate(
        [np.concatenate([a.layout.x0[k], a.layout.z[k][-1, :7]]) for k in range(a.timeline.insertion + 1)]
        + [
            np.array([d for d in a.layout.duration if d >= 0], dtype=int),
            np.array([a.layout.payload, a.layout.virtual, a.layout.anomaly]),
        ]
    )
    z, p = ca.SX.sym("z", len(index)), ca.SX.sym("p", a.parameters.size)
    where = {int(variable): z[i] for i, variable in enumerate(index)}
    rows = _Rows(a, where, p).rows()
    names = tuple(name for name, _, _ in rows)
    g = ca.vertcat(*(row for _, row, _ in rows))
    jacobian = ca.jacobian(g, z)
    lam = ca.SX.sym("lam", g.numel())
    hessian = ca.triu(ca.hessian(ca.dot(lam, g), z)[0])
    return Glue(
        index,
        ca.Function("glue", [z, p], [g]),
        ca.Function("glue_first", [z, p], [g, nonzeros(jacobian)]),
        ca.Function("glue_second", [z, p, lam], [nonzeros(hessian)]),
        jacobian.sparsity(),
        hessian.sparsity(),
        tuple(inequality for _, _, inequality in rows),
        names,
    )


class _Rows:
    """The rows (name, expression, is inequality <= 0) that join phases; masses in kg and times in s inside."""

    def __init__(self, a: Context, where: dict[int, ca.SX], p: ca.SX):
        self.a, self.where, self.p = a, where, p
        self.timeline, self.parameters, self.scales = a.timeline, a.parameters, a.scales
        self.phases = a.timeline.phases[: a.timeline.insertion + 1]
        self.count = len(self.phases)
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
            for flow in self.phases[k].flows:
                if flow.stage != stage:
                    continue
                if flow.is_throttled:
                    others = sum(
                        (self._given(other.stage, k) for other in self.phases[k].flows if other is not flow),
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
        for drop in self.phases[k].drops:
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
            scale = max(1.0, sum(self.phases[k].nominal_s for k in mine))
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
            if not burn.is_open:
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
        earth = self.a.environment.earth
        v = [self.scales.speed * x for x in state[3:6]]
        v_ground = (v[0] + earth.rotation * r[1], v[1] - earth.rotation * r[0], v[2])
        local = place(r, earth)
        row = heading_row(v_ground, local, self.number("azimuth.heading"))
        self._at_most_zero("heading", row - self.number("azimuth.slack"))
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
        up = place(r, self.a.environment.earth).up
        leg = self.phases[k].leg
        c = conditions(r, v, up, 1.0, 0.0, leg, self.a.environment)
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
        earth = self.a.environment.earth
        for i, row in enumerate(targets.rows(r, v, nu, self.parameters.shape, k, earth)):
            self._equal(f"target.{i}", row)
        for i, row in enumerate(targets.side_rows(r, v, nu, self.parameters.shape, k, earth)):
            self._at_most_zero(f"side.{i}", row)
