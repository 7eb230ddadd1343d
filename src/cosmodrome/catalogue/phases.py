"""The only maker of phases: from a vehicle and a mission to the timeline that guess, optimiser and flight share.

Sorted by their nominal times the events of the `Schedule` cut the flight into phases, in each of which the burning
engines, the attached masses and the aerodynamics do not change. What the events leave open of the durations is kept as
`Tie`s, linear rows over durations. Dropped bodies are branches of the trunk: a `Drop` hangs at the end of the phase
whose end releases it.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import chain, pairwise

from cosmodrome.catalogue.schedule import (
    Event,
    Schedule,
    Window,
    is_fairing,
    is_throttled,
    tail_off,
    throttle_key,
)
from cosmodrome.catalogue.schema import AeroConfiguration, Stage, Vehicle
from cosmodrome.catalogue.timeline import Burn, Drop, Flow, Phase, Tie, Timeline
from cosmodrome.errors import VehicleFileError
from cosmodrome.mission.schema import Mission
from cosmodrome.physics.aerodynamics import BODY_AXES, WIND_AXES, Aero, make_aero
from cosmodrome.physics.motion import Leg
from cosmodrome.physics.propulsion import NO_PROPULSION, Propulsion


def make_timeline(
    vehicle: Vehicle,
    mission: Mission,
    nominal: Mapping[str, float] | None = None,
    burns: int = 1,
) -> Timeline:
    """Return the `Timeline` of the mission's flight.

    `nominal` gives the times (s after lift-off) that free events are expected at, by key; it decides their order
    among the others and the first guess of durations. The last stage burns `burns` times. Raises VehicleFileError
    or MissionFileError when events contradict each other as readable without flying: before lift-off, after
    insertion, or a burn that its propellant cannot feed.
    """
    return _Maker(vehicle, mission, dict(nominal or {}), burns).timeline()


class _Maker:
    """The making of one timeline; a class only so that what is looked up everywhere need not be passed on."""

    def __init__(self, vehicle: Vehicle, mission: Mission, nominal: dict[str, float], burns: int):
        self.vehicle, self.mission = _with_fixed_throttles(vehicle), mission
        self.schedule = Schedule(self.vehicle, mission, nominal, burns)
        self.aeros = tuple(_make_aero(a) for a in vehicle.aero)

    def timeline(self) -> Timeline:
        events = self.schedule.events()
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
            self.schedule.t0,
            self.vehicle.liftoff_mass_without_payload_kg,
            {s.id: s.count * (s.propellant_mass_kg - s.pad_burn_kg) for s in self.vehicle.stages},
        )

    def _moments(self, events: list[Event]) -> list[list[Event]]:
        """Events that share anchor and offset happen together."""
        moments: list[list[Event]] = []
        for event in events:
            last = moments[-1][0] if moments else None
            if last and last.anchor == event.anchor and abs(last.offset - event.offset) < 1e-9:
                moments[-1].append(event)
            else:
                moments.append([event])
        return moments

    def _phase(self, i: int, moments: list[list[Event]], place: Mapping[str, int]) -> Phase:
        start, end = moments[i][0], moments[i + 1][0]
        flows, propulsion = [], NO_PROPULSION
        is_vertical = i < place.get("pitch-over", 0)
        low = high = 1.0
        for stage in self.vehicle.stages:
            window = next(
                (w for w in self.schedule.windows(stage) if place[w.ignition] <= i < place[w.end]), None
            )
            gone = place.get(f"{stage.id}.separation", len(moments)) <= i
            if gone or window is None:
                continue
            tailing = place[window.cutoff] <= i
            level = 1.0
            for j, (t, k) in enumerate(stage.engine.throttle_profile):
                if t <= 0.0 or place.get(throttle_key(window, j), len(moments)) <= i:
                    level = k
            cutoff = moments[place[window.cutoff]][0]
            since = self.schedule.clock(start) - self.schedule.clock(cutoff) if tailing else 0.0
            is_free = is_throttled(stage.engine) and not is_vertical
            if is_vertical and is_throttled(stage.engine):
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
            nominal_s=self.schedule.clock(end) - self.schedule.clock(start),
            is_fixed=start.anchor == end.anchor,
            is_vertical=is_vertical,
            throttle_min=low,
            throttle_max=high,
            begins_with=marks,
            ends_with=tuple(m for e in moments[i + 1] for m in e.marks) if i + 2 == len(moments) else (),
            drops=drops,
            is_fairing_gone=bool(fairings) and all(place[f"{b.id}.release"] <= i for b in fairings),
            throttle_serves_loads=len(flows) == 1 and self._is_as_long_as_it_likes(flows[0].stage, i, place),
        )

    def _is_as_long_as_it_likes(self, stage_id: str, i: int, place: Mapping[str, int]) -> bool:
        """Whether the cut-off of the burn that phase i belongs to is free."""
        windows = self.schedule.windows(self.vehicle.stage(stage_id))
        return any(
            place[w.ignition] <= i < place[w.end] and self.schedule.time(w.cutoff)[0] == w.cutoff
            for w in windows
        )

    def _place_of(self, key: str, place: Mapping[str, int], moments: list[list[Event]]) -> int:
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
            length = tail_off(stage, level)
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
                throttle_min=engine.throttle_min,
            )
            return Flow(stage.id, n * engine.mass_flow_kg_s, 0.0, True), total
        total = total._replace(thrust=total.thrust + thrust, flow=total.flow + flow)
        return Flow(stage.id, flow), total

    def _drop(self, event: Event, at: int, place: Mapping[str, int]) -> Drop | None:
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
        windows = tuple(tuple(range(place[w.ignition], place[w.end])) for w in self.schedule.windows(stage))
        mine = tuple(chain(*windows))
        is_free = any(f.is_throttled and f.stage == stage.id for k in mine for f in phases[k].flows)
        return Burn(
            stage.id,
            windows,
            stage.count * self.schedule.usable(stage),
            is_free or self._is_open(stage),
            stage.cutoff.rule == "depletion" and f"{stage.id}.cutoff_s" not in self.mission.sequence,
        )

    def _is_open(self, stage: Stage) -> bool:
        """Whether the length of a burn is left open: its ends hang on different anchors."""
        windows = self.schedule.windows(stage)
        return len(windows) > 1 or self._is_window_open(windows[0])

    def _is_window_open(self, window: Window) -> bool:
        cutoff, _ = self.schedule.time(window.cutoff)
        return cutoff != self.schedule.time(window.ignition)[0] or cutoff == window.cutoff

    def _event_ties(self, moments: list[list[Event]]) -> list[Tie]:
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
        """How long each burn may be, all burns of a stage together, and the coasts between them."""
        ties = []
        for burn in burns:
            stage = self.vehicle.stage(burn.stage)
            windows = self.schedule.windows(stage)
            if len(windows) > 1:
                ties += self._coast_ties(stage, burn)
            if stage.cutoff.rule != "command" or not self._is_open(stage):
                continue
            tails = [self.schedule.tail_off_of(stage, w) for w in windows]
            upper = math.inf if stage.cutoff.max_burn_s is None else stage.cutoff.max_burn_s
            for j, (mine, tail) in enumerate(zip(burn.windows, tails, strict=True), start=1):
                low = (stage.cutoff.min_burn_s or 0.0) + tail
                name = f"{stage.id}.burn" if len(windows) == 1 else f"{stage.id}.burn-{j}"
                ties.append(Tie(name, mine, low, upper + tail))
            if stage.max_total_burn_s is not None:
                ties.append(Tie(f"{stage.id}.burns", burn.phases, 0.0, stage.max_total_burn_s + sum(tails)))
        return ties

    def _coast_ties(self, stage: Stage, burn: Burn) -> list[Tie]:
        low, high = coast_bounds(stage, self.mission)
        return [
            Tie(f"{stage.id}.coast-{j}", tuple(range(before[-1] + 1, after[0])), low, high)
            for j, (before, after) in enumerate(pairwise(burn.windows), start=1)
        ]

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
                raise self.schedule.wrong(
                    f"burns {burnt:.6g} kg but {burn.usable_kg:.6g} kg are usable; shorten the burn",
                    f"{burn.stage}.cutoff",
                )


def coast_bounds(stage: Stage, mission: Mission) -> tuple[float, float]:
    """Return the shortest and the longest coast (s) between two burns of a stage.

    Between two burns any axis must be reachable from any other: the shortest coast has room for half a turn.
    """
    turn = math.pi / stage.slew_rate_rad_s if stage.slew_rate_rad_s else 0.0
    longest = mission.profile.max_coast_s
    if stage.max_coast_s is not None:
        longest = min(longest, stage.max_coast_s)
    return max(stage.min_coast_s, turn), longest


def _with_fixed_throttles(vehicle: Vehicle) -> Vehicle:
    """The vehicle with every throttle that has one position written as a profile of that position."""
    stages = tuple(
        replace(stage, engine=replace(stage.engine, throttle_profile=((0.0, stage.engine.throttle_max),)))
        if not stage.engine.throttle_profile and stage.engine.throttle_min == stage.engine.throttle_max != 1.0
        else stage
        for stage in vehicle.stages
    )
    return replace(vehicle, stages=stages)


# a timeline is made again for every changed number, the coefficients stay
@lru_cache(maxsize=64)
def _make_aero(configuration: AeroConfiguration) -> Aero:
    drag = configuration.table
    axes = WIND_AXES if configuration.axes == "wind" else BODY_AXES
    return make_aero(
        configuration.reference_area_m2, drag.mach, drag.alpha_rad, drag.axial, drag.normal, axes
    )
