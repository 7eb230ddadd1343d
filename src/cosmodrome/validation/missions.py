"""Missions with known answers, planned and compared: published optima, flights that were flown, what a manual prints.

Besides their own quantities all plans are held to what every plan owes (group `plans`): it agrees with its own flight,
its velocity budget closes, work is what energy gains, and no mass is lost or made.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from cosmodrome.ascent.plan import Plan, plan
from cosmodrome.catalogue.schema import Stage
from cosmodrome.mission.read import read_mission
from cosmodrome.result import plan_result
from cosmodrome.validation.impulse import impulse_gap
from cosmodrome.validation.truths import Truth

Values = dict[str, float]


@cache
def examples_folder() -> Path:
    """Where `examples/` lies: in the package as installed, else in the repository that it runs from."""
    packed = Path(__file__).parent / "examples"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "examples"


def mission_file(group: str) -> Path:
    """Return the mission file of a group of truths."""
    case = examples_folder() / "cases" / f"{group}.toml"
    return case if case.is_file() else examples_folder() / f"{group}.toml"


def planned(group: str) -> Plan:
    """Return the plan of a group's mission."""
    return plan(read_mission(mission_file(group)), with_ratios=False)


def measure(truths: Sequence[Truth]) -> Values:
    """Return the values, by id, of truths whose groups ask the same question, and what its plan owes as one."""
    found = planned(truths[0].group)
    return {truth.id: measured(found, truth.quantity) for truth in truths} | debts(found)


def measured(found: Plan, quantity: str) -> float:
    """Return a quantity (see data/missions.csv) of a plan, NaN unless it is verified; KeyError for an unknown one."""
    if quantity == "is_feasible":
        return float(found.status == "verified")
    if found.status != "verified" or found.flight is None:
        return math.nan
    column, _, t_s = quantity.partition("@")
    if t_s:
        columns = found.flight.columns()
        return float(np.interp(float(t_s), columns["t_s"], columns[column]))
    record = plan_result(found)
    owner, _, key = quantity.rpartition(".")
    if owner in ("", "insertion"):
        return float((record[owner] if owner else record)[key])
    if key in _OF_A_STAGE:
        return _OF_A_STAGE[key](record, found.problem.vehicle.stage(owner))
    if key == "fall_downrange_m":
        return _first(record["drop_points"], "body", owner, "downrange_m")
    return _first(record["events"], "code", owner, key)


def debts(found: Plan) -> Values:
    """Return what a verified plan owes as a plan (group `plans`); nothing of another, whose own rows fail already."""
    proof, flight = found.verification, found.flight
    if found.status != "verified" or proof is None or flight is None:
        return {}
    gaps = (proof.position_gap_m, proof.velocity_gap_m_s, proof.payload_gap_kg)
    return dict(zip(_DEBTS, (*gaps, *astuple(flight.audit), impulse_gap(flight)), strict=True))


_DEBTS = (
    "plans.position_gap",
    "plans.velocity_gap",
    "plans.payload_gap",
    "plans.energy_gap",
    "plans.budget_gap",
    "plans.mass_gap",
    "plans.impulse_gap",
)


def _gross_mass_kg(_: dict[str, Any], stage: Stage) -> float:
    return stage.dry_mass_kg + stage.propellant_mass_kg


def _left_kg(record: dict[str, Any], stage: Stage) -> float:
    return _first(record["stages"], "id", stage.id, "usable_propellant_left_kg") / stage.count


def _burn_time_s(record: dict[str, Any], stage: Stage) -> float:
    return sum(float(burn["duration_s"]) for burn in record["burns"] if burn["stage"] == stage.id)


_OF_A_STAGE: dict[str, Callable[[dict[str, Any], Stage], float]] = {
    "gross_mass_kg": _gross_mass_kg,
    "left_kg": _left_kg,
    "burn_time_s": _burn_time_s,
}


def _first(rows: list[dict[str, Any]], key: str, value: str, wanted: str) -> float:
    """The number under `wanted` in the first row whose `key` is `value`."""
    for row in rows:
        if row[key] == value:
            return float(row[wanted])
    raise KeyError(value)
