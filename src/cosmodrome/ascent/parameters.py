"""The numbers of a transcribed ascent that may change without rebuilding it, as one vector with names.

`Parameters.layout` is fixed by the timeline's structure; `values` packs the numbers of one timeline, mission and guess.
Sensitivities follow from this vector too: an exchange ratio is the Lagrangian's change under a changed vector.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cosmodrome.ascent import targets
from cosmodrome.ascent.limits import PATH_LIMITS
from cosmodrome.catalogue.timeline import Timeline
from cosmodrome.mission.schema import Limits, Objective, Target
from cosmodrome.physics.propulsion import Propulsion

# what the elastic pass pays for the canonical speed (7.9 km/s) of virtual velocity, in final masses: several times
# what any rocket's exchange ratio makes of it, so that it is used only where nothing else helps
PRICE = 30.0

_NO_LIMIT = 1e9


@dataclass(frozen=True)
class Question:
    """All that the numbers of a program are made of, besides the timeline."""

    limits: Limits
    target: Target
    objective: Objective
    start: tuple[float, float, float, float, float, float]
    floor_altitude_m: float
    heading_rad: float | None


@dataclass(frozen=True)
class Parameters:
    """Names and places of the parameters of one timeline's program, and which rows its target has."""

    PHASE: ClassVar[tuple[str, ...]] = (
        *Propulsion._fields,
        "area",
        "duration",
        "mass_scale",
        "drop",
        *PATH_LIMITS,
    )

    names: Mapping[str, int]
    phases: int
    shape: targets.Shape
    azimuth_phase: int
    has_corridor: bool

    @property
    def size(self) -> int:
        """Length of the vector."""
        return len(self.names)

    def index(self, name: str) -> int:
        """Place of a named number."""
        return self.names[name]

    def phase_index(self, k: int) -> np.ndarray:
        """Places of the numbers of phase k in the order of `PHASE`."""
        first = self.names[f"phase.{k}.{self.PHASE[0]}"]
        return np.arange(first, first + len(self.PHASE))

    def flow_index(self, k: int, stage: str) -> tuple[int, int]:
        """Places of the flow (kg/s) and its rate (kg/s^2) of one stage in phase k."""
        return self.names[f"flow.{k}.{stage}"], self.names[f"flow.{k}.{stage}.rate"]


def make_parameters(timeline: Timeline, question: Question) -> Parameters:
    """Return the layout of the parameters of a timeline up to its insertion."""
    phases = timeline.phases[: timeline.insertion + 1]
    names = [f"phase.{k}.{name}" for k in range(len(phases)) for name in Parameters.PHASE]
    for k, phase in enumerate(phases):
        for flow in phase.flows:
            names += [f"flow.{k}.{flow.stage}", f"flow.{k}.{flow.stage}.rate"]
    names += [f"start.{i}" for i in range(6)]
    names += ["mass_without_payload", "payload_scale"]
    names += ["weight_payload", "weight_final_mass", "price"]
    names += [f"load.{burn.stage}" for burn in timeline.burns]
    names += [f"usable.{burn.stage}" for burn in timeline.burns]
    names += [f"tie.{tie.name}.{side}" for tie in timeline.ties for side in ("lower", "upper")]
    names += ["azimuth.low", "azimuth.high", "azimuth.heading", "azimuth.slack"]
    names += [f"target.{name}" for name in targets.TargetNumbers._fields]
    limits = question.limits
    return Parameters(
        {name: i for i, name in enumerate(names)},
        len(phases),
        targets.shape(question.target),
        azimuth_phase(timeline),
        limits.launch_azimuth_min_rad is not None and limits.launch_azimuth_max_rad is not None,
    )


def azimuth_phase(timeline: Timeline) -> int:
    """Return the phase at whose end the launch azimuth is judged: the first of the climb that is long enough for the
    motion to have one. A coast between two burns of the last stage may lead to the other half of the orbit."""
    climb = range(timeline.burns[-1].windows[0][-1] + 1)
    steered = [k for k in climb if not timeline.phases[k].is_vertical]
    return next((k for k in steered if timeline.phases[k].nominal_s > 20.0), steered[0])


def pack(
    parameters: Parameters,
    timeline: Timeline,
    question: Question,
    durations: np.ndarray,
    mass_scales: np.ndarray,
    payload_scale: float,
) -> np.ndarray:
    """Return the vector of all numbers; `durations` (s) and `mass_scales` (kg) per phase only scale free variables.

    A duration that is fixed is taken from the timeline, never from the scales.
    """
    p = np.full(parameters.size, np.nan)
    put = parameters.names
    bounds = {key: limit.bound(question.limits) for key, limit in PATH_LIMITS.items()}
    bounds["min_coast_altitude_m"] = question.floor_altitude_m
    for k in range(parameters.phases):
        phase = timeline.phases[k]
        numbers = {
            **phase.leg.propulsion._asdict(),
            "area": phase.leg.aero.area,
            "duration": phase.nominal_s if phase.is_fixed else durations[k],
            "mass_scale": mass_scales[k],
            "drop": sum(drop.mass_kg for drop in phase.drops),
            **{key: _NO_LIMIT if bound is None else bound for key, bound in bounds.items()},
        }
        p[parameters.phase_index(k)] = [numbers[name] for name in Parameters.PHASE]
        for flow in phase.flows:
            p[list(parameters.flow_index(k, flow.stage))] = flow.flow_kg_s, flow.rate_kg_s2
    for i, x in enumerate(question.start):
        p[put[f"start.{i}"]] = x
    is_payload = question.objective.maximize == "payload"
    p[put["mass_without_payload"]] = timeline.mass_without_payload_kg
    p[put["payload_scale"]] = payload_scale
    p[put["weight_payload"]] = 1.0 if is_payload else 0.0
    p[put["weight_final_mass"]] = 0.0 if is_payload else mass_scales[parameters.phases - 1] / payload_scale
    p[put["price"]] = PRICE
    for burn in timeline.burns:
        p[put[f"load.{burn.stage}"]] = timeline.propellant_kg[burn.stage]
        p[put[f"usable.{burn.stage}"]] = burn.usable_kg
    for tie in timeline.ties:
        p[put[f"tie.{tie.name}.lower"]] = tie.lower_s
        p[put[f"tie.{tie.name}.upper"]] = tie.upper_s if np.isfinite(tie.upper_s) else _NO_LIMIT
    p[put["azimuth.low"]] = question.limits.launch_azimuth_min_rad or 0.0
    p[put["azimuth.heading"]] = question.heading_rad or 0.0
    p[put["azimuth.slack"]] = _NO_LIMIT if question.heading_rad is None else 0.0
    p[put["azimuth.high"]] = question.limits.launch_azimuth_max_rad or 0.0
    for name, value in targets.numbers(question.target)._asdict().items():
        p[put[f"target.{name}"]] = value
    return p


def repacked(parameters: Parameters, p: np.ndarray, timeline: Timeline, question: Question) -> np.ndarray:
    """Return the numbers of another question or timeline of the same structure, with the scales that p has."""
    return pack(parameters, timeline, question, *scales_of(parameters, p))


def scales_of(parameters: Parameters, p: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the scales in a vector of numbers: of durations (s) and masses (kg) per phase, and of the payload (kg)."""
    durations, masses = (
        np.array(
            [p[parameters.phase_index(k)[Parameters.PHASE.index(name)]] for k in range(parameters.phases)]
        )
        for name in ("duration", "mass_scale")
    )
    return durations, masses, float(p[parameters.index("payload_scale")])
