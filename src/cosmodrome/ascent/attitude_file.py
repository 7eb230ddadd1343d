"""A flight by a mission's own attitude program: nothing is optimised, every event comes at its stated or nominal
time."""

import math

import numpy as np

from cosmodrome.ascent.problem import Problem
from cosmodrome.catalogue.timeline import Timeline
from cosmodrome.errors import MissionFileError
from cosmodrome.files.tables import read_attitude_table
from cosmodrome.flight.attitude import Attitude, horizon, vertical
from cosmodrome.flight.programme import Programme, Step
from cosmodrome.flight.propagate import Flight, fly

# a fairing that waits for thin air leaves this long (s) after the flux has fallen below its limit
_AFTER_THIN_AIR_S = 0.1


def programme_from_attitude(problem: Problem) -> Programme:
    """Return the programme of the mission's attitude file.

    The axis is held as the file's first row says before it and as the last says after it; a vertical rise comes first
    where the mission or vehicle has one. A release that waits for thin air is found by flying. Raises MissionFileError
    without a payload, or when the file does not reach from lift-off to insertion.
    """
    path = problem.mission.profile.attitude_program
    assert path is not None
    if problem.question.objective.payload_kg is None:
        raise MissionFileError(
            'is missing; a flight by an attitude program carries a given payload: write maximize = "margin" too',
            file=problem.mission.path,
            key="objective.payload_kg",
        )
    rows = read_attitude_table(path, MissionFileError)
    law = horizon(rows["t_s"], rows["pitch_rad"], rows["azimuth_rad"])
    timeline = problem.timeline()
    end = timeline.t0_s + sum(p.nominal_s for p in timeline.phases[: timeline.insertion + 1])
    if rows["t_s"][0] > timeline.t0_s + _rise(timeline) or rows["t_s"][-1] < end - 1e-6:
        raise MissionFileError(
            f"covers {rows['t_s'][0]:.6g} to {rows['t_s'][-1]:.6g} s, but the engines burn until {end:.6g} s",
            file=path,
            key="t_s",
        )
    programme = _programme(problem, timeline, law)
    waiting = [key for key in timeline.free if key.endswith(".release")]
    flux = problem.limits.fairing_heat_flux_w_m2
    if waiting and flux is not None:
        release = min(_thin_air(fly(programme), flux) + _AFTER_THIN_AIR_S, end - 0.1)
        times = dict.fromkeys(waiting, release)
        programme = _programme(problem, problem.timeline(times), law)
    return programme


def _rise(timeline: Timeline) -> float:
    return sum(phase.nominal_s for phase in timeline.phases if phase.is_vertical)


def _thin_air(flight: Flight, flux: float) -> float:
    """When the heat flux falls below its limit for good, s; infinite where it never does."""
    columns = flight.columns()
    above = columns["t_s"][columns["heat_flux_w_m2"] > flux]
    if not len(above):
        return flight.programme.t_s
    # the next row is the first that is below; a flight that falls back into the air has none
    k = int(np.searchsorted(columns["t_s"], above[-1], side="right"))
    return float(columns["t_s"][k]) if k < len(columns["t_s"]) else math.inf


def _programme(problem: Problem, timeline: Timeline, law: Attitude) -> Programme:
    steps = tuple(
        Step(phase, phase.nominal_s, vertical() if phase.is_vertical else law) for phase in timeline.phases
    )
    return problem.programme(timeline, steps, problem.question.objective.payload_kg or 0.0)
