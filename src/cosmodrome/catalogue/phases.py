"""The only maker of phases: from a vehicle and a mission to the timeline that guess, optimiser and flight share.

Every event is a free or fixed anchor plus an offset ("block-i.ignition is core.cutoff - 0.24 s"). Sorted by their
nominal times the events cut the flight into phases, in each of which the burning engines, the attached masses and the
aerodynamics do not change. What the events leave open of the durations is kept as `Tie`s, linear rows over durations.
Dropped bodies are branches of the trunk: a `Drop` hangs at the end of the phase whose end releases it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cosmodrome.catalogue.schema import AeroConfiguration, Body, Engine, EventRef, Release, Stage, Vehicle
from cosmodrome.catalogue.timeline import Burn, Drop, Flow, Mark, Phase, Tie, Timeline
from cosmodrome.errors import CosmodromeError, MissionFileError, VehicleFileError
from cosmodrome.mission.schema import Mission
from cosmodrome.physics.aerodynamics import BODY_AXES, WIND_AXES, Aero, make_aero
from cosmodrome.physics.motion import Leg
from cosmodrome.physics.propulsion import NO_PROPULSION, Propulsion


@dataclass(frozen=True)
class _Event:
    """Something at `offset` seconds after `anchor` ("liftoff", or the key of an event whose time is free)."""

    key: str
    anchor: str
    offset: float
    marks: tuple[Mark, ...] = ()


def make_timeline(
    vehicle: Vehicle,
    mission: Mission,
    nominal: Mapping[str, float] | None = None,
) -> Timeline:
    """Return the `Timeline` of the mission's flight.

    `nominal` gives the times (s after lift-off) that free events are expected at, by key; it decides their order
    among the others and the first guess of durations. Raises VehicleFileError or MissionFileError when events
    contradict each other as readable without flying: before lift-off, after insertion, or a burn that its
    propellant cannot feed.
    """
    return _Maker(vehicle, mission, dict(nominal or {})).timeline()


class _Maker:
    """The making of one timeline; a class only so that what is looked up everywhere need not be passed on."""

    def __init__(self, vehicle: Vehicle, mission: Mission, nominal: dict[str, float]):
        self.vehicle, self.mission, self.nominal = _with_fixed_throttles(vehicle), mission, nominal
        self.t0 = mission.initial_state.t_s if mission.initial_state else 0.0
        self.resolved: dict[str, tuple[str, float]] = {}
        self.aeros = tuple(_make_aero(a) for a in vehicle.aero)

    def _wrong(self, message: str, key: str) -> CosmodromeError:
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
        anchor, ignition = self.time(f"{owner}.ignition")
        if stage.cutoff.rule == "time":
            return anchor, ignition + (stage.cutoff.burn_time_s or 0.0)
        if stage.cutoff.rule == "depletion" and not _is_throttled(stage.engine):
            return anchor, ignition + self.longest_burn(stage)
        return key, 0.0

    def _after(self, reference: EventRef) -> tuple[str, float]:
        anchor, offset = self.time(reference.event)
        return anchor, offset + reference.delay_s

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
            burnt = wanted - stage.engine.full_flow_seconds(before) - 0.5 * k * _tail_off(stage, k)
            if k > 0.0 and before + burnt / k <= t:
                return before + burnt / k
            before, k = t, level
        raise VehicleFileError(
            "ends at zero before the propellant is used; end the profile with a positive level",
            file=self.vehicle.path,
            key=f"{stage.id}.engine.throttle_profile",
        )

    def clock(self, event: _Event) -> float:
        """Nominal time (s after lift-off) of an event."""
        return self.anchor_clock(event.anchor) + event.offset

    def anchor_clock(self, anchor: str) -> float:
        if anchor == "liftoff":
            return 0.0
        if anchor in self.nominal:
            return self.nominal[anchor]
        owner, _, kind = anchor.rpartition(".")
        if kind == "cutoff":
            stage = self.vehicle.stage(owner)
            base, offset = self.time(f"{owner}.ignition")
            longest = self.longest_burn(stage)
            return self.anchor_clock(base) + offset + min(longest, stage.cutoff.max_burn_s or longest)
        # nothing known yet of a release that the flight rules: before the last stage takes over
        base, offset = self.time(f"{self.vehicle.last_stage.id}.ignition")
        return 0.75 * (self.anchor_clock(base) + offset)

    # --- the events -----------------------------------------------------------------------------------------------

    def events(self) -> list[_Event]:
        """All events up to the payload's separation, in nominal order; simultaneous ones keep their given order."""
        last = self.vehicle.last_stage
        first = self._trunk()
        found = [self._event("liftoff", Mark("LIFTOFF", first, "Lift-off"))]
        if self.rise > 0.0:
            mark = Mark("PITCH_START", first, "Start of pitch-over")
            found.append(_Event("pitch-over", "liftoff", self.t0 + self.rise, (mark,)))
        for stage in self.vehicle.stages:
            found += self._stage_events(stage)
        for body in self.vehicle.bodies:
            code = "FAIRING_JETTISON" if is_fairing(body) else "BODY_JETTISON"
            found.append(self._event(f"{body.id}.release", Mark(code, body.id, f"{body.name} jettison")))
        anchor, offset = self.time(f"{last.id}.cutoff")
        end = offset + self.tail_off_at_cutoff(last)
        found.append(_Event("insertion", anchor, end))
        delay = self.mission.profile.separation_delay_s
        found.append(
            _Event(
                "payload.separation",
                anchor,
                end + delay,
                (Mark("PAYLOAD_SEP", "payload", "Payload separation"),),
            )
        )
        for event in found:
            if self.clock(event) < self.t0 - 1e-9:
                raise self._wrong(
                    f"would happen {self.t0 - self.clock(event):.6g} s before lift-off", event.key
                )
            if self.clock(event) > self.clock(found[-1]) + 1e-9:
                raise self._wrong(
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
            cutoff, leave = (self._event(f"{stage.id}.{kind}") for kind in ("cutoff", "separation"))
            if self.clock(leave) < self.clock(cutoff) - 1e-9:
                raise self._wrong("would happen before its own cut-off", leave.key)
        for body in self.vehicle.bodies:
            owner = body.in_dry_mass_of
            if owner is None or self.vehicle.stage(owner).separation is None:
                continue
            release, leave = self._event(f"{body.id}.release"), self._event(f"{owner}.separation")
            if self.clock(release) > self.clock(leave) + 1e-9:
                raise self._wrong(
                    f"would happen after {owner}, whose mass it is a part of, has left", release.key
                )

    @property
    def rise(self) -> float:
        """Length of the vertical rise, s; there is none when the flight does not start from the pad."""
        if self.mission.initial_state is not None:
            return self.mission.profile.vertical_rise_s or 0.0
        chosen = self.mission.profile.vertical_rise_s
        return self.vehicle.vertical_rise_s if chosen is None else chosen

    def _event(self, key: str, *marks: Mark) -> _Event:
        anchor, offset = self.time(key)
        return _Event(key, anchor, offset, marks)

    def _stage_events(self, stage: Stage) -> list[_Event]:
        begin, end, leave = _stage_marks(stage, stage is self.vehicle.last_stage)
        found = [self._event(f"{stage.id}.ignition", *begin)]
        anchor, ignition = self.time(f"{stage.id}.ignition")
        cutoff = self._event(f"{stage.id}.cutoff", *end)
        for i, (t, _) in enumerate(stage.engine.throttle_profile):
            step = _Event(f"{stage.id}.throttle-{i}", anchor, ignition + t)
            if t > 0.0 and self.clock(step) < self.clock(cutoff):
                found.append(step)
        found.append(cutoff)
        tail = self.tail_off_at_cutoff(stage)
        if tail > 0.0:
            found.append(_Event(f"{stage.id}.tail-off", cutoff.anchor, cutoff.offset + tail))
        if stage.separation is not None:
            found.append(self._event(f"{stage.id}.separation", *leave))
        return found

    def tail_off_at_cutoff(self, stage: Stage) -> float:
        """Length of the tail-off, s, from the throttle level that the profile has at cut-off."""
        level = 1.0
        burn = self.clock(self._event(f"{stage.id}.cutoff")) - self.clock(self._event(f"{stage.id}.ignition"))
        for t, k in stage.engine.throttle_profile:
            level = k if t < burn else level
        return _tail_off(stage, level)

    # --- the phases -------------------------------------------------------------------------------------------------

    def timeline(self) -> Timeline:
        events = self.events()
        moments = self._moments(events)
        place = {event.key: i for i, moment in enumerate(moments) for event in moment}
        phases = tuple(self._phase(i, moments, place) for i in range(len(moments) - 1))
        burns = tuple(self._burn(stage, place, phases) for stage in self.vehicle.stages)
        self._check_propellant(phases, burns)
        free = {
            e.key: i - 1 for i, moment in enumerate(moments) for e in moment if e.anchor == e.key != "liftoff"
        }
        return Timeline(
            phases,
            (*self._event_ties(moments), *self._burn_ties(burns)),
            burns,
            free,
            place["insertion"] - 1,
            self.t0,
            self.vehicle.liftoff_mass_without_payload_kg,
            {s.id: s.count * (s.propellant_mass_kg - s.pad_burn_kg) for s in self.vehicle.stages},
        )

    def _moments(self, events: list[_Event]) -> list[list[_Event]]:
        """Events that share anchor and offset happen together."""
        moments: list[list[_Event]] = []
        for event in events:
            last = moments[-1][0] if moments else None
            if last and last.anchor == event.anchor and abs(last.offset - event.offset) < 1e-9:
                moments[-1].append(event)
            else:
                moments.append([event])
        return moments

    def _phase(self, i: int, moments: list[list[_Event]], place: Mapping[str, int]) -> Phase:
        start, end = moments[i][0], moments[i + 1][0]
        flows, propulsion = [], NO_PROPULSION
        is_vertical = i < place.get("pitch-over", 0)
        low = high = 1.0
        for stage in self.vehicle.stages:
            burning = place[f"{stage.id}.ignition"] <= i < place[f"{stage.id}.cutoff"]
            tailing = place[f"{stage.id}.cutoff"] <= i < place.get(f"{stage.id}.tail-off", 0)
            gone = place.get(f"{stage.id}.separation", len(moments)) <= i
            if gone or not (burning or tailing):
                continue
            level = 1.0
            for j, (t, k) in enumerate(stage.engine.throttle_profile):
                if t <= 0.0 or place.get(f"{stage.id}.throttle-{j}", len(moments)) <= i:
                    level = k
            since = (
                self.clock(start) - self.clock(moments[place[f"{stage.id}.cutoff"]][0]) if tailing else 0.0
            )
            is_free = _is_throttled(stage.engine) and not is_vertical
            if is_vertical and _is_throttled(stage.engine):
                # nothing steers yet: the throttle is open as far as it goes
                level = stage.engine.throttle_max
            flow, propulsion = self._add_engine(stage, level, since, tailing, is_free, propulsion)
            flows.append(flow)
            if flow.is_throttled:
                low, high = stage.engine.throttle_min, stage.engine.throttle_max
        if sum(flow.is_throttled for flow in flows) > 1:
            raise VehicleFileError(
                "burn at once with a free throttle each; give all but one a throttle_profile",
                file=self.vehicle.path,
                key=" and ".join(flow.stage for flow in flows if flow.is_throttled),
            )
        drops = tuple(d for event in moments[i + 1] if (d := self._drop(event, i + 1, place)) is not None)
        marks = tuple(mark for event in moments[i] for mark in event.marks)
        aero = sum(
            1 for a in self.vehicle.aero[:-1] if a.until and self._place_of(a.until, place, moments) <= i
        )
        fairings = [b for b in self.vehicle.bodies if is_fairing(b)]
        return Phase(
            id=" + ".join(flow.stage for flow in flows) or "coast",
            leg=Leg(propulsion, self.aeros[min(aero, len(self.aeros) - 1)]),
            flows=tuple(flows),
            nominal_s=self.clock(end) - self.clock(start),
            is_fixed=start.anchor == end.anchor,
            is_vertical=is_vertical,
            throttle_min=low,
            throttle_max=high,
            begins_with=marks,
            ends_with=tuple(m for e in moments[i + 1] for m in e.marks) if i + 2 == len(moments) else (),
            drops=drops,
            is_fairing_gone=bool(fairings) and all(place[f"{b.id}.release"] <= i for b in fairings),
        )

    def _place_of(self, key: str, place: Mapping[str, int], moments: list[list[_Event]]) -> int:
        if key in place:
            return place[key]
        raise VehicleFileError(
            "names no event of this vehicle", file=self.vehicle.path, key="aero.until", value=key
        )

    def _add_engine(
        self, stage: Stage, level: float, since: float, tailing: bool, is_free: bool, total: Propulsion
    ) -> tuple[Flow, Propulsion]:
        engine, n = stage.engine, stage.count
        area = n * engine.exit_area_m2 if self.mission.environment.back_pressure else 0.0
        thrust, flow = n * level * engine.thrust_vacuum_n, n * level * engine.mass_flow_kg_s
        total = total._replace(exit_area=total.exit_area + area)
        if tailing:
            length = _tail_off(stage, level)
            left = 1.0 - since / length
            total = total._replace(
                thrust=total.thrust + left * thrust,
                flow=total.flow + left * flow,
                thrust_rate=total.thrust_rate - thrust / length,
                flow_rate=total.flow_rate - flow / length,
            )
            return Flow(stage.id, left * flow, -flow / length), total
        if is_free:
            total = total._replace(
                throttled_thrust=total.throttled_thrust + n * engine.thrust_vacuum_n,
                throttled_flow=total.throttled_flow + n * engine.mass_flow_kg_s,
            )
            return Flow(stage.id, n * engine.mass_flow_kg_s, 0.0, True), total
        total = total._replace(thrust=total.thrust + thrust, flow=total.flow + flow)
        return Flow(stage.id, flow), total

    def _drop(self, event: _Event, at: int, place: Mapping[str, int]) -> Drop | None:
        owner, _, kind = event.key.rpartition(".")
        if kind == "separation" and owner in self.vehicle.stage_ids:
            stage = self.vehicle.stage(owner)
            lost = sum(
                b.count * b.mass_kg
                for b in self.vehicle.bodies
                if b.in_dry_mass_of == owner and place[f"{b.id}.release"] <= at
            )
            return Drop(
                owner,
                stage.name,
                stage.count,
                stage.count * stage.dry_mass_kg - lost,
                owner,
                stage.fall_reference_area_m2,
                stage.fall_drag_coefficient,
            )
        if kind == "release" and owner in self.vehicle.body_ids:
            body = self.vehicle.body(owner)
            return Drop(
                owner,
                body.name,
                body.count,
                body.count * body.mass_kg,
                None,
                body.reference_area_m2,
                body.drag_coefficient,
            )
        return None

    def _burn(self, stage: Stage, place: Mapping[str, int], phases: tuple[Phase, ...]) -> Burn:
        end = place.get(f"{stage.id}.tail-off", place[f"{stage.id}.cutoff"])
        first = place[f"{stage.id}.ignition"]
        mine = tuple(range(first, end))
        is_throttled = any(f.is_throttled and f.stage == stage.id for k in mine for f in phases[k].flows)
        return Burn(
            stage.id,
            mine,
            stage.count * self.usable(stage),
            is_throttled or self._is_open(stage),
            stage.cutoff.rule == "depletion" and f"{stage.id}.cutoff_s" not in self.mission.sequence,
        )

    def _is_open(self, stage: Stage) -> bool:
        """Whether the length of a burn is left open: its ends hang on different anchors."""
        cutoff, _ = self.time(f"{stage.id}.cutoff")
        return cutoff != self.time(f"{stage.id}.ignition")[0] or cutoff == f"{stage.id}.cutoff"

    def _event_ties(self, moments: list[list[_Event]]) -> list[Tie]:
        """Events of one anchor keep their distance; neighbours do so as phases of fixed length, without a row."""
        ties = []
        before: dict[str, tuple[int, float]] = {}
        for i, moment in enumerate(moments):
            anchor, offset = moment[0].anchor, moment[0].offset
            if anchor in before and before[anchor][0] < i - 1:
                start, since = before[anchor]
                ties.append(Tie(moment[0].key, tuple(range(start, i)), offset - since, offset - since))
            before[anchor] = (i, offset)
        return ties

    def _burn_ties(self, burns: tuple[Burn, ...]) -> list[Tie]:
        ties = []
        for burn in burns:
            stage = self.vehicle.stage(burn.stage)
            if stage.cutoff.rule == "command" and self._is_open(stage):
                tail = self.tail_off_at_cutoff(stage)
                upper = stage.cutoff.max_burn_s
                low = (stage.cutoff.min_burn_s or 0.0) + tail
                ties.append(
                    Tie(f"{stage.id}.burn", burn.phases, low, math.inf if upper is None else upper + tail)
                )
        return ties

    def _check_propellant(self, phases: tuple[Phase, ...], burns: tuple[Burn, ...]) -> None:
        """A burn whose length is imposed must be fed by its tank, to a part in 1e9."""
        for burn in burns:
            if burn.is_open:
                continue
            burnt = 0.0
            for i in burn.phases:
                for flow in phases[i].flows:
                    if flow.stage == burn.stage and not flow.is_throttled:
                        burnt += flow.burnt_kg(phases[i].nominal_s)
            if burnt > burn.usable_kg * (1.0 + 1e-9) + 1e-6:
                raise self._wrong(
                    f"burns {burnt:.6g} kg but {burn.usable_kg:.6g} kg are usable; shorten the burn",
                    f"{burn.stage}.cutoff",
                )


def _with_fixed_throttles(vehicle: Vehicle) -> Vehicle:
    """The vehicle with every throttle that has one position written as a profile of that position."""
    stages = tuple(
        replace(stage, engine=replace(stage.engine, throttle_profile=((0.0, stage.engine.throttle_max),)))
        if not stage.engine.throttle_profile and stage.engine.throttle_min == stage.engine.throttle_max != 1.0
        else stage
        for stage in vehicle.stages
    )
    return replace(vehicle, stages=stages)


def _is_throttled(engine: Engine) -> bool:
    return not engine.throttle_profile and engine.throttle_max > engine.throttle_min


def _tail_off(stage: Stage, level: float) -> float:
    """Seconds in which thrust falls linearly from `level` to zero and delivers the tail-off impulse."""
    return (
        2.0 * stage.engine.tail_off_impulse_n_s / (level * stage.engine.thrust_vacuum_n)
        if level > 0.0
        else 0.0
    )


def is_fairing(body: Body) -> bool:
    """The contract's id for it, or a piece that waits for thin air."""
    return body.id == "fairing" or isinstance(body.release, Release)


def _stage_marks(stage: Stage, is_last: bool) -> tuple[tuple[Mark, ...], tuple[Mark, ...], tuple[Mark, ...]]:
    """Marks of ignition, cut-off and separation by the stage's role."""
    name = stage.name
    begin: tuple[Mark, ...] = ()
    if stage.role == "booster":
        end, leave = "BOOSTER_CUTOFF", "BOOSTER_SEP"
    elif stage.role == "core":
        end, leave = "CORE_CUTOFF", "CORE_SEP"
    else:
        end, leave = f"STAGE_{stage.number}_CUTOFF", f"STAGE_{stage.number}_SEP"
        begin = (Mark(f"STAGE_{stage.number}_IGNITION", stage.id, f"{name} ignition"),)
    cut: tuple[Mark, ...] = (Mark(end, stage.id, f"{name} cut-off"),)
    if is_last:
        begin = (*begin, Mark("BURN_1_START", stage.id, f"{name} burn 1 start"))
        cut = (Mark("BURN_1_END", stage.id, f"{name} burn 1 end"), *cut)
    return begin, cut, (Mark(leave, stage.id, f"{name} separation"),)


def _make_aero(configuration: AeroConfiguration) -> Aero:
    drag = configuration.table
    axes = WIND_AXES if configuration.axes == "wind" else BODY_AXES
    return make_aero(
        configuration.reference_area_m2, drag.mach, drag.alpha_rad, drag.axial, drag.normal, axes
    )
