"""Flies a programme: every phase in turn from the first state, switching at the programme's times, never reset.

What the flight was is kept in `Flight`; what is told of it (events, burns, columns, peaks) is derived from it on
demand, in `telling` and `sampling`.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome.catalogue.timeline import Drop, Phase
from cosmodrome.flight import sampling, telling
from cosmodrome.flight.audit import Audit, audit
from cosmodrome.flight.events import Trace, trace
from cosmodrome.flight.fall import Fall, fall
from cosmodrome.flight.integrate import (
    DONE,
    GROUND,
    NOT_FINITE,
    RTOL,
    SIZES,
    Arc,
    integrate_packed,
    states_at,
)
from cosmodrome.flight.packing import pack
from cosmodrome.flight.programme import Programme
from cosmodrome.physics.frames import place
from cosmodrome.shown import Shown

Array = NDArray[np.float64]

# a switch nearer than this to the end of its phase is that end: rounding of sums of durations
_SLIVER_S = 1e-9
# how far (m) below its first altitude, and the Earth's figure, a flight may sink before it has hit the ground
_SINK_M = 1.0
_REASONS = {GROUND: "comes down to the ground", NOT_FINITE: "has a state that is no number"}


@dataclass(frozen=True, eq=False)
class Segment:
    """One phase as flown: its arc, the vectors it was flown with, and what each stage burnt in it (kg)."""

    index: int
    phase: Phase
    arc: Arc
    vectors: tuple[Array, Array, Array]
    burnt_kg: Mapping[str, float]

    @property
    def t0_s(self) -> float:
        """When the phase began."""
        return float(self.arc.t_s[0])

    @cached_property
    def trace(self) -> Trace:
        """The samples of this phase in which events and peaks are looked for."""
        return trace(self.arc, self.vectors, self.t0_s)


@dataclass(frozen=True)
class State:
    """Where a flight is at one time: ECI position (m) and velocity (m/s), mass (kg)."""

    t_s: float
    r_eci_m: tuple[float, float, float]
    v_eci_m_s: tuple[float, float, float]
    mass_kg: float


@dataclass(frozen=True)
class Dropped:
    """A drop as it happened: when, from which state (12,) before it, with what mass (all pieces, kg)."""

    drop: Drop
    t_s: float
    y: Array
    mass_kg: float


@dataclass(frozen=True, eq=False, repr=False)
class Flight(Shown):
    """A programme as flown, phase by phase, with what left on the way.

    `propellant_left_kg` is that of each stage (all units) at its separation, or at the end. `reason` is None for a
    flight that came to its end, else why it did not; the segments end there. `rtol` is the tolerance of its steps.
    Arrays are SI: `t_s` (n,), `y` (n, 12), ECI.

    In a notebook it shows itself; `plot` draws it, `to_pandas` and `columns` are its table.
    """

    programme: Programme
    segments: tuple[Segment, ...]
    dropped: tuple[Dropped, ...]
    propellant_left_kg: Mapping[str, float]
    reason: str | None
    rtol: float

    @cached_property
    def t_s(self) -> Array:
        """Times (n,) of all integration steps; a switch is there twice."""
        return np.concatenate([s.arc.t_s for s in self.segments])

    @cached_property
    def y(self) -> Array:
        """States (n, 12) at `t_s`: r, v, m and the velocity budget, see `integrate`."""
        return np.concatenate([s.arc.y for s in self.segments])

    @property
    def phases(self) -> NDArray[np.str_]:
        """Phase ids (n,) at `t_s`."""
        return np.concatenate([np.full(s.arc.t_s.size, s.phase.id) for s in self.segments])

    @property
    def phase_ends(self) -> Array:
        """States (k, 12) at the ends of the phases, before what is dropped there."""
        return np.array([s.arc.y[-1] for s in self.segments])

    def state_at(self, t_s: float) -> Array:
        """The state (12,) at a time, after the switch where there is one; ValueError outside the flight."""
        first, last = self.segments[0].t0_s, float(self.segments[-1].arc.t_s[-1])
        if not first <= t_s <= last:
            raise ValueError(f"t_s = {t_s} is outside the flight, {first} to {last} s")
        segment = [s for s in self.segments if s.t0_s <= t_s][-1]
        arc = segment.arc
        return states_at(np.array([float(t_s)]), arc.t_s, arc.y, arc.dense)[0]  # type: ignore[no-any-return]

    @property
    def insertion(self) -> State:
        """The state at the end of the programme's insertion step (of the flight, where it ended before that)."""
        return _state(self.segments[min(self.programme.insertion_step, len(self.segments) - 1)])

    @property
    def end(self) -> State:
        """The state at the end of the last phase, before what is dropped there."""
        return _state(self.segments[-1])

    @property
    def liftoff_mass_kg(self) -> float:
        """Mass at the start of the flight, kg."""
        return float(self.segments[0].arc.y[0, 6])

    @property
    def final_mass_kg(self) -> float:
        """Mass at insertion, kg."""
        return self.insertion.mass_kg

    @property
    def delta_v_m_s(self) -> dict[str, float]:
        """The velocity budget of the whole flight, keys of result.json."""
        start, end = self.segments[0].arc.y[0], self.segments[-1].arc.y[-1]
        names = ("ideal", "pressure_loss", "steering_loss", "drag_loss", "gravity_loss")
        return {"gain": math.hypot(*start[3:6]), **dict(zip(names, map(float, end[7:]), strict=True))}

    @cached_property
    def audit(self) -> Audit:
        """How far its books are from closing: energy, velocity, mass."""
        return audit(self)

    @cached_property
    def events(self) -> list["telling.FlightEvent"]:
        """What happened, times ascending."""
        return telling.events(self)

    @cached_property
    def burns(self) -> list[dict[str, Any]]:
        """Rows of result.json's `burns`."""
        return telling.burns(self)

    @property
    def stages(self) -> list[dict[str, Any]]:
        """Rows of result.json's `stages`."""
        return telling.stages(self)

    @cached_property
    def falls(self) -> list[Fall]:
        """The fall of everything that was dropped, in order."""
        world, rtol = self.programme.environment, self.rtol
        return [fall(d.drop, d.mass_kg, d.t_s, d.y, world, rtol) for d in self.dropped]

    @property
    def drop_points(self) -> list[dict[str, Any]]:
        """Rows of result.json's `drop_points`: of the falls that reach the ground."""
        return telling.drop_points(self)

    @property
    def assumptions(self) -> list[str]:
        """Sentences on what was taken for granted in the flight and its falls."""
        return telling.assumptions(self)

    def insertion_row(self) -> dict[str, Any]:
        """Result.json's `insertion`."""
        return telling.insertion(self)

    def to_record(self) -> dict[str, Any]:
        """What a flight alone tells of result.json, as plain data under the names there."""
        left = self.stages
        return {
            "payload_kg": self.programme.payload_kg,
            "margin_kg": left[-1]["usable_propellant_left_kg"] if left else None,
            "final_mass_kg": self.final_mass_kg,
            "liftoff_mass_kg": self.liftoff_mass_kg,
            "insertion": self.insertion_row(),
            "events": [asdict(event) for event in self.events],
            "burns": self.burns,
            "stages": left,
            "delta_v_m_s": self.delta_v_m_s,
            "audit": self.audit.to_record(),
            "drop_points": self.drop_points,
        }

    def columns(self) -> dict[str, NDArray[Any]]:
        """The columns of trajectory.parquet, each (n,)."""
        return sampling.columns(self)

    def peaks(self, min_coast_altitude_m: float | None = None) -> dict[str, "sampling.Peak"]:
        """The extreme of each limited quantity on the dense flight, see `sampling.peaks`."""
        return sampling.peaks(self, min_coast_altitude_m)


