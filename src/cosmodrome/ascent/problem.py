"""A mission with everything it names looked up: vehicle, site, limits, world, start, heading; and its first guess."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.guess import Guess, fly_guess, nominal_times, thin_air_time
from cosmodrome.ascent.heading import Heading, open_headings
from cosmodrome.ascent.layout import Rows
from cosmodrome.ascent.mesh import Mesh, PhaseMesh, uniform
from cosmodrome.ascent.parameters import Question
from cosmodrome.catalogue.phases import make_timeline
from cosmodrome.catalogue.resolve import resolve
from cosmodrome.catalogue.schema import Site, Vehicle
from cosmodrome.catalogue.timeline import Phase, Timeline
from cosmodrome.flight.programme import Masses, Programme, Step
from cosmodrome.flight.start import eci_angle, start_state, ut1_minus_utc
from cosmodrome.mission.environment import make_environment
from cosmodrome.mission.schema import DEFAULT_MIN_COAST_ALTITUDE_M, Limits, Mission
from cosmodrome.physics.motion import Environment

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """What is to be planned. `theta0` is the angle (rad) from ECI x to the zero meridian at t = 0.

    `alternative` is the launch to the other side, where mission and site leave both open.
    """

    mission: Mission
    vehicle: Vehicle
    site: Site
    limits: Limits
    environment: Environment
    question: Question
    heading: Heading
    alternative: Heading | None
    theta0: float
    stated: tuple[str, ...]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Sentences on what the problem takes for granted beyond its files."""
        if self.mission.profile.launch_direction != "auto":
            return self.stated
        way = "northbound (ascending)" if self.heading.is_ascending else "southbound (descending)"
        return (*self.stated, f"the launch is {way}, chosen for profile.launch_direction = auto")

    def timeline(
        self, nominal: Mapping[str, float] | None = None, vehicle: Vehicle | None = None
    ) -> Timeline:
        """The timeline of the mission, or of the same mission with another vehicle."""
        return make_timeline(vehicle or self.vehicle, self.mission, nominal)

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
        changes: dict[str, object] = {"limits": limits}
        if name == "min_coast_altitude_m":
            changes["floor_altitude_m"] = value
        return replace(self.with_question(**changes), limits=limits)

    def turned(self) -> "Problem":
        """The same problem launched to the other side; only where there is an `alternative`."""
        assert self.alternative is not None
        question = replace(self.question, heading_rad=self.alternative.side)
        return replace(self, question=question, heading=self.alternative, alternative=self.heading)

    def with_question(self, **changes: object) -> "Problem":
        """The same problem with fields of its question replaced."""
        return replace(self, question=replace(self.question, **changes))  # type: ignore[arg-type]


def pose(mission: Mission) -> Problem:
    """Return the `Problem` of a mission; raises CosmodromeError as `catalogue.resolve`."""
    resolved = resolve(mission)
    vehicle, site, limits = resolved.vehicle, resolved.site, resolved.limits
    environment = make_environment(mission.environment)
    theta0 = eci_angle(site.longitude_rad, mission.epoch_utc)
    stated = resolved.assumptions
    if mission.epoch_utc is not None and ut1_minus_utc(mission.epoch_utc) is None:
        stated = (*stated, "UT1 = UTC: epoch_utc lies outside the table of the Earth's rotation")
    start = start_state(mission, site, environment.earth, theta0)
    low, high = limits.launch_azimuth_min_rad, limits.launch_azimuth_max_rad
    heading, *others = open_headings(
        mission.target,
        np.array(start),
        environment,
        mission.profile.launch_direction,
        None if low is None or high is None else (low, high),
        site.usual_azimuth_rad,
    )
    floor = limits.min_coast_altitude_m
    question = Question(
        limits,
        mission.target,
        mission.objective,
        start,
        DEFAULT_MIN_COAST_ALTITUDE_M if floor is None else floor,
        heading.side,
    )
    return Problem(
        mission,
        vehicle,
        site,
        limits,
        environment,
        question,
        heading,
        others[0] if others else None,
        theta0,
        stated,
    )


# dynamic pressure (Pa) below which the air bends nothing
_NO_AIR_Q = 10.0


# --- from a guess to the structure of the program ---------------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """A guess on the timeline that its own free events have ordered."""

    timeline: Timeline
    guess: Guess


def first_start(problem: Problem, nominal: Mapping[str, float] | None = None, *, kick_rank: int = 0) -> Start:
    """Return a flown guess whose fairing leaves where the guess itself leaves the air behind."""
    timeline = problem.timeline(nominal)
    guess = fly_guess(timeline, problem.question, problem.environment, problem.heading, kick_rank=kick_rank)
    flux = problem.limits.fairing_heat_flux_w_m2
    waiting = [key for key in timeline.free if key.endswith(".release")]
    if nominal is not None or flux is None or not waiting:
        return Start(timeline, guess)
    thin = thin_air_time(guess, timeline, problem.environment, flux)
    last = timeline.t0_s + float(guess.durations.sum()) - 1.0
    times = nominal_times(timeline, guess.durations, {key: min(thin + 2.0, last) for key in waiting})
    timeline = problem.timeline(times)
    guess = fly_guess(timeline, problem.question, problem.environment, problem.heading, kick_rank=kick_rank)
    return Start(timeline, guess)


def first_mesh(start: Start) -> Mesh:
    """Return a coarse mesh: long intervals where the air is thin, one short one where a phase is short."""
    phases = start.timeline.phases[: start.timeline.insertion + 1]
    return tuple(map(_phase_mesh, phases, start.guess.record("max_q_pa")))


def _phase_mesh(phase: Phase, max_q: float) -> PhaseMesh:
    if phase.is_vertical:
        return uniform(max(1, round(phase.nominal_s / 10.0)), 4)
    if phase.nominal_s < 3.0:
        return uniform(1, 2)
    if phase.nominal_s < 15.0:
        return uniform(1, 3)
    longest = 160.0 if max_q < _NO_AIR_Q else 40.0
    if phase.is_throttled:
        # a free throttle switches between its bounds, which no long polynomial can follow
        longest *= 0.25
    return uniform(max(1, min(12, round(phase.nominal_s / longest))), 5)


def first_rows(problem: Problem, start: Start) -> Rows:
    """Return which limits have rows in which phase from the start: those that shape the flight.

    Loads come later, where the flown optimum without them breaks them: most flights keep most limits by themselves,
    and an optimum is a better place to meet a limit from than a guess.
    """
    floor = problem.question.floor_altitude_m
    low = start.guess.record("min_altitude_m")
    rows = []
    climbed = False
    for k in range(start.timeline.insertion + 1):
        mine = []
        if start.timeline.phases[k].is_fairing_gone and problem.limits.fairing_heat_flux_w_m2 is not None:
            mine.append("fairing_heat_flux_w_m2")
        if climbed and low[k] > floor:
            mine.append("min_coast_altitude_m")
        climbed = climbed or low[k] > floor
        rows.append(tuple(mine))
    return tuple(rows)
