"""What is flown: phases with their durations and laws of attitude, from a state, in a world.

A programme is complete: a flight needs nothing else, so the file of one flies again bit for bit.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from cosmodrome.catalogue.timeline import Phase
from cosmodrome.errors import ExportError
from cosmodrome.flight.attitude import POLYNOMIAL, STEERED, Attitude
from cosmodrome.flight.codec import from_plain, to_plain
from cosmodrome.flight.soundness import check_arrays
from cosmodrome.physics.frames import rotated_about_z
from cosmodrome.physics.motion import Environment

FORMAT = "cosmodrome-programme/1"

# how far (s) a plan's intervals may miss the ends of their phase: rounding of sums, nothing that could be flown
_COVER_S = 1e-6
# where a STEERED law keeps the normal of its plane
_NORMAL = slice(7, 10)


@dataclass(frozen=True)
class Masses:
    """What the flight weighs at its start: everything, and the propellant in each stage (all units), kg.

    `unusable_kg` is what of that propellant is not for burning: residuals, and in the last stage the guidance reserve.
    """

    initial_kg: float
    propellant_kg: Mapping[str, float]
    unusable_kg: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One phase as flown: how long, and by which law of attitude (whose times count from lift-off)."""

    phase: Phase
    duration_s: float
    attitude: Attitude


@dataclass(frozen=True)
class Programme:
    """A flight to be flown.

    `t_s`, `r_eci_m`, `v_eci_m_s` are the first state; `earth_angle_rad` is the angle of the Earth at t = 0, so that
    longitude = longitude in ECI - earth_angle_rad - rotation * t; the pad is geodetic (geocentric on a sphere);
    `insertion_step` is the index of the step at whose end the target holds. ValueError when these contradict.
    """

    name: str
    t_s: float
    r_eci_m: tuple[float, float, float]
    v_eci_m_s: tuple[float, float, float]
    masses: Masses
    steps: tuple[Step, ...]
    environment: Environment
    earth_angle_rad: float
    pad_latitude_rad: float
    pad_longitude_rad: float
    payload_kg: float
    insertion_step: int

    def __post_init__(self) -> None:
        numbers = (self.t_s, *self.r_eci_m, *self.v_eci_m_s, self.earth_angle_rad, self.masses.initial_kg)
        if not all(map(math.isfinite, numbers)):
            raise ValueError("a programme starts from finite numbers")
        if self.masses.initial_kg <= 0.0:
            raise ValueError(f"a programme needs a positive mass, not {self.masses.initial_kg}")
        if not self.steps or not 0 <= self.insertion_step < len(self.steps):
            raise ValueError(f"no step {self.insertion_step} among {len(self.steps)} to end the insertion")
        t = self.t_s
        for step in self.steps:
            _check_step(step, t, self.masses.propellant_kg)
            t += step.duration_s

    @property
    def times_s(self) -> np.ndarray:
        """Times (k+1,) at which the k steps begin, and the last ends."""
        return self.t_s + np.cumsum([0.0, *(step.duration_s for step in self.steps)])

    def turned(self, angle_rad: float) -> "Programme":
        """Return the programme turned about the pole with the Earth under it: the same flight at another sidereal time.

        Attitudes that are told from the local horizon or the air turn by themselves.
        """
        return replace(
            self,
            r_eci_m=rotated_about_z(self.r_eci_m, angle_rad),
            v_eci_m_s=rotated_about_z(self.v_eci_m_s, angle_rad),
            earth_angle_rad=self.earth_angle_rad + angle_rad,
            steps=tuple(replace(step, attitude=_turned(step.attitude, angle_rad)) for step in self.steps),
        )

    def to_json(self) -> str:
        """Return the programme as one JSON object; `from_json` gives back the same bits."""
        return json.dumps({"format": FORMAT, "programme": to_plain(self)}, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Programme":
        """Return the programme that `to_json` wrote; ExportError when the text is not one."""
        try:
            plain = json.loads(text)
            if plain["format"] != FORMAT:
                raise ValueError(f"its format is {plain['format']!r}")
            programme = from_plain(cls, plain["programme"])
            check_arrays(programme)
            return programme
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as problem:
            raise ExportError(f"the attitude programme is not {FORMAT}: {problem}") from problem


def _turned(law: Attitude, angle_rad: float) -> Attitude:
    """The law with what it holds in ECI turned: a polynomial's axes, the normal of a steered plane."""
    if law.kind == POLYNOMIAL:
        x, y, z, throttle = np.moveaxis(law.coefficients, -1, 0)
        axes = rotated_about_z((x, y, z), angle_rad)
        return law._replace(coefficients=np.stack([*axes, throttle], axis=-1))
    if law.kind == STEERED:
        normal = rotated_about_z(tuple(law.parameters[_NORMAL]), angle_rad)
        return law._replace(parameters=np.concatenate([law.parameters[: _NORMAL.start], normal]))
    return law


def _check_step(step: Step, t: float, propellant_kg: Mapping[str, float]) -> None:
    name, duration = step.phase.id, step.duration_s
    if not (math.isfinite(duration) and duration >= 0.0):
        raise ValueError(f"the duration of {name} must be a finite number of seconds, not {duration}")
    if step.attitude.kind == POLYNOMIAL and duration > 0.0:
        first, last = float(step.attitude.edges[0]), float(step.attitude.edges[-1])
        if first > t + _COVER_S or last < t + duration - _COVER_S:
            raise ValueError(
                f"the attitude of {name} covers {first:.6f} to {last:.6f} s, its phase {t:.6f} to {t + duration:.6f}"
            )
    named = {flow.stage for flow in step.phase.flows} | {
        drop.stage for drop in step.phase.drops if drop.stage
    }
    unknown = named - set(propellant_kg)
    if unknown:
        raise ValueError(
            f"{name} needs the propellant of {sorted(unknown)[0]}, which the programme does not have"
        )
    _check_flows(step.phase)


def _check_flows(phase: Phase) -> None:
    """What the engines burn must be booked to stages, or the masses of what is dropped would be wrong."""
    engines = phase.leg.propulsion
    plain = [flow for flow in phase.flows if not flow.is_throttled]
    throttled = [flow for flow in phase.flows if flow.is_throttled]
    for burnt, booked in (
        (engines.flow, sum(flow.flow_kg_s for flow in plain)),
        (engines.flow_rate, sum(flow.rate_kg_s2 for flow in plain)),
        (engines.throttled_flow, sum(flow.flow_kg_s for flow in throttled)),
    ):
        if not math.isclose(burnt, booked, rel_tol=1e-9, abs_tol=1e-9):
            raise ValueError(f"the engines of {phase.id} burn {burnt} kg/s (or kg/s^2), its stages {booked}")
