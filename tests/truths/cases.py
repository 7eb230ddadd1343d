"""The cases of `examples/cases`: what their plans are compared with, and how a quantity is read from a plan."""

import csv
from dataclasses import dataclass
from pathlib import Path

from cosmodrome.ascent.plan import Plan, plan
from cosmodrome.catalogue.schema import Vehicle
from cosmodrome.mission.read import read_mission
from cosmodrome.result import plan_result

FOLDER = Path(__file__).parents[2] / "examples" / "cases"


@dataclass(frozen=True)
class Comparison:
    """One quantity of one case: reference and tolerance in `unit`; `miss` is why it is known to fail, "" where it must
    not."""

    case: str
    quantity: str
    name: str
    unit: str
    reference: float
    tolerance: float
    source: str
    miss: str

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
    return Comparison(*words, reference, tolerance, row["source"], row["miss"])


def planned(case: str) -> Plan:
    """Return the plan of a case's mission file."""
    return plan(read_mission(FOLDER / f"{case}.toml"))


def measured(found: Plan, quantity: str) -> float:
    """Return a quantity (see data/cases.csv) of a plan; KeyError when it has none of that name."""
    owner, _, key = quantity.rpartition(".")
    record = plan_result(found)
    if not owner:
        return float(record[key])
    if key == "gross_mass_kg":
        return _gross_mass_kg(found.problem.vehicle, owner)
    for event in record["events"]:
        if event["code"] == owner:
            return float(event[key])
    raise KeyError(quantity)


def _gross_mass_kg(vehicle: Vehicle, stage_id: str) -> float:
    stage = vehicle.stage(stage_id)
    return stage.dry_mass_kg + stage.propellant_mass_kg
