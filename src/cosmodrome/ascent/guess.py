"""A flown first guess: a few numbers steer a cheap flight near the target, and the optimiser starts from its states.

The `Climb` ends level at the perigee of the first burn's orbit; later burns of the last stage follow the `Route`: a
coast to where the burn belongs, then thrust along the horizon. A flown guess is consistent with every equation but the
target's; straight lines between start and target are not, and converge half as often.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.climb import SHORTEST_BURN_S, STEP_S, Climb, Load, engine, march
from cosmodrome.ascent.heading import Heading
from cosmodrome.ascent.mesh import Mesh
from cosmodrome.ascent.parameters import Question
from cosmodrome.ascent.route import Hop, route
from cosmodrome.catalogue.timeline import Timeline
from cosmodrome.flight.attitude import Attitude, steered
from cosmodrome.flight.march import RECORD, march_programme
from cosmodrome.flight.observe import thrust_axes
from cosmodrome.flight.packing import pack, stack
from cosmodrome.physics.motion import Environment
from cosmodrome.physics.orbit import Elements, elements, mean_anomaly, vis_viva

Array = NDArray[np.float64]

TYPICAL_LOSSES = 1500.0
"""What an ascent loses to gravity, air and steering (m/s) when nothing is known of it yet."""

# how near (m/s) a guess must come to the speed that it aims at, and how often its payload is guessed
_NEAR_SPEED = 250.0
_MOST_LOADS = 8
_BOLD_STEP = 800.0
# how far (rad) an orbit is followed where nothing says where to leave it
_ANYWHERE = 0.5 * math.pi


@dataclass(frozen=True)
class Guess:
    """A flown guess on a timeline: the law of each phase, the payload (kg) it was flown with, and how each phase went.

    `starts` (k, 7) and `ends` (k, 7) are states (m, m/s, kg), `records` (k, 6) as `flight.march.RECORD`.
    """

    laws: tuple[Attitude, ...]
    payload_kg: float
    durations: Array
    starts: Array
    ends: Array
    records: Array

    def record(self, name: str) -> Array:
        """One column of the records, (k,)."""
        return self.records[:, RECORD.index(name)]


class Guesser:
    """Makes the guesses of one timeline: the best tilt, and those that come after it."""

    def __init__(
        self,
        timeline: Timeline,
        question: Question,
        environment: Environment,
        heading: Heading,
        losses_m_s: float = TYPICAL_LOSSES,
        near_rad: float | None = None,
    ) -> None:
        """`losses_m_s` is what the climb is taken to lose before anything has flown, `near_rad` a tilt to begin
        from."""
        self.timeline, self.question, self.environment, self.heading = (
            timeline,
            question,
            environment,
            heading,
        )
        self.phases = timeline.phases[: timeline.insertion + 1]
        self.windows = timeline.burns[-1].windows
        self.world = pack(environment)
        inclination = math.acos(min(1.0, max(-1.0, heading.normal[2])))
        self.route = route(
            question.target, inclination, len(self.windows), environment.earth, question.floor_altitude_m
        )
        self.climb = Climb(timeline, question, environment, heading, self.route)
        self.losses_m_s = losses_m_s
        self.payload, self.load = self._loaded()
        self.tilts = self.climb.ranked(self.load, near_rad)
        if question.objective.payload_kg is None:
            self._weigh()
        if self.tilts:
            self.tilts = self.climb.around(self.tilts, self.load)
        else:
            self.tilts = [self.climb.straight_up(self.load)]

    def _weigh(self) -> None:
        """Guess the payload again, where even the best tilt ends far from the speed that it aims at: between one that
        was too heavy and one that was too light."""
        # losses (m/s) and what the best tilt was short of, where they were too small and where too large
        heavy: tuple[float, float] | None = None
        light: tuple[float, float] | None = None
        for _ in range(_MOST_LOADS):
            best = self.tilts[0] if self.tilts else None
            short = best.short_m_s if best else math.inf
            if abs(short) < _NEAR_SPEED:
                return
            if short > 0.0:
                heavy = self.losses_m_s, short
            else:
                light = self.losses_m_s, short
            self.losses_m_s = _between(heavy, light)
            self.payload, self.load = self._loaded()
            self.tilts = self.climb.ranked(self.load, best.kick_rad if best else None)

    def guess(self, rank: int) -> Guess:
        """Return the guess of the best tilt, or of the one ranked so many places behind it: a second start."""
        tilt = self.tilts[min(rank, len(self.tilts) - 1)]
        durations = self.load.durations.copy()
        if len(self.windows) > 1:
            window = self.windows[0]
            self._last(window, float(durations[list(window)].sum()) + tilt.longer_s, durations)
        drops = self._drops(durations)
        n = self.climb.count
        legs = stack(self.climb.legs)
        ends, records = march(
            tilt.law, legs, self.world, durations[:n], drops[:n], self.timeline.t0_s, self.load.y0
        )
        laws = [tilt.law] * n
        for hop, window, before in zip(self.route.hops, self.windows[1:], self.windows[:-1], strict=True):
            level, phases = self._hop(hop, window, before, ends[-1], durations)
            begin = self.timeline.t0_s + float(durations[: phases[0]].sum())
            drops = self._drops(durations)
            legs = stack(pack(self.phases[k].leg) for k in phases)
            flown, seen = march(level, legs, self.world, durations[phases], drops[phases], begin, ends[-1])
            ends, records = np.vstack([ends, flown]), np.vstack([records, seen])
            laws += [level] * len(phases)
        starts = np.vstack([self.load.y0, ends[:-1]])
        starts[1:, 6] -= drops[:-1]
        return Guess(tuple(laws), self.payload, durations, starts, ends, records)

    def _hop(
        self, hop: Hop, window: tuple[int, ...], before: tuple[int, ...], y: Array, durations: Array
    ) -> tuple[Attitude, list[int]]:
        """The law along the horizon and the phases of the coast to where a hop's burn is centred and of that burn,
        from the state y; their durations are set."""
        mu = self.environment.earth.mu
        orbit = elements(tuple(y[:3]), tuple(y[3:6]), mu)
        thrust, flow = engine(self.phases[window[0]])
        wait, r = _wait(orbit, hop, mu)
        gain = hop.speed(r, mu) - vis_viva(r, orbit.a, mu)
        used = flow * sum(durations[k] for w in self.windows if w[0] < window[0] for k in w)
        left = self.timeline.burns[-1].usable_kg - used
        burn = min(y[6] * (1.0 - math.exp(-max(gain, 1.0) * flow / thrust)), left) / flow
        burn = max(burn, SHORTEST_BURN_S)
        coast = range(before[-1] + 1, window[0])
        tie = next(t for t in self.timeline.ties if t.phases == tuple(coast))
        revolution = 2.0 * math.pi * math.sqrt(orbit.a**3 / mu) if orbit.a > 0.0 else math.inf
        length = wait - 0.5 * burn
        if length < tie.lower_s and length + revolution < tie.upper_s:
            length += revolution
        self._last(coast, min(max(length, tie.lower_s, 1.0), tie.upper_s), durations)
        self._last(window, burn, durations)
        mine = [*coast, *window]
        begin = self.timeline.t0_s + float(durations[: mine[0]].sum())
        normal = np.cross(y[:3], y[3:6])
        normal /= np.linalg.norm(normal)
        return steered(begin, begin, 0.0, self.heading.azimuth, begin, 0.0, 0.0, normal.tolist()), mine

    def _last(self, phases: Iterable[int], total: float, durations: Array) -> None:
        """Make some phases last `total` seconds together, by the one of them that is free."""
        mine = list(phases)
        free = next(k for k in mine if not self.phases[k].is_fixed)
        fixed = sum(durations[k] for k in mine if k != free)
        durations[free] = max(total - fixed, SHORTEST_BURN_S)

    def _loaded(self) -> tuple[float, Load]:
        """Payload (kg) and what is flown with it, for the losses that the climb is taken to have."""
        durations = np.array([phase.nominal_s for phase in self.phases])
        if len(self.windows) > 1:
            self._feed(durations)
        drops = self._drops(durations)
        payload = self._payload(durations, drops)
        if len(self.windows) > 1:
            self._share(payload, durations, drops)
        mass = self.timeline.mass_without_payload_kg + payload
        return payload, Load(durations, self._drops(durations), np.array([*self.question.start, mass]))

    def _feed(self, durations: Array) -> None:
        """Cut the last stage's burns to what its tank feeds: an imposed cut-off says nothing of the ignition before."""
        flow, left = engine(self.phases[self.windows[0][0]])[1], self.timeline.burns[-1].usable_kg
        for window in self.windows:
            length = min(float(durations[list(window)].sum()), left / flow)
            self._last(window, length, durations)
            left -= flow * length

    def _share(self, payload: float, durations: Array, drops: Array) -> None:
        """Share the last stage's propellant between its burns: the later ones as the route wants, the first the rest
        of what the climb needs."""
        thrust, flow = engine(self.phases[self.windows[0][0]])
        lower = self.windows[0][0]
        mass = self.timeline.mass_without_payload_kg + payload
        for k in range(lower):
            mass -= engine(self.phases[k])[1] * durations[k] + drops[k]
        first = max(self._needed(()) - self._ideal(payload, lower, durations, drops), 0.0)
        burnt = []
        for gain in (first, *self.route.gains_m_s):
            burnt.append(mass * (1.0 - math.exp(-max(gain, 1.0) * flow / thrust)))
            mass -= burnt[-1]
        # with less than that the first burn is what must do without: the orbit's shape is the route's
        burnt[0] -= max(sum(burnt) - self.timeline.burns[-1].usable_kg, 0.0)
        for window, kg in zip(self.windows, burnt, strict=True):
            self._last(window, kg / flow, durations)

    def _drops(self, durations: Array) -> Array:
        """Mass (kg) that leaves at each phase's end, with full throttle."""
        left = dict(self.timeline.propellant_kg)
        drops = np.zeros(len(self.phases))
        for k, phase in enumerate(self.phases):
            for flow in phase.flows:
                left[flow.stage] -= flow.burnt_kg(durations[k])
            for drop in phase.drops:
                drops[k] += drop.mass_kg + (max(left[drop.stage], 0.0) if drop.stage else 0.0)
        return drops

    def _payload(self, durations: Array, drops: Array) -> float:
        """Payload (kg) given, or the one whose ideal velocity covers the target's and the losses."""
        if self.question.objective.payload_kg is not None:
            return self.question.objective.payload_kg
        needed = self._needed(self.route.gains_m_s)
        low, high = 0.0, self.timeline.mass_without_payload_kg
        for _ in range(50):
            middle = 0.5 * (low + high)
            is_light = self._ideal(middle, len(self.phases), durations, drops) > needed
            low, high = (middle, high) if is_light else (low, middle)
        return max(low, 1e-3 * self.timeline.burns[-1].usable_kg)

    def _needed(self, gains: tuple[float, ...]) -> float:
        """Ideal velocity (m/s) to the end of the first burn, losses included, and for the gains after it."""
        r0, v0 = np.array(self.question.start[:3]), np.array(self.question.start[3:])
        ahead = np.cross(self.heading.normal, r0 / np.linalg.norm(r0))
        return self.route.speed_m_s - float(v0 @ ahead) + self.losses_m_s + sum(gains)

    def _ideal(self, payload: float, count: int, durations: Array, drops: Array) -> float:
        """Ideal velocity (m/s) of the first `count` phases with a payload (kg)."""
        mass, total = self.timeline.mass_without_payload_kg + payload, 0.0
        for k in range(count):
            thrust, flow = engine(self.phases[k])
            burnt = min(flow * durations[k], 0.999 * mass)
            if flow > 0.0:
                total += thrust / flow * math.log(mass / (mass - burnt))
            mass -= burnt + drops[k]
            if mass <= 0.0:
                break
        return total


