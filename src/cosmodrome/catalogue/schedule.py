"""When everything of a flight happens: every event is an anchor plus an offset, and the anchors are few.

An anchor is lift-off or an event whose time is free: a commanded cut-off, a later ignition of the last stage, a release
that waits for thin air. "block-i.ignition is core.cutoff - 0.24 s" then needs no more than where core.cutoff hangs.

A last stage that burns n times has the events `<id>.ignition`, `<id>.cutoff-1`, `<id>.ignition-2`, ..., `<id>.cutoff`:
what other events refer to, and what a mission may impose, are its first ignition and its last cut-off.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

from cosmodrome.catalogue.schema import Body, Engine, EventRef, Release, Stage, Vehicle
from cosmodrome.catalogue.timeline import Mark
from cosmodrome.errors import CosmodromeError, MissionFileError, VehicleFileError
from cosmodrome.mission.schema import Mission

# how long (s) a coast between two burns is taken to be while nothing is known of it
_TYPICAL_COAST_S = 1500.0


@dataclass(frozen=True)
class Event:
    """Something at `offset` seconds after `anchor` ("liftoff", or the key of an event whose time is free)."""

    key: str
    anchor: str
    offset: float
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Window:
    """One burn of a stage, by the keys of the events that bound it; thrust is zero at the event `end`."""

    ignition: str
    cutoff: str
    end: str


class Schedule:
    """The events of one mission's flight; `nominal` (s after lift-off, by key) is where free events are expected."""

    def __init__(self, vehicle: Vehicle, mission: Mission, nominal: dict[str, float], burns: int):
        self.vehicle, self.mission, self.nominal, self.burns = vehicle, mission, nominal, burns
        self.t0 = mission.initial_state.t_s if mission.initial_state else 0.0
        self.resolved: dict[str, tuple[str, float]] = {}

    def wrong(self, message: str, key: str) -> CosmodromeError:
        """The error of an event: the mission's where it imposes times, else the vehicle's."""
        if self.mission.sequence:
            told = f"sequence imposes times that do not fit {self.vehicle.name}: {key} {message}"
            return MissionFileError(told, file=self.mission.path)
        return VehicleFileError(message, file=self.vehicle.path, key=key)

    # --- when things happen -------------------------------------------------------------------------------------

    def time(self, key: str) -> tuple[str, float]:
        """The anchor of an event and its offset from it."""
        if key not in self.resolved:
            self.resolved[key] = ("", 0.0)  # a cycle comes back here before it is resolved
            self.resolved[key] = self._resolve(key)
        anchor, offset = self.resolved[key]
        if not anchor:
            raise VehicleFileError("refers to itself through other events", file=self.vehicle.path, key=key)
        return anchor, offset

    def _resolve(self, key: str) -> tuple[str, float]:
        imposed = self.mission.sequence.get(f"{key}_s")
        if imposed is not None:
            return "liftoff", imposed
        if key == "liftoff":
            return "liftoff", self.t0
        owner, _, kind = key.rpartition(".")
        if owner in self.vehicle.body_ids:
            release = self.vehicle.body(owner).release
            if isinstance(release, EventRef):
                return self._after(release)
            # all that waits for thin air finds it at the same instant
            waiting = (b.id for b in self.vehicle.bodies if isinstance(b.release, Release))
            first = next(f"{b}.release" for b in waiting if f"{b}.release_s" not in self.mission.sequence)
            return first, 0.0
        stage = self.vehicle.stage(owner)
        if kind == "ignition":
            return self._after(stage.ignition)
        if kind == "separation":
            assert stage.separation is not None
            return self._after(stage.separation)
        if len(self.windows(stage)) > 1:
            return key, 0.0
        anchor, ignition = self.time(f"{owner}.ignition")
        if stage.cutoff.rule == "time":
            return anchor, ignition + (stage.cutoff.burn_time_s or 0.0)
        if stage.cutoff.rule == "depletion" and not is_throttled(stage.engine):
            return anchor, ignition + self.longest_burn(stage)
        return key, 0.0

    def _after(self, reference: EventRef) -> tuple[str, float]:
        anchor, offset = self.time(reference.event)
        return anchor, offset + reference.delay_s

    def windows(self, stage: Stage) -> tuple[Window, ...]:
        """The burns of a stage, in order."""
        n = self.burns if stage is self.vehicle.last_stage else 1
        names = [f"-{j}" for j in range(1, n + 1)]
        ignitions, cutoffs = ["", *names[1:]], [*names[:-1], ""]
        return tuple(
            Window(f"{stage.id}.ignition{i}", f"{stage.id}.cutoff{c}", f"{stage.id}.end{c}")
            for i, c in zip(ignitions, cutoffs, strict=True)
        )

    def usable(self, stage: Stage) -> float:
        """Propellant (kg, one unit) that the plan may use."""
        reserve = self.vehicle.guidance_reserve_kg if stage is self.vehicle.last_stage else 0.0
        return stage.usable_propellant_kg - reserve / stage.count

    def longest_burn(self, stage: Stage) -> float:
        """Seconds from ignition to cut-off that the usable propellant feeds, tail-off counted."""
        flow = stage.engine.mass_flow_kg_s
        wanted = self.usable(stage) / flow
        if wanted <= 0.0:
            raise VehicleFileError(
                "leaves nothing to burn after residuals, pad burn and reserve",
                file=self.vehicle.path,
                key=f"{stage.id}.propellant_mass_kg",
                value=stage.propellant_mass_kg,
            )
        before, k = 0.0, 1.0
        for t, level in (*stage.engine.throttle_profile, (math.inf, 0.0)):
            burnt = wanted - stage.engine.full_flow_seconds(before) - 0.5 * k * tail_off(stage, k)
            if k > 0.0 and before + burnt / k <= t:
                return before + burnt / k
            before, k = t, level
        raise VehicleFileError(
            "ends at zero before the propellant is used; end the profile with a positive level",
            file=self.vehicle.path,
            key=f"{stage.id}.engine.throttle_profile",
        )

    def clock(self, event: Event) -> float:
        """Nominal time (s after lift-off) of an event."""
        return self.anchor_clock(event.anchor) + event.offset

    def anchor_clock(self, anchor: str) -> float:
        """Nominal time (s after lift-off) of an anchor."""
        if anchor == "liftoff":
            return 0.0
        if anchor in self.nominal:
            return self.nominal[anchor]
        owner, _, kind = anchor.rpartition(".")
        if kind != "release":
            return self._typical_clock(self.vehicle.stage(owner), anchor)
        # nothing known yet of a release that the flight rules: before the first stage that is lit in flight takes over
        lit = [self.event(f"{stage.id}.ignition") for stage in self.vehicle.stages]
        later = [self.clock(event) for event in lit if self.clock(event) > self.t0 + self.rise]
        return 0.75 * min(later, default=self.t0 + self.longest_burn(self.vehicle.last_stage))

    def _typical_clock(self, stage: Stage, anchor: str) -> float:
        """When a cut-off or a later ignition of which nothing is known is expected: the propellant in equal burns."""
        windows = self.windows(stage)
        before = [w.cutoff for w, later in pairwise(windows) if later.ignition == anchor]
        if before:
            return self.clock(self.event(before[0])) + self._typical_coast(stage)
        ignition = next(w.ignition for w in windows if w.cutoff == anchor)
        return self.clock(self.event(ignition)) + self._typical_burn(stage)

    def _typical_burn(self, stage: Stage) -> float:
        burn = self.longest_burn(stage) / len(self.windows(stage))
        return min(burn, stage.cutoff.max_burn_s or burn)

    def _typical_coast(self, stage: Stage) -> float:
        """A coast of which nothing is known; where the last cut-off is imposed, the coasts share what burns leave."""
        windows = self.windows(stage)
        anchor, cutoff = self.time(windows[-1].cutoff)
        if anchor != "liftoff":
            return _TYPICAL_COAST_S
        left = cutoff - self.clock(self.event(windows[0].ignition)) - len(windows) * self._typical_burn(stage)
        return max(left, 0.0) / (len(windows) - 1)

    # --- the events -----------------------------------------------------------------------------------------------

    def events(self) -> list[Event]:
        """All events up to the payload's separation, in nominal order; simultaneous ones keep their given order."""
        last = self.vehicle.last_stage
        first = self._trunk()
        found = [self.event("liftoff", Mark("LIFTOFF", first, "Lift-off"))]
        if self.rise > 0.0:
            mark = Mark("PITCH_START", first, "Start of pitch-over")
            found.append(Event("pitch-over", "liftoff", self.t0 + self.rise, (mark,)))
        for stage in self.vehicle.stages:
            found += self._stage_events(stage)
        for body in self.vehicle.bodies:
            code = "FAIRING_JETTISON" if is_fairing(body) else "BODY_JETTISON"
            found.append(self.event(f"{body.id}.release", Mark(code, body.id, f"{body.name} jettison")))
        final = self.windows(last)[-1]
        anchor, offset = self.time(final.cutoff)
        end = offset + self.tail_off_of(last, final)
        found.append(Event("insertion", anchor, end))
        delay = self.mission.profile.separation_delay_s
        found.append(
            Event(
                "payload.separation",
                anchor,
                end + delay,
                (Mark("PAYLOAD_SEP", "payload", "Payload separation"),),
            )
        )
        for event in found:
            if self.clock(event) < self.t0 - 1e-9:
                raise self.wrong(
                    f"would happen {self.t0 - self.clock(event):.6g} s before lift-off", event.key
                )
            if self.clock(event) > self.clock(found[-1]) + 1e-9:
                raise self.wrong(
                    "would happen after the payload has left; tie it to an earlier event", event.key
                )
        self._check_separations()
        return sorted(found, key=self.clock)

    def _trunk(self) -> str:
        """The stage that lift-off is told of: the core that is lit on the pad, else the first stage."""
        lit = [s for s in self.vehicle.stages if self.time(f"{s.id}.ignition") == self.time("liftoff")]
        core = next((s for s in lit if s.role == "core"), None)
        return (core or self.vehicle.stages[0]).id

    def _check_separations(self) -> None:
        for stage in self.vehicle.stages:
            if stage.separation is None:
                continue
            cutoff, leave = (self.event(f"{stage.id}.{kind}") for kind in ("cutoff", "separation"))
            if self.clock(leave) < self.clock(cutoff) - 1e-9:
                raise self.wrong("would happen before its own cut-off", leave.key)
        for body in self.vehicle.bodies:
            owner = body.in_dry_mass_of
            if owner is None or self.vehicle.stage(owner).separation is None:
                continue
            release, leave = self.event(f"{body.id}.release"), self.event(f"{owner}.separation")
            if self.clock(release) > self.clock(leave) + 1e-9:
                raise self.wrong(
                    f"would happen after {owner}, whose mass it is a part of, has left", release.key
                )

    @property
    def rise(self) -> float:
        """Length of the vertical rise, s; there is none when the flight does not start from the pad."""
        if self.mission.initial_state is not None:
            return self.mission.profile.vertical_rise_s or 0.0
        chosen = self.mission.profile.vertical_rise_s
        return self.vehicle.vertical_rise_s if chosen is None else chosen

    def event(self, key: str, *marks: Mark) -> Event:
        """The event of that key."""
        anchor, offset = self.time(key)
        return Event(key, anchor, offset, marks)

    def _stage_events(self, stage: Stage) -> list[Event]:
        windows = self.windows(stage)
        found: list[Event] = []
        for j, window in enumerate(windows):
            begin, end = _burn_marks(stage, j, len(windows), stage is self.vehicle.last_stage)
            ignition, cutoff = self.event(window.ignition, *begin), self.event(window.cutoff, *end)
            found.append(ignition)
            for i, (t, _) in enumerate(stage.engine.throttle_profile):
                step = Event(throttle_key(window, i), ignition.anchor, ignition.offset + t)
                if t > 0.0 and self.clock(step) < self.clock(cutoff):
                    found.append(step)
            found += [
                cutoff,
                Event(window.end, cutoff.anchor, cutoff.offset + self.tail_off_of(stage, window)),
            ]
        if stage.separation is not None:
            found.append(self.event(f"{stage.id}.separation", _separation_mark(stage)))
        return found

    def tail_off_of(self, stage: Stage, window: Window) -> float:
        """Length of a burn's tail-off, s, from the throttle level that the profile has at cut-off."""
        level = 1.0
        burn = self.clock(self.event(window.cutoff)) - self.clock(self.event(window.ignition))
        for t, k in stage.engine.throttle_profile:
            level = k if t < burn else level
        return tail_off(stage, level)