def fly(programme: Programme, rtol: float = RTOL) -> Flight:
    """Return the `Flight` of a programme, integrated to the relative tolerance `rtol` per step.

    By DOP853, landing on every switch (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, sec. II.5).
    The programme of a plan is `plan.flight.programme`, that of a file `Programme.from_json`.

    A flight that comes down to the ground or stops being finite ends there, with a reason; nothing is raised.
    """
    world = pack(programme.environment)
    y = np.array([*programme.r_eci_m, *programme.v_eci_m_s, programme.masses.initial_kg, *[0.0] * 5])
    start = place(programme.r_eci_m, programme.environment.earth).altitude
    ground = min(0.0, start) - _SINK_M
    left = dict(programme.masses.propellant_kg)
    segments: list[Segment] = []
    dropped: list[Dropped] = []
    reason = None
    times = programme.times_s.tolist()
    for i, step in enumerate(programme.steps):
        t0, t1 = times[i], times[i + 1]
        edges = step.attitude.edges
        breaks = edges[(edges > t0 + _SLIVER_S) & (edges < t1 - _SLIVER_S)]
        vectors = (pack(step.phase.leg), pack(step.attitude), world)
        status, t, ys, dense = integrate_packed(
            *vectors, y, t0, t1, t0, breaks, rtol, rtol * SIZES, 0.1, math.inf, ground
        )
        burnt = _burnt(step.phase, float(t[-1]) - t0, float(ys[0, 6] - ys[-1, 6]))
        segments.append(Segment(i, step.phase, Arc(status, t, ys, dense), vectors, burnt))
        for stage, kg in burnt.items():
            left[stage] -= kg
        if status != DONE:
            reason = (
                f"{_REASONS.get(status, 'could not be integrated')} at t_s = {t[-1]:.3f} in {step.phase.id}"
            )
            break
        y = ys[-1].copy()
        for drop in step.phase.drops:
            mass = drop.mass_kg
            if drop.stage is not None:
                mass += left[drop.stage]
            dropped.append(Dropped(drop, t1, ys[-1], mass))
            y[6] -= mass
    return Flight(programme, tuple(segments), tuple(dropped), left, reason, rtol)


def _burnt(phase: Phase, duration_s: float, total_kg: float) -> dict[str, float]:
    """Propellant (kg) by stage; what a free throttle left of the total is shared by full flow."""
    burnt = {flow.stage: flow.burnt_kg(duration_s) for flow in phase.flows if not flow.is_throttled}
    throttled = {flow.stage: flow.flow_kg_s for flow in phase.flows if flow.is_throttled}
    rest, full = total_kg - sum(burnt.values()), sum(throttled.values())
    return burnt | {stage: rest * flow / full for stage, flow in throttled.items()}


def _state(segment: Segment) -> State:
    y = segment.arc.y[-1].tolist()
    return State(float(segment.arc.t_s[-1]), (y[0], y[1], y[2]), (y[3], y[4], y[5]), y[6])