def _between(heavy: tuple[float, float] | None, light: tuple[float, float] | None) -> float:
    """Losses (m/s) to try next, between those that were too small and too large, or beyond the only ones known.

    A flight that falls back says little of how much is missing.
    """
    if heavy is None or light is None:
        losses, short = heavy or light or (TYPICAL_LOSSES, 0.0)
        return losses + min(max(short, -_BOLD_STEP), _BOLD_STEP)
    (least, short), (most, over) = heavy, light
    share = min(short, _BOLD_STEP) / (min(short, _BOLD_STEP) - max(over, -_BOLD_STEP))
    return least + min(max(share, 0.2), 0.8) * (most - least)


def _wait(orbit: Elements, hop: Hop, mu: float) -> tuple[float, float]:
    """Return the time (s) to where a hop's burn is centred on an orbit, and the distance (m) there."""
    if hop.is_at_apogee:
        nu = math.pi
    elif hop.argument_rad is None:
        nu = orbit.nu + _ANYWHERE
    else:
        nu = hop.argument_rad - orbit.omega
    if orbit.a <= 0.0:
        # already on its way out: there is nothing to wait for
        nu = orbit.nu
    r = orbit.a * (1.0 - orbit.e**2) / (1.0 + orbit.e * math.cos(nu))
    if orbit.a <= 0.0:
        return 0.0, r
    motion = math.sqrt(mu / orbit.a**3)
    turned = (mean_anomaly(nu, orbit.e) - mean_anomaly(orbit.nu, orbit.e)) % (2.0 * math.pi)
    return turned / motion, r