def throttle_key(window: Window, i: int) -> str:
    """The key of the event at which row i of a burn's throttle profile takes hold."""
    return f"{window.ignition}.throttle-{i}"


def is_throttled(engine: Engine) -> bool:
    """Whether the throttle of an engine is free to choose."""
    return not engine.throttle_profile and engine.throttle_max > engine.throttle_min


def tail_off(stage: Stage, level: float) -> float:
    """Seconds in which thrust falls linearly from `level` to zero and delivers the tail-off impulse."""
    return (
        2.0 * stage.engine.tail_off_impulse_n_s / (level * stage.engine.thrust_vacuum_n)
        if level > 0.0
        else 0.0
    )


def is_fairing(body: Body) -> bool:
    """The contract's id for it, or a piece that waits for thin air."""
    return body.id == "fairing" or isinstance(body.release, Release)


def _burn_marks(stage: Stage, j: int, count: int, is_last: bool) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Marks of the ignition and the cut-off of a stage's burn j of `count`, by the stage's role."""
    name = stage.name
    begin: list[Mark] = []
    end: list[Mark] = []
    if stage.role == "stage" and j == 0:
        begin.append(Mark(f"STAGE_{stage.number}_IGNITION", stage.id, f"{name} ignition"))
    if is_last:
        begin.append(Mark(f"BURN_{j + 1}_START", stage.id, f"{name} burn {j + 1} start"))
        end.append(Mark(f"BURN_{j + 1}_END", stage.id, f"{name} burn {j + 1} end"))
    if j == count - 1:
        end.append(Mark(f"{_code(stage)}_CUTOFF", stage.id, f"{name} cut-off"))
    return tuple(begin), tuple(end)


def _separation_mark(stage: Stage) -> Mark:
    return Mark(f"{_code(stage)}_SEP", stage.id, f"{stage.name} separation")


def _code(stage: Stage) -> str:
    """How the codes of a stage's events begin."""
    return {"booster": "BOOSTER", "core": "CORE"}.get(stage.role, f"STAGE_{stage.number}")
