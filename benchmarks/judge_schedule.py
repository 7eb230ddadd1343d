"""When everything happens, by the judge's own reading of vehicle and mission; only what they leave free is the plan's.

Taken from the programme are: the times at which each stage burns and each thing leaves, and the attitude over time.
Whatever the files fix (rules, delays, imposed times, depletion) is worked out here again and held against them.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from judge_files import JudgeError, Toml, number
from judge_vehicle import Moment, Rocket, Stage

# an event that the files fix may differ by this (s) from the programme's: rounding of sums
FIXED_S = 1e-3


@dataclass(frozen=True)
class Law:
    """The attitude from `begin` to `end` (s): kind 0 straight up, 1 a polynomial, 2 a table over the local horizon,
    3 along the motion through the air; and the acceleration (m/s^2) to which a free throttle is closed."""

    begin: float
    end: float
    kind: int
    most_acceleration: float = math.inf
    polynomial: Any = None
    horizon: Any = None


class Programme:
    """The decisions of a plan: attitude laws in time, burns of each stage, and when what leaves."""

    def __init__(self, plain: Toml):
        self.payload_kg = float(plain["payload_kg"])
        self.earth_angle = float(plain["earth_angle_rad"])
        self.laws: list[Law] = []
        self.burns: dict[str, list[tuple[float, float]]] = {}
        self.leaves: dict[str, float] = {}
        self.steered: list[tuple[float, float]] = []
        t = float(plain["t_s"])
        for step in plain["steps"]:
            end = t + step["duration_s"]
            most = float(step["phase"]["leg"]["propulsion"]["governed_acceleration"])
            self.laws += [replace(law, most_acceleration=most) for law in _laws(step["attitude"], t, end)]
            if step["attitude"]["kind"] != 0:
                self.steered.append((t, end))
            for flow in step["phase"]["flows"]:
                if not flow["rate_kg_s2"]:  # a tail-off is no part of the burn: it follows from the cut-off
                    self._burn(flow["stage"], t, end)
            self.leaves |= {drop["id"]: end for drop in step["phase"]["drops"]}
            t = end
        self._begins = [law.begin for law in self.laws]

    def _burn(self, stage: str, begin: float, end: float) -> None:
        mine = self.burns.setdefault(stage, [])
        if mine and abs(mine[-1][1] - begin) < 1e-9:
            begin = mine.pop()[0]
        mine.append((begin, end))

    def law(self, t: float) -> Law:
        """The law that holds at t."""
        return self.laws[max(bisect_right(self._begins, t) - 1, 0)]


def _laws(attitude: Toml, begin: float, end: float) -> list[Law]:
    """The laws of one step, one for each interval, which together reach from its begin to its end."""
    kind = attitude["kind"]
    if kind in (0, 3):
        return [Law(begin, end, kind)]
    if kind == 1:
        spans = list(pairwise(attitude["edges"]))
        edges = [begin, *(b for _, b in spans[:-1]), end]
        return [
            Law(a, b, 1, polynomial=(*span, rows))
            for (a, b), span, rows in zip(pairwise(edges), spans, attitude["coefficients"], strict=True)
        ]
    if kind == 2:
        edges = [begin, *(k for k in attitude["elevation"]["knots"] if begin < k < end), end]
        return [
            Law(a, b, 2, horizon=(attitude["elevation"], attitude["azimuth"])) for a, b in pairwise(edges)
        ]
    raise JudgeError(f"the programme steers by a law of kind {kind}, which the judge does not know")


@dataclass(frozen=True)
class Window:
    """One burn: ignition, cut-off, and when its tail-off has faded (s after lift-off)."""

    ignition: float
    cutoff: float
    end: float


class Schedule:
    """The times of all events (s after lift-off) in `times`, and every stage's burns in `windows`."""

    def __init__(self, rocket: Rocket, mission: Toml, programme: Programme):
        self.rocket, self.programme = rocket, programme
        self.start = number(mission.get("initial_state", {}), "t_s", 0.0)
        self.imposed = _imposed(mission.get("sequence", {}))
        self.times: dict[str, float] = {}
        self.windows = {stage.id: self._windows(stage) for stage in rocket.stages}
        for stage in rocket.stages:
            if stage.separation is not None:
                self.time(f"{stage.id}.separation")
        for body in rocket.bodies:
            self.time(f"{body.id}.release")
        self.insertion = self.windows[rocket.stages[-1].id][-1].end
        self.end = self.insertion + number(mission.get("profile", {}), "separation_delay_s", 0.0)

    def time(self, key: str) -> float:
        """When an event happens."""
        if key not in self.times:
            self.times[key] = math.nan  # an event that waits for itself
            self.times[key] = self._time(key)
        if math.isnan(self.times[key]):
            raise JudgeError(f"{key} waits for itself")
        return self.times[key]

    def _time(self, key: str) -> float:
        if key in self.imposed:
            return self.imposed[key]
        if key == "liftoff":
            return float(self.start)
        owner, _, kind = key.rpartition(".")
        body = next((b for b in self.rocket.bodies if b.id == owner), None)
        if body is not None:
            return self._leaves(owner) if body.release is None else self._after(body.release)
        stage = next((s for s in self.rocket.stages if s.id == owner), None)
        if stage is None:
            raise JudgeError(f"{key} is no event of this vehicle")
        if kind == "ignition":
            return self._after(stage.ignition)
        if kind == "separation" and stage.separation is not None:
            return self._after(stage.separation)
        return self._cutoff(stage)

    def _after(self, moment: Moment) -> float:
        return self.time(moment.event) + moment.delay_s

    def _cutoff(self, stage: Stage) -> float:
        rule = stage.cutoff["rule"]
        burns = self._burns(stage)
        if rule == "time":
            return self.time(f"{stage.id}.ignition") + float(number(stage.cutoff, "burn_time_s"))
        if rule == "depletion" and not stage.is_throttled and len(burns) == 1:
            return self.time(f"{stage.id}.ignition") + stage.depletion_s
        return burns[-1][1]

    def _windows(self, stage: Stage) -> list[Window]:
        burns = self._burns(stage)
        edges = [[begin, end] for begin, end in burns]
        edges[0][0] = self.time(f"{stage.id}.ignition")
        edges[-1][1] = self.time(f"{stage.id}.cutoff")
        return [Window(a, b, b + self._tail_s(stage, b - a)) for a, b in edges]

    @staticmethod
    def _tail_s(stage: Stage, burn: float) -> float:
        """Thrust falls linearly from its level at cut-off and delivers the impulse."""
        level = throttle_level(stage, burn)
        return 2.0 * stage.tail_impulse_n_s / (level * stage.thrust_n) if level > 0.0 else 0.0

    def _burns(self, stage: Stage) -> list[tuple[float, float]]:
        if stage.id not in self.programme.burns:
            raise JudgeError(f"the programme never burns {stage.id}")
        return self.programme.burns[stage.id]

    def _leaves(self, what: str) -> float:
        if what not in self.programme.leaves:
            raise JudgeError(f"the programme never drops {what}")
        return self.programme.leaves[what]

    @property
    def disagreement_s(self) -> float:
        """Largest difference between an event as the files fix it and as the programme has it."""
        pairs = [(self.time(f"{b.id}.release"), self._leaves(b.id)) for b in self.rocket.bodies]
        for stage in self.rocket.stages:
            burns = self._burns(stage)
            pairs += [(self.windows[stage.id][0].ignition, burns[0][0])]
            pairs += [(self.windows[stage.id][-1].cutoff, burns[-1][1])]
            if stage.separation is not None:
                pairs.append((self.time(f"{stage.id}.separation"), self._leaves(stage.id)))
        return max(abs(a - b) for a, b in pairs)

    def disorder(self) -> list[str]:
        """Sentences on events in an order that no vehicle has."""
        found = []
        for stage in self.rocket.stages:
            windows = self.windows[stage.id]
            marks = [t for w in windows for t in (w.ignition, w.cutoff)]
            if sorted(marks) != marks or marks[0] < self.start - 1e-9:
                found.append(f"{stage.id} burns at {', '.join(f'{t:.3f}' for t in marks)} s")
            leave = self.times.get(f"{stage.id}.separation", math.inf)
            if leave < windows[-1].cutoff - 1e-9:
                found.append(f"{stage.id} leaves at {leave:.3f} s, before its cut-off")
        for body in self.rocket.bodies:
            release = self.times[f"{body.id}.release"]
            if release > self.times.get(f"{body.owner}.separation", math.inf) + 1e-9:
                found.append(
                    f"{body.id} leaves at {release:.3f} s, after {body.owner}, which it is a part of"
                )
            if not self.start - 1e-9 <= release <= self.end + 1e-9:
                found.append(f"{body.id} leaves at {release:.3f} s, outside the flight")
        return found


def throttle_level(stage: Stage, elapsed: float) -> float:
    """Return the level of a stage's profile just before `elapsed` seconds after ignition; 1 without a profile."""
    level = 1.0
    for since, k in stage.profile:
        if since < elapsed or since <= 0.0:
            level = k
    return level


def _imposed(raw: Toml) -> dict[str, float]:
    """Imposed times by event; TOML reads a key without quotation marks as a table in a table."""
    flat: Toml = {}
    for key, value in raw.items():
        if isinstance(value, dict) and "value" not in value:
            flat |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            flat[key] = value
    found = {}
    for key in flat:
        event, _, unit = key.rpartition("_")
        found[event] = float(number({f"{event}_{unit}": flat[key]}, f"{event}_s"))
    return found
