"""Rows of a judgement: what is asked, what was found, and whether that is kept."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One question and its answer: `asked` and `found` in `unit`, kept when they are no more than `allowed` apart."""

    what: str
    unit: str
    asked: float
    found: float
    allowed: float
    is_kept: bool

    def __str__(self) -> str:
        return f"{self.what} is {self.found:.7g} {self.unit}, asked is {self.asked:.7g} within {self.allowed:.3g}"


@dataclass(frozen=True)
class Judgement:
    """What the judge found: every row, and sentences on what refutes the flight."""

    rows: tuple[Row, ...]
    reasons: tuple[str, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether nothing refutes the flight."""
        return not self.reasons


class Rows:
    """Collects rows, and sentences on what has no number; what is no number at all is never kept."""

    def __init__(self) -> None:
        self.found: list[Row] = []
        self.reasons: list[str] = []

    def judgement(self) -> Judgement:
        """What they say together."""
        return Judgement(
            tuple(self.found), (*self.reasons, *(str(row) for row in self.found if not row.is_kept))
        )

    def equal(self, what: str, unit: str, asked: float, found: float, allowed: float) -> None:
        """A number that is to be met; angles (deg) modulo a turn."""
        difference = abs(math.remainder(found - asked, 360.0)) if unit == "deg" else abs(found - asked)
        self.found.append(Row(what, unit, asked, found, allowed, difference <= allowed))

    def at_most(self, what: str, unit: str, asked: float, found: float, allowed: float) -> None:
        """A number that is not to be passed."""
        self.found.append(Row(what, unit, asked, found, allowed, found <= asked + allowed))

    def at_least(self, what: str, unit: str, asked: float, found: float, allowed: float) -> None:
        """A number that is to be reached."""
        self.found.append(Row(what, unit, asked, found, allowed, found >= asked - allowed))
