"""A mission with everything it names looked up: vehicle, site, limits, world, start, heading; and its first guess."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.guess import TYPICAL_LOSSES, Guess, Guesser, nominal_times, thin_air_time
from cosmodrome.ascent.heading import Heading, open_headings
from cosmodrome.ascent.layout import Rows
from cosmodrome.ascent.limits import UPPER_LIMITS
from cosmodrome.ascent.mesh import Mesh, PhaseMesh, uniform
from cosmodrome.ascent.opening import planned_target
from cosmodrome.ascent.parameters import Question
from cosmodrome.catalogue.phases import coast_bounds, make_timeline
from cosmodrome.catalogue.resolve import resolve
from cosmodrome.catalogue.schema import Site, Vehicle
from cosmodrome.catalogue.timeline import Phase, Timeline
from cosmodrome.flight.programme import Masses, Programme, Step
from cosmodrome.flight.start import eci_angle, start_state, ut1_minus_utc
from cosmodrome.mission.environment import make_environment
from cosmodrome.mission.schema import DEFAULT_MIN_COAST_ALTITUDE_M, Limits, Mission, Objective
from cosmodrome.physics.motion import Environment
from cosmodrome.physics.orbit import eccentric_anomaly, elements, mean_anomaly

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """One way to fly a mission: to which side of the pad, and in how many burns of the last stage."""

    heading: Heading
    burns: int

    def is_like(self, other: "Way") -> bool:
        """Whether another mission's way goes to the same side in as many burns; the plane is each mission's own."""
        return self.heading.is_ascending == other.heading.is_ascending and self.burns == other.burns


@dataclass(frozen=True)
class Problem:
    """What is to be planned, and by which way. `theta0` is the angle (rad) from ECI x to the zero meridian at t = 0.

    `others` are the ways that mission and site leave open besides.
    """

    mission: Mission
    vehicle: Vehicle
    site: Site
    limits: Limits
    environment: Environment
    question: Question
    way: Way
    others: tuple[Way, ...]
    theta0: float
    stated: tuple[str, ...]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Sentences on what the problem takes for granted beyond its files."""
        said = list(self.stated)
        profile = self.mission.profile
        if profile.launch_direction == "auto":
            side = "northbound (ascending)" if self.way.heading.is_ascending else "southbound (descending)"
            said.append(f"the launch is {side}, chosen for profile.launch_direction = auto")
        if profile.upper_stage_burns == "auto" and self.vehicle.last_stage.burns > 1:
            times = "once" if self.way.burns == 1 else f"{self.way.burns} times"
            last = self.vehicle.last_stage.id
            said.append(f"{last} burns {times}, chosen for profile.upper_stage_burns = auto")
        return tuple(said)

    def timeline(
        self, nominal: Mapping[str, float] | None = None, vehicle: Vehicle | None = None
    ) -> Timeline:
        """The timeline of the mission, or of the same mission with another vehicle, its throttles governed."""
        timeline = make_timeline(vehicle or self.vehicle, self.mission, nominal, self.way.burns)
        return timeline.governed(self.limits.max_axial_acceleration_m_s2)

    def programme(self, timeline: Timeline, steps: tuple[Step, ...], payload_kg: float) -> Programme:
        """The programme that flies `steps`, one for each phase of the timeline, with a payload."""
        usable = {burn.stage: burn.usable_kg for burn in timeline.burns}
        load = timeline.propellant_kg
        return Programme(
            name=self.mission.name,
            t_s=timeline.t0_s,
            r_eci_m=self.question.start[:3],
            v_eci_m_s=self.question.start[3:],
            masses=Masses(
                timeline.mass_without_payload_kg + payload_kg,
                dict(load),
                {stage: load[stage] - usable[stage] for stage in load},
            ),
            steps=steps,
            environment=self.environment,
            earth_angle_rad=self.theta0,
            pad_latitude_rad=self.site.latitude_rad,
            pad_longitude_rad=self.site.longitude_rad,
            payload_kg=payload_kg,
            insertion_step=timeline.insertion,
        )

    def with_limit(self, name: str, value: float) -> "Problem":
        """The same problem with one limit's value replaced (SI)."""
        limits: Limits = replace(self.limits, **{name: value})
        return replace(self.with_rows_of(name, value), limits=limits)

    def with_rows_of(self, name: str, value: float) -> "Problem":
        """The same problem with the rows of one limit held to another value (SI); what governs, and what a flight is
        held against, stays."""
        changes: dict[str, object] = {"limits": replace(self.question.limits, **{name: value})}
        if name == "min_coast_altitude_m":
            changes["floor_altitude_m"] = value
        return self.with_question(**changes)

    @property
    def tightening(self) -> dict[str, float]:
        """What shares of their limits the rows are held to, where a flight passes them between two points."""
        plain, tight = self.limits, self.question.limits
        return {
            name: getattr(tight, name) / getattr(plain, name) for name in UPPER_LIMITS if getattr(plain, name)
        }

    def tightened(self, shares: Mapping[str, float]) -> "Problem":
        """The same problem with the rows of its limits held to such shares of them, at most to the whole."""
        changes = {name: getattr(self.limits, name) * min(share, 1.0) for name, share in shares.items()}
        return self.with_question(limits=replace(self.limits, **changes))

    @property
    def longest_coast_s(self) -> float:
        """The longest coast (s) allowed between two burns of the last stage."""
        return coast_bounds(self.vehicle.last_stage, self.mission)[1]

    def with_longest_coast(self, longest_s: float) -> "Problem":
        """The same problem with another longest coast (s), whoever limits it."""
        *lower, last = self.vehicle.stages
        vehicle = replace(self.vehicle, stages=(*lower, replace(last, max_coast_s=None)))
        profile = replace(self.mission.profile, max_coast_s=longest_s)
        return replace(self, mission=replace(self.mission, profile=profile), vehicle=vehicle)

    def by(self, way: Way) -> "Problem":
        """The same problem by one of its other ways."""
        others = tuple(w for w in (self.way, *self.others) if w != way)
        question = replace(self.question, heading_rad=way.heading.side)
        return replace(self, question=question, way=way, others=others)

    def for_payload(self) -> "Problem":
        """The same problem asked for its largest payload."""
        return self.with_question(objective=Objective())

    def with_question(self, **changes: object) -> "Problem":
        """The same problem with fields of its question replaced."""
        return replace(self, question=replace(self.question, **changes))  # type: ignore[arg-type]