def sample(
    guess: Guess, timeline: Timeline, environment: Environment, mesh: Mesh
) -> tuple[list[Array], list[Array]]:
    """Return states (points, 7) and thrust axes (points, 3) of the guess at each phase's collocation points."""
    world = pack(environment)
    states, axes = [], []
    t = timeline.t0_s
    for k, cut in enumerate(mesh):
        phase, duration = timeline.phases[k], float(guess.durations[k])
        times = t + duration * cut.points
        lengths = np.diff(np.concatenate([[t], times]))
        legs = stack([pack(phase.leg)] * len(lengths))
        law = stack([pack(guess.laws[k])])
        ends, _ = march_programme(
            *legs, *law, world, guess.starts[k], t, lengths, np.zeros(len(lengths)), STEP_S
        )
        states.append(ends)
        axes.append(thrust_axes(times, ends, guess.laws[k], environment)[:, :3])
        t += duration
    return states, axes


def thin_air_time(guess: Guess, timeline: Timeline, environment: Environment, flux_limit: float) -> float:
    """Return when (s after lift-off) the free-molecular heat flux of the guess's climb first falls below a limit.

    The end of the climb when it never does. Where the guess dips into the air again it is not asked: rows keep the
    optimum from that, and a fairing kept until then would cost it more than the dip.
    """
    world = pack(environment)
    law = stack([pack(guess.laws[0])])
    t = timeline.t0_s
    has_been_above = False
    for k in range(timeline.burns[-1].windows[0][-1] + 1):
        n = max(1, math.ceil(float(guess.durations[k]) / 5.0))
        lengths = np.full(n, float(guess.durations[k]) / n)
        legs = stack([pack(timeline.phases[k].leg)] * n)
        _, records = march_programme(*legs, *law, world, guess.starts[k], t, lengths, np.zeros(n), STEP_S)
        for length, flux in zip(lengths, records[:, RECORD.index("last_heat_flux_w_m2")], strict=True):
            t += float(length)
            if has_been_above and flux <= flux_limit:
                return t
            has_been_above = has_been_above or flux > flux_limit
    return t


def nominal_times(
    timeline: Timeline, durations: Array, changed: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return the times of the timeline's free events under given durations, some of them `changed`."""
    ends = timeline.t0_s + np.cumsum(durations)
    times = {key: float(ends[k]) for key, k in timeline.free.items() if k < len(ends)}
    return {**times, **(changed or {})}
