"""Exchange ratios: what one unit more of a mass, an Isp, a limit or a velocity is worth in payload.

At an optimum the objective's derivative by any parameter is the Lagrangian's, with variables and multipliers held. The
parameters of a changed vehicle come from the same makers as the plan's, so no formula is written twice; the Lagrangian
is smooth in them, so a central difference of it is exact to seven digits and costs two evaluations of the constraints.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.attempt import Attempt
from cosmodrome.ascent.guess import nominal_times
from cosmodrome.ascent.limits import FILE_KEYS
from cosmodrome.ascent.parameters import repacked
from cosmodrome.ascent.problem import Problem
from cosmodrome.ascent.search import Search
from cosmodrome.catalogue.schema import Vehicle
from cosmodrome.errors import CosmodromeError
from cosmodrome.mission.schema import Limits

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Exchange:
    """`payload_kg` is the change of the objective (kg) for one `per` more of `of`."""

    of: str
    per: str
    payload_kg: float


class Sensitivity:
    """Derivatives of the objective (kg) by anything that the parameters are made of, at one solved attempt."""

    def __init__(self, search: Search, attempt: Attempt):
        self.search, self.attempt = search, attempt
        solution = attempt.solution
        self.scale = float(solution.p[attempt.parameters.index("payload_scale")])
        self.times = nominal_times(attempt.timeline, solution.durations)

    def lagrangian(self, p: Array) -> float:
        """Minus the objective (kg) plus multipliers times rows, at the solved variables."""
        solution = self.attempt.solution
        g, f = solution.program.constraints(solution.w, p)
        return (float(f) + float(np.array(g).ravel() @ solution.lam_g)) * self.scale

    def by_numbers(self, low: Array, high: Array, width: float) -> float:
        """Change of the objective (kg) per unit, between two vectors that lie `width` units apart."""
        return -(self.lagrangian(high) - self.lagrangian(low)) / width

    def by_row(self, rows: Array, change: Array) -> float:
        """Change of the objective (kg) when the given rows must make up for a miss of `change`."""
        return -float(self.attempt.solution.lam_g[rows] @ change) * self.scale

    def numbers(self, problem: Problem, vehicle: Vehicle | None = None) -> Array:
        """The parameters of a changed problem or vehicle, scaled as the solved one."""
        timeline = problem.timeline(self.times, vehicle)
        return repacked(self.attempt.parameters, self.attempt.solution.p, timeline, problem.question)

    def by_vehicle(self, key: str, step: float) -> float:
        """Change of the objective (kg) per SI unit of one number of the vehicle."""
        vehicle, problem = self.attempt.problem.vehicle, self.attempt.problem
        value = vehicle.get_value(key)
        below = max(value - step, 0.0)
        low = self.numbers(problem, vehicle.with_value(key, below))
        high = self.numbers(problem, vehicle.with_value(key, value + step))
        return self.by_numbers(low, high, value + step - below) - self._inert(key, below, value + step)

    def _inert(self, key: str, low: float, high: float) -> float:
        """Where the margin is maximised: how much of the mass at insertion, per unit of the number, is none."""
        problem = self.attempt.problem
        if problem.question.objective.maximize != "margin":
            return 0.0
        ends = [
            problem.timeline(self.times, problem.vehicle.with_value(key, value)).inert_kg
            for value in (low, high)
        ]
        return (ends[1] - ends[0]) / (high - low)

    def by_limit(self, name: str) -> float:
        """Change of the objective (kg) per SI unit of one limit; zero for a limit that does not press."""
        problem = self.attempt.problem
        value = getattr(problem.limits, name)
        step = 1e-6 * max(abs(value), 1e-3)
        low, high = (self.numbers(problem.with_limit(name, value + side)) for side in (-step, step))
        return self.by_numbers(low, high, 2.0 * step)


def exchanges(sensitivity: Sensitivity) -> tuple[Exchange, ...]:
    """Return the exchange ratios of the vehicle's dry masses, specific impulses and loads, and of its velocity."""
    found = []
    vehicle = sensitivity.attempt.problem.vehicle
    for key, per, step in _vehicle_keys(vehicle):
        try:
            found.append(Exchange(key, per, sensitivity.by_vehicle(key, step)))
        except CosmodromeError:
            # the number cannot move alone: what it would break is named when the vehicle is loaded
            continue
    found.append(Exchange("delta_v", "m/s", _by_delta_v(sensitivity)))
    return tuple(found)


def limit_exchanges(sensitivity: Sensitivity, limits: Limits) -> dict[str, float]:
    """Return the worth (kg) of one unit of each limit that has a value, in the unit that files write it in."""
    worth = {}
    for name in (f.name for f in fields(limits)):
        if getattr(limits, name) is not None:
            worth[name] = sensitivity.by_limit(name) * FILE_KEYS[name].factor
    return worth


def _vehicle_keys(vehicle: Vehicle) -> Iterator[tuple[str, str, float]]:
    for stage in vehicle.stages:
        yield f"{stage.id}.dry_mass_kg", "kg", 0.1
        yield f"{stage.id}.engine.isp_vacuum_s", "s", 1e-3
    for body in vehicle.bodies:
        if body.in_dry_mass_of is None:
            yield f"{body.id}.mass_kg", "kg", 0.1
    yield "adapter_mass_kg", "kg", 0.1
    yield "guidance_reserve_kg", "kg", 0.1


def _by_delta_v(sensitivity: Sensitivity) -> float:
    """Objective (kg) per m/s more that the rocket would have to deliver along its path at insertion."""
    attempt = sensitivity.attempt
    solution = attempt.solution
    program = solution.program
    end = program.layout.z[-1][-1, 3:6]
    v = solution.w[end]
    # one m/s less along the path leaves the target's rows missed by so much; to close them costs the objective
    step = -v / np.linalg.norm(v) / sensitivity.search.scales.speed
    size = 1e-2
    shifted = [solution.w.copy(), solution.w.copy()]
    shifted[0][end] -= size * step
    shifted[1][end] += size * step
    rows = np.array(
        [program.glue_start + i for i, name in enumerate(program.glue_names) if name.startswith("target.")]
    )
    low, high = (np.array(program.constraints(w, solution.p)[0]).ravel()[rows] for w in shifted)
    return sensitivity.by_row(rows, (high - low) / (2.0 * size))