def pose(mission: Mission, vehicle: Vehicle | None = None, insertion_s: float = 0.0) -> Problem:
    """Return the `Problem` of a mission, with another vehicle than it names where one is given; raises CosmodromeError
    as `catalogue.resolve`.

    `insertion_s` is the time at which a node's local time is taken where an epoch fixes it: it moves 0.04 deg an hour.
    """
    resolved = resolve(mission, vehicle)
    vehicle, site, limits = resolved.vehicle, resolved.site, resolved.limits
    environment = make_environment(mission.environment)
    theta0 = eci_angle(site.longitude_rad, mission.epoch_utc)
    stated = resolved.assumptions
    if mission.epoch_utc is not None and ut1_minus_utc(mission.epoch_utc) is None:
        stated = (*stated, "UT1 = UTC: epoch_utc lies outside the table of the Earth's rotation")
    start = start_state(mission, site, environment.earth, theta0)
    target = planned_target(mission, insertion_s)
    low, high = limits.launch_azimuth_min_rad, limits.launch_azimuth_max_rad
    headings = open_headings(
        target,
        np.array(start),
        environment,
        mission.profile.launch_direction,
        None if low is None or high is None else (low, high),
        site.usual_azimuth_rad,
    )
    way, *others = (Way(heading, burns) for heading in headings for burns in resolved.burns)
    floor = limits.min_coast_altitude_m
    question = Question(
        limits,
        target,
        mission.objective,
        start,
        DEFAULT_MIN_COAST_ALTITUDE_M if floor is None else floor,
        way.heading.side,
    )
    return Problem(
        mission,
        vehicle,
        site,
        limits,
        environment,
        question,
        way,
        tuple(others),
        theta0,
        stated,
    )


# dynamic pressure (Pa) below which the air bends nothing
_NO_AIR_Q = 10.0
# eccentric anomaly (rad) that one polynomial of degree five follows to a decimetre
_COAST_STEP_RAD = 0.6
# phases shorter than this (s) are one interval
_SHORT_S = 15.0


# --- from a guess to the structure of the program ---------------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """A guess on the timeline that its own free events have ordered, and who made it."""

    timeline: Timeline
    guesser: Guesser
    guess: Guess
    rank: int

    @property
    def choices(self) -> int:
        """How many guesses there are to choose from."""
        return len(self.guesser.tilts)

    def ranked(self, rank: int) -> "Start":
        """The start with the guess that comes so many places behind the best."""
        return replace(self, guess=self.guesser.guess(rank), rank=rank)


