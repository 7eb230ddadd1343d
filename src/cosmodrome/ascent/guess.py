"""A flown first guess: a few numbers steer a cheap flight near the target, and the optimiser starts from its states.

Rise, a small tilt toward the azimuth, a gravity turn, and once the air is thin a linear tangent law in the plane of the
target. For each of several tilts the two numbers of the tangent are found so that the flight ends level at the target's
perigee; the tilt that leaves most speed wins. A flown guess is consistent with every equation but the target's;
straight lines between start and target are not, and converge half as often.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.heading import Heading
from cosmodrome.ascent.mesh import Mesh
from cosmodrome.ascent.parameters import Question
from cosmodrome.catalogue.timeline import Timeline
from cosmodrome.flight.attitude import Attitude, steered
from cosmodrome.flight.march import RECORD, march_programme
from cosmodrome.flight.observe import thrust_axes
from cosmodrome.flight.packing import pack, stack
from cosmodrome.physics.motion import Environment
from cosmodrome.physics.orbit import vis_viva

Array = NDArray[np.float64]

# dynamic pressure (Pa) below which steering costs no load worth counting
_THIN_AIR_Q = 2000.0
_KICK_S = 10.0
_KICKS_DEG = (0.7, 1.2, 2.0, 3.0, 4.5, 6.5, 9.0, 12.5, 17.0, 23.0)
_STEP_S = 8.0
# what an ascent loses to gravity, air and steering (m/s) when nothing is known of it yet
_TYPICAL_LOSSES = 1500.0


@dataclass(frozen=True)
class Guess:
    """A flown guess on a timeline: the law, the payload (kg) it was flown with, and how each phase went.

    `starts` (k, 7) and `ends` (k, 7) are states (m, m/s, kg), `records` (k, 6) as `flight.march.RECORD`.
    """

    law: Attitude
    payload_kg: float
    durations: Array
    starts: Array
    ends: Array
    records: Array

    def record(self, name: str) -> Array:
        """One column of the records, (k,)."""
        return self.records[:, RECORD.index(name)]


def fly_guess(
    timeline: Timeline,
    question: Question,
    environment: Environment,
    heading: Heading,
    *,
    kick_rank: int = 0,
) -> Guess:
    """Return the flown guess of a timeline.

    `kick_rank` takes the tilt that came out so many places behind the best: a second start.
    """
    return _Flyer(timeline, question, environment, heading).best(kick_rank)


class _Flyer:
    """Flies the steered law of one timeline for many tilts."""

    def __init__(
        self, timeline: Timeline, question: Question, environment: Environment, heading: Heading
    ) -> None:
        self.timeline, self.question, self.environment, self.heading = (
            timeline,
            question,
            environment,
            heading,
        )
        self.phases = timeline.phases[: timeline.insertion + 1]
        self.durations = np.array([phase.nominal_s for phase in self.phases])
        self.times = timeline.t0_s + np.concatenate([[0.0], np.cumsum(self.durations)])
        self.world = pack(environment)
        self.legs = [pack(phase.leg) for phase in self.phases]
        self.drops = self._drops()
        target = question.target
        self.r_target = target.perigee_radius_m or environment.earth.radius + question.floor_altitude_m
        self.speed = vis_viva(self.r_target, target.semi_major_axis_m, environment.earth.mu)
        self.payload = self._payload()
        self.y0 = np.array([*question.start, timeline.mass_without_payload_kg + self.payload], dtype=float)
        self.chunks = self._chunks(20.0)
        self.rise_end = timeline.t0_s + sum(p.nominal_s for p in self.phases if p.is_vertical)

    def best(self, kick_rank: int) -> Guess:
        """The guess whose tilt leaves most speed, or the one ranked `kick_rank` behind it."""
        tried = []
        for kick in _KICKS_DEG:
            law, score = self._try(math.radians(kick))
            if math.isfinite(score):
                tried.append((score, law))
        if not tried:
            # nothing flew: straight up is still a flight, and what it lacks is the diagnosis
            tried.append((0.0, self._law(1e-3, self.times[-1] - 1.0, 1.0, 0.0)))
        tried.sort(key=lambda pair: pair[0])
        law = tried[min(kick_rank, len(tried) - 1)][1]
        return self._guess(law)

    def _guess(self, law: Attitude) -> Guess:
        ends, records = self._march(law, self.legs, self.durations, self.drops, self.times[0], self.y0)
        starts = np.vstack([self.y0, ends[:-1]])
        starts[1:, 6] -= self.drops[:-1]
        return Guess(law, self.payload, self.durations, starts, ends, records)

    def _drops(self) -> Array:
        """Mass (kg) that leaves at each phase's end in the guess's durations, with full throttle."""
        left = dict(self.timeline.propellant_kg)
        drops = np.zeros(len(self.phases))
        for k, phase in enumerate(self.phases):
            for flow in phase.flows:
                left[flow.stage] -= flow.burnt_kg(self.durations[k])
            for drop in phase.drops:
                drops[k] += drop.mass_kg + (max(left[drop.stage], 0.0) if drop.stage else 0.0)
        return drops

    def _payload(self) -> float:
        """Payload (kg) given, or the one whose ideal velocity covers the target's and typical losses."""
        if self.question.objective.payload_kg is not None:
            return self.question.objective.payload_kg
        r0, v0 = np.array(self.question.start[:3]), np.array(self.question.start[3:])
        ahead = np.cross(self.heading.normal, r0 / np.linalg.norm(r0))
        needed = self.speed - float(v0 @ ahead) + _TYPICAL_LOSSES
        low, high = 0.0, self.timeline.mass_without_payload_kg
        for _ in range(50):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self._ideal(middle) > needed else (low, middle)
        return max(low, 1e-3 * self.timeline.burns[-1].usable_kg)

    def _ideal(self, payload: float) -> float:
        mass, total = self.timeline.mass_without_payload_kg + payload, 0.0
        for k, phase in enumerate(self.phases):
            p = phase.leg.propulsion
            thrust, flow = p.thrust + p.throttled_thrust, p.flow + p.throttled_flow
            burnt = min(flow * self.durations[k], 0.999 * mass)
            if flow > 0.0:
                total += thrust / flow * math.log(mass / (mass - burnt))
            mass -= burnt + self.drops[k]
            if mass <= 0.0:
                break
        return total

    def _chunks(self, longest: float) -> tuple[list[int], Array]:
        """Phases cut into pieces of at most `longest` seconds: (phase of each piece, length of each piece)."""
        owner: list[int] = []
        lengths: list[float] = []
        for k, duration in enumerate(self.durations):
            n = max(1, math.ceil(duration / longest))
            owner += [k] * n
            lengths += [duration / n] * n
        return owner, np.array(lengths)

    def _law(self, kick: float, exo: float, tangent: float, rate: float) -> Attitude:
        rise_end = min(self.rise_end, exo)
        kick_end = min(rise_end + _KICK_S, exo)
        return steered(
            rise_end, kick_end, kick, self.heading.azimuth, exo, tangent, rate, self.heading.normal
        )

    def _march(
        self, law: Attitude, legs: list[Array], durations: Array, drops: Array, t0: float, y0: Array
    ) -> tuple[Array, Array]:
        stacked, starts = stack(legs)
        laws, law_starts = stack([pack(law)])
        ends, records = march_programme(
            stacked, starts, laws, law_starts, self.world, y0, t0, durations, drops, _STEP_S
        )
        return ends, records

    def _try(self, kick: float) -> tuple[Attitude, float]:
        """The law of one tilt with its tangent found, and its score (m/s short; infinite where it did not fly)."""
        owner, lengths = self.chunks
        last_in_phase = np.append(np.diff(owner) > 0, True)
        drops = np.where(last_in_phase, self.drops[owner], 0.0)
        never = self.times[-1] + 1e6
        turn = self._law(kick, never, 0.0, 0.0)
        legs = [self.legs[k] for k in owner]
        ends, records = self._march(turn, legs, lengths, drops, self.times[0], self.y0)
        q = records[:, RECORD.index("max_q_pa")]
        altitude = records[:, RECORD.index("min_altitude_m")]
        if not np.isfinite(ends).all() or altitude[1:].min(initial=0.0) < -500.0:
            good = np.isfinite(ends).all(axis=1) & (altitude > -500.0)
            if not good[: max(3, len(good) // 8)].all():
                return turn, math.inf
        thin = np.flatnonzero((q < _THIN_AIR_Q) & (np.arange(len(q)) > np.argmax(q)))
        begin = int(thin[0]) if len(thin) else int(0.6 * len(q))
        # the tangent law takes over after the rise at the earliest
        begins = self.times[0] + np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
        begin = max(begin, int(np.searchsorted(begins, self.rise_end + 1e-6)))
        begin = min(begin, len(q) - 1)
        t_exo = self.times[0] + float(lengths[:begin].sum())
        state = ends[begin - 1].copy() if begin else self.y0.copy()
        if begin:
            state[6] -= drops[begin - 1]
        if not np.isfinite(state).all():
            return turn, math.inf
        law, score = self._aim(kick, t_exo, state, legs[begin:], lengths[begin:], drops[begin:])
        bound = self.question.limits.max_dynamic_pressure_pa
        if bound is not None:
            # a tilt that keeps the limit is worth a kilometre a second: the optimiser then starts inside it
            score += 1000.0 * max(0.0, float(q.max()) / bound - 0.95)
        return law, score

    def _aim(
        self, kick: float, t_exo: float, state: Array, legs: list[Array], lengths: Array, drops: Array
    ) -> tuple[Attitude, float]:
        r, v = state[:3], state[3:6]
        up = r / np.linalg.norm(r)
        climb = float(v @ up)
        tangent = climb / max(float(np.linalg.norm(v - climb * up)), 100.0)
        burn = float(lengths.sum())
        x = np.array([min(max(tangent, 0.05), 1.5), -min(max(tangent, 0.05), 1.5) / burn])
        size = np.array([0.02, 0.02 / burn])

        def miss(x: Array) -> tuple[Array, float]:
            law = self._law(kick, t_exo, float(x[0]), float(x[1]))
            ends, records = self._march(law, legs, lengths, drops, t_exo, state)
            r, v = ends[-1, :3], ends[-1, 3:6]
            distance = float(np.linalg.norm(r))
            climb = float(v @ r) / distance
            low = float(records[:, RECORD.index("min_altitude_m")].min())
            error = np.array([(distance - self.r_target) / 5e4, climb / 200.0])
            score = self.speed - float(np.linalg.norm(v)) + 50.0 * float(np.abs(error).sum())
            score += max(0.0, -low) / 10.0
            return error, score if np.isfinite(ends).all() else math.inf

        error, score = miss(x)
        damping = 1e-3
        for _ in range(8):
            if not np.isfinite(error).all() or np.abs(error).max() < 0.05:
                break
            jacobian = np.array([(miss(x + step)[0] - error) for step in np.diag(size)]).T / size
            if not np.isfinite(jacobian).all():
                break
            scaled = jacobian * size
            step = -size * np.linalg.solve(
                scaled.T @ scaled + damping * np.eye(2) * max(float(np.trace(scaled.T @ scaled)), 1e-12),
                scaled.T @ error,
            )
            limit = max(1.0, float(np.max(np.abs(step) / (np.array([0.5, 1.0 / burn])))))
            trial = x + step / limit
            new_error, new_score = miss(trial)
            if np.isfinite(new_error).all() and new_error @ new_error < error @ error:
                x, error, score, damping = trial, new_error, new_score, damping / 4
            else:
                damping = max(damping, 1e-3) * 16
                if damping > 1e3:
                    break
        return self._law(kick, t_exo, float(x[0]), float(x[1])), score


def sample(
    guess: Guess, timeline: Timeline, environment: Environment, mesh: Mesh
) -> tuple[list[Array], list[Array]]:
    """Return states (points, 7) and thrust axes (points, 3) of the guess at each phase's collocation points."""
    world = pack(environment)
    law = stack([pack(guess.law)])
    states, axes = [], []
    t = timeline.t0_s
    for k, cut in enumerate(mesh):
        phase, duration = timeline.phases[k], float(guess.durations[k])
        times = t + duration * cut.points
        lengths = np.diff(np.concatenate([[t], times]))
        legs = stack([pack(phase.leg)] * len(lengths))
        ends, _ = march_programme(
            *legs, *law, world, guess.starts[k], t, lengths, np.zeros(len(lengths)), _STEP_S
        )
        states.append(ends)
        axes.append(thrust_axes(times, ends, guess.law, environment)[:, :3])
        t += duration
    return states, axes


def thin_air_time(guess: Guess, timeline: Timeline, environment: Environment, flux_limit: float) -> float:
    """Return when (s after lift-off) the free-molecular heat flux of the guess falls below a limit for good.

    The end of the flight when it never does.
    """
    world = pack(environment)
    law = stack([pack(guess.law)])
    t = timeline.t0_s
    found = t
    for k in range(len(guess.durations)):
        n = max(1, math.ceil(float(guess.durations[k]) / 5.0))
        lengths = np.full(n, float(guess.durations[k]) / n)
        legs = stack([pack(timeline.phases[k].leg)] * n)
        _, records = march_programme(*legs, *law, world, guess.starts[k], t, lengths, np.zeros(n), _STEP_S)
        above = np.flatnonzero(records[:, RECORD.index("last_heat_flux_w_m2")] > flux_limit)
        if len(above):
            found = t + float(lengths[: above[-1] + 1].sum())
        t += float(guess.durations[k])
    return found


def nominal_times(
    timeline: Timeline, durations: Array, changed: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return the times of the timeline's free events under given durations, some of them `changed`."""
    ends = timeline.t0_s + np.cumsum(durations)
    times = {key: float(ends[k]) for key, k in timeline.free.items() if k < len(ends)}
    return {**times, **(changed or {})}
