"""The truths as they travel with the package, and the row that each of them becomes beside our value.

A truth belongs to a group, the part of its id before the first dot; what a group asks for is measured together.
"""

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
PASS, FAIL, NOT_RUN = "pass", "fail", "not-run"
_TABLES = ("missions.csv", "truths.csv")


@dataclass(frozen=True)
class Truth:
    """One number that somebody else published, or that a law demands; reference and tolerance in `unit`.

    `quantity` says how it is read from a plan, "" where a module of this room measures it. `cause` is why our value is
    known to miss, "" where it must not.
    """

    id: str
    name: str
    unit: str
    reference: float
    tolerance: float
    source: str
    cause: str
    quantity: str = ""

    @property
    def group(self) -> str:
        """What is measured together."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Row:
    """A truth with our value: None where it `lacks` a library and was not run, or where the measurement `broke`."""

    truth: Truth
    ours: float | None
    lacks: str = ""
    broke: str = ""

    @property
    def difference(self) -> float | None:
        """Ours less the reference."""
        return None if self.ours is None else self.ours - self.truth.reference

    @property
    def verdict(self) -> str:
        """`PASS` within the tolerance, `NOT_RUN` where a library is missing, else `FAIL`."""
        if self.lacks:
            return NOT_RUN
        is_close = self.difference is not None and abs(self.difference) <= self.truth.tolerance
        return PASS if is_close else FAIL

    @property
    def is_known_miss(self) -> bool:
        """Whether it fails as the data foretell, with a published cause."""
        return self.verdict == FAIL and bool(self.truth.cause) and self.ours is not None

    def to_record(self) -> dict[str, Any]:
        """The row of `validate --json`."""
        truth = self.truth
        return {
            "id": truth.id,
            "name": truth.name,
            "source": truth.source,
            "unit": truth.unit,
            "reference": truth.reference,
            "ours": self.ours,
            "difference": self.difference,
            "tolerance": truth.tolerance,
            "verdict": self.verdict,
        }


def read_truths() -> list[Truth]:
    """Return every truth, those of planned missions first."""
    return [_truth(line) for table in _TABLES for line in text_rows(table)]


def rows(name: str) -> list[dict[str, float]]:
    """Return the rows of a table of numbers in `data/`, by column; its first lines name the published source."""
    return [{key: float(cell) for key, cell in line.items()} for line in text_rows(name)]


def text_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table in `data/` as written, without its remarks."""
    text = (DATA / name).read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))


def finite(value: float) -> float | None:
    """The value, None where it is no number."""
    return value if math.isfinite(value) else None


def _truth(line: dict[str, str]) -> Truth:
    reference = float(line["reference"])
    amount, _, percent = line["tolerance"].partition(" ")
    tolerance = float(amount) * (abs(reference) / 100.0 if percent == "%" else 1.0)
    return Truth(
        line["id"],
        line["name"],
        line["unit"],
        reference,
        tolerance,
        line["source"],
        line["cause"],
        line.get("quantity", ""),
    )
