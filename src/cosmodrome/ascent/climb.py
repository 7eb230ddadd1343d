"""The climb of a guess: rise, a small tilt toward the azimuth, a gravity turn, and above the air a linear tangent law.

For each of several tilts the two numbers of the tangent are found so that the flight ends level at the radius that its
route wants; where the last stage burns more than once the length of the first burn is a third number, which brings the
speed. The tilt that leaves most speed is the best.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.heading import Heading
from cosmodrome.ascent.parameters import Question
from cosmodrome.ascent.route import Route
from cosmodrome.catalogue.timeline import Phase, Timeline
from cosmodrome.flight.attitude import Attitude, steered
from cosmodrome.flight.march import RECORD, march_programme
from cosmodrome.flight.packing import pack, stack
from cosmodrome.physics.motion import Environment

Array = NDArray[np.float64]
Stack = tuple[Array, NDArray[np.int64]]

# dynamic pressure (Pa) below which steering costs no load worth counting
_THIN_AIR_Q = 2000.0
_KICK_S = 10.0
_KICKS_DEG = (0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.7, 1.2, 2.0, 3.0, 4.5, 6.5, 9.0, 12.5, 17.0, 23.0)
# tilts that end within this much speed (m/s) of the best are starts too; how many of them are wanted, and where more
# are looked for
_NEAR_BEST = 1000.0
_ENOUGH = 5
_AROUND = (0.7, 0.84, 1.2, 1.43)
# how many tilts apart those are that are looked at first
_APART = 3
STEP_S = 8.0
"""Steps (s) that a guess is flown in."""

# in thin air longer ones do
_AIMING_STEP_S = 20.0
# pieces that a climb is cut into, to see where the air ends, are at most this long (s)
_PIECE_S = 20.0
# how far (m) below the ground a gravity turn may pass: the tangent law takes over before it comes to that
_SINK_M = 500.0
# an end is near enough where all it misses by is less than this share of its units; steps tried for each number sought
_NEAR = 0.05
# by more than this many units misses what has blown up in its steps
_ABSURD = 1e6
_MOST_STEPS = 10
SHORTEST_BURN_S = 1.0
"""Least length (s) that a burn is guessed to have."""


@dataclass(frozen=True)
class Load:
    """What is flown: all phases' durations (s), the mass that leaves at each one's end (kg), and the state (m, m/s, kg)
    that it starts from, shape (7,)."""

    durations: Array
    drops: Array
    y0: Array


@dataclass(frozen=True)
class Tilt:
    """A tilt (rad): how much speed (m/s) it is short of, its law, and how much longer (s) than expected the first of
    several burns is with which it ends at the right speed."""

    kick_rad: float
    short_m_s: float
    law: Attitude
    longer_s: float


@dataclass(frozen=True)
class _Pieces:
    """A climb cut into pieces: the phase of each, its length (s), the mass that leaves at its end (kg), its leg."""

    owner: NDArray[np.int64]
    lengths: Array
    drops: Array
    legs: list[Array]
    begins: Array


def engine(phase: Phase) -> tuple[float, float]:
    """Return the vacuum thrust (N) and the flow (kg/s) of a phase at full throttle."""
    p = phase.leg.propulsion
    return p.thrust + p.throttled_thrust, p.flow + p.throttled_flow


def march(
    law: Attitude,
    legs: Stack,
    world: Array,
    durations: Array,
    drops: Array,
    t0: float,
    y0: Array,
    step_s: float = STEP_S,
) -> tuple[Array, Array]:
    """Return ends (k, 7) and records (k, 6) of k phases flown by one law in the steps of a guess."""
    ends, records = march_programme(*legs, *stack([pack(law)]), world, y0, t0, durations, drops, step_s)
    return ends, records


class Climb:
    """Steers the first phases of a timeline to the level end of a route's first burn."""

    def __init__(
        self, timeline: Timeline, question: Question, environment: Environment, heading: Heading, route: Route
    ) -> None:
        self.timeline, self.question, self.heading, self.route = timeline, question, heading, route
        windows = timeline.burns[-1].windows
        # with one burn the climb is the whole flight, a last coast included
        self.count = windows[0][-1] + 1 if len(windows) > 1 else timeline.insertion + 1
        self.stretched = windows[0] if len(windows) > 1 else ()
        self.thrust, _ = engine(timeline.phases[windows[0][0]])
        self.world = pack(environment)
        self.legs = [pack(phase.leg) for phase in timeline.phases[: self.count]]
        self.rise_end = timeline.t0_s + sum(p.nominal_s for p in timeline.phases if p.is_vertical)

    def ranked(self, load: Load, near_rad: float | None = None) -> list[Tilt]:
        """Return the tilts that fly, the best first: a few over the whole range, or those next to one, and on to either
        side while that gets better."""
        pieces = self._pieces(load)
        flown: dict[int, Tilt] = {}

        def short(i: int) -> float:
            if not 0 <= i < len(_KICKS_DEG):
                return math.inf
            if i not in flown:
                flown[i] = self._tilt(math.radians(_KICKS_DEG[i]), load, pieces)
            return flown[i].short_m_s

        if near_rad is None:
            best = min(range(0, len(_KICKS_DEG), _APART), key=short)
        else:
            best = int(np.argmin(np.abs(np.log(np.radians(_KICKS_DEG) / near_rad))))
        while (better := min((best, best - 1, best + 1), key=short)) != best:
            best = better
        if not math.isfinite(short(best)):
            # what flies may lie anywhere
            best = min(range(len(_KICKS_DEG)), key=short)
        return _best_first(flown.values())

    def straight_up(self, load: Load) -> Tilt:
        """Return the tilt that is none: still a flight, and what it lacks is the diagnosis."""
        end = self.timeline.t0_s + float(load.durations[: self.count].sum())
        return Tilt(1e-3, math.inf, self._law(1e-3, end - 1.0, 1.0, 0.0), 0.0)

    def around(self, tilts: list[Tilt], load: Load) -> list[Tilt]:
        """Return tilts, the best first, with those around the best one filled in where too few come near it."""
        best = tilts[0]
        near = [tilt for tilt in tilts if tilt.short_m_s < best.short_m_s + _NEAR_BEST]
        if len(near) < _ENOUGH:
            pieces = self._pieces(load)
            near += [self._tilt(factor * best.kick_rad, load, pieces) for factor in _AROUND]
        return _best_first(near)

    def _pieces(self, load: Load) -> _Pieces:
        owner: list[int] = []
        lengths: list[float] = []
        for k, duration in enumerate(load.durations[: self.count]):
            n = max(1, math.ceil(duration / _PIECE_S))
            owner += [k] * n
            lengths += [duration / n] * n
        last = np.append(np.diff(owner) > 0, True)
        begins = self.timeline.t0_s + np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
        return _Pieces(
            np.array(owner),
            np.array(lengths),
            np.where(last, load.drops[owner], 0.0),
            [self.legs[k] for k in owner],
            begins,
        )

    def _law(self, kick: float, exo: float, tangent: float, rate: float) -> Attitude:
        rise_end = min(self.rise_end, exo)
        kick_end = min(rise_end + _KICK_S, exo)
        return steered(
            rise_end, kick_end, kick, self.heading.azimuth, exo, tangent, rate, self.heading.normal
        )

    def _tilt(self, kick: float, load: Load, pieces: _Pieces) -> Tilt:
        """The tilt with its tangent found; infinitely short where it did not fly."""
        turn = self._law(kick, float(pieces.begins[-1]) + 1e6, 0.0, 0.0)
        lost = Tilt(kick, math.inf, turn, 0.0)
        ends, records = march(
            turn, stack(pieces.legs), self.world, pieces.lengths, pieces.drops, self.timeline.t0_s, load.y0
        )
        q = records[:, RECORD.index("max_q_pa")]
        altitude = records[:, RECORD.index("min_altitude_m")]
        good = np.isfinite(ends).all(axis=1) & (altitude > -_SINK_M)
        if not good[: max(3, len(good) // 8)].all():
            return lost
        thin = np.flatnonzero((q < _THIN_AIR_Q) & (np.arange(len(q)) > np.argmax(q)))
        begin = int(thin[0]) if len(thin) else int(0.6 * len(q))
        # the tangent law takes over after the rise at the earliest
        begin = max(begin, int(np.searchsorted(pieces.begins, self.rise_end + 1e-6)))
        begin = min(begin, len(q) - 1)
        state = ends[begin - 1].copy() if begin else load.y0.copy()
        if begin:
            state[6] -= pieces.drops[begin - 1]
        if not np.isfinite(state).all() or altitude[: begin + 1].min() < -_SINK_M:
            return lost
        found = self._aimed(kick, state, pieces, begin)
        bound = self.question.limits.max_dynamic_pressure_pa
        if bound is None:
            return found
        # a tilt that keeps the limit is worth a kilometre a second: the optimiser then starts inside it
        over = 1000.0 * max(0.0, float(q.max()) / bound - 0.95)
        return replace(found, short_m_s=found.short_m_s + over)

    def _aimed(self, kick: float, state: Array, pieces: _Pieces, begin: int) -> Tilt:
        """The tilt with the tangent law from a state at piece `begin` on that ends where the route wants: level at its
        radius, and where the first of several burns may be stretched at its speed too."""
        legs, drops, lengths = stack(pieces.legs[begin:]), pieces.drops[begin:], pieces.lengths[begin:]
        t_exo, wanted = float(pieces.begins[begin]), self.route.speed_m_s
        mine = np.isin(pieces.owner[begin:], self.stretched)
        n = 3 if mine.any() else 2
        r, v = state[:3], state[3:6]
        up = r / np.linalg.norm(r)
        climb = float(v @ up)
        tangent = min(max(climb / max(float(np.linalg.norm(v - climb * up)), 100.0), 0.05), 1.5)
        burn = float(lengths.sum())
        share = lengths / max(float(lengths[mine].sum()), 1e-9) * mine

        def miss(x: Array) -> tuple[Array, float]:
            law = self._law(kick, t_exo, float(x[0]), float(x[1]))
            ends, records = march(
                law, legs, self.world, lengths + x[2] * share, drops, t_exo, state, _AIMING_STEP_S
            )
            r, v = ends[-1, :3], ends[-1, 3:6]
            distance, speed = float(np.linalg.norm(r)), float(np.linalg.norm(v))
            low = float(records[:, RECORD.index("min_altitude_m")].min())
            error = np.array(
                [
                    (distance - self.route.radius_m) / 5e4,
                    float(v @ r) / distance / 200.0,
                    (wanted - speed) / 200.0,
                ]
            )[:n]
            # a longer burn is speed that is missing
            longer = x[2] * self.thrust / ends[-1, 6]
            short = wanted - speed + longer + 50.0 * float(np.abs(error).sum())
            # in ground air steps of this length may blow up
            flies = np.isfinite(ends).all() and low > -_SINK_M and speed < 2.0 * wanted
            return error, short if flies else math.inf

        x, short = _solved(
            miss,
            np.array([tangent, -tangent / burn, 0.0]),
            np.array([0.02, 0.02 / burn, 1.0]),
            np.array([0.5, 1.0 / burn, 100.0]),
            n,
            SHORTEST_BURN_S - float(lengths[mine].sum()),
        )
        return Tilt(kick, short, self._law(kick, t_exo, float(x[0]), float(x[1])), float(x[2]))


def _best_first(tilts: Iterable[Tilt]) -> list[Tilt]:
    return sorted((t for t in tilts if math.isfinite(t.short_m_s)), key=lambda t: t.short_m_s)


def _solved(
    miss: Callable[[Array], tuple[Array, float]],
    x: Array,
    size: Array,
    largest: Array,
    n: int,
    least: float,
) -> tuple[Array, float]:
    """Levenberg and Marquardt on the first n numbers of x, differences of `size`, steps up to `largest`, the last of
    three numbers not below `least`: x and the second value of `miss` there.

    What a step shows of the slopes is put into them (Broyden's rule); they are taken anew only where one fails.
    """
    error, short = miss(x)
    damping = 1e-3
    slopes, are_fresh = np.zeros((n, n)), False
    for _ in range(_MOST_STEPS * n):
        if not np.isfinite(error).all() or not _NEAR <= np.abs(error).max() < _ABSURD:
            break
        if not slopes.any():
            slopes, are_fresh = np.array([miss(x + step)[0] - error for step in np.diag(size)[:n]]).T, True
            if not np.abs(slopes).max() < _ABSURD:
                break
        square = slopes.T @ slopes
        step = np.zeros(len(x))
        step[:n] = -size[:n] * np.linalg.solve(
            square + damping * np.eye(n) * max(float(np.trace(square)), 1e-12), slopes.T @ error
        )
        trial = x + step / max(1.0, float(np.max(np.abs(step) / largest)))
        trial[2] = max(trial[2], least)
        new_error, new_short = miss(trial)
        if np.isfinite(new_error).all() and new_error @ new_error < error @ error:
            moved = ((trial - x) / size)[:n]
            slopes = slopes + np.outer(new_error - error - slopes @ moved, moved) / float(moved @ moved)
            x, error, short, are_fresh = trial, new_error, new_short, False
            damping = max(damping / 4, 1e-7)
        elif not are_fresh:
            slopes = np.zeros((n, n))
        else:
            damping = max(damping, 1e-3) * 16
            if damping > 1e3:
                break
    return x, short
