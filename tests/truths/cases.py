"""The cases of `examples/cases`: what their plans are compared with, and how a quantity is read from a plan."""

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cosmodrome.ascent.plan import Plan, plan
from cosmodrome.catalogue.schema import Stage
from cosmodrome.mission.read import read_mission
from cosmodrome.result import plan_result

FOLDER = Path(__file__).parents[2] / "examples" / "cases"


@dataclass(frozen=True)
class Comparison:
    """One quantity of one case: reference and tolerance in `unit`; `cause` is why it is known to miss, "" where it must
    not."""

    case: str
    quantity: str
    name: str
    unit: str
    reference: float
    tolerance: float
    source: str
    cause: str

    @property
    def id(self) -> str:
        """As it is called in tables: case and quantity."""
        return f"{self.case}.{self.quantity}"


def comparisons() -> list[Comparison]:
    """Return every row of data/cases.csv."""
    text = (Path(__file__).parent / "data" / "cases.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [_comparison(row) for row in csv.DictReader(lines)]


def _comparison(row: dict[str, str]) -> Comparison:
    reference = float(row["reference"])
    amount, _, percent = row["tolerance"].partition(" ")
    tolerance = float(amount) * (abs(reference) / 100.0 if percent == "%" else 1.0)
    words = (row["case"], row["quantity"], row["name"], row["unit"])
    return Comparison(*words, reference, tolerance, row["source"], row["cause"])


def planned(case: str) -> Plan:
    """Return the plan of a case's mission file."""
    return plan(read_mission(FOLDER / f"{case}.toml"))


def measured(found: Plan, quantity: str) -> float:
    """Return a quantity (see data/cases.csv) of a plan, NaN unless it is verified; KeyError for an unknown quantity."""
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
    if not owner:
        return float(record[key])
    if key in _OF_A_STAGE:
        return _OF_A_STAGE[key](record, found.problem.vehicle.stage(owner))
    if key == "fall_downrange_m":
        return _first(record["drop_points"], "body", owner, "downrange_m")
    return _first(record["events"], "code", owner, key)


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