def first_start(problem: Problem, nominal: Mapping[str, float] | None = None, *, rank: int = 0) -> Start:
    """Return a flown guess whose fairing leaves where the guess itself leaves the air behind."""
    start = _start(problem, nominal, rank)
    flux = problem.limits.fairing_heat_flux_w_m2
    waiting = [key for key in start.timeline.free if key.endswith(".release")] if flux is not None else []
    if nominal is not None or not (waiting or problem.way.burns > 1):
        return start
    changed = {}
    if flux is not None and waiting:
        thin = thin_air_time(start.guess, start.timeline, problem.environment, flux)
        last = start.timeline.t0_s + float(start.guess.durations.sum()) - 1.0
        changed = {key: min(thin + 2.0, last) for key in waiting}
    times = nominal_times(start.timeline, start.guess.durations, changed)
    return _start(problem, times, rank, start.guesser)


def _start(
    problem: Problem, nominal: Mapping[str, float] | None, rank: int, before: Guesser | None = None
) -> Start:
    timeline = problem.timeline(nominal)
    losses_m_s, near_rad = (before.losses_m_s, before.tilts[0].kick_rad) if before else (TYPICAL_LOSSES, None)
    guesser = Guesser(
        timeline, problem.question, problem.environment, problem.way.heading, losses_m_s, near_rad
    )
    return Start(timeline, guesser, guesser.guess(rank), rank)


def first_mesh(problem: Problem, start: Start) -> Mesh:
    """Return a coarse mesh: long intervals where the air is thin, one short one where a phase is short."""
    guess = start.guess
    max_q = guess.record("max_q_pa")
    return tuple(
        _phase_mesh(phase, max_q[k])
        if phase.flows
        else _coast_mesh(guess.starts[k], float(guess.durations[k]), problem.environment.earth.mu)
        for k, phase in enumerate(start.timeline.phases[: start.timeline.insertion + 1])
    )


def _phase_mesh(phase: Phase, max_q: float) -> PhaseMesh:
    if phase.is_vertical:
        return uniform(max(1, round(phase.nominal_s / 10.0)), 4)
    if phase.nominal_s < 3.0:
        return uniform(1, 2)
    if phase.nominal_s < _SHORT_S:
        return uniform(1, 3)
    longest = 160.0 if max_q < _NO_AIR_Q else 40.0
    if phase.is_throttled:
        # a free throttle switches between its bounds, which no long polynomial can follow
        longest *= 0.25
    return uniform(max(1, min(12, round(phase.nominal_s / longest))), 5)


def _coast_mesh(y: Array, duration: float, mu: float) -> PhaseMesh:
    """Intervals of a coast from the state y, even in eccentric anomaly: shorter where the motion is faster."""
    if duration < _SHORT_S:
        return uniform(1, 3)
    orbit = elements(tuple(y[:3]), tuple(y[3:6]), mu)
    if not 0.0 < orbit.e < 1.0:
        return uniform(max(1, round(duration / 500.0)), 5)
    motion = math.sqrt(mu / orbit.a**3)
    E0 = eccentric_anomaly(orbit.nu, orbit.e)
    M0 = mean_anomaly(orbit.nu, orbit.e)
    fine = np.linspace(E0, E0 + motion * duration / (1.0 - orbit.e), 2000)
    t = (fine - orbit.e * np.sin(fine) - M0) / motion
    turned = float(np.interp(duration, t, fine)) - E0
    n = max(1, math.ceil(turned / _COAST_STEP_RAD))
    edges = np.interp(E0 + turned * np.arange(1, n) / n, fine, t) / duration
    return PhaseMesh((0.0, *(float(x) for x in edges), 1.0), 5)


def first_rows(problem: Problem, start: Start) -> Rows:
    """Return which limits have rows in which phase from the start: those that shape the flight.

    Loads come later, where the flown optimum without them breaks them: most flights keep most limits by themselves,
    and an optimum is a better place to meet a limit from than a guess.
    """
    floor = problem.question.floor_altitude_m
    low = start.guess.record("min_altitude_m")
    rows = []
    climbed = False
    windows = start.timeline.burns[-1].windows
    for k in range(start.timeline.insertion + 1):
        mine = []
        if start.timeline.phases[k].is_fairing_gone and problem.limits.fairing_heat_flux_w_m2 is not None:
            mine.append("fairing_heat_flux_w_m2")
        is_parked = len(windows) > 1 and k > windows[0][-1]
        if is_parked or (climbed and low[k] > floor):
            mine.append("min_coast_altitude_m")
        climbed = climbed or low[k] > floor
        rows.append(tuple(mine))
    return tuple(rows)
